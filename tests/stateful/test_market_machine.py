# random actions of everybody on the market
# ├── each action            → succeeds exactly when the reference model says so (I8, I13)
# │   └── then               → the order's state is the model's (I9, I10, I11)
# └── at the end of a run    → the books replayed from the events alone are the market's:
#     every balance (I4), order (I3), score (I22, I24), stake and maturing amount, and all the money (I1);
#     and the formula gives those scores for what happened to the orders
import pytest
from ape.exceptions import ContractLogicError
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from dapp.domain import orders as model
from dapp.domain.books import Books
from dapp.domain.bounds import DAY, STAKE_UNIT
from dapp.domain.credit import Dimension
from dapp.domain.credit_table import CreditTable
from dapp.domain.errors import DomainError
from dapp.domain.maturity import day_of
from dapp.domain.orders import Action, Actor, Resolution
from dapp.domain.replay import Event, replay
from dapp.domain.rescore import rescore
from dapp.domain.terms import Flag
from tests.stage import CREDIT_UNIT, RISK_MODULE, TOKEN_UNIT, allow
from tests.trade import NATIVE, Trade

RUNS, STEPS = 12, 40
DISPUTE_SECONDS = 30 * DAY
PEOPLE = ("seller", "buyer", "payer", "referrer", "outsider")
WHO = {
    Actor.BUYER: "buyer",
    Actor.SELLER: "seller",
    Actor.MODULE: "module",
    Actor.RISK: "patron",
    Actor.OUTSIDER: "outsider",
}

actors = st.sampled_from(list(WHO))
parts = st.integers(0, 10_400)
picks = st.integers(0, 5)


