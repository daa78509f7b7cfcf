# every action: an order nobody placed, another actor, another status → its error, nothing moves
# accept: before the cooling-off time, after the window → its error · else → the delivery window starts
# deliver: from Placed unless instant, after the window → its error · else → the review window starts
# decline, cancel: not Placed → its error · else → all back to the buyer
# refund: zero, more than held → its error · else → back to the buyer, status and clock stay; all → ends
# release: before the window by another than the buyer → its error · else → split by the sealed lines
# reclaim: before the deadline → its error · else → all back, by anyone; score falls if it was accepted
# rate: out of range, twice, after 30 days → its error · else → the service score moves
# markDisputed, resolve: not the module → its error · else → disputed; split as told
# reverseOrderCredit: not the credit role, nothing lost, twice → its error · else → the loss goes back
# batch: a failing call is skipped and reported, the others are done

from dataclasses import replace

import pytest

from dapp.domain.bounds import COOLING_OFF, DAY, RATING_WINDOW
from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.maturity import day_of
from dapp.domain.orders import OrderState, Resolution, Status
from dapp.domain.split import split
from dapp.domain.terms import Flag, order_id
from tests.reverts import error_data, reverts
from tests.trade import ACCEPT, DELIVER, NATIVE, PRICE, PROOF, REVIEW

FEE = PRICE // 50
LIVE = (Status.PLACED, Status.IN_PROGRESS, Status.DELIVERED, Status.DISPUTED)
ENDED = (Status.COMPLETED, Status.CANCELLED)
RULING, SETTLEMENT, FALLBACK = Resolution.RULING, Resolution.SETTLEMENT, Resolution.FALLBACK


def act(trade, action, order, **given):
    """Take an action with ordinary arguments, as the actor who may."""
    ordinary = {"refund": {"amount": 1}, "rate": {"stars": 5}, "resolve": {"to_buyer": 0, "how": SETTLEMENT}}
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


@pytest.mark.parametrize("status", [*LIVE, *ENDED])
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


# -- refund -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", LIVE)
def test_refund__part__lowers_what_is_held_and_nothing_else(trade, market, move, status):
    order = trade.in_status(status)
    before = trade.state(order)
    with move(buyer=30):
        receipt = trade.refund(order, 30)
    assert receipt.events == [market.OrderRefunded(id=order.id, amount=30, left=PRICE - 30)]
    assert trade.state(order) == replace(before, held=PRICE - 30)


@pytest.mark.parametrize("status", LIVE)
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
def test_release__by_the_buyer__split_at_once(trade, market, move):
    order = trade.delivered(trade.list(max_commission_bps=3_000))
    parts = split(PRICE, PRICE, order.terms.fee_bps, order.terms.lines)
    referrers = dict(zip(("referrer", "second_referrer", "third_referrer"), parts.commissions, strict=True))
    with move(seller=parts.to_seller, platform=parts.fee, **referrers):
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


def test_release__after_a_partial_refund__every_line_scaled_and_score_for_both(trade, market, move):
    order = trade.delivered(trade.list(max_commission_bps=3_000))
    trade.refund(order, PRICE // 4 + 1)
    earned = PRICE - PRICE // 4 - 1
    parts = split(PRICE, earned, order.terms.fee_bps, order.terms.lines)
    referrers = dict(zip(("referrer", "second_referrer", "third_referrer"), parts.commissions, strict=True))
    with move(seller=parts.to_seller, platform=parts.fee, **referrers):
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
def test_resolve__disputed__buyers_part_back_and_the_rest_split(trade, market, move, how, share):
    order = trade.disputed(trade.list(max_commission_bps=3_000))
    to_buyer = PRICE * share // 100
    earned = PRICE - to_buyer
    parts = split(PRICE, earned, order.terms.fee_bps, order.terms.lines)
    referrers = dict(zip(("referrer", "second_referrer", "third_referrer"), parts.commissions, strict=True))
    slashed = 300 * 2_500 // 10_000 * share // 100 * 10**15 if how is RULING else 0
    platform = parts.fee + slashed
    with move(seller=parts.to_seller, buyer=to_buyer, platform=platform, **referrers):
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


# -- batch ------------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_batch__one_bad_order__skipped_and_reported(trade, market, move):
    orders = [trade.delivered() for _ in range(3)]
    trade.release(orders[1])
    calls = [market.release.encode_input(order.terms.pack()) for order in orders]
    trade.at(trade.now + REVIEW)
    with move(seller=2 * (PRICE - FEE), platform=2 * FEE):
        receipt = market.batch(calls, sender=trade.outsider)
    fault = error_data(market.Orders_WrongStatus, id=orders[1].id, status=Status.COMPLETED)
    assert receipt.events == [
        market.OrderReleased(id=orders[0].id, earned=PRICE, credit=800),
        market.BatchSkipped(caller=trade.outsider, index=1, fault=fault),
        market.OrderReleased(id=orders[2].id, earned=PRICE, credit=800),
    ]


def test_batch__accept_and_deliver_many__as_the_caller(trade, market):
    orders = [trade.placed() for _ in range(2)]
    calls = [market.accept.encode_input(order.terms.seal().pack()) for order in orders]
    calls += [market.deliver.encode_input(PROOF, order.terms.seal().pack()) for order in orders]
    trade.wait(COOLING_OFF)
    market.batch(calls, sender=trade.seller)
    assert [trade.state(order).status for order in orders] == [Status.DELIVERED] * 2


def test_batch__caller_without_rights__every_call_skipped(trade, market, move):
    order = trade.placed()
    calls = [market.cancel.encode_input(order.terms.pack()), market.pause.encode_input()]
    with move():
        receipt = market.batch(calls, sender=trade.outsider)
    faults = [
        error_data(market.Orders_NotBuyer, caller=trade.outsider, buyer=trade.buyer),
        error_data(market.AccessManagedUnauthorized, caller=trade.outsider),
    ]
    skipped = enumerate(faults)
    assert receipt.events == [
        market.BatchSkipped(caller=trade.outsider, index=i, fault=fault) for i, fault in skipped
    ]


def test_batch__place_for_ether__reverts_inside(trade, market, move):
    """A batch takes no ether, so no value can be counted twice."""
    offer = trade.list()
    wish = (offer.id | 1 << 40, NATIVE, PRICE)
    line = trade.uplines[trade.buyer.address].pack()
    call = market.place.encode_input(wish, offer.listing.pack(), line, b"")
    with move():
        receipt = market.batch([call, call], sender=trade.buyer)
    fault = error_data(market.Ledger_WrongValue, sent=0, needed=PRICE)
    assert receipt.events == [market.BatchSkipped(caller=trade.buyer, index=i, fault=fault) for i in (0, 1)]
