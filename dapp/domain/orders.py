"""The order's state machine: who may do what and when, and what it does to the money held.

Pure functions on a state; mirrors `contracts/market/Orders.sol`. Clocks are half-open: the one side may act
while `now < until`, the time-out from `now >= until`.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum, IntEnum

from dapp.domain.bounds import COOLING_OFF, MAX_HOLD, RATING_WINDOW
from dapp.domain.disputes import DEPOSIT_WINDOW
from dapp.domain.errors import IllegalAction, WrongSplit
from dapp.domain.terms import Flag, Terms
from dapp.domain.words import unpack

_SLOT = (
    ("held", 128),
    ("until", 40),
    ("status", 8),
    ("stars", 8),
    ("gained", 24),
    ("trade_loss", 24),
    ("service_loss", 24),
)


class Status(IntEnum):
    """Where an order stands; the numbers are the contract's."""

    NONE = 0
    PLACED = 1
    IN_PROGRESS = 2
    DELIVERED = 3
    DISPUTED = 4
    COMPLETED = 5
    CANCELLED = 6


class Resolution(IntEnum):
    """How a module ended an order; the numbers are the contract's."""

    SETTLEMENT = 0
    RULING = 1
    FALLBACK = 2


class Actor(Enum):
    """Who acts; a payer that is not the buyer is an outsider.

    MODULE is the order's own disputes module, RISK the contract that holds deliveries.
    """

    BUYER = "buyer"
    SELLER = "seller"
    MODULE = "module"
    RISK = "risk"
    OUTSIDER = "outsider"


class Action(Enum):
    """What can be done with an order. `DISPUTE` and `SETTLE` reach it through the module."""

    ACCEPT = "accept"
    DECLINE = "decline"
    CANCEL = "cancel"
    DELIVER = "deliver"
    RELEASE = "release"
    REFUND = "refund"
    RECLAIM = "reclaim"
    RATE = "rate"
    DISPUTE = "dispute"
    SETTLE = "settle"
    RULE = "rule"
    SET_REVIEW = "set_review"


LIVE = frozenset({Status.PLACED, Status.IN_PROGRESS, Status.DELIVERED, Status.DISPUTED})
ENDED = frozenset({Status.COMPLETED, Status.CANCELLED})


@dataclass(frozen=True)
class OrderState:
    """An order's slot: `held` token units in escrow, `until` the end of the running clock (Unix seconds).

    extension: while Delivered, the seconds that a hold added to the review.
    """

    status: Status
    until: int
    held: int
    stars: int = 0
    extension: int = 0

    @classmethod
    def unpack(cls, word: int) -> "OrderState":
        """The state in the market's packed word; what an ended order did to a score is left out."""
        fields = unpack(_SLOT, word)
        status = Status(fields["status"])
        extension = fields["gained"] if status is Status.DELIVERED else 0
        return cls(status, fields["until"], fields["held"], fields["stars"], extension)


@dataclass(frozen=True)
class Outcome:
    """What an action did: the next state, token units back to the buyer, and token units to be split."""

    state: OrderState
    to_buyer: int = 0
    earned: int = 0


def place(terms: Terms) -> OrderState:
    """The state of an order that was just placed."""
    return OrderState(Status.PLACED, terms.placed_at + terms.accept_seconds, terms.base)


def legal_actions(terms: Terms, state: OrderState, now: int, actor: Actor) -> frozenset[Action]:
    """Every action that `actor` may take at `now` (Unix seconds)."""
    return frozenset(action for action in Action if is_legal(action, terms, state, now, actor))


def is_legal(action: Action, terms: Terms, state: OrderState, now: int, actor: Actor) -> bool:
    """Whether `actor` may take `action` at `now`."""
    return _RULES[action](terms, state, now, actor)


def earliest_accept(terms: Terms) -> int:
    """From when on the seller may accept: at once if instant, else after the cooling-off time."""
    return terms.placed_at + (0 if terms.has(Flag.INSTANT) else COOLING_OFF)


def accept(terms: Terms, state: OrderState, now: int) -> Outcome:
    """The seller takes the order on; its delivery clock starts."""
    _require(Action.ACCEPT, terms, state, now, Actor.SELLER)
    return Outcome(OrderState(Status.IN_PROGRESS, now + terms.deliver_seconds, state.held))


def decline(terms: Terms, state: OrderState, now: int) -> Outcome:
    """The seller sends everything back before accepting."""
    _require(Action.DECLINE, terms, state, now, Actor.SELLER)
    return _send_back(state)


def cancel(terms: Terms, state: OrderState, now: int) -> Outcome:
    """The buyer takes everything back before the order is accepted."""
    _require(Action.CANCEL, terms, state, now, Actor.BUYER)
    return _send_back(state)


def reclaim(terms: Terms, state: OrderState, now: int) -> Outcome:
    """Anyone sends everything back to the buyer once the seller missed a deadline."""
    _require(Action.RECLAIM, terms, state, now, Actor.OUTSIDER)
    return _send_back(state)


def deliver(terms: Terms, state: OrderState, now: int) -> Outcome:
    """The seller hands in the work; the review clock starts."""
    _require(Action.DELIVER, terms, state, now, Actor.SELLER)
    return Outcome(OrderState(Status.DELIVERED, now + terms.review_seconds, state.held))


def release(terms: Terms, state: OrderState, now: int, actor: Actor) -> Outcome:
    """All that is held is split; the buyer may do it at any time, anyone after the review window."""
    _require(Action.RELEASE, terms, state, now, actor)
    return Outcome(_completed(now), earned=state.held)


