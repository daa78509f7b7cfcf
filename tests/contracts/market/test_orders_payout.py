# refund: zero, more than held → its error · else → back to the buyer, status and clock stay; all → ends
# release: before the window by another than the buyer → its error · else → split by the sealed lines
# reclaim: before the deadline → its error · else → all back, by anyone; score falls if it was accepted
# rate: out of range, twice, after 30 days → its error · else → the service score moves

from dataclasses import replace

import pytest

from dapp.domain.bounds import DAY, RATING_WINDOW
from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.maturity import day_of
from dapp.domain.orders import LIVE, OrderState, Status
from tests.reverts import reverts
from tests.trade import ACCEPT, DELIVER, FEE, NATIVE, PRICE, REVIEW

# -- refund -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", sorted(LIVE))
def test_refund__part__lowers_what_is_held_and_nothing_else(trade, market, move, status):
    order = trade.in_status(status)
    before = trade.state(order)
    with move(buyer=30):
        receipt = trade.refund(order, 30)
    assert receipt.events == [market.OrderRefunded(id=order.id, amount=30, left=PRICE - 30)]
    assert trade.state(order) == replace(before, held=PRICE - 30)


@pytest.mark.parametrize("status", sorted(LIVE))
def test_refund__all__ends_the_order_and_costs_score_once_accepted(trade, market, move, status):
    order = trade.in_status(status)
    with move(buyer=PRICE):
        receipt = trade.refund(order, PRICE)
    events = [market.OrderRefunded(id=order.id, amount=PRICE, left=0)]
    if status is not Status.PLACED:
        lost = {"dimension": Dimension.TRADE, "reason": CreditReason.REFUND, "applied": -800}
        events.insert(0, market.CreditChanged(merchant=trade.seller, ref=order.id, **lost))
    assert receipt.events == events
    assert trade.state(order) == OrderState(Status.CANCELLED, 0, 0)


