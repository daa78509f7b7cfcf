# every action: an order nobody placed, another actor, another status → its error, nothing moves
# accept: before the cooling-off time, after the window → its error · else → the delivery window starts
# deliver: from Placed unless instant, after the window → its error · else → the review window starts
# decline, cancel: not Placed → its error · else → all back to the buyer

from dataclasses import replace

import pytest

from dapp.domain.bounds import COOLING_OFF, DAY
from dapp.domain.orders import LIVE, OrderState, Resolution, Status
from dapp.domain.terms import Flag, order_id
from tests.reverts import reverts
from tests.trade import ACCEPT, DELIVER, PRICE, PROOF, REVIEW

ENDED = (Status.COMPLETED, Status.CANCELLED)


def act(trade, action, order, **given):
    """Take an action with ordinary arguments, as the actor who may."""
    ordinary = {
        "refund": {"amount": 1},
        "rate": {"stars": 5},
        "resolve": {"to_buyer": 0, "how": Resolution.SETTLEMENT},
    }
    return getattr(trade, action)(order, **{**ordinary.get(action, {}), **given})


@pytest.fixture
def unknown(trade):
    """Terms that nobody ever placed."""
    order = trade.placed()
    return replace(order, terms=replace(order.terms, base=order.terms.base + 1))


ACTORS = {
    "accept": "seller",
    "deliver": "seller",
    "decline": "seller",
    "refund": "seller",
    "cancel": "buyer",
    "rate": "buyer",
    "release": "buyer",
    "reclaim": "outsider",
    "dispute": "module",
    "resolve": "module",
}


def test_any_action__terms_nobody_placed__reverts(trade, market, move, chain, unknown):
    id_ = order_id(unknown.terms, chain.chain_id, market.address)
    with move():
        for action in ACTORS:
            with reverts(market.Orders_Unknown, id=id_):
                act(trade, action, unknown)


LEGAL = {
    "accept": [Status.PLACED],
    "deliver": [Status.IN_PROGRESS],
    "decline": [Status.PLACED],
    "cancel": [Status.PLACED],
    "release": [Status.DELIVERED],
    "refund": list(LIVE),
    "rate": [Status.COMPLETED],
    "reclaim": [Status.PLACED, Status.IN_PROGRESS],
    "dispute": [Status.IN_PROGRESS, Status.DELIVERED],
    "resolve": list(LIVE),
}


@pytest.mark.parametrize("status", [*sorted(LIVE), *ENDED])
def test_any_action__in_another_status__reverts(trade, market, move, status):
    order = trade.in_status(status)
    before = trade.state(order)
    with move():
        for action in (action for action, legal in LEGAL.items() if status not in legal):
            with reverts(market.Orders_WrongStatus, id=order.id, status=status):
                act(trade, action, order)
    assert trade.state(order) == before


STAGE_FOR = {
    "accept": "placed",
    "deliver": "accepted",
    "decline": "placed",
    "refund": "delivered",
    "cancel": "placed",
    "rate": "completed",
    "dispute": "delivered",
    "resolve": "disputed",
}


@pytest.mark.parametrize("action", STAGE_FOR)
def test_any_action__by_another_than_its_actor__reverts(trade, market, move, action):
    order, actor = getattr(trade, STAGE_FOR[action])(), ACTORS[action]
    errors = {
        "seller": market.Orders_NotSeller,
        "buyer": market.Orders_NotBuyer,
        "module": market.Orders_NotModule,
    }
    trade.wait(COOLING_OFF)
    before = trade.state(order)
    with move():
        for caller in {"seller", "buyer", "module", "outsider", "admin"} - {actor}:
            by = getattr(trade, caller)
            with reverts(errors[actor], caller=by, **{actor: getattr(trade, actor)}):
                act(trade, action, order, by=by)
    assert trade.state(order) == before


# -- accept -----------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_accept__cooling_off_over__delivery_window_starts(trade, market, move):
    order = trade.placed()
    trade.at(order.terms.placed_at + COOLING_OFF)
    with move():
        receipt = trade.accept(order)
    assert receipt.events == [market.OrderAccepted(id=order.id)]
    assert trade.state(order) == OrderState(Status.IN_PROGRESS, trade.now + DELIVER, PRICE)


