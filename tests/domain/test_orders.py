# legal_actions: per status, clock and actor → the machine of docs/architecture.md
# every action → its edge, what it does to the money held · not allowed → IllegalAction
# I12: from every live state, time plus an outsider ends it (Disputed: the module does)
# I13: an action and its own time-out are never legal in the same second, and one of the two always is

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.domain import orders
from dapp.domain.bounds import COOLING_OFF, RATING_WINDOW
from dapp.domain.disputes import DEPOSIT_WINDOW
from dapp.domain.errors import IllegalAction, WrongSplit
from dapp.domain.orders import Action, Actor, OrderState, Resolution, Status
from dapp.domain.terms import Flag, Terms

ACCEPT, DELIVER, REVIEW = 3_600, 7_200, 86_400
TERMS = Terms("0x" + "1" * 40, "0x" + "2" * 40, "0x" + "2" * 40, 1_000, 5_000, ACCEPT, DELIVER, REVIEW)
INSTANT = replace(TERMS, flags=Flag.INSTANT)
PLACED = orders.place(TERMS)
WORKING = OrderState(Status.IN_PROGRESS, 20_000, 1_000)
DELIVERED = OrderState(Status.DELIVERED, 90_000, 1_000)
LONG_REVIEW = OrderState(Status.DELIVERED, 90_000 + DEPOSIT_WINDOW, 1_000)
DISPUTED = OrderState(Status.DISPUTED, 100_000, 1_000)
COMPLETED = OrderState(Status.COMPLETED, 100_000, 0)
CANCELLED = OrderState(Status.CANCELLED, 0, 0)

states = st.builds(OrderState, st.sampled_from(Status), st.integers(0, 10**6), st.integers(0, 10**6))


@pytest.mark.parametrize(
    ("state", "now", "actor", "actions"),
    [
        (PLACED, 5_000, Actor.BUYER, {Action.CANCEL}),
        (PLACED, 5_000, Actor.SELLER, {Action.DECLINE, Action.REFUND}),
        (PLACED, 5_000 + COOLING_OFF - 1, Actor.SELLER, {Action.DECLINE, Action.REFUND}),
        (PLACED, 5_000 + COOLING_OFF, Actor.SELLER, {Action.ACCEPT, Action.DECLINE, Action.REFUND}),
        (PLACED, 5_000 + ACCEPT - 1, Actor.SELLER, {Action.ACCEPT, Action.DECLINE, Action.REFUND}),
        (PLACED, 5_000 + ACCEPT, Actor.SELLER, {Action.DECLINE, Action.REFUND, Action.RECLAIM}),
        (PLACED, 5_000 + ACCEPT, Actor.OUTSIDER, {Action.RECLAIM}),
        (PLACED, 5_000 + ACCEPT - 1, Actor.OUTSIDER, set()),
        (WORKING, 19_999, Actor.SELLER, {Action.DELIVER, Action.REFUND}),
        (WORKING, 20_000, Actor.SELLER, {Action.RECLAIM, Action.REFUND}),
        (WORKING, 19_999, Actor.BUYER, {Action.DISPUTE}),
        (WORKING, 20_000, Actor.BUYER, {Action.RECLAIM}),
        (DELIVERED, 89_999, Actor.BUYER, {Action.RELEASE, Action.DISPUTE}),
        (DELIVERED, 89_999, Actor.SELLER, {Action.REFUND, Action.DISPUTE}),
        (LONG_REVIEW, 90_000, Actor.BUYER, {Action.RELEASE, Action.DISPUTE}),
        (LONG_REVIEW, 90_000, Actor.SELLER, {Action.REFUND, Action.DISPUTE}),
        (LONG_REVIEW, 89_999, Actor.SELLER, {Action.REFUND}),
        (DELIVERED, 89_999, Actor.OUTSIDER, set()),
        (DELIVERED, 90_000, Actor.SELLER, {Action.RELEASE, Action.REFUND}),
        (DELIVERED, 90_000, Actor.OUTSIDER, {Action.RELEASE}),
        (DISPUTED, 1, Actor.SELLER, {Action.REFUND}),
        (DISPUTED, 1, Actor.MODULE, {Action.RULE, Action.SETTLE}),
        (DISPUTED, 10**9, Actor.OUTSIDER, set()),
        (PLACED, 5_000, Actor.MODULE, {Action.SETTLE}),
        (COMPLETED, 99_999, Actor.BUYER, {Action.RATE}),
        (COMPLETED, 100_000, Actor.BUYER, set()),
        (replace(COMPLETED, stars=1), 99_999, Actor.BUYER, set()),
        (COMPLETED, 99_999, Actor.MODULE, set()),
        (CANCELLED, 0, Actor.SELLER, set()),
    ],
)
def test_legal_actions__status_clock_actor__as_the_machine_says(state, now, actor, actions):
    assert orders.legal_actions(TERMS, state, now, actor) == actions


