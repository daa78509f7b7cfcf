"""What is held in the evidence store: what the account put on the chain, and documents with its address.

Who kept an object isn't noted: what no event names and no document mentions is nobody's. What a node was
given can't be called back, and an object of these bytes may be somebody else's, too.
"""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, Final

from dapp.credit.document import SCHEMA as ATTESTATION
from dapp.domain.bounds import DAY
from dapp.evidence.cid import Cid, cid_in
from dapp.evidence.errors import BadDocument, EvidenceError, NotACid
from dapp.evidence.fields import DOCUMENT_LIMIT, parse_object
from dapp.evidence.store import LocalStore
from dapp.mentions import mentions
from dapp.privacy.held.naming import Namings
from dapp.privacy.held.record import Record
from dapp.risk.document import SCHEMA as ASSESSMENT

_LINKS: Final = ("fileURI", "picture")
_ON_IPFS: Final = "it is on IPFS, or came from there"


@dataclass
class _Documents:
    """The store's documents. linking: by a CID, the documents that give it as their file or picture."""

    found: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    linking: dict[str, set[str]] = field(default_factory=dict)
    mentioning: set[str] = field(default_factory=set)


def evidence(account: str, store: LocalStore, namings: Namings) -> Iterator[Record]:
    """The objects, each with why it may stay. Files go before the documents that give them."""
    documents = _read(store, account)
    named = {cid for cid in namings.by(account) if store.has(cid)}
    linked = {cid: linking & named for cid, linking in documents.linking.items() if linking & named}
    for cid in sorted(cid for cid in linked if cid not in named and store.has(cid)):
        others = documents.linking[cid] - named
        why = "another account's document gives it, too" if others or namings.of(cid) else ""
        for document in sorted(linked[cid]):
            why = why or _why_named_stays(account, document, namings)
        yield _record(cid, f"the file of {min(linked[cid])}", store, documents, why)
    for cid in sorted(named):
        told = ", ".join(str(each) for each in namings.of(cid))
        yield _record(cid, told, store, documents, _why_named_stays(account, cid, namings))
    for cid in sorted(documents.mentioning - named - set(linked)):
        why = _why_mention_stays(cid, documents.found[cid], store, namings)
        yield _record(cid, "it has the address in it", store, documents, why)


def _why_named_stays(account: str, cid: str, namings: Namings) -> str:
    found = namings.of(cid)
    if any(namings.account_of(each) not in (account, None) for each in found):
        return "another account put it on the chain, too"
    return next((why for each in found if (why := namings.needed_for(each))), "")


def _why_mention_stays(cid: str, document: Mapping[str, Any], store: LocalStore, namings: Namings) -> str:
    """Assessments and attestations that were never posted go; other documents are other accounts'."""
    if found := namings.of(cid):
        return f"the chain names it: {found[0]}"
    if document.get("schema") not in (ASSESSMENT, ATTESTATION):
        return "it isn't the account's own"
    if time.time() < store.kept_at(cid) + DAY:
        return "it was kept less than a day ago and may still be posted"
    try:
        return namings.order_needs(bytes.fromhex(str(document.get("order", "")).removeprefix("0x")))
    except ValueError:
        return ""


def _record(cid: str, why_held: str, store: LocalStore, documents: _Documents, stays: str) -> Record:
    content: dict[str, Any] = {"cid": cid, "bytes": store.size(cid), "held_because": why_held}
    if cid in documents.found:
        content["document"] = documents.found[cid]
    if not store.is_waiting(cid):
        stays = _ON_IPFS
    return Record(content, None if stays else partial(store.forget, cid), stays)


def _read(store: LocalStore, account: str) -> _Documents:
    documents = _Documents()
    for cid in sorted(store.cids()):
        try:
            if store.size(cid) > DOCUMENT_LIMIT:
                continue
            data = store.read(cid)
            fields = parse_object(data)
        except (BadDocument, EvidenceError):
            continue
        documents.found[cid] = fields
        for link in _links_of(fields):
            documents.linking.setdefault(link, set()).add(cid)
        if mentions(data, account):
            documents.mentioning.add(cid)
    return documents


def _links_of(fields: Mapping[str, Any]) -> Iterator[str]:
    for key in _LINKS:
        try:
            yield str(Cid.parse(cid_in(str(fields.get(key, "")))))
        except NotACid:
            continue