def machine_of(stage, uplines, chain, networks):
    """The machine's class on a deployed market; each run starts from the same snapshot."""

    class MarketMachine(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.snapshot = chain.snapshot()
            self.trade = Trade(chain, stage, uplines)
            self.market = stage.market
            token = stage.token.address
            self.offers = [
                self.trade.list(price=40 * CREDIT_UNIT, flags=Flag.INSTANT, max_commission_bps=3_000),
                self.trade.list(
                    price=3 * TOKEN_UNIT + 1, token=token, settle_days=2, max_commission_bps=1_200
                ),
                self.trade.list(price=77 * CREDIT_UNIT + 3, settle_days=255, stock=9),
            ]
            self.orders, self.states = [], []

        def teardown(self):
            check_replay(self.market, networks)
            chain.restore(self.snapshot)

        def someone(self, name):
            return getattr(self.trade, name)

        def attempt(self, pick, actor, expect, call):
            """Call, and expect what the model says."""
            index = pick % len(self.orders)
            order, state = self.orders[index], self.states[index]
            now = self.trade.now + 1
            self.trade.at(now)
            try:
                after = expect(order.terms, state, now).state
            except DomainError:
                with pytest.raises(ContractLogicError):
                    call(order, self.someone(WHO[actor]))
                return
            call(order, self.someone(WHO[actor]))
            self.states[index] = after

        @rule(pick=st.integers(0, 2), quantity=st.integers(1, 3), by_payer=st.booleans())
        def place(self, pick, quantity, by_payer):
            offer = self.offers[pick]
            left = 9 - self.market.listingState(offer.id).sold if pick == 2 else quantity
            if quantity > left:
                return
            wish = {"buyer": self.trade.buyer.address} if by_payer else {}
            payer = self.trade.payer if by_payer else self.trade.buyer
            wish["max_amount"] = offer.listing.price * quantity
            self.orders.append(self.trade.place(offer, payer=payer, quantity=quantity, **wish))
            self.states.append(model.place(self.orders[-1].terms))

        @precondition(lambda self: self.orders)
        @rule(
            pick=picks, action=st.sampled_from([Action.ACCEPT, Action.DECLINE, Action.DELIVER]), actor=actors
        )
        def sell(self, pick, action, actor):
            def expect(terms, state, now):
                if actor is not Actor.SELLER:
                    raise DomainError("the seller alone")
                return getattr(model, action.value)(terms, state, now)

            calls = {Action.ACCEPT: self.trade.accept, Action.DECLINE: self.trade.decline}
            self.attempt(pick, actor, expect, calls.get(action, self.trade.deliver))

        @precondition(lambda self: self.orders)
        @rule(pick=picks)
        def work(self, pick):
            """What the seller does next."""
            state = self.states[pick % len(self.orders)]
            action = Action.ACCEPT if state.status is model.Status.PLACED else Action.DELIVER
            self.sell(pick, action, Actor.SELLER)

        @precondition(lambda self: self.orders)
        @rule(pick=picks, actor=actors)
        def release(self, pick, actor):
            self.attempt(
                pick,
                actor,
                lambda terms, state, now: model.release(terms, state, now, actor),
                self.trade.release,
            )

        @precondition(lambda self: self.orders)
        @rule(pick=picks, hours=st.integers(-1, 8 * 24), actor=actors)
        def set_review(self, pick, hours, actor):
            """A review's end, from an hour before the sealed one to a day beyond the most."""
            state = self.states[pick % len(self.orders)]
            until = state.until - state.extension + hours * 3_600

            def expect(terms, state, now):
                if actor is not Actor.RISK:
                    raise DomainError("the risk contract alone")
                return model.set_review(terms, state, now, until)

            self.attempt(
                pick,
                actor,
                expect,
                lambda order, by: self.market.setReviewEnd(order.terms.pack(), until, sender=by),
            )

        @precondition(lambda self: self.orders)
        @rule(pick=picks, actor=actors)
        def cancel(self, pick, actor):
            def expect(terms, state, now):
                if actor is not Actor.BUYER:
                    raise DomainError("the buyer alone")
                return model.cancel(terms, state, now)

            self.attempt(pick, actor, expect, self.trade.cancel)

        @precondition(lambda self: self.orders)
        @rule(pick=picks, actor=actors)
        def reclaim(self, pick, actor):
            self.attempt(pick, actor, model.reclaim, self.trade.reclaim)

        @precondition(lambda self: self.orders)
        @rule(pick=picks, bps=parts)
        def refund(self, pick, bps):
            amount = self.states[pick % len(self.orders)].held * bps // 10_000
            self.attempt(
                pick,
                Actor.SELLER,
                lambda terms, state, now: model.refund(terms, state, now, amount),
                lambda order, by: self.trade.refund(order, amount, by=by),
            )

        @precondition(lambda self: self.orders)
        @rule(pick=picks)
        def dispute(self, pick):
            ends_at = self.trade.now + DISPUTE_SECONDS
            self.attempt(
                pick,
                Actor.MODULE,
                lambda terms, state, now: model.dispute(terms, state, now, ends_at, Actor.BUYER),
                lambda order, by: self.trade.dispute(order, ends_at, by=by),
            )

        @precondition(lambda self: self.orders)
        @rule(pick=picks, bps=parts, how=st.sampled_from(list(Resolution)))
        def resolve(self, pick, bps, how):
            to_buyer = self.states[pick % len(self.orders)].held * bps // 10_000
            self.attempt(
                pick,
                Actor.MODULE,
                lambda terms, state, now: model.resolve(terms, state, now, to_buyer, how),
                lambda order, by: self.trade.resolve(order, to_buyer, how, by=by),
            )

        @precondition(lambda self: self.orders)
        @rule(pick=picks, stars=st.integers(0, 6))
        def rate(self, pick, stars):
            self.attempt(
                pick,
                Actor.BUYER,
                lambda terms, state, now: model.rate(terms, state, now, stars),
                lambda order, by: self.trade.rate(order, stars, by=by),
            )

        @rule(seconds=st.sampled_from([600, 7_200, DAY, 3 * DAY, 6 * DAY]))
        def wait(self, seconds):
            self.trade.wait(seconds)
            chain.mine()

        @rule(name=st.sampled_from(PEOPLE), amount=st.integers(1, 10**18))
        def deposit(self, name, amount):
            who = self.someone(name)
            self.market.deposit(NATIVE, amount, who, sender=who, value=amount)

        @rule(name=st.sampled_from(PEOPLE), to=st.sampled_from(PEOPLE), bps=st.integers(1, 10_000))
        def move_money(self, name, to, bps):
            """Withdraws the part, or transfers it to somebody else."""
            who = self.someone(name)
            amount = self.market.balanceOf(who, NATIVE) * bps // 10_000
            if not amount:
                return
            if name == to:
                self.market.withdraw(NATIVE, amount, who, sender=who)
            else:
                self.market.transfer(NATIVE, self.someone(to), amount, sender=who)

        @rule()
        def mature(self):
            today = day_of(self.trade.now)
            days = list(range(today - 40, today + 2))
            self.market.mature(self.trade.seller, NATIVE, days, sender=self.trade.outsider)

        @rule(units=st.integers(1, 9))
        def stake(self, units):
            self.market.stake(sender=self.trade.seller, value=units * STAKE_UNIT)

        @rule(delta=st.integers(-40_000, 40_000))
        def attest(self, delta):
            """The credit module's account moves the score."""
            arguments = (self.trade.seller, Dimension.SECURITY, delta, 5, b"\x01" * 32)
            self.market.attestCredit(*arguments, sender=self.trade.credit)

        @invariant()
        def states_are_the_models(self):
            if self.orders:
                assert self.trade.state(self.orders[-1]) == self.states[-1]

    return MarketMachine


def events_of(market, networks):
    """All of the market's events, decoded."""
    provider = networks.active_provider
    logs = provider.make_request("eth_getLogs", [{"address": market.address, "fromBlock": "0x0"}])
    decoded = list(provider.network.ecosystem.decode_logs(logs, *market.contract_type.events))
    assert len(decoded) == len(logs)
    return [Event(log.event_name, log.event_arguments, log.timestamp) for log in decoded]


def check_replay(market, networks):
    """The books of the events alone equal the market's storage."""
    events = events_of(market, networks)
    books: Books = replay(market.address, events)
    rescored = rescore(events, CreditTable.unpack(market.creditTable()))
    for (account, token), amount in books.available.items():
        assert amount == market.balanceOf(account, token), "I4"
    for (account, token), ring in books.maturing.items():
        packed = {word & 0xFFFFFFFF: word >> 32 for word in market.bucketsOf(account, token) if word >> 32}
        assert {day: held for day, held in ring.buckets.items() if held} == packed, "I6"
    assert books.liabilities(NATIVE) == market.balance, "I1"
    for key, order in books.orders.items():
        assert order.state == model.OrderState.unpack(market.orderState(key)), "I3"
    for merchant, score in books.scores.items():
        word = market.accountOf(merchant)
        shifts = [_signed(word >> at & 0xFFFFF) for at in (112, 132, 152)]
        replayed = [score.trade - 240_000, score.service - 180_000, score.attested - 180_000]
        assert shifts == replayed, "I22"
        assert word >> 172 & 0xFFFFFF == score.earned, "I24"
        reckoned = rescored.scores[merchant]
        assert (reckoned.trade, reckoned.service) == (score.trade, score.service), "I22"
        assert reckoned.earned == score.earned, "I24"
    for merchant, shop in books.shops.items():
        word = market.accountOf(merchant)
        assert (word >> 212 & 0xFFFFFF) * STAKE_UNIT == shop.stake
        assert (word >> 236, word >> 196 & 0xFFFF) == (shop.unstake_day, shop.busy_until_day)


def _signed(value):
    """A 20-bit word as a signed number."""
    return value - (1 << 20) if value >> 19 else value


@pytest.fixture(scope="module")
def risk(stage):
    """The account that stands for the risk contract."""
    admin, authority = stage.actors.admin, stage.authority
    allow(authority, admin, stage.market, RISK_MODULE, "setReviewEnd")
    authority.grantRole(RISK_MODULE, stage.actors.patron, 0, sender=admin)


@pytest.mark.usefixtures("risk")
def test_market__random_history__is_the_models_and_replays_from_its_events(stage, uplines, chain, networks):
    machine = machine_of(stage, uplines, chain, networks)
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=RUNS,
            stateful_step_count=STEPS,
            deadline=None,
            database=None,
            derandomize=True,
            phases=[Phase.generate, Phase.shrink],
            suppress_health_check=list(HealthCheck),
        ),
    )
