"""Real Kubo, geth and PostgreSQL, each skipped with a sentence where it can't be had."""

import pytest

from bench.postgres import binaries, running_postgres
from operations.processes import free_port
from tests.dapp.conftest import private_market
from tests.interop.build import missing, program
from tests.interop.geth_node import running_geth
from tests.interop.kubo_node import KuboNode

__all__ = ["private_market"]


def _built(name):
    found = program(name)
    if found is None:
        pytest.skip(missing(name))
    return found


@pytest.fixture(scope="module")
def kubo(tmp_path_factory):
    """A running Kubo without peers. See {KuboNode}."""
    node = KuboNode(_built("kubo"), tmp_path_factory.mktemp("kubo"), free_port())
    node.start()
    yield node
    node.stop()


@pytest.fixture(scope="module")
def geth(tmp_path_factory):
    """A running `geth --dev` whose first accounts are the project's named actors. See {GethNode}."""
    with running_geth(_built("geth"), tmp_path_factory.mktemp("geth")) as node:
        yield node


@pytest.fixture(scope="module")
def postgres():
    """A PostgreSQL server of this module's own. See {Server}."""
    if binaries() is None:
        pytest.skip("PostgreSQL is missing: install it, or put its folder on the PATH.")
    with running_postgres() as server:
        yield server
