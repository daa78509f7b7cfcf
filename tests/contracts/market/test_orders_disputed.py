# markDisputed, resolve: not the module → its error · else → disputed; split as told
# reverseOrderCredit: not the credit role, nothing lost, twice → its error · else → the loss goes back

import pytest

from dapp.domain.bounds import DAY, RATING_WINDOW
from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.orders import OrderState, Resolution, Status
from tests.reverts import reverts
from tests.trade import PRICE

RULING, SETTLEMENT, FALLBACK = Resolution.RULING, Resolution.SETTLEMENT, Resolution.FALLBACK


# -- the disputes module ----------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.DELIVERED])
def test_mark_disputed__by_the_module__clock_is_the_disputes(trade, market, move, status):
    order = trade.in_status(status)
    ends_at = trade.now + 60 * DAY
    with move():
        receipt = trade.dispute(order, ends_at)
    assert receipt.events == [market.OrderDisputed(id=order.id, endsAt=ends_at)]
    assert trade.state(order) == OrderState(Status.DISPUTED, ends_at, PRICE)
    assert market.accountOf(trade.seller) >> 196 & 0xFFFF == ends_at // DAY + 1


@pytest.mark.parametrize("status", [Status.IN_PROGRESS, Status.DELIVERED])
def test_mark_disputed__window__last_second_is_legal(trade, market, status):
    order, other = trade.in_status(status), trade.in_status(status)
    until = trade.state(order).until
    trade.at(until - 1)
    trade.dispute(order)
    over = trade.state(other).until
    trade.at(over)
    with reverts(market.Orders_TooLate, timestamp=over, until=over):
        trade.dispute(other)


@pytest.mark.parametrize(
    ("how", "share"),
    [(RULING, 0), (RULING, 25), (RULING, 100), (SETTLEMENT, 0), (SETTLEMENT, 50), (FALLBACK, 50)],
)
def test_resolve__disputed__buyers_part_back_and_the_rest_split(trade, market, move, shares, how, share):
    order = trade.disputed(trade.list(max_commission_bps=3_000))
    to_buyer = PRICE * share // 100
    earned = PRICE - to_buyer
    slashed = 300 * 2_500 // 10_000 * share // 100 * 10**15 if how is RULING else 0
    moved = shares(order, earned)
    moved["platform"] += slashed
    with move(buyer=to_buyer, **moved):
        receipt = trade.resolve(order, to_buyer, how)
    credit = 0 if how is FALLBACK else 800 * earned // PRICE
    ended = market.OrderResolved(id=order.id, how=how, toBuyer=to_buyer, earned=earned, credit=credit)
    assert receipt.events[-1] == ended
    back = 800 * share // 100
    losses = {
        RULING: [
            (Dimension.TRADE, CreditReason.DISPUTE_RULED, -5 * back),
            (Dimension.SERVICE, CreditReason.DISPUTE_RULED, -3 * back),
        ],
        SETTLEMENT: [(Dimension.TRADE, CreditReason.REFUND, -back)],
        FALLBACK: [],
    }
    changes = market.CreditChanged.from_receipt(receipt)
    assert [(e.dimension, e.reason, e.applied) for e in changes] == (losses[how] if share else [])
    slashes = [(e.merchant, bytes(e.orderId), e.amount) for e in market.StakeSlashed.from_receipt(receipt)]
    assert slashes == ([(trade.seller, bytes(order.id), slashed)] if slashed else [])
    assert trade.state(order) == OrderState(Status.COMPLETED, trade.now + RATING_WINDOW, 0)


@pytest.mark.parametrize("status", [Status.PLACED, Status.IN_PROGRESS, Status.DELIVERED])
def test_resolve__ruling_for_an_order_not_disputed__reverts(trade, market, move, status):
    order = trade.in_status(status)
    with move():
        for how in (RULING, FALLBACK):
            with reverts(market.Orders_WrongStatus, id=order.id, status=status):
                trade.resolve(order, 0, how)


def test_resolve__more_than_held__reverts(trade, market, move):
    order = trade.disputed()
    trade.refund(order, 1)
    with move(), reverts(market.Orders_WrongSplit, toBuyer=PRICE, toSeller=0, held=PRICE - 1):
        trade.resolve(order, PRICE, RULING)


def test_resolve__twice__reverts(trade, market, move):
    order = trade.disputed()
    trade.resolve(order, 0, RULING)
    with move(), reverts(market.Orders_WrongStatus, id=order.id, status=Status.COMPLETED):
        trade.resolve(order, 0, RULING)


def test_resolve__settled_before_accepting__no_mark(trade, market, move):
    order = trade.placed()
    with move(buyer=PRICE):
        receipt = trade.resolve(order, PRICE, SETTLEMENT)
    ended = {"how": SETTLEMENT, "toBuyer": PRICE, "earned": 0, "credit": 0}
    assert receipt.events == [market.OrderResolved(id=order.id, **ended)]


def test_resolve__by_a_later_module__reverts(trade, market, move):
    order = trade.disputed()
    market.addModule(trade.arbiter, sender=trade.admin)
    with move(), reverts(market.Orders_NotModule, caller=trade.arbiter, module=trade.module):
        trade.resolve(order, PRICE, RULING, by=trade.arbiter)


# -- reverseOrderCredit -----------------------------------------------------------------------


def test_reverse_order_credit__after_a_lost_dispute__gives_back_once(trade, market, move):
    order = trade.disputed()
    trade.resolve(order, PRICE, RULING)
    with move():
        receipt = market.reverseOrderCredit(order.terms.pack(), sender=trade.credit)
    changes = market.CreditChanged.from_receipt(receipt)
    assert [(e.dimension, e.reason, e.applied) for e in changes] == [
        (Dimension.TRADE, CreditReason.REVERSAL, 4_000),
        (Dimension.SERVICE, CreditReason.REVERSAL, 2_400),
    ]
    with move(), reverts(market.Orders_NothingToReverse, id=order.id):
        market.reverseOrderCredit(order.terms.pack(), sender=trade.credit)


@pytest.mark.parametrize("caller", ["outsider", "seller", "admin", "rater"])
def test_reverse_order_credit__not_the_credit_role__reverts(trade, market, caller):
    order = trade.disputed()
    trade.resolve(order, PRICE, RULING)
    by = getattr(trade, caller)
    with reverts(market.AccessManagedUnauthorized, caller=by):
        market.reverseOrderCredit(order.terms.pack(), sender=by)