def refund(terms: Terms, state: OrderState, now: int, amount: int) -> Outcome:
    """The seller gives `amount` token units back; a refund of all that is held ends the order.

    Raises WrongSplit unless 0 < amount <= held.
    """
    _require(Action.REFUND, terms, state, now, Actor.SELLER)
    if not 0 < amount <= state.held:
        raise WrongSplit(f"{amount} of {state.held}")
    if amount == state.held:
        return _send_back(state)
    return Outcome(replace(state, held=state.held - amount), to_buyer=amount)


def dispute(terms: Terms, state: OrderState, now: int, ends_at: int, actor: Actor) -> Outcome:
    """A party disputes (the seller at the review's end only); `ends_at` is the dispute's absolute end."""
    _require(Action.DISPUTE, terms, state, now, actor)
    return Outcome(OrderState(Status.DISPUTED, ends_at, state.held))


def set_review(terms: Terms, state: OrderState, now: int, until: int) -> Outcome:
    """The risk contract moves the end of a running review, between the sealed one and MAX_HOLD later.

    Raises IllegalAction if `until` is outside.
    """
    _require(Action.SET_REVIEW, terms, state, now, Actor.RISK)
    sealed_end = state.until - state.extension
    if not sealed_end <= until <= sealed_end + MAX_HOLD:
        raise IllegalAction(f"a review until {until}, not from {sealed_end} to {sealed_end + MAX_HOLD}")
    return Outcome(replace(state, until=until, extension=until - sealed_end))


def resolve(terms: Terms, state: OrderState, now: int, to_buyer: int, how: Resolution) -> Outcome:
    """The module ends the order: `to_buyer` token units go back, the rest of what is held is split.

    Raises WrongSplit if `to_buyer` is more than is held.
    """
    action = Action.SETTLE if how is Resolution.SETTLEMENT else Action.RULE
    _require(action, terms, state, now, Actor.MODULE)
    if not 0 <= to_buyer <= state.held:
        raise WrongSplit(f"{to_buyer} of {state.held}")
    return Outcome(_completed(now), to_buyer, state.held - to_buyer)


def rate(terms: Terms, state: OrderState, now: int, stars: int) -> Outcome:
    """The buyer rates a completed order with 1 to 5 stars, once."""
    _require(Action.RATE, terms, state, now, Actor.BUYER)
    if not 1 <= stars <= 5:
        raise IllegalAction(f"{stars} stars")
    return Outcome(replace(state, stars=stars))


def _require(action: Action, terms: Terms, state: OrderState, now: int, actor: Actor) -> None:
    if not is_legal(action, terms, state, now, actor):
        raise IllegalAction(f"{action.value} by the {actor.value} at {now}: {state}")


def _send_back(state: OrderState) -> Outcome:
    return Outcome(OrderState(Status.CANCELLED, 0, 0), to_buyer=state.held)


def _completed(now: int) -> OrderState:
    return OrderState(Status.COMPLETED, now + RATING_WINDOW, 0)


_Rule = Callable[[Terms, OrderState, int, Actor], bool]
_WORKING = (Status.IN_PROGRESS, Status.DELIVERED)


def _may_deliver(terms: Terms, s: OrderState, now: int, who: Actor) -> bool:
    started = s.status is Status.IN_PROGRESS or (s.status is Status.PLACED and terms.has(Flag.INSTANT))
    return who is Actor.SELLER and started and now < s.until


def _may_dispute(_terms: Terms, s: OrderState, now: int, who: Actor) -> bool:
    if s.status not in _WORKING or now >= s.until:
        return False
    # A silent side loses: the seller's dispute takes no time from the buyer's review.
    reviewed = s.status is Status.DELIVERED and s.until <= now + DEPOSIT_WINDOW
    return who is Actor.BUYER or (who is Actor.SELLER and reviewed)


_RULES: dict[Action, _Rule] = {
    Action.ACCEPT: lambda t, s, now, who: (
        who is Actor.SELLER and s.status is Status.PLACED and earliest_accept(t) <= now < s.until
    ),
    Action.DECLINE: lambda _t, s, _now, who: who is Actor.SELLER and s.status is Status.PLACED,
    Action.CANCEL: lambda _t, s, _now, who: who is Actor.BUYER and s.status is Status.PLACED,
    Action.DELIVER: _may_deliver,
    Action.RELEASE: lambda _t, s, now, who: (
        s.status is Status.DELIVERED and (who is Actor.BUYER or now >= s.until)
    ),
    Action.REFUND: lambda _t, s, _now, who: who is Actor.SELLER and s.status in LIVE,
    Action.RECLAIM: lambda _t, s, now, _who: (
        s.status in (Status.PLACED, Status.IN_PROGRESS) and now >= s.until
    ),
    Action.RATE: lambda _t, s, now, who: (
        who is Actor.BUYER and s.status is Status.COMPLETED and not s.stars and now < s.until
    ),
    Action.DISPUTE: _may_dispute,
    Action.SET_REVIEW: lambda _t, s, now, who: (
        who is Actor.RISK and s.status is Status.DELIVERED and now < s.until
    ),
    Action.SETTLE: lambda _t, s, _now, who: who is Actor.MODULE and s.status in LIVE,
    Action.RULE: lambda _t, s, _now, who: who is Actor.MODULE and s.status is Status.DISPUTED,
}
