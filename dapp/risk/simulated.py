"""Made-up markets of honest and fraudulent merchants, the same for the same seed.

The model is measured on them, and fitted to one where a market has too few merchants of its own. No two
merchants of a kind are alike: how strong a fraud shows is drawn, and most frauds trade honestly beside it.
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from dapp.domain.bounds import DAY
from dapp.domain.dealings import MoneyKind, MoneyLink, Sale
from dapp.domain.orders import Status
from dapp.risk.features import HOUR

DAWN: Final = 1_800_000_000
DAYS: Final = 180
UNIT: Final = 10**16
FRAUD_SHARE: Final = 0.06
_COIN: Final = "0x" + "0" * 40


class Kind(StrEnum):
    """What a made-up merchant is."""

    HONEST = "honest"
    LAZY = "lazy"
    WASH = "wash trading"
    FARM = "reputation farming"
    EXIT = "burst, then exit"


FRAUDS: Final = (Kind.WASH, Kind.FARM, Kind.EXIT)


@dataclass(frozen=True)
class Habits:
    """How a merchant's honest trade goes.

    pace: sales a day; price: the middle one, in units; noon: the middle of his day, which is `wide` hours to
    either side; returned: the share of sales that end badly; stars: the middle rating, given for the share
    `rated`; hours: how long the middle sale takes; crowd: the share of buyers who come for him alone; keys:
    how many clients he mostly works for, 0 without; promoted: the day of a promotion's week, 0 without.
    """

    pace: float
    price: float
    noon: int = 12
    wide: float = 4.0
    returned: float = 0.0
    stars: float = 5.0
    rated: float = 0.6
    hours: float = 36.0
    crowd: float = 0.0
    keys: int = 0
    promoted: int = 0


@dataclass
class SimulatedMarket:
    """What happened until `now`; `kinds` by merchant."""

    seed: int
    now: int = DAWN + DAYS * DAY
    sales: list[Sale] = field(default_factory=list)
    links: list[MoneyLink] = field(default_factory=list)
    first_seen: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    chance: random.Random = field(init=False, repr=False)
    buyers: list[str] = field(default_factory=list, repr=False)
    _accounts: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def by_seller(self) -> dict[str, list[Sale]]:
        """Each merchant's sales."""
        found: dict[str, list[Sale]] = {seller: [] for seller in self.kinds}
        for sale in self.sales:
            found[sale.seller].append(sale)
        return found

    def new_account(self, seen_at: int) -> str:
        """An account that the market first saw then."""
        self._accounts += 1
        account = str(to_checksum_address(keccak(text=f"{self.seed} {self._accounts}")[:20]))
        self.first_seen[account] = seen_at
        return account

    def sell(self, seller: str, buyer: str, at: int, amount: float, habits: Habits, **more: object) -> None:
        """One sale, which fares as the habits have it unless `more` says how."""
        luck, base = self.chance.random(), max(int(amount * UNIT), 1)
        done_at = at + int(self.chance.lognormvariate(0, 0.7) * habits.hours * HOUR)
        fate: dict[str, object] = {"status": Status.COMPLETED, "earned": base, "changed_at": done_at}
        if luck < habits.returned:
            fate |= {"status": Status.CANCELLED, "earned": 0, "returned": base}
        elif self.chance.random() < habits.rated:
            fate["stars"] = min(max(round(self.chance.gauss(habits.stars, 0.7)), 1), 5)
        fate |= more
        if int(fate["changed_at"]) > self.now:  # type: ignore[call-overload]
            fate = {"status": Status.IN_PROGRESS, "changed_at": at}
        self.first_seen[buyer] = min(self.first_seen[buyer], at)
        key = len(self.sales) + 1
        identity = keccak(text=f"{self.seed} sale {key}")
        self.sales.append(Sale(identity, key, seller, buyer, buyer, base, at, **fate))  # type: ignore[arg-type]

    def give(self, source: str, target: str, at: int, amount: float, kind: MoneyKind) -> None:
        """Money that shows between two accounts."""
        self.links.append(MoneyLink(source, target, kind, _COIN, int(amount * UNIT), at))


