"""A market as `make run` leaves it, on a chain of this session's own, and the screens on it.

It comes from the snapshot that the project's own scripts made (`operations/snapshot.py`): only the first
session after a change of contracts or operations deploys and fills one.
"""

import pytest

from tests.dapp.market_at import run_market
from tests.dapp.screens import screens_on


@pytest.fixture(scope="session")
def running_market(tmp_path_factory):
    """The filled market: orders in every state, eight services, a referral tree. See {RunningMarket}.

    Tests share it. One that moves its clock or trades takes `private_market` instead.
    """
    with run_market(tmp_path_factory.mktemp("market")) as market:
        yield market


@pytest.fixture(scope="session")
def screens(running_market):
    """Screens on the shared market, indexed. See {Screens}: `screens.open("orders", "buyer", "zh")`."""
    with screens_on(running_market) as screens:
        yield screens


@pytest.fixture
def screen(screens):
    """`screen("orders", account="buyer", language="zh", order=…)` is that screen after its first run."""
    return screens.open


@pytest.fixture
def private_market(tmp_path):
    """A filled market for one test alone, on a chain of its own; a second to start."""
    with run_market(tmp_path) as market:
        yield market


@pytest.fixture
def private_screens(private_market):
    """Screens on the private market; `catch_up()` after something happened on its chain."""
    with screens_on(private_market) as screens:
        yield screens
