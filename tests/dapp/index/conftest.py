"""An index of its own for each test, followed to the head of the shared market's chain."""

from contextlib import contextmanager

import pytest

from dapp.index import Index
from dapp.index.follow import Follower


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path / 'index.sqlite'}"


@contextmanager
def following(market, database_url, **options):
    """An index and the follower that fills it, which stands at the chain's head already."""
    record = market.contracts.record
    index = Index.open(database_url, record)
    follower = Follower(index.engine, record, options.pop("urls", (market.url,)), **options)
    try:
        follower.follow_to_head()
        yield index, follower
    finally:
        follower.stop()
        index.engine.dispose()


@pytest.fixture
def index(running_market, database_url):
    """The running market's index."""
    with following(running_market, database_url) as (index, _follower):
        yield index
