"""What counts already, rebuilt from the chain's events and their evidence: nothing else is remembered.

An attestation whose evidence is one of ours has counted a fact, or taken from one that had; one with other
evidence is somebody's own. Where the evidence of a poster of ours is missing, nobody can tell, and nothing
more is posted for that merchant and dimension until it is there again.
"""

import logging
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from hexbytes import HexBytes
from web3.exceptions import BlockNotFound
from web3.types import LogReceipt

from dapp.chain.contracts import MarketContracts
from dapp.chain.failures import ChainError
from dapp.chain.logs import find_logs
from dapp.credit.claims import Claim
from dapp.credit.document import AttestationDocument, Change
from dapp.domain.credit import Dimension
from dapp.evidence.box import EvidenceBox
from dapp.evidence.errors import BadDocument, EvidenceError, EvidenceTooLarge, NotACid, NotAFile
from dapp.evidence.fields import DOCUMENT_LIMIT

_LOG = logging.getLogger(__name__)
_EVENTS = ("Attested", "AppealOpened", "AppealDecided", "AppealExpired")
_CHECKPOINTS = 64


class ChainMoved(ChainError):  # noqa: N818
    """The block that the journal was to be read up to isn't the chain's any more."""


@dataclass(frozen=True)
class Entry:
    """An attestation on chain. document: its evidence, if it is one of ours and fits the event.

    trouble: why its evidence can't be read, empty if it can. place: block and log index.
    """

    id: bytes
    merchant: str
    attestor: str
    dimension: Dimension
    delta: int
    applied: int
    cid: str
    place: tuple[int, int]
    document: AttestationDocument | None = None
    trouble: str = ""


@dataclass(frozen=True)
class _Appeal:
    ref: bytes
    name: str
    upheld: bool
    place: tuple[int, int]


@dataclass
class Ledger:
    """What the entries come to. claims: by fact key. unclear: for whom nothing is posted, with the CIDs."""

    claims: dict[bytes, Claim] = field(default_factory=dict)
    unclear: dict[tuple[str, Dimension], list[str]] = field(default_factory=dict)