def test_legal_actions__instant_listing__accept_and_deliver_at_once():
    seller = orders.legal_actions(INSTANT, PLACED, 5_000, Actor.SELLER)
    assert seller == {Action.ACCEPT, Action.DELIVER, Action.DECLINE, Action.REFUND}
    assert Action.DELIVER not in orders.legal_actions(INSTANT, PLACED, 5_000 + ACCEPT, Actor.SELLER)


@given(st.sampled_from([TERMS, INSTANT]), states, st.integers(0, 2 * 10**6))
def test_clocks__any_state_and_time__an_action_or_its_timeout_never_both(terms, state, now):
    def anybody(action):
        return any(orders.is_legal(action, terms, state, now, actor) for actor in Actor)

    def outsider(action):
        return orders.is_legal(action, terms, state, now, Actor.OUTSIDER)

    if state.status is Status.PLACED and now >= orders.earliest_accept(terms):
        assert anybody(Action.ACCEPT) != outsider(Action.RECLAIM)
    if state.status is Status.IN_PROGRESS:
        assert anybody(Action.DELIVER) != outsider(Action.RECLAIM)
    if state.status in (Status.IN_PROGRESS, Status.DELIVERED):
        assert anybody(Action.DISPUTE) != (outsider(Action.RECLAIM) or outsider(Action.RELEASE))
    if state.status in orders.LIVE - {Status.DISPUTED}:
        assert orders.legal_actions(terms, state, 10**12, Actor.OUTSIDER)
    if state.status in orders.ENDED | {Status.NONE}:
        assert all(not anybody(action) for action in set(Action) - {Action.RATE})


def test_life__accepted_delivered_released__all_is_earned():
    working = orders.accept(TERMS, PLACED, 6_000).state
    assert working == OrderState(Status.IN_PROGRESS, 6_000 + DELIVER, 1_000)
    delivered = orders.deliver(TERMS, working, 7_000).state
    assert delivered == OrderState(Status.DELIVERED, 7_000 + REVIEW, 1_000)
    refunded = orders.refund(TERMS, delivered, 7_001, 300)
    assert (refunded.to_buyer, refunded.earned) == (300, 0)
    assert refunded.state == replace(delivered, held=700)
    end = orders.release(TERMS, refunded.state, 8_000, Actor.BUYER)
    assert (end.to_buyer, end.earned) == (0, 700)
    assert end.state == OrderState(Status.COMPLETED, 8_000 + RATING_WINDOW, 0)
    assert orders.rate(TERMS, end.state, 8_001, 4).state.stars == 4


@pytest.mark.parametrize(
    "outcome",
    [
        orders.decline(TERMS, PLACED, 5_000),
        orders.cancel(TERMS, PLACED, 5_000),
        orders.reclaim(TERMS, PLACED, 5_000 + ACCEPT),
        orders.reclaim(TERMS, WORKING, 20_000),
        orders.refund(TERMS, DISPUTED, 1, 1_000),
    ],
)
def test_sent_back__by_either_side_or_timeout__cancelled_and_nothing_held(outcome):
    assert outcome == orders.Outcome(CANCELLED, to_buyer=1_000)


def test_dispute__then_ruled__split_between_both():
    disputed = orders.dispute(TERMS, DELIVERED, 89_999, 200_000, Actor.SELLER).state
    assert disputed == OrderState(Status.DISPUTED, 200_000, 1_000)
    end = orders.resolve(TERMS, disputed, 95_000, 250, Resolution.RULING)
    assert (end.to_buyer, end.earned, end.state.held) == (250, 750, 0)
    assert end.state.status is Status.COMPLETED


@pytest.mark.parametrize("how", [Resolution.RULING, Resolution.FALLBACK])
def test_resolve__not_disputed__raises(how):
    with pytest.raises(IllegalAction, match="rule by the module"):
        orders.resolve(TERMS, DELIVERED, 1, 0, how)


@pytest.mark.parametrize("amount", [0, -1, 1_001])
def test_refund__not_within_held__raises(amount):
    with pytest.raises(WrongSplit):
        orders.refund(TERMS, WORKING, 1, amount)


@pytest.mark.parametrize("to_buyer", [-1, 1_001])
def test_resolve__more_than_held__raises(to_buyer):
    with pytest.raises(WrongSplit):
        orders.resolve(TERMS, WORKING, 1, to_buyer, Resolution.SETTLEMENT)


@pytest.mark.parametrize("stars", [0, 6])
def test_rate__out_of_range__raises(stars):
    with pytest.raises(IllegalAction):
        orders.rate(TERMS, COMPLETED, 1, stars)


def test_accept__during_cooling_off__raises():
    with pytest.raises(IllegalAction, match="accept by the seller at 5599"):
        orders.accept(TERMS, PLACED, 5_000 + COOLING_OFF - 1)
