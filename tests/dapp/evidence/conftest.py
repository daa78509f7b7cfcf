"""An order's record on the running market, and stores to read it from."""

import shutil

import pytest

from dapp.domain.orders import Status
from dapp.evidence.box import EvidenceBox
from dapp.evidence.store import LocalStore


@pytest.fixture
def store(tmp_path):
    """An empty store."""
    return LocalStore(tmp_path / "evidence")


@pytest.fixture
def box(store):
    """A box without a node."""
    return EvidenceBox(store)


@pytest.fixture
def market_box(running_market, tmp_path):
    """The running market's content, in a copy that the test may damage."""
    shutil.copytree(running_market.settings.evidence, tmp_path / "market")
    return EvidenceBox(LocalStore(tmp_path / "market"))


@pytest.fixture(scope="session")
def orders(running_market):
    """The running market's orders, oldest first."""
    return [running_market.contracts.order(identity) for identity in running_market.contracts.order_ids()]


@pytest.fixture(scope="session")
def disputed(orders):
    """The order that is delivered and disputed."""
    return next(order for order in orders if order.state.status is Status.DISPUTED)