class Journal:
    """Follows one market's attestations. Not safe to share between threads."""

    def __init__(self, contracts: MarketContracts, box: EvidenceBox, posters: Iterable[str] = ()) -> None:
        self._contracts, self._box, self._own = contracts, box, frozenset(posters)
        self._entries: list[Entry] = []
        self._appeals: list[_Appeal] = []
        self._checkpoints: list[tuple[int, bytes]] = []

    @property
    def upheld(self) -> set[bytes]:
        """What appeals reversed: attestations and orders."""
        return {appeal.ref for appeal in self._appeals if appeal.upheld}

    @property
    def entries(self) -> tuple[Entry, ...]:
        """All attestations so far, in the chain's order."""
        return tuple(self._entries)

    def follow(self, number: int, block_hash: bytes) -> None:
        """Read up to a block; undo what a reorganisation undid. Raises ChainMoved and what nodes raise."""
        while self._checkpoints and not self._stands(*self._checkpoints[-1]):
            self._checkpoints.pop()
            self._forget_after(self._checkpoints[-1][0] if self._checkpoints else -1)
        known = self._checkpoints[-1][0] if self._checkpoints else self._contracts.record.first_block - 1
        if number > known:
            credit = self._contracts.credit
            logs = find_logs(self._contracts.web3, credit.address, [], known + 1, number)
            entries, appeals = self._read(logs)
            if not self._stands(number, block_hash):
                raise ChainMoved(f"Block {number} isn't the chain's any more.")
            self._entries += entries
            self._appeals += appeals
            self._checkpoints = [*self._checkpoints, (number, block_hash)][-_CHECKPOINTS:]
        self._entries = [self._with_evidence(each) if each.trouble else each for each in self._entries]

    def ledger(self) -> Ledger:
        """What counts, after everything that was read."""
        ledger = Ledger()
        ours = self._own | {each.attestor for each in self._entries if each.document is not None}
        by_id: dict[bytes, Claim] = {}
        for entry in self._entries:
            if entry.document is not None:
                _enter(entry, entry.document, ledger, by_id)
            elif entry.trouble and entry.attestor in ours:
                ledger.unclear.setdefault((entry.merchant, entry.dimension), []).append(entry.cid)
        for appeal in self._appeals:
            if (claim := by_id.get(appeal.ref)) is not None:
                (claim.appealed.add if appeal.name == "AppealOpened" else claim.appealed.discard)(appeal.ref)
                claim.upheld |= appeal.upheld and appeal.ref == claim.id
                claim.closed |= appeal.upheld and appeal.ref != claim.id
        return ledger

    # -- inside ---------------------------------------------------------------------------------

    def _stands(self, number: int, block_hash: bytes) -> bool:
        try:
            return bytes(self._contracts.web3.eth.get_block(number)["hash"]) == block_hash
        except BlockNotFound:
            return False

    def _forget_after(self, number: int) -> None:
        self._entries = [each for each in self._entries if each.place[0] <= number]
        self._appeals = [each for each in self._appeals if each.place[0] <= number]

    def _read(self, logs: Iterable[LogReceipt]) -> tuple[list[Entry], list[_Appeal]]:
        credit = self._contracts.credit
        events = {HexBytes(credit.events[name]().topic): credit.events[name]() for name in _EVENTS}
        entries, appeals = list[Entry](), list[_Appeal]()
        for log in logs:
            event = events.get(HexBytes(log["topics"][0])) if log["topics"] else None
            if event is None:
                continue
            args, place = event.process_log(log)["args"], (log["blockNumber"], log["logIndex"])
            if event.event_name == "Attested":
                entries.append(self._with_evidence(_entry(args, place)))
            else:
                upheld = bool(args.get("upheld", False))
                appeals.append(_Appeal(bytes(args["ref"]), event.event_name, upheld, place))
        return entries, appeals

    def _with_evidence(self, entry: Entry) -> Entry:
        """The entry with its evidence, or with why there is none."""
        try:
            document = AttestationDocument.parse(self._box.get(entry.cid, DOCUMENT_LIMIT))
        except (BadDocument, EvidenceTooLarge, NotACid, NotAFile):
            return replace(entry, document=None, trouble="")  # somebody's own: no document of ours
        except EvidenceError as error:
            if not entry.trouble:
                _LOG.warning("credit: evidence of attestation 0x%s: %s", entry.id.hex(), error)
            return replace(entry, document=None, trouble=str(error))
        fits = document is not None and self._fits(entry, document)
        if document is not None and not fits:
            _LOG.warning("credit: attestation 0x%s has the evidence of another one", entry.id.hex())
        return replace(entry, document=document if fits else None, trouble="")

    def _fits(self, entry: Entry, document: AttestationDocument) -> bool:
        """Whether the document is about this very attestation."""
        here = (self._contracts.record.chain_id, self._contracts.credit.address)
        said = (document.merchant, document.dimension, document.delta)
        report = document.report
        about = report is None or (report.chain_id, report.credit, report.merchant) == (*here, entry.merchant)
        return (
            about
            and (document.chain_id, document.credit) == here
            and said == (entry.merchant, entry.dimension, entry.delta)
        )


def _entry(args: Mapping[str, Any], place: tuple[int, int]) -> Entry:
    return Entry(
        id=bytes(args["id"]),
        merchant=str(args["merchant"]),
        attestor=str(args["attestor"]),
        dimension=Dimension(args["dimension"]),
        delta=int(args["delta"]),
        applied=int(args["applied"]),
        cid=str(args["cid"]),
        place=place,
    )


def _enter(entry: Entry, document: AttestationDocument, ledger: Ledger, by_id: dict[bytes, Claim]) -> None:
    if document.change is Change.GRANT:
        report = document.report
        if report is None or report.fact_key in ledger.claims:
            return
        claim = Claim(
            id=entry.id,
            block=entry.place[0],
            rule=document.rule,
            rules=document.rules,
            dimension=entry.dimension,
            report=report,
            asked=entry.delta,
            applied=entry.applied,
        )
        ledger.claims[report.fact_key] = claim
    else:
        found = by_id.get(document.grant)
        if found is None:
            return
        claim = found
        claim.taken += entry.delta
    by_id[entry.id] = claim
