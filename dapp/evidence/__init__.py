"""Evidence: documents and files under their content identifiers, kept here first and on an IPFS node second.

`EvidenceBox` is the door for everything else; `document` knows what the documents are.
"""
