# the market is paused, or an admin closes every target, with orders in every status
# └── nothing new begins, and everybody still gets his money out, to the last unit

from dataclasses import fields

import pytest

from dapp.domain.bounds import DAY
from dapp.domain.maturity import day_of
from dapp.domain.orders import LIVE, Resolution, Status
from tests.reverts import reverts
from tests.trade import ACCEPT, ALL, DELIVER, NATIVE, PRICE, REVIEW


def pause(trade):
    trade.market.pause(sender=trade.pauser)


def close_every_target(trade):
    stage = trade.stage
    for target in (stage.market, stage.fee_policy):
        stage.authority.setTargetClosed(target, True, sender=trade.admin)


@pytest.fixture
def in_flight(trade):
    """Two sellers' orders in every live status, and released money that is still maturing."""
    trade.completed(trade.list(trade.newcomer))
    return [
        trade.in_status(status, trade.list(seller, max_commission_bps=3_000))
        for status in LIVE
        for seller in (trade.seller, trade.newcomer)
    ]


@pytest.mark.parametrize("shut", [pause, close_every_target])
def test_exits__market_shut__everybody_gets_his_money_out(trade, market, in_flight, shut):
    offer = trade.list()
    shut(trade)
    if shut is pause:
        with reverts(market.MarketPaused):
            trade.place(offer)
    else:
        with reverts(market.AccessManagedUnauthorized, caller=trade.rater):
            market.setPolicy(0, sender=trade.rater)
    trade.wait(max(ACCEPT, DELIVER, 3 * DAY, REVIEW))
    for order in in_flight:
        status = trade.state(order).status
        if status is Status.DELIVERED:
            trade.release(order, by=trade.outsider)
        elif status is Status.DISPUTED:
            trade.resolve(order, PRICE // 2, Resolution.FALLBACK)
        else:
            trade.reclaim(order)
        assert trade.state(order).held == 0

    today = day_of(trade.now) + 4
    trade.at(today * DAY)
    for merchant in (trade.seller, trade.newcomer):
        market.mature(merchant, NATIVE, list(range(today - 20, today + 1)), sender=trade.outsider)
        market.requestUnstake(sender=merchant)
    trade.wait(100 * DAY)
    for field in fields(trade.actors):
        actor = getattr(trade.actors, field.name)
        if actor in (trade.seller, trade.newcomer):
            market.unstake(sender=actor)
        if market.balanceOf(actor, NATIVE):
            market.withdraw(NATIVE, ALL, actor, sender=actor)
    # What is left is the platform's, and is its own to take once its role is open again.
    assert market.balance == market.balanceOf(market, NATIVE)
    assert sum(bucket >> 32 for bucket in market.bucketsOf(trade.newcomer, NATIVE)) == 0


def test_exits__paused__sellers_and_buyers_work_goes_on(trade, market, move):
    orders = [trade.placed() for _ in range(3)]
    pause(trade)
    trade.cancel(orders[0])
    trade.wait(600)
    trade.accept(orders[1])
    trade.deliver(orders[1])
    with move(seller=PRICE - PRICE // 50, platform=PRICE // 50):
        trade.release(orders[1])
    trade.rate(orders[1], 5)
    with move(buyer=PRICE):
        trade.decline(orders[2])
    assert [trade.state(order).status for order in orders] == [
        Status.CANCELLED,
        Status.COMPLETED,
        Status.CANCELLED,
    ]
    with reverts(market.MarketPaused):
        trade.list()