def test_refund__in_parts__until_nothing_is_left(trade, market, move):
    order = trade.delivered()
    trade.refund(order, PRICE // 2)
    expected = {"toBuyer": PRICE // 2 + 1, "toSeller": 0, "held": PRICE // 2}
    with move(), reverts(market.Orders_WrongSplit, **expected):
        trade.refund(order, PRICE // 2 + 1)
    with move(buyer=PRICE // 2):
        trade.refund(order, PRICE // 2)
    assert trade.state(order).status == Status.CANCELLED


def test_refund__zero__reverts(trade, market, move):
    order = trade.delivered()
    with move(), reverts(market.Ledger_ZeroAmount):
        trade.refund(order, 0)


@pytest.mark.parametrize("amount", [PRICE + 1, 2**256 - 1])
def test_refund__more_than_held__reverts(trade, market, move, amount):
    order = trade.delivered()
    with move(), reverts(market.Orders_WrongSplit, toBuyer=amount, toSeller=0, held=PRICE):
        trade.refund(order, amount)


# -- release ----------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_release__by_the_buyer__split_at_once(trade, market, move, shares):
    order = trade.delivered(trade.list(max_commission_bps=3_000))
    with move(**shares(order, PRICE)):
        receipt = trade.release(order)
    assert receipt.events == [market.OrderReleased(id=order.id, earned=PRICE, credit=800)]
    assert trade.state(order) == OrderState(Status.COMPLETED, trade.now + RATING_WINDOW, 0)


@pytest.mark.second_evm
def test_release__by_anyone__from_the_end_of_the_review_window_on(trade, market, move):
    order = trade.delivered()
    until = trade.now + REVIEW
    for seconds, caller in enumerate(("outsider", "seller", "module", "admin")):
        now = until - 4 + seconds
        trade.at(now)
        with reverts(market.Orders_TooEarly, timestamp=now, **{"from": until}):
            trade.release(order, by=getattr(trade, caller))
    trade.at(until)
    with move(seller=PRICE - FEE, platform=FEE):
        trade.release(order, by=trade.outsider)


def test_release__after_a_partial_refund__every_line_scaled_and_score_for_both(trade, market, move, shares):
    order = trade.delivered(trade.list(max_commission_bps=3_000))
    trade.refund(order, PRICE // 4 + 1)
    earned = PRICE - PRICE // 4 - 1
    with move(**shares(order, earned)):
        receipt = trade.release(order)
    gained, lost = 800 * earned // PRICE, 800 * (PRICE - earned) // PRICE
    moved = {"dimension": Dimension.TRADE, "reason": CreditReason.REFUND, "applied": -lost}
    assert receipt.events == [
        market.CreditChanged(merchant=trade.seller, ref=order.id, **moved),
        market.OrderReleased(id=order.id, earned=earned, credit=gained),
    ]


def test_release__newcomer__matures_after_three_days(trade, market, move):
    order = trade.delivered(trade.list(trade.newcomer))
    with move(newcomer_maturing=PRICE - FEE, platform=FEE):
        trade.release(order)
    day = day_of(trade.now) + 3
    trade.at(day * DAY)
    with move(newcomer=PRICE - FEE, newcomer_maturing=FEE - PRICE):
        market.mature(trade.newcomer, NATIVE, [day], sender=trade.outsider)


def test_release__twice__reverts(trade, market, move):
    order = trade.completed()
    with move(), reverts(market.Orders_WrongStatus, id=order.id, status=Status.COMPLETED):
        trade.release(order)


# -- reclaim ----------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_reclaim__never_accepted__all_back_without_a_mark(trade, market, move):
    order = trade.placed()
    until = order.terms.placed_at + ACCEPT
    trade.at(until - 1)
    with reverts(market.Orders_TooEarly, timestamp=until - 1, **{"from": until}):
        trade.reclaim(order)
    trade.at(until)
    with move(buyer=PRICE):
        receipt = trade.reclaim(order)
    assert receipt.events == [market.OrderReclaimed(id=order.id, refunded=PRICE)]
    assert trade.state(order) == OrderState(Status.CANCELLED, 0, 0)


def test_reclaim__never_delivered__all_back_and_five_times_the_weight_lost(trade, market, move):
    order = trade.accepted()
    until = trade.now + DELIVER
    trade.at(until - 1)
    with reverts(market.Orders_TooEarly, timestamp=until - 1, **{"from": until}):
        trade.reclaim(order)
    trade.at(until)
    with move(buyer=PRICE):
        receipt = trade.reclaim(order)
    lost = {"dimension": Dimension.TRADE, "reason": CreditReason.DEADLINE_MISSED, "applied": -4_000}
    assert receipt.events == [
        market.CreditChanged(merchant=trade.seller, ref=order.id, **lost),
        market.OrderReclaimed(id=order.id, refunded=PRICE),
    ]


# -- rate -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("stars", "moved"), [(1, -2_400), (2, -1_200), (3, 0), (4, 400), (5, 800)])
def test_rate__completed__service_score_moves(trade, market, move, stars, moved):
    order = trade.completed()
    with move():
        receipt = trade.rate(order, stars)
    change = {"dimension": Dimension.SERVICE, "reason": CreditReason.RATING, "applied": moved}
    events = [market.CreditChanged(merchant=trade.seller, ref=order.id, **change)] if moved else []
    assert receipt.events == [*events, market.OrderRated(id=order.id, stars=stars)]
    assert trade.state(order).stars == stars


@pytest.mark.parametrize("stars", [0, 6, 2**256 - 1])
def test_rate__out_of_range__reverts(trade, market, stars):
    order = trade.completed()
    with reverts(market.Orders_RatingOutOfRange, stars=stars):
        trade.rate(order, stars)
    assert trade.state(order).stars == 0


def test_rate__twice__reverts(trade, market):
    order = trade.completed()
    trade.rate(order, 2)
    with reverts(market.Orders_AlreadyRated, id=order.id, stars=2):
        trade.rate(order, 5)
    assert trade.state(order).stars == 2


def test_rate__window__last_second_is_legal(trade, market):
    order, other = trade.completed(), trade.completed()
    until = trade.state(order).until
    trade.at(until - 1)
    trade.rate(order, 5)
    over = trade.state(other).until
    trade.at(over)
    with reverts(market.Orders_TooLate, timestamp=over, until=over):
        trade.rate(other, 5)