def simulate(seed: int, merchants: int = 600, fraud_share: float = FRAUD_SHARE) -> SimulatedMarket:
    """A market after half a year. One merchant in eight is lazy; frauds are of each kind alike."""
    market = SimulatedMarket(seed)
    rng = market.chance
    market.buyers = [market.new_account(DAWN + rng.randrange(-200, DAYS) * DAY) for _ in range(merchants * 5)]
    frauds = round(merchants * fraud_share)
    kinds = [FRAUDS[place % len(FRAUDS)] for place in range(frauds)]
    kinds += [Kind.LAZY if place % 8 == 0 else Kind.HONEST for place in range(merchants - frauds)]
    for kind in kinds:
        started = DAWN + int(rng.random() ** 2 * (DAYS - 20)) * DAY
        seller = market.new_account(started)
        market.kinds[seller] = kind
        _LIVES[kind](market, seller, started)
    market.sales.sort(key=lambda sale: (sale.placed_at, sale.key))
    market.sales = [replace(sale, key=key) for key, sale in enumerate(market.sales, 1)]
    return market


def _habits(rng: random.Random, *, lazy: bool = False) -> Habits:
    """Every honest merchant is odd in some way or other: that is what makes frauds hard to tell."""

    def odd(share: float) -> bool:
        return rng.random() < share

    return Habits(
        pace=min(rng.lognormvariate(-0.7, 0.9), 6.0),
        price=rng.lognormvariate(1.5, 0.8) * (0.08 if odd(0.1) else 1),
        noon=rng.randrange(24),
        wide=12.0 if odd(0.15) else rng.uniform(1.5, 5.0),
        returned=rng.uniform(0.06, 0.2) if lazy else rng.uniform(0.0, 0.06),
        stars=rng.uniform(3.4, 4.3) if lazy else rng.uniform(4.2, 5.0),
        rated=0.95 if odd(0.1) else rng.uniform(0.3, 0.8),
        hours=rng.uniform(0.2, 4) if odd(0.15) else rng.lognormvariate(4.3 if lazy else 3.6, 0.6),
        crowd=rng.uniform(0.4, 0.95) if odd(0.2) else 0.0,
        keys=rng.randrange(1, 5) if odd(0.1) else 0,
        promoted=rng.randrange(1, DAYS) if odd(0.25) else 0,
    )


