"""What the chain says of an order's documents: every event that names a CID for it, read from logs alone."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Protocol

from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_typing import ChecksumAddress
from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak
from web3.contract import Contract
from web3.types import LogReceipt

from dapp.chain.contracts import MarketContracts
from dapp.chain.logs import find_logs
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.terms import Terms

EVIDENCE_V1 = keccak(text="Evidence(address,uint256,address,string)")
"""ERC-1497: arbitrator, group and party are indexed; the string is `/ipfs/<CID>`."""
EVIDENCE_V2 = keccak(text="Evidence(uint256,address,string)")
"""Kleros v2: group and party are indexed; the string may be the document itself, as JSON."""


class SealedOrder(Protocol):
    """An order as the chain or the index gives it."""

    @property
    def id(self) -> bytes:
        """32 bytes."""

    @property
    def terms(self) -> Terms:
        """What was sealed."""


@dataclass(frozen=True)
class Piece:
    """One event that names content.

    kind: metadata (of the listing's version), meta (meta-evidence of a dispute), delivery, evidence, appeal
    or decision (of a credit appeal about the order), hold or review (of a hold on the delivery). value: the
    string of the event, foreign text.
    """

    kind: str
    value: str
    party: ChecksumAddress | None
    contract: ChecksumAddress
    block: int
    log_index: int
    transaction: bytes


@dataclass(frozen=True)
class Arbitration:
    """A dispute of the order at an arbitrator."""

    arbitrator: ChecksumAddress
    dispute_id: int


def pieces_of(contracts: MarketContracts, order: SealedOrder) -> list[Piece]:
    """All events that name content for the order, in the chain's order; the metadata's comes first."""
    found = [*_metadata(contracts, order), *_deliveries(contracts, order), *_meta_evidence(contracts, order)]
    found += [*_evidence(contracts, order), *_appeals(contracts, order), *_holds(contracts, order)]
    return sorted(found, key=lambda piece: (piece.block, piece.log_index))


def arbitrations_of(contracts: MarketContracts, order: SealedOrder) -> list[Arbitration]:
    """The arbitrators that the order's dispute went to, in the chain's order."""
    found = []
    for _log, event in _events(contracts, contracts.disputes, "Dispute"):
        if event["_evidenceGroupID"] == int.from_bytes(order.id, "big"):
            found.append(Arbitration(to_checksum_address(event["_arbitrator"]), event["_disputeID"]))
    return found


def _metadata(contracts: MarketContracts, order: SealedOrder) -> Iterator[Piece]:
    listing = order.terms.listing_id.to_bytes(32, "big")
    for log, event in _events(contracts, contracts.market, "Listed", listing):
        if event["version"] == order.terms.version:
            yield _piece("metadata", log, event["cid"], order.terms.seller)


def _deliveries(contracts: MarketContracts, order: SealedOrder) -> Iterator[Piece]:
    for log, event in _events(contracts, contracts.market, "OrderDelivered", order.id):
        yield _piece("delivery", log, event["cid"], order.terms.seller)


def _meta_evidence(contracts: MarketContracts, order: SealedOrder) -> Iterator[Piece]:
    for log, event in _events(contracts, contracts.disputes, "MetaEvidence", order.id):
        yield _piece("meta", log, event["_evidence"])


def _appeals(contracts: MarketContracts, order: SealedOrder) -> Iterator[Piece]:
    for kind, name in (("appeal", "AppealOpened"), ("decision", "AppealDecided")):
        for log, event in _events(contracts, contracts.credit, name, order.id):
            yield _piece(kind, log, event["cid"], event["merchant"] if kind == "appeal" else None)


def _holds(contracts: MarketContracts, order: SealedOrder) -> Iterator[Piece]:
    for kind, name in (("hold", "HoldPlaced"), ("review", "HoldCleared"), ("review", "HoldConfirmed")):
        for log, event in _events(contracts, contracts.risk_holds, name, order.id):
            yield _piece(kind, log, event["cid"], event["by"])


def _evidence(contracts: MarketContracts, order: SealedOrder) -> Iterator[Piece]:
    """Both shapes: of the log and Disputes about the order, of its arbitrators also about their disputes."""
    arbitrations = arbitrations_of(contracts, order)
    groups = {contract.address: {order.id} for contract in (contracts.evidence, contracts.disputes)}
    if order.terms.arbitrator != ZERO_ADDRESS:
        groups[to_checksum_address(order.terms.arbitrator)] = {order.id}
    for arbitration in arbitrations:
        ids = groups.setdefault(arbitration.arbitrator, {order.id})
        ids.add(arbitration.dispute_id.to_bytes(32, "big"))
    for address, ids in groups.items():
        for group in sorted(ids):
            for topics in ([EVIDENCE_V1, None, group], [EVIDENCE_V2, group]):
                for log in find_logs(contracts.web3, address, topics, contracts.record.first_block):
                    yield _foreign_piece(log)


def _foreign_piece(log: LogReceipt) -> Piece:
    """A piece of evidence in either shape, by whatever contract; what can't be read has an empty value."""
    try:
        (value,) = decode(["string"], bytes(log["data"]))
    except (DecodingError, UnicodeDecodeError):
        value = ""
    party = log["topics"][-1][-20:] if len(log["topics"]) > 2 else None
    return _piece("evidence", log, value, None if party is None else "0x" + bytes(party).hex())


def _events(
    contracts: MarketContracts, contract: Contract, name: str, first_topic: bytes | None = None
) -> Iterator[tuple[LogReceipt, Any]]:
    event = contract.events[name]()
    topics = [bytes.fromhex(event.topic.removeprefix("0x")), *([first_topic] if first_topic else [])]
    for log in find_logs(contracts.web3, contract.address, topics, contracts.record.first_block):
        yield log, event.process_log(log)["args"]


def _piece(kind: str, log: LogReceipt, value: str, party: str | None = None) -> Piece:
    return Piece(
        kind=kind,
        value=str(value),
        party=None if party is None else to_checksum_address(party),
        contract=log["address"],
        block=log["blockNumber"],
        log_index=log["logIndex"],
        transaction=bytes(log["transactionHash"]),
    )
