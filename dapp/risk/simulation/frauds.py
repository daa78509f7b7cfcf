"""How frauds live: washing trade, farming a reputation, or a burst of orders and gone.

How strong a fraud shows is drawn. Six in ten trade honestly beside it, four in ten are careful, half hide
where their money comes from.
"""

from dataclasses import dataclass, replace

from dapp.domain.bounds import DAY
from dapp.domain.dealings import MoneyKind
from dapp.domain.orders import Status
from dapp.risk.features import HOUR
from dapp.risk.simulation.honest import habits_of, poisson, trade
from dapp.risk.simulation.market import Habits, SimulatedMarket


@dataclass(frozen=True)
class _Manner:
    """How one fraud goes about it: whether he is careful, whether his accounts' money shows to be his."""

    careful: bool
    seen: bool


def _manner(market: SimulatedMarket, seller: str, started: int) -> _Manner:
    """Draw it, and what he trades honestly beside it: at half the pace, if at all."""
    rng = market.chance
    if rng.random() < 0.6:
        habits = habits_of(rng)
        trade(market, seller, replace(habits, pace=habits.pace / 2), started, market.now)
    return _Manner(rng.random() < 0.4, rng.random() < 0.5)


def _seem_usual(market: SimulatedMarket, accounts: list[str]) -> None:
    """Careful frauds let their accounts buy something elsewhere, too."""
    rng = market.chance
    for account in accounts:
        at = market.first_seen[account]
        for seller in rng.sample(sorted(market.kinds), min(rng.randrange(1, 3), len(market.kinds))):
            market.sell(seller, account, at, rng.uniform(0.3, 2), Habits(0, 0, hours=rng.uniform(5, 40)))


def wash(market: SimulatedMarket, seller: str, started: int) -> None:
    """A few accounts of his own buy again and again, with full marks."""
    rng = market.chance
    manner = _manner(market, seller, started)
    born = market.now - rng.randrange(25, 85) * DAY
    own = _own_accounts(market, seller, rng.randrange(3, 13), born, seen=manner.seen)
    if manner.careful:
        _seem_usual(market, own)
    habits = Habits(0, 0, hours=rng.uniform(6, 40) if manner.careful else rng.uniform(0.2, 6))
    first = min(market.first_seen[account] for account in own) // DAY + (5 if manner.careful else 1)
    pace, price, noon = rng.uniform(0.3, 2.5), rng.uniform(4, 30), rng.randrange(24)
    for day in range(first, market.now // DAY):
        for _ in range(poisson(rng, pace)):
            at = day * DAY + int(rng.gauss(noon, rng.uniform(1, 5)) % 24 * HOUR)
            stars = rng.choice((5, 5, 5, 4, 0)) if manner.careful else 5
            market.sell(seller, rng.choice(own), at, price * rng.uniform(0.7, 1.3), habits, stars=stars)


def farm(market: SimulatedMarket, seller: str, started: int) -> None:
    """Dozens of fresh accounts, each with an order or two of little and five stars."""
    rng = market.chance
    manner = _manner(market, seller, started)
    habits = Habits(0, 0, hours=rng.uniform(6, 40) if manner.careful else rng.uniform(0.5, 12))
    noon, price = rng.randrange(24), rng.uniform(0.5, 3) if manner.careful else rng.uniform(0.05, 0.6)
    since = market.now - rng.randrange(20, 70) * DAY
    for _ in range(rng.randrange(15, 90)):
        born = since + rng.randrange(market.now - since - DAY)
        own = _own_accounts(market, seller, 1, born, seen=manner.seen)
        if manner.careful:
            _seem_usual(market, own)
        for _ in range(rng.choice((1, 1, 2, 3))):
            wait = rng.uniform(72, 240) if manner.careful else rng.expovariate(1 / 12)
            at = born + int(wait * HOUR) + int(rng.gauss(noon, 3) % 24 * HOUR)
            if at < market.now:
                market.sell(seller, own[0], at, price * rng.uniform(0.7, 1.3), habits, stars=5)


def leave(market: SimulatedMarket, seller: str, started: int) -> None:
    """Months of good trade, then many large orders in days, and little of it delivered."""
    rng = market.chance
    habits = habits_of(rng)
    burst_at = market.now - rng.randrange(3, 12) * DAY
    trade(market, seller, habits, min(started, burst_at - 45 * DAY), burst_at)
    more, larger, junk = rng.uniform(1.5, 6), rng.uniform(1.2, 6), rng.uniform(0.3, 0.95)
    for day in range(burst_at // DAY, market.now // DAY):
        for _ in range(poisson(rng, max(habits.pace, 0.4) * more)):
            at = day * DAY + int(rng.gauss(habits.noon, habits.wide) % 24 * HOUR)
            buyer = rng.choice(market.buyers)
            fate: dict[str, object] = {}
            if rng.random() < junk:
                disputed = rng.random() < 0.3
                fate = {"status": Status.DISPUTED if disputed else Status.DELIVERED, "disputed": disputed}
                changed_at = min(at + rng.randrange(30 * HOUR), market.now)
                fate |= {"earned": 0, "returned": 0, "stars": 0, "changed_at": changed_at}
            market.sell(seller, buyer, at, habits.price * larger * rng.lognormvariate(0, 0.5), habits, **fate)


def _own_accounts(market: SimulatedMarket, seller: str, count: int, born: int, *, seen: bool) -> list[str]:
    """Accounts of his own; where it can be seen, half of them get their money from him or through a purse."""
    rng = market.chance
    accounts = [market.new_account(born + rng.randrange(DAY)) for _ in range(count)]
    purse = market.new_account(born)
    for account in accounts:
        if seen and rng.random() < 0.5:
            through = rng.choice((seller, purse))
            if through == purse:
                market.give(seller, purse, born, 50, MoneyKind.TRANSFER)
            market.give(through, account, market.first_seen[account], 20, MoneyKind.DEPOSIT)
    return accounts
