"""Reckons scores from what happened to orders, by the formula, instead of adding up what events say.

By the market's own table the two agree, change by change; by another table it is what would have been.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from dapp.domain.credit import (
    ATTESTED_BASE,
    ATTESTED_MAX,
    CreditReason,
    Dimension,
    MerchantScore,
    PairEpochs,
)
from dapp.domain.credit_table import TABLE, CreditTable
from dapp.domain.hashing import to_checksum_address
from dapp.domain.orders import Resolution, Status
from dapp.domain.replay import Event
from dapp.domain.split import scale_down
from dapp.domain.terms import Terms

SUB_BASE, SUB_MAX = ATTESTED_BASE // 3, ATTESTED_MAX // 3
"""Each of the three attested dimensions, as `contracts/credit/Credit.sol` has them."""

Weigh = Callable[[Terms], int]


@dataclass(frozen=True)
class Move:
    """A change of a score. ref: an order's id or an attestation's; applied: thousandths, after clamping."""

    merchant: str
    ref: bytes
    dimension: Dimension
    reason: CreditReason
    applied: int
    timestamp: int


@dataclass
class _Order:
    terms: Terms
    weight: int
    status: Status
    held: int
    gained: int = 0
    trade_loss: int = 0
    service_loss: int = 0


@dataclass
class Rescoring:
    """Scores as the formula has them. weigh: an order's weight, the sealed one unless told otherwise."""

    table: CreditTable = TABLE
    weigh: Weigh = lambda terms: terms.weight
    moves: list[Move] = field(default_factory=list)
    now: int = 0

    def __post_init__(self) -> None:
        self.scores: dict[str, MerchantScore] = defaultdict(lambda: MerchantScore(table=self.table))
        self.subs: dict[tuple[str, Dimension], int] = defaultdict(lambda: SUB_BASE)
        self._orders: dict[bytes, _Order] = {}
        self._pairs = PairEpochs(self.table)

    def take(self, event: Event) -> None:
        """The next event of the market; those that move no score are skipped."""
        handler = _HANDLERS.get(event.name)
        if handler is not None:
            self.now = event.block_timestamp
            handler(self, event.args)

    def attest(
        self, merchant: str, dimension: Dimension, delta: int, reason: CreditReason, ref: bytes
    ) -> int:
        """Move an attested dimension within its bounds; returns what was applied."""
        key = (to_checksum_address(merchant), dimension)
        before = self.subs[key]
        self.subs[key] = min(max(before + delta, 0), SUB_MAX)
        applied = self.scores[key[0]].move(dimension, self.subs[key] - before)
        self._note(key[0], ref, dimension, reason, applied)
        return applied

    def is_order(self, ref: bytes) -> bool:
        """Whether an event's reference is an order's id."""
        return ref in self._orders

    # -- orders ---------------------------------------------------------------------------------

    def _placed(self, args: Mapping[str, Any]) -> None:
        terms = Terms.of(args["terms"])
        order = _Order(terms, self.weigh(terms), Status.PLACED, terms.base)
        self._orders[bytes(args["id"])] = order

    def _accepted(self, args: Mapping[str, Any]) -> None:
        self._orders[bytes(args["id"])].status = Status.IN_PROGRESS

    def _delivered(self, args: Mapping[str, Any]) -> None:
        self._orders[bytes(args["id"])].status = Status.DELIVERED

    def _refunded(self, args: Mapping[str, Any]) -> None:
        order = self._orders[bytes(args["id"])]
        order.held = args["left"]
        # Giving everything back before accepting is a decline, and doesn't score.
        if not order.held and order.status is not Status.PLACED:
            self._lose_refund(bytes(args["id"]), order, 0)

    def _reclaimed(self, args: Mapping[str, Any]) -> None:
        ref = bytes(args["id"])
        order = self._orders[ref]
        if order.status is Status.IN_PROGRESS:
            applied = self._score(order).lose_deadline(order.weight)
            self._lose(ref, order, CreditReason.DEADLINE_MISSED, applied, 0)

    def _released(self, args: Mapping[str, Any]) -> None:
        ref, earned = bytes(args["id"]), args["earned"]
        order = self._orders[ref]
        self._gain(ref, order, earned, order.weight)
        self._lose_refund(ref, order, earned)

    def _resolved(self, args: Mapping[str, Any]) -> None:
        ref, how, earned = bytes(args["id"]), Resolution(args["how"]), args["earned"]
        order = self._orders[ref]
        self._gain(ref, order, earned, 0 if how is Resolution.FALLBACK else order.weight)
        if how is Resolution.RULING and args["toBuyer"] and order.weight:
            trade, service = self._score(order).lose_ruling(order.weight, args["toBuyer"], order.terms.base)
            self._lose(ref, order, CreditReason.DISPUTE_RULED, trade, service)
        if order.status is not Status.PLACED:
            self._lose_refund(ref, order, earned if how is Resolution.SETTLEMENT else order.held)

    def _rated(self, args: Mapping[str, Any]) -> None:
        ref = bytes(args["id"])
        order = self._orders[ref]
        applied = self._score(order).rate(args["stars"], order.gained)
        self._lose(ref, order, CreditReason.RATING, 0, applied)

    def _changed(self, args: Mapping[str, Any]) -> None:
        """What only an event tells: attestations, and that an appeal was upheld."""
        ref, reason = bytes(args["ref"]), CreditReason(args["reason"])
        order = self._orders.get(ref)
        if order is None:
            self.attest(args["merchant"], Dimension(args["dimension"]), args["applied"], reason, ref)
        elif reason is CreditReason.REVERSAL:
            trade, service = self._score(order).reverse(order.trade_loss, order.service_loss)
            order.trade_loss = order.service_loss = 0
            self._note(order.terms.seller, ref, Dimension.TRADE, reason, trade)
            self._note(order.terms.seller, ref, Dimension.SERVICE, reason, service)

    # -- inside ---------------------------------------------------------------------------------

    def _score(self, order: _Order) -> MerchantScore:
        return self.scores[order.terms.seller]

    def _gain(self, ref: bytes, order: _Order, earned: int, weight: int) -> None:
        terms = order.terms
        share = scale_down(weight, earned, terms.base)
        order.gained = self._pairs.take(terms.seller, terms.buyer, self.now, share) if share else 0
        applied = self._score(order).gain(order.gained)
        self._note(terms.seller, ref, Dimension.TRADE, CreditReason.SETTLEMENT, applied)

    def _lose_refund(self, ref: bytes, order: _Order, earned: int) -> None:
        base = order.terms.base
        if earned != base:
            applied = self._score(order).lose_refund(order.weight, base - earned, base)
            self._lose(ref, order, CreditReason.REFUND, applied, 0)

    def _lose(self, ref: bytes, order: _Order, reason: CreditReason, trade: int, service: int) -> None:
        order.trade_loss += max(-trade, 0)
        order.service_loss += max(-service, 0)
        self._note(order.terms.seller, ref, Dimension.TRADE, reason, trade)
        self._note(order.terms.seller, ref, Dimension.SERVICE, reason, service)

    def _note(
        self, merchant: str, ref: bytes, dimension: Dimension, reason: CreditReason, applied: int
    ) -> None:
        if applied:
            self.moves.append(Move(merchant, ref, dimension, reason, applied, self.now))


def rescore(events: Iterable[Event], table: CreditTable = TABLE) -> Rescoring:
    """The scores of all merchants after `events`, given in the chain's order."""
    rescoring = Rescoring(table)
    for event in events:
        rescoring.take(event)
    return rescoring


_HANDLERS: dict[str, Callable[[Rescoring, Mapping[str, Any]], None]] = {
    "OrderPlaced": Rescoring._placed,
    "OrderAccepted": Rescoring._accepted,
    "OrderDelivered": Rescoring._delivered,
    "OrderRefunded": Rescoring._refunded,
    "OrderReclaimed": Rescoring._reclaimed,
    "OrderReleased": Rescoring._released,
    "OrderResolved": Rescoring._resolved,
    "OrderRated": Rescoring._rated,
    "CreditChanged": Rescoring._changed,
}
