# a year of a made-up market
#   played again on the real contracts → every score and the platform's fees are the model's
#   the same seed → the same year · kinds → tiers tell them apart as docs/simulation.md says

from collections import defaultdict
from dataclasses import replace
from typing import Any

import pytest

from dapp.domain.bounds import DAY
from dapp.domain.credit import ATTESTED_BASE, SERVICE_BASE, TRADE_BASE, CreditReason, Tier
from dapp.domain.orders import Resolution
from dapp.domain.terms import Flag, Upline
from operations.parameters import load_parameters
from operations.simulation.market import Act, Entry
from operations.simulation.people import FRAUDS, Kind
from operations.simulation.report import gain_of, scores_at, separation
from operations.simulation.year import START, Year
from tests.stage import BASE_FEE_BPS, CREDIT_UNIT, WATCH_ORDER_UNITS
from tests.trade import CID, HOUR, NATIVE, Order, Trade

DAYS = 45


@pytest.fixture
def year():
    """A short year of the stage's market; six merchants, one of them a fraud."""
    parameters = replace(
        load_parameters(31337),
        base_fee=BASE_FEE_BPS,
        credit_unit=CREDIT_UNIT,
        watch_order_units=WATCH_ORDER_UNITS,
    )
    short = Year(7, merchants=6, days=DAYS, parameters=parameters)
    for merchant in short.people:
        merchant.since, merchant.turns = 0, 30
        merchant.pace = 0.3
    short.people[1].kind = Kind.EXIT
    return short.play()


class Replay:
    """Does on chain what a journal tells."""

    def __init__(self, trade: Trade, accounts: Any, journal: list[Entry]) -> None:
        self.trade, self.market = trade, trade.market
        self.fates = {entry.deal: entry.act for entry in journal if entry.act not in (Act.PLACE, Act.RATE)}
        self.orders: dict[int, Order] = {}
        self.people: dict[str, Any] = defaultdict(lambda: self._account(accounts))
        self.last = trade.now

    def _account(self, accounts: Any) -> Any:
        account = accounts.generate_test_account()
        account.provider.set_balance(account.address, 10**24)
        return account

    def play(self, entry: Entry) -> None:
        self.last = max(self.last + 1, entry.at)
        if entry.act is Act.ATTEST:
            return self._attest(entry)
        getattr(self, f"_{entry.act}")(entry, self.people[entry.seller], self.people[entry.buyer])
        self.last = max(self.last, self.trade.now)
        return None

    def _attest(self, entry: Entry) -> None:
        asked = (
            self.people[entry.seller],
            entry.dimension,
            entry.amount,
            CreditReason.ATTESTATION,
            b"\x01" * 32,
        )
        self.market.attestCredit(*asked, sender=self.trade.credit)

    def _place(self, entry: Entry, seller: Any, buyer: Any) -> None:
        if not self.market.accountOf(seller) >> 212 & 0xFFFFFF:
            self.market.stake(value=10**18, sender=seller)
        window = HOUR if self.fates.get(entry.deal) is Act.MISS else 90 * DAY
        offer = self.trade.list(seller, price=entry.amount, deliver_seconds=window, flags=Flag.INSTANT)
        self.trade.at(max(self.last, self.trade.now + 1))
        order = self.trade.place(offer, payer=buyer, upline=Upline())
        self.market.accept(order.terms.seal().pack(), sender=seller)
        self.orders[entry.deal] = order

    def _deliver(self, entry: Entry, seller: Any) -> Order:
        order = self.orders[entry.deal]
        self.trade.at(max(self.last, self.trade.now + 1))
        self.market.deliver(CID, order.terms.seal().pack(), sender=seller)
        return order

    def _release(self, entry: Entry, seller: Any, buyer: Any) -> None:
        self.trade.release(self._deliver(entry, seller), by=buyer)

    def _refund(self, entry: Entry, seller: Any, buyer: Any) -> None:
        order = self._deliver(entry, seller)
        self.trade.refund(order, entry.amount, by=seller)
        if entry.amount < order.terms.base:
            self.trade.release(order, by=buyer)

    def _miss(self, entry: Entry, _seller: Any, _buyer: Any) -> None:
        order = self.orders[entry.deal]
        self.trade.at(max(self.last, self.trade.now + HOUR + 1))
        self.market.reclaim(order.terms.pack(), sender=self.trade.outsider)

    def _rule(self, entry: Entry, seller: Any, _buyer: Any) -> None:
        order, module = self._deliver(entry, seller), self.trade.module
        self.market.markDisputed(order.terms.pack(), self.trade.now + DAY, sender=module)
        back = order.terms.base * entry.amount // 4
        self.market.resolve(order.terms.pack(), back, Resolution.RULING, sender=module)

    def _rate(self, entry: Entry, _seller: Any, buyer: Any) -> None:
        self.trade.rate(self.orders[entry.deal], entry.amount, by=buyer)


