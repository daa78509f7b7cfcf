"""Made-up markets of honest and fraudulent merchants, the same for the same seed.

The model is measured on them, and fitted to one where a market has too few merchants of its own.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Final

from dapp.domain.bounds import DAY
from dapp.risk.simulation import frauds, honest
from dapp.risk.simulation.market import DAWN, DAYS, FRAUDS, Kind, SimulatedMarket

__all__ = ["FRAUDS", "FRAUD_SHARE", "Kind", "SimulatedMarket", "simulate"]

FRAUD_SHARE: Final = 0.06

_LIVES: Final[dict[Kind, Callable[[SimulatedMarket, str, int], None]]] = {
    Kind.HONEST: honest.live,
    Kind.LAZY: partial(honest.live, lazy=True),
    Kind.WASH: frauds.wash,
    Kind.FARM: frauds.farm,
    Kind.EXIT: frauds.leave,
}


def simulate(seed: int, merchants: int = 600, fraud_share: float = FRAUD_SHARE) -> SimulatedMarket:
    """A market after half a year. One merchant in eight is lazy; frauds are of each kind alike."""
    market = SimulatedMarket(seed)
    rng = market.chance
    market.buyers = [market.new_account(DAWN + rng.randrange(-200, DAYS) * DAY) for _ in range(merchants * 5)]
    frauds = round(merchants * fraud_share)
    kinds = [FRAUDS[place % len(FRAUDS)] for place in range(frauds)]
    kinds += [Kind.LAZY if place % 8 == 0 else Kind.HONEST for place in range(merchants - frauds)]
    rng.shuffle(kinds)
    for kind in kinds:
        started = DAWN + int(rng.random() ** 2 * (DAYS - 20)) * DAY
        seller = market.new_account(started)
        market.kinds[seller] = kind
        _LIVES[kind](market, seller, started)
    honest.tie(market)
    market.sales.sort(key=lambda sale: (sale.placed_at, sale.key))
    market.sales = [replace(sale, key=key) for key, sale in enumerate(market.sales, 1)]
    return market