def _trade(market: SimulatedMarket, seller: str, habits: Habits, since: int, until: int) -> None:
    """Honest trade: regulars and passers-by, a daily rhythm, now and then a large order."""
    rng = market.chance
    regulars = rng.sample(market.buyers, habits.keys or rng.randrange(3, 25))
    loyalty = 0.85 if habits.keys else rng.uniform(0.1, 0.7)
    for day in range(since // DAY, until // DAY):
        busy = habits.promoted and 0 <= day - DAWN // DAY - habits.promoted < 7
        for _ in range(_poisson(rng, habits.pace * (4 if busy else 0.6 if day % 7 > 4 else 1))):
            at = day * DAY + int(rng.gauss(habits.noon, habits.wide) % 24 * HOUR)
            if rng.random() < habits.crowd:
                buyer = market.new_account(at)
                if rng.random() < 0.4:
                    regulars.append(buyer)
            else:
                buyer = rng.choice(regulars if rng.random() < loyalty else market.buyers)
            amount = habits.price * rng.lognormvariate(0, 0.5) * (6 if rng.random() < 0.01 else 1)
            market.sell(seller, buyer, at, amount, habits)


def _honest(market: SimulatedMarket, seller: str, started: int) -> None:
    _trade(market, seller, _habits(market.chance), started, market.now)


def _lazy(market: SimulatedMarket, seller: str, started: int) -> None:
    _trade(market, seller, _habits(market.chance, lazy=True), started, market.now)


def _beside(market: SimulatedMarket, seller: str, started: int) -> bool:
    """Six frauds in ten trade honestly, too, at half the pace. Returns whether this one is a careful one."""
    rng = market.chance
    if rng.random() < 0.6:
        habits = _habits(rng)
        _trade(market, seller, replace(habits, pace=habits.pace / 2), started, market.now)
    return rng.random() < 0.4


def _seem_usual(market: SimulatedMarket, accounts: list[str]) -> None:
    """Careful frauds let their accounts buy something elsewhere, too."""
    rng = market.chance
    for account in accounts:
        at = market.first_seen[account]
        for seller in rng.sample(sorted(market.kinds), min(rng.randrange(1, 3), len(market.kinds))):
            market.sell(seller, account, at, rng.uniform(0.3, 2), Habits(0, 0, hours=rng.uniform(5, 40)))


def _wash(market: SimulatedMarket, seller: str, started: int) -> None:
    """A few accounts of his own buy again and again, with full marks; some are funded where it shows."""
    rng = market.chance
    careful = _beside(market, seller, started)
    own = _own_accounts(market, seller, rng.randrange(3, 13), market.now - rng.randrange(25, 85) * DAY)
    if careful:
        _seem_usual(market, own)
    habits = Habits(0, 0, hours=rng.uniform(6, 40) if careful else rng.uniform(0.2, 6))
    first = min(market.first_seen[account] for account in own) // DAY + (5 if careful else 1)
    pace, price, noon = rng.uniform(0.3, 2.5), rng.uniform(4, 30), rng.randrange(24)
    for day in range(first, market.now // DAY):
        for _ in range(_poisson(rng, pace)):
            at = day * DAY + int(rng.gauss(noon, rng.uniform(1, 5)) % 24 * HOUR)
            stars = rng.choice((5, 5, 5, 4, 0)) if careful else 5
            market.sell(seller, rng.choice(own), at, price * rng.uniform(0.7, 1.3), habits, stars=stars)


def _farm(market: SimulatedMarket, seller: str, started: int) -> None:
    """Dozens of fresh accounts, each with an order or two of little and five stars."""
    rng = market.chance
    careful = _beside(market, seller, started)
    habits = Habits(0, 0, hours=rng.uniform(6, 40) if careful else rng.uniform(0.5, 12))
    noon, price = rng.randrange(24), rng.uniform(0.5, 3) if careful else rng.uniform(0.05, 0.6)
    since = market.now - rng.randrange(20, 70) * DAY
    for _ in range(rng.randrange(15, 90)):
        born = since + rng.randrange(market.now - since - DAY)
        own = _own_accounts(market, seller, 1, born)
        if careful:
            _seem_usual(market, own)
        for _ in range(rng.choice((1, 1, 2, 3))):
            wait = rng.uniform(72, 240) if careful else rng.expovariate(1 / 12)
            at = born + int(wait * HOUR) + int(rng.gauss(noon, 3) % 24 * HOUR)
            if at < market.now:
                market.sell(seller, own[0], at, price * rng.uniform(0.7, 1.3), habits, stars=5)


def _exit(market: SimulatedMarket, seller: str, started: int) -> None:
    """Months of good trade, then many large orders in days, and little of it delivered."""
    rng = market.chance
    habits = _habits(rng)
    burst_at = market.now - rng.randrange(3, 12) * DAY
    _trade(market, seller, habits, min(started, burst_at - 45 * DAY), burst_at)
    more, larger, junk = rng.uniform(1.5, 6), rng.uniform(1.2, 6), rng.uniform(0.3, 0.95)
    for day in range(burst_at // DAY, market.now // DAY):
        for _ in range(_poisson(rng, max(habits.pace, 0.4) * more)):
            at = day * DAY + int(rng.gauss(habits.noon, habits.wide) % 24 * HOUR)
            buyer = rng.choice(market.buyers)
            fate: dict[str, object] = {}
            if rng.random() < junk:
                disputed = rng.random() < 0.3
                fate = {"status": Status.DISPUTED if disputed else Status.DELIVERED, "disputed": disputed}
                changed_at = min(at + rng.randrange(30 * HOUR), market.now)
                fate |= {"earned": 0, "returned": 0, "stars": 0, "changed_at": changed_at}
            market.sell(seller, buyer, at, habits.price * larger * rng.lognormvariate(0, 0.5), habits, **fate)


def _own_accounts(market: SimulatedMarket, seller: str, count: int, born: int) -> list[str]:
    """A fraud's own accounts; half of them get money where it shows, straight or through another one."""
    rng = market.chance
    accounts = [market.new_account(born + rng.randrange(DAY)) for _ in range(count)]
    purse = market.new_account(born)
    for account in accounts:
        if rng.random() < 0.5:
            through = rng.choice((seller, purse))
            if through == purse:
                market.give(seller, purse, born, 50, MoneyKind.TRANSFER)
            market.give(through, account, market.first_seen[account], 20, MoneyKind.DEPOSIT)
    return accounts


def _poisson(rng: random.Random, mean: float) -> int:
    """A number of events by chance (Knuth's way, for small means)."""
    count, left = 0, rng.expovariate(1.0)
    while left < mean:
        count += 1
        left += rng.expovariate(1.0)
    return count


_LIVES: Final[dict[Kind, Callable[[SimulatedMarket, str, int], None]]] = {
    Kind.HONEST: _honest,
    Kind.LAZY: _lazy,
    Kind.WASH: _wash,
    Kind.FARM: _farm,
    Kind.EXIT: _exit,
}