def test_year__played_on_the_contracts__same_scores_and_fees(trade, accounts, year):
    market, journal = trade.market, year.market.journal
    assert {entry.act for entry in journal} == set(Act)
    assert len({entry.seller for entry in journal}) == len(year.people)
    trade.at(START)
    trade.chain.mine()
    replay, before = Replay(trade, accounts, journal), market.balanceOf(market, NATIVE)
    slashed_before = sum(_stake(market, account) for account in replay.people.values())
    for entry in journal:
        replay.play(entry)
    for name, score in year.market.scores.items():
        word = market.accountOf(replay.people[name])
        found = [_signed(word >> shift & 0xFFFFF) for shift in (112, 132, 152)]
        model = [score.trade - TRADE_BASE, score.service - SERVICE_BASE, score.attested - ATTESTED_BASE]
        assert found == model, name
        assert word >> 172 & 0xFFFFFF == score.earned, name
    stakes = sum(10**18 - _stake(market, replay.people[merchant.account]) for merchant in year.people)
    fees = sum(shop.fees for shop in year.market.shops.values())
    assert slashed_before == 0
    assert market.balanceOf(market, NATIVE) - before == fees + stakes


def _stake(market: Any, account: Any) -> int:
    return (market.accountOf(account) >> 212 & 0xFFFFFF) * 10**15


def _signed(value: int) -> int:
    return value - (1 << 20) if value >> 19 else value


def test_year__same_seed__same_year():
    first, second, other = (Year(seed, merchants=30, days=90).play() for seed in (3, 3, 4))
    assert first.market.journal == second.market.journal
    assert first.curves == second.curves
    assert first.market.journal != other.market.journal


def test_year__kinds__told_apart_as_the_docs_say():
    year = Year(5, merchants=200).play()
    honest = scores_at(year, Kind.HONEST, 365)
    assert separation(honest, scores_at(year, Kind.LAZY, 365)) > 0.8
    assert separation(honest, scores_at(year, Kind.EXIT, 365)) > 0.9
    exits = [each for each in year.people if each.kind is Kind.EXIT]
    watched = sum(year.market.score(each.account).tier is Tier.WATCH for each in exits)
    assert watched >= 0.8 * len(exits)
    washers = [gain_of(year, each).net for each in year.people if each.kind in (Kind.WASH, Kind.FARM)]
    assert sum(washers) < 0
    assert all(each.account in year.loot for each in year.people if each.kind in FRAUDS)


@pytest.mark.parametrize(
    ("better", "worse", "chance"),
    [([2], [1], 1.0), ([1], [2], 0.0), ([1], [1], 0.5), ([1, 3], [2], 0.5), ([1, 2, 2], [0, 2], 4 / 6)],
)
def test_separation__ties_and_orders__as_counted_by_hand(better, worse, chance):
    assert separation(better, worse) == pytest.approx(chance)
