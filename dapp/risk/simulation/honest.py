"""How honest merchants live: trade with habits of their own, and money that ties them to a few buyers."""

import random

from dapp.domain.bounds import DAY
from dapp.domain.dealings import MoneyKind
from dapp.risk.features import HOUR
from dapp.risk.simulation.market import DAWN, DAYS, UNIT, Habits, SimulatedMarket


def live(market: SimulatedMarket, seller: str, started: int, *, lazy: bool = False) -> None:
    """An honest merchant's half year; a lazy one is late, and much of his work goes back."""
    trade(market, seller, habits_of(market.chance, lazy=lazy), started, market.now)


def habits_of(rng: random.Random, *, lazy: bool = False) -> Habits:
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


def trade(market: SimulatedMarket, seller: str, habits: Habits, since: int, until: int) -> None:
    """Honest trade: regulars and passers-by, a daily rhythm, now and then a large order."""
    rng = market.chance
    regulars = rng.sample(market.buyers, habits.keys or rng.randrange(3, 25))
    loyalty = 0.85 if habits.keys else rng.uniform(0.1, 0.7)
    for day in range(since // DAY, until // DAY):
        busy = habits.promoted and 0 <= day - DAWN // DAY - habits.promoted < 7
        for _ in range(poisson(rng, habits.pace * (4 if busy else 0.6 if day % 7 > 4 else 1))):
            at = day * DAY + int(rng.gauss(habits.noon, habits.wide) % 24 * HOUR)
            if rng.random() < habits.crowd:
                buyer = market.new_account(at)
                if rng.random() < 0.4:
                    regulars.append(buyer)
            else:
                buyer = rng.choice(regulars if rng.random() < loyalty else market.buyers)
            amount = habits.price * rng.lognormvariate(0, 0.5) * (6 if rng.random() < 0.01 else 1)
            market.sell(seller, buyer, at, amount, habits)


def tie(market: SimulatedMarket) -> None:
    """Money between honest accounts: exchanges for many, clubs for some, a transfer between friends."""
    rng = market.chance
    accounts = [*market.kinds, *market.buyers]
    for size, purses in ((len(accounts) // 8, 4), (40, max(len(market.kinds) // 60, 1))):
        for _ in range(purses):
            purse = market.new_account(DAWN)
            for account in rng.sample(accounts, min(size, len(accounts))):
                market.give(purse, account, DAWN + rng.randrange(DAYS) * DAY, 30, MoneyKind.DEPOSIT)
    by_seller = market.by_seller()
    for seller in market.kinds:
        own = by_seller[seller]
        if own and rng.random() < 0.15:
            for sale in rng.sample(own, min(rng.randrange(1, 3), len(own))):
                market.give(seller, sale.buyer, sale.placed_at, sale.base / UNIT, MoneyKind.TRANSFER)


def poisson(rng: random.Random, mean: float) -> int:
    """A number of events by chance (Knuth's way, for small means)."""
    count, left = 0, rng.expovariate(1.0)
    while left < mean:
        count += 1
        left += rng.expovariate(1.0)
    return count
