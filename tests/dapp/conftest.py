"""A market as `make run` leaves it, on a chain of this session's own, and the screens on it.

It comes from the snapshot that the project's own scripts made (`operations/snapshot.py`): only the first
session after a change of contracts or operations deploys and fills one.
"""

from contextlib import contextmanager

import pytest

from dapp.settings import load_settings
from operations.actors import NAMES
from operations.local_chain import local_chain, url_of
from operations.processes import free_port
from operations.snapshot import ensure_snapshot
from tests.dapp.market_at import RunningMarket
from tests.dapp.screens import screens_on


@pytest.fixture(scope="session")
def running_market(tmp_path_factory):
    """The filled market: orders in every state, eight services, a referral tree. See {RunningMarket}.

    Tests share it. One that moves its clock or trades takes `private_market` instead.
    """
    with _running(tmp_path_factory.mktemp("market")) as market:
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
    with _running(tmp_path) as market:
        yield market


@pytest.fixture
def private_screens(private_market):
    """Screens on the private market; `catch_up()` after something happened on its chain."""
    with screens_on(private_market) as screens:
        yield screens


@contextmanager
def _running(folder):
    port = free_port()
    environment = {
        "HANSE_RPC_URL": url_of(port),
        "HANSE_WS_URL": url_of(port).replace("http", "ws"),
        "HANSE_DEPLOYMENTS": str(folder / "deployments"),
        "HANSE_DATA": str(folder / "data"),
        "HANSE_CONFIRMATIONS": "12",
    }
    settings = load_settings(environment)
    snapshot = ensure_snapshot()
    snapshot.lay_out(settings.deployments, settings.data)
    with local_chain(port, folder / "anvil.log", snapshot.state):
        yield RunningMarket.open(url_of(port), settings, environment, NAMES)
