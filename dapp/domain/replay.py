"""Rebuilds the market's books from its events alone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from dapp.domain.books import Books, OrderRecord
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.credit_table import TABLE, CreditTable
from dapp.domain.errors import InconsistentHistory
from dapp.domain.maturity import day_of
from dapp.domain.orders import Resolution, Status, place
from dapp.domain.terms import Flag, Terms

Args = Mapping[str, Any]


@dataclass(frozen=True)
class Event:
    """A decoded event of the market: the arguments by their names, the block's time in Unix seconds.

    `args["terms"]` of OrderPlaced is a `Terms`, or the struct as a sequence or mapping in its own order.
    """

    name: str
    args: Args
    block_timestamp: int


def replay(market: str, events: Iterable[Event], table: CreditTable = TABLE) -> Books:
    """The books of the market at address `market` after `events`, given in the chain's order.

    table: what the market's scores are reckoned by. Events of no consequence for the books are skipped.
    Raises UnknownOrder or InconsistentHistory for events that can't be the market's.
    """
    books = Books(market, table)
    for event in events:
        if (handler := _HANDLERS.get(event.name)) is not None:
            handler(books, event.args, event.block_timestamp)
    return books


# -- ledger -----------------------------------------------------------------------------------


def _deposited(books: Books, args: Args, _now: int) -> None:
    books.credit(args["account"], args["token"], args["amount"])


def _withdrawn(books: Books, args: Args, _now: int) -> None:
    books.credit(args["account"], args["token"], -args["amount"])


def _transferred(books: Books, args: Args, _now: int) -> None:
    books.credit(args["from"], args["token"], -args["amount"])
    books.credit(args["to"], args["token"], args["amount"])


def _matured(books: Books, args: Args, now: int) -> None:
    account, token, day, amount = args["account"], args["token"], args["day"], args["amount"]
    if books.ring(account, token).mature(day_of(now), [day]) != [(day, amount)]:
        raise InconsistentHistory(f"{amount} of day {day} weren't due to {account}")
    books.credit(account, token, amount)


# -- orders -----------------------------------------------------------------------------------


def _order_placed(books: Books, args: Args, _now: int) -> None:
    terms = Terms.of(args["terms"])
    books.orders[bytes(args["id"])] = OrderRecord(terms, place(terms))
    if terms.has(Flag.FROM_LEDGER):
        books.credit(terms.payer, terms.token, -terms.base)
    windows = terms.accept_seconds + terms.deliver_seconds + terms.review_seconds
    books.shop(terms.seller).keep_until(terms.placed_at + windows)


def _order_accepted(books: Books, args: Args, now: int) -> None:
    order = books.order(args["id"])
    order.state = replace(order.state, status=Status.IN_PROGRESS, until=now + order.terms.deliver_seconds)


def _order_delivered(books: Books, args: Args, now: int) -> None:
    order = books.order(args["id"])
    order.state = replace(order.state, status=Status.DELIVERED, until=now + order.terms.review_seconds)


def _order_disputed(books: Books, args: Args, _now: int) -> None:
    order = books.order(args["id"])
    order.state = replace(order.state, status=Status.DISPUTED, until=args["endsAt"], extension=0)
    books.shop(order.terms.seller).keep_until(args["endsAt"])


def _order_review_set(books: Books, args: Args, _now: int) -> None:
    order = books.order(args["id"])
    sealed_end, until = order.state.until - order.state.extension, args["until"]
    order.state = replace(order.state, until=until, extension=until - sealed_end)
    books.shop(order.terms.seller).keep_until(until)


def _order_refunded(books: Books, args: Args, _now: int) -> None:
    status = books.order(args["id"]).state.status if args["left"] else Status.CANCELLED
    order = books.give_back(args["id"], args["amount"], status)
    if order.state.held != args["left"]:
        raise InconsistentHistory(f"{args['left']} left, not {order.state.held}")


def _order_sent_back(books: Books, args: Args, _now: int) -> None:
    books.give_back(args["id"], args["refunded"], Status.CANCELLED)


def _order_released(books: Books, args: Args, now: int) -> None:
    books.complete(args["id"], now, 0, args["earned"], args["credit"])


def _order_resolved(books: Books, args: Args, now: int) -> None:
    scores = Resolution(args["how"]) is not Resolution.FALLBACK
    books.complete(args["id"], now, args["toBuyer"], args["earned"], args["credit"], scores=scores)


def _order_rated(books: Books, args: Args, _now: int) -> None:
    order = books.order(args["id"])
    order.state = replace(order.state, stars=args["stars"])


# -- merchants --------------------------------------------------------------------------------


def _credit_changed(books: Books, args: Args, _now: int) -> None:
    dimension, applied = Dimension(args["dimension"]), args["applied"]
    # What was applied is clamped already, and a release's gain is told after the losses that came with it:
    # only the sum at the end is within bounds.
    score = books.score(args["merchant"])
    order = books.orders.get(bytes(args["ref"]))
    if order is not None and CreditReason(args["reason"]) is CreditReason.REVERSAL:
        order.trade_loss = order.service_loss = 0
    lost = -min(applied, 0)
    if dimension is Dimension.TRADE:
        score.trade += applied
        if order is not None:
            order.trade_loss += lost
    elif dimension is Dimension.SERVICE:
        score.service += applied
        if order is not None:
            order.service_loss += lost
    else:
        score.attested += applied


def _staked(books: Books, args: Args, _now: int) -> None:
    shop = books.shop(args["merchant"])
    shop.stake, shop.unstake_day = shop.stake + args["amount"], 0


def _unstake_requested(books: Books, args: Args, _now: int) -> None:
    books.shop(args["merchant"]).unstake_day = args["availableFromDay"]


def _unstaked(books: Books, args: Args, _now: int) -> None:
    shop = books.shop(args["merchant"])
    shop.stake, shop.unstake_day = shop.stake - args["amount"], 0
    books.credit(args["merchant"], ZERO_ADDRESS, args["amount"])


def _stake_slashed(books: Books, args: Args, _now: int) -> None:
    books.shop(args["merchant"]).stake -= args["amount"]
    books.credit(books.market, ZERO_ADDRESS, args["amount"])


_HANDLERS: dict[str, Callable[[Books, Args, int], None]] = {
    "Deposited": _deposited,
    "Withdrawn": _withdrawn,
    "Transferred": _transferred,
    "Matured": _matured,
    "OrderPlaced": _order_placed,
    "OrderAccepted": _order_accepted,
    "OrderDelivered": _order_delivered,
    "OrderDisputed": _order_disputed,
    "OrderReviewSet": _order_review_set,
    "OrderRefunded": _order_refunded,
    "OrderCancelled": _order_sent_back,
    "OrderDeclined": _order_sent_back,
    "OrderReclaimed": _order_sent_back,
    "OrderReleased": _order_released,
    "OrderResolved": _order_resolved,
    "OrderRated": _order_rated,
    "CreditChanged": _credit_changed,
    "Staked": _staked,
    "UnstakeRequested": _unstake_requested,
    "Unstaked": _unstaked,
    "StakeSlashed": _stake_slashed,
}
