"""Checks an order's whole record: event on the chain ↔ CID ↔ bytes, for every piece and every file they name.

It needs the chain and the content, no index and no database; what is missing is named.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from dapp.chain.contracts import MarketContracts, Order
from dapp.domain.terms import metadata_hash, order_id
from dapp.evidence.cid import cid_in
from dapp.evidence.document import EvidenceDocument, MetaEvidenceDocument, ServiceDocument
from dapp.evidence.errors import (
    BadDocument,
    BrokenCar,
    EvidenceError,
    EvidenceMissing,
    EvidenceTooLarge,
    NotACid,
    NotAFile,
    WrongContent,
)
from dapp.evidence.files import FILE_LIMIT
from dapp.evidence.trail import Piece, pieces_of


class Verdict(StrEnum):
    """What came of checking one piece."""

    SOUND = "sound"
    MISSING = "missing"
    WRONG = "wrong"
    """The bytes aren't what the CID names, or the chain contradicts itself."""
    UNREADABLE = "unreadable"
    """Not a CID, not a file, too large, or not the document it should be."""
    UNCHECKABLE = "uncheckable"
    """A link outside IPFS: nobody can tell whether it still says the same."""


class Content(Protocol):
    """Where content comes from: `EvidenceBox`."""

    def get(self, cid: str, limit: int = FILE_LIMIT) -> bytes:
        """The content of a CID, checked against it. Raises EvidenceError."""


@dataclass(frozen=True)
class Finding:
    """What came of one piece, or of a file that a piece's document names (`part`: file or picture).

    title: what the document calls itself, foreign text. size: of the content in bytes. error: why it isn't
    sound; its `sentence(language)` is for the user.
    """

    piece: Piece
    verdict: Verdict
    cid: str = ""
    part: str = ""
    title: str = ""
    size: int = 0
    sealed: bool = False
    error: EvidenceError | None = None


@dataclass(frozen=True)
class Report:
    """An order's record; `block` is the chain's head when it was read."""

    order: Order
    chain_id: int
    block: int
    findings: tuple[Finding, ...]

    @property
    def faults(self) -> tuple[Finding, ...]:
        """What isn't sound. A link outside IPFS is no fault of the record."""
        fine = (Verdict.SOUND, Verdict.UNCHECKABLE)
        return tuple(finding for finding in self.findings if finding.verdict not in fine)

    @property
    def is_sound(self) -> bool:
        """Whether every piece and file is there and is what the chain names."""
        return not self.faults


_VERDICTS: Final[dict[type[EvidenceError], Verdict]] = {
    EvidenceMissing: Verdict.MISSING,
    WrongContent: Verdict.WRONG,
    BadDocument: Verdict.UNREADABLE,
    BrokenCar: Verdict.UNREADABLE,
    EvidenceTooLarge: Verdict.UNREADABLE,
    NotACid: Verdict.UNREADABLE,
    NotAFile: Verdict.UNREADABLE,
}


def verify_order(contracts: MarketContracts, content: Content, identity: bytes | str) -> Report:
    """Check everything of an order. Raises NotFound, and EvidenceError where the store itself fails."""
    order = contracts.order(identity)
    if order_id(order.terms, contracts.record.chain_id, contracts.market.address) != order.id:
        raise WrongContent(cid=f"0x{order.id.hex()}")
    findings = [finding for piece in pieces_of(contracts, order) for finding in check(piece, content, order)]
    return Report(order, contracts.record.chain_id, contracts.web3.eth.block_number, tuple(findings))


def check(piece: Piece, content: Content, order: Order) -> Iterator[Finding]:
    """What came of one piece, and then of each file that its document names."""
    document: EvidenceDocument | ServiceDocument | MetaEvidenceDocument | None = None
    cid, size = "", 0
    try:
        if piece.kind == "evidence" and piece.value.lstrip().startswith("{"):
            data = piece.value.encode()
            document = EvidenceDocument.parse(data)
        else:
            cid = cid_in(piece.value)
            _check_sealed_terms(piece, cid, order)
            data = content.get(cid, FILE_LIMIT)
            document = read_document(piece.kind, data)
        size = len(data)
    except EvidenceError as error:
        yield Finding(piece, _verdict(error), cid, error=error)
        return
    title = "" if document is None else getattr(document, "title", "") or getattr(document, "name", "")
    yield Finding(piece, Verdict.SOUND, cid, title=title, size=size)
    if document is not None:
        yield from _check_parts(piece, content, document)


def read_document(kind: str, data: bytes) -> EvidenceDocument | ServiceDocument | MetaEvidenceDocument | None:
    """The document that a piece of this kind holds; None for a bare file. Raises BadDocument.

    Metadata and meta-evidence must be documents. Deliveries and evidence may be any file, and the grounds of
    appeals, too.
    """
    if kind == "metadata":
        return ServiceDocument.parse(data)
    if kind == "meta":
        return MetaEvidenceDocument.parse(data)
    return EvidenceDocument.found_in(data)


def _check_parts(
    piece: Piece, content: Content, document: EvidenceDocument | ServiceDocument | MetaEvidenceDocument
) -> Iterator[Finding]:
    if isinstance(document, EvidenceDocument) and document.link:
        yield Finding(piece, Verdict.UNCHECKABLE, part="file", title=document.link)
    part, cid = (
        ("picture", document.picture) if isinstance(document, ServiceDocument) else ("file", document.file)
    )
    if not cid:
        return
    sealed = isinstance(document, EvidenceDocument) and document.sealed
    try:
        size = len(content.get(cid, FILE_LIMIT))
    except EvidenceError as error:
        yield Finding(piece, _verdict(error), cid, part, sealed=sealed, error=error)
    else:
        yield Finding(piece, Verdict.SOUND, cid, part, size=size, sealed=sealed)


def _check_sealed_terms(piece: Piece, cid: str, order: Order) -> None:
    """The terms seal the high half of the metadata CID's hash: an event that says otherwise lies."""
    if piece.kind not in ("metadata", "meta"):
        return
    text = piece.value.removeprefix("/ipfs/")
    if int.from_bytes(metadata_hash(text)[:16], "big") != order.terms.metadata:
        raise WrongContent(cid=cid)


def _verdict(error: EvidenceError) -> Verdict:
    for kind, verdict in _VERDICTS.items():
        if isinstance(error, kind):
            return verdict
    raise error
