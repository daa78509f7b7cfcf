"""Made-up markets, made once: one to fit a model to, one that the model hasn't seen."""

from dataclasses import dataclass

import pytest

from dapp.risk.features import context_of
from dapp.risk.model import AnomalyModel
from dapp.risk.simulation import SimulatedMarket, simulate
from dapp.risk.training import rows_of


@dataclass
class Seen:
    """A made-up market and its merchants' features."""

    market: SimulatedMarket
    features: dict[str, tuple[float, ...]]


def see(seed: int, **options) -> Seen:
    """Simulate a market and take the features of its merchants who sell enough."""
    market = simulate(seed, **options)
    context = context_of(market.sales, market.first_seen)
    return Seen(market, rows_of(market.sales, context, market.now))


@pytest.fixture(scope="session")
def known():
    return see(11, merchants=300)


@pytest.fixture(scope="session")
def unknown():
    return see(12, merchants=300)


@pytest.fixture(scope="session")
def model(known):
    return AnomalyModel.fit(list(known.features.values()), 5, "simulated, seed 11", known.market.now)