@pytest.mark.second_evm
def test_accept__in_the_cooling_off_time__reverts(trade, market):
    order = trade.placed()
    first = order.terms.placed_at + COOLING_OFF
    trade.at(first - 1)
    with reverts(market.Orders_TooEarly, timestamp=first - 1, **{"from": first}):
        trade.accept(order)
    assert trade.state(order).status == Status.PLACED


def test_accept__instant__at_once(trade):
    order = trade.placed(trade.list(flags=Flag.INSTANT))
    trade.accept(order)
    assert trade.state(order).status == Status.IN_PROGRESS


def test_accept__window__last_second_is_legal(trade, market):
    late, timely = trade.placed(), trade.placed()
    until = timely.terms.placed_at + ACCEPT
    trade.at(until - 1)
    trade.accept(timely)
    over = late.terms.placed_at + ACCEPT
    trade.at(until)
    with reverts(market.Orders_TooLate, timestamp=until, until=over):
        trade.accept(late)


# -- deliver ----------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_deliver__in_progress__review_window_starts(trade, market, move):
    order = trade.accepted()
    with move():
        receipt = trade.deliver(order)
    assert receipt.events == [market.OrderDelivered(id=order.id, cid=PROOF)]
    assert trade.state(order) == OrderState(Status.DELIVERED, trade.now + REVIEW, PRICE)


def test_deliver__instant_but_accepted_before__delivered(trade):
    order = trade.accepted(trade.list(flags=Flag.INSTANT))
    trade.deliver(order)
    assert trade.state(order).status == Status.DELIVERED


@pytest.mark.parametrize(("instant", "window"), [(False, DELIVER), (True, ACCEPT)])
def test_deliver__window__last_second_is_legal(trade, market, instant, window):
    flags = Flag.INSTANT if instant else Flag(0)
    begin = trade.placed if instant else trade.accepted
    order = begin(trade.list(flags=flags))
    until = trade.now + window
    assert trade.state(order).until == until
    trade.at(until)
    with reverts(market.Orders_TooLate, timestamp=until, until=until):
        trade.deliver(order)
    other = begin(trade.list(flags=flags))
    trade.at(trade.now + window - 1)
    trade.deliver(other)
    assert trade.state(other).status == Status.DELIVERED


def test_deliver__instant_and_disputed__reverts(trade, market):
    order = trade.disputed(trade.list(flags=Flag.INSTANT))
    with reverts(market.Orders_WrongStatus, id=order.id, status=Status.DISPUTED):
        trade.deliver(order)


# -- decline, cancel --------------------------------------------------------------------------


@pytest.mark.second_evm
@pytest.mark.parametrize(("action", "event"), [("decline", "OrderDeclined"), ("cancel", "OrderCancelled")])
def test_decline_cancel__placed__all_back_to_the_buyer(trade, market, move, action, event):
    order = trade.placed(payer=trade.payer, buyer=trade.buyer.address)
    with move(buyer=PRICE):
        receipt = act(trade, action, order)
    assert receipt.events == [getattr(market, event)(id=order.id, refunded=PRICE)]
    assert trade.state(order) == OrderState(Status.CANCELLED, 0, 0)
    with move(), reverts(market.Orders_WrongStatus, id=order.id, status=Status.CANCELLED):
        act(trade, action, order)


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_decline_cancel__after_the_accept_window__still_possible(trade, move, action):
    order = trade.placed()
    trade.at(order.terms.placed_at + ACCEPT + DAY)
    with move(buyer=PRICE):
        act(trade, action, order)


def test_decline__partly_refunded_before__the_rest_goes_back(trade, market, move):
    order = trade.placed()
    trade.refund(order, 30)
    with move(buyer=PRICE - 30):
        receipt = trade.decline(order)
    assert receipt.events == [market.OrderDeclined(id=order.id, refunded=PRICE - 30)]
