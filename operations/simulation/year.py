"""Plays a year: what merchants, buyers and arbiters do, in the order of time."""

import heapq
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count

from dapp.credit import RuleBook, compile_table, load_rules
from dapp.domain.bounds import DAY
from dapp.domain.credit import GOLD, SILVER
from operations.parameters import Parameters, load_parameters
from operations.simulation.market import Deal, ModelMarket
from operations.simulation.people import FRAUDS, UNIT, Habits, Kind, Merchant, draw_merchants, draw_reports

START = 1_800_000_000
HOUR = 3_600
FRAUD_SHARE = 0.1
CAUGHT = 0.85
"""The share of worthless deliveries that their buyers dispute in time."""
JUST = 0.95
"""How often an arbiter sees a worthless delivery for what it is."""
WASHERS, FARMERS = 12, 60
"""Accounts of their own that the two kinds use."""


@dataclass
class Loot:
    """What a fraud got and paid by it, in wei: money kept for worthless work, arbiters' fees of lost cases.

    wash_fees and wash_points (thousandths): those of the orders that he placed himself.
    """

    kept: int = 0
    deposits: int = 0
    wash_fees: int = 0
    wash_points: int = 0


@dataclass
class Year:
    """A year of `merchants` merchants. curves: each one's score every SAMPLE days, None before he began."""

    seed: int
    merchants: int = 1_000
    days: int = 365
    parameters: Parameters = field(default_factory=lambda: load_parameters(31337))
    rules: RuleBook = field(default_factory=load_rules)
    market: ModelMarket = field(init=False)
    people: list[Merchant] = field(init=False)
    curves: dict[str, list[int | None]] = field(default_factory=dict)
    loot: dict[str, Loot] = field(default_factory=dict)

    SAMPLE = 5

    def __post_init__(self) -> None:
        self.rng = random.Random(self.seed)
        self.market = ModelMarket(self.parameters, compile_table(self.rules))
        buyers = [f"buyer {number}" for number in range(1, 5 * self.merchants + 1)]
        self.buyers = buyers
        self.people = draw_merchants(self.rng, self.merchants, FRAUD_SHARE, buyers)
        self._agenda: list[tuple[int, int, Callable[[int], None]]] = []
        self._order = count()

    def play(self) -> "Year":
        """All of the year."""
        for merchant in self.people:
            self.curves[merchant.account] = []
            if merchant.kind in FRAUDS:
                self.loot[merchant.account] = Loot()
        for day in range(self.days):
            for merchant in self.people:
                if day == merchant.since:
                    self._begin(merchant)
                if day >= merchant.since:
                    self._trade(merchant, day)
            self._work_off(START + (day + 1) * DAY)
            if day % self.SAMPLE == self.SAMPLE - 1:
                self._sample(day)
        return self

    def at(self, when: int, what: Callable[[int], None]) -> None:
        """Have something happen at a time."""
        heapq.heappush(self._agenda, (when, next(self._order), what))

    def _work_off(self, until: int) -> None:
        while self._agenda and self._agenda[0][0] < until:
            when, _order, what = heapq.heappop(self._agenda)
            what(when)

    def _sample(self, day: int) -> None:
        for merchant in self.people:
            known = merchant.since <= day
            score = self.market.score(merchant.account).score if known else None
            self.curves[merchant.account].append(score)

    # -- merchants ------------------------------------------------------------------------------

    def _begin(self, merchant: Merchant) -> None:
        """Everyone puts in the newcomer's stake, and frauds begin with what they do first."""
        self.market.shops[merchant.account].stake = self.parameters.silver_stake
        started = START + merchant.since * DAY
        for after, dimension, delta in draw_reports(
            self.rng, merchant, self.rules, self.days - merchant.since
        ):
            self.at(
                started + after,
                lambda now, d=dimension, n=delta: self.market.attest(merchant.account, d, n, now),
            )
        if merchant.kind is Kind.WASH:
            self.at(started + DAY, lambda now: self._wash(merchant, now))
        elif merchant.kind is Kind.FARM:
            for number in range(2 * FARMERS):
                when = started + self.rng.randrange(60 * DAY)
                self.at(when, lambda now, n=number: self._farm(merchant, n, now))

    def _trade(self, merchant: Merchant, day: int) -> None:
        """The day's orders of strangers."""
        burst = merchant.kind is Kind.EXIT and merchant.turns <= day < merchant.turns + 10
        if merchant.kind is Kind.EXIT and day >= merchant.turns + 10:
            return
        self._top_up(merchant, burst)
        for _ in range(self._poisson(merchant.pace * (5 if burst else 1))):
            when = START + day * DAY + self.rng.randrange(DAY)
            price = merchant.price * self.rng.lognormvariate(0, 0.5) * (4 if burst else 1)
            loyal = self.rng.random() < 0.5
            buyer = self.rng.choice(merchant.regulars if loyal else self.buyers)
            base = max(int(price * UNIT), 1)
            self.at(when, lambda now, b=buyer, a=base, j=burst: self._order_of(merchant, b, a, now, j))

    def _top_up(self, merchant: Merchant, burst: bool) -> None:
        """Merchants keep the stake that their tier needs; who is about to leave doesn't."""
        shop = self.market.shops[merchant.account]
        tier = self.market.score(merchant.account).tier
        needed = (*self.parameters.stakes, 0)[tier]
        if not burst and shop.stake < needed:
            shop.stake = needed

    def _order_of(self, merchant: Merchant, buyer: str, base: int, now: int, junk: bool) -> None:
        deal = self.market.place(merchant.account, buyer, base, now)
        if deal is None:
            return
        done = now + int(self.rng.lognormvariate(0, 0.6) * 30 * HOUR)
        if junk:
            self.at(done, lambda then: self._junk(deal, then))
        else:
            self._fare(deal, merchant.habits, done)

    # -- how orders end -------------------------------------------------------------------------

    def _fare(self, deal: Deal, habits: Habits, done: int) -> None:
        market, luck = self.market, self.rng.random()
        for share, what in (
            (habits.missed, lambda now: market.miss(deal, now)),
            (habits.refunded, lambda now: market.refund(deal, deal.base, now)),
            (habits.partly, lambda now: self._end(deal, habits, now, deal.base // 3)),
            (habits.disputed, lambda now: self._dispute(deal, habits, now)),
        ):
            if luck < share:
                self.at(done, what)
                return
            luck -= share
        self.at(done + self.rng.randrange(3 * DAY), lambda now: self._end(deal, habits, now))

    def _end(self, deal: Deal, habits: Habits, now: int, back: int = 0) -> None:
        if back:
            self.market.refund(deal, back, now)
        else:
            self.market.release(deal, now)
        if self.rng.random() < habits.rated:
            (stars,) = self.rng.choices((1, 2, 3, 4, 5), habits.stars)
            self.at(now + HOUR, lambda then: self.market.rate(deal, stars, then))

    def _dispute(self, deal: Deal, habits: Habits, now: int) -> None:
        lost = self.rng.random() < habits.lost
        quarters = self.rng.choice((2, 3, 4)) if lost else 0
        self.at(now + 6 * DAY, lambda then: self.market.rule(deal, quarters, then))

    def _junk(self, deal: Deal, now: int) -> None:
        """A worthless delivery: disputed and ruled in six days, or released by itself after three."""
        loot = self.loot[deal.seller]
        caught = self.rng.random() < CAUGHT and self.rng.random() < JUST

        def end(then: int) -> None:
            if caught:
                loot.deposits += self.parameters.panel_cost
                self.market.rule(deal, 4, then)
            else:
                loot.kept += deal.base
                self.market.release(deal, then)

        self.at(now + (6 if caught else 3) * DAY, end)

    # -- frauds ---------------------------------------------------------------------------------

    def _wash(self, merchant: Merchant, now: int) -> None:
        """The dearest order that counts in full, by an account of his own, until he is in Gold."""
        record = self.market.score(merchant.account)
        if record.score >= GOLD or record.score < SILVER:
            return
        price = 10 * self.parameters.credit_unit * 10_000 // self.parameters.base_fee
        buyer = f"{merchant.account}'s account {self.rng.randrange(WASHERS)}"
        self._own_order(merchant, buyer, price, now)
        self.at(now + DAY, lambda then: self._wash(merchant, then))

    def _farm(self, merchant: Merchant, number: int, now: int) -> None:
        buyer = f"{merchant.account}'s account {number % FARMERS}"
        self._own_order(merchant, buyer, UNIT // 50, now)

    def _own_order(self, merchant: Merchant, buyer: str, base: int, now: int) -> None:
        deal = self.market.place(merchant.account, buyer, base, now)
        if deal is None:
            return
        shop, loot = self.market.shops[merchant.account], self.loot[merchant.account]

        def end(then: int) -> None:
            fees, discount, points = shop.fees, shop.discount, shop.points
            self.market.release(deal, then)
            loot.wash_fees += shop.fees - fees
            loot.wash_points += shop.points - points
            shop.discount = discount  # what he saved on these he paid himself
            self.market.rate(deal, 5, then)

        self.at(now + 2 * HOUR, end)

    def _poisson(self, mean: float) -> int:
        number, left = 0, self.rng.expovariate(1.0)
        while left < mean:
            number += 1
            left += self.rng.expovariate(1.0)
        return number
