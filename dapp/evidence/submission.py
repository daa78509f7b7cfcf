"""A file made ready to be submitted as evidence: checked, sealed, kept, with its document."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dapp.chain.contracts import MarketContracts
from dapp.evidence.box import EvidenceBox
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import BadRecipient
from dapp.evidence.files import check_upload
from dapp.evidence.recipients import Reader, readers_of
from dapp.evidence.seal import SealedFile, seal
from dapp.evidence.trail import SealedOrder

SEALED_NAME = "Sealed evidence"
SEALED_TEXT = "Only the parties and the arbiters of the order can open this file."


@dataclass(frozen=True)
class Submission:
    """What was kept: the CIDs of the file and of the document to submit.

    readers: who can open it; without_key: who should but has published no key. Both are empty for a file that
    isn't sealed.
    """

    document: str
    file: str
    readers: tuple[Reader, ...] = ()
    without_key: tuple[Reader, ...] = ()


def prepare(
    contracts: MarketContracts,
    box: EvidenceBox,
    order: SealedOrder,
    data: bytes,
    name: str,
    description: str = "",
    *,
    sealed: bool = True,
) -> Submission:
    """Check a file, seal it to who may read evidence of the order, and keep it with its document.

    Raises TypeNotAllowed, EvidenceEmpty, EvidenceTooLarge, ContentNotType; BadRecipient if nobody has
    published a key; BadDocument if name or description are too long; StoreUnavailable.
    """
    if not sealed:
        return keep_open(box, data, name, description)
    return keep_sealed(box, data, name, description, readers_of(contracts, order))


def keep_open(box: EvidenceBox, data: bytes, name: str, description: str = "") -> Submission:
    """Keep a file that everybody may read, with its document."""
    upload = check_upload(data, name)
    document = EvidenceDocument(upload.name, description, file_type=upload.kind.extension, file=box.put(data))
    return Submission(box.put(document.to_json()), document.file)


def keep_sealed(
    box: EvidenceBox, data: bytes, name: str, description: str, readers: Iterable[Reader]
) -> Submission:
    """Keep a file that only these may read, with a document that tells nothing of it."""
    upload = check_upload(data, name)
    able = tuple(reader for reader in readers if reader.recipient)
    unable = tuple(reader for reader in readers if not reader.recipient)
    if not able:
        raise BadRecipient(text=", ".join(reader.account for reader in unable))
    keys = {reader.account: reader.recipient for reader in able if reader.recipient}
    inner = SealedFile(upload.name, data, description)
    document = put_sealed(box, seal(inner, list(keys.values())), keys, SEALED_NAME, SEALED_TEXT)
    return Submission(box.put(document.to_json()), document.file, able, unable)


def put_sealed(
    box: EvidenceBox,
    sealed: bytes,
    readers: Iterable[str],
    name: str,
    text: str = "",
    opens: Sequence[str] = (),
) -> EvidenceDocument:
    """Keep a sealed file; the document that tells nothing of it but whom (accounts) it is sealed to.

    opens: for a file of keys, the sealed files that they open.
    """
    return EvidenceDocument(
        name, text, box.put(sealed), "age", sealed=True, readers=tuple(readers), opens=tuple(opens)
    )
