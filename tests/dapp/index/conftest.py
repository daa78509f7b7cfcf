"""An index of its own for each test, followed to the head of the shared market's chain."""

import pickle
import random
from contextlib import contextmanager
from dataclasses import replace

import pytest

from bench.postgres import binaries, running_postgres
from dapp.domain.replay import Event
from dapp.index import Index
from dapp.index.follow import Follower
from tests.dapp.index.fake_node import FakeChain, FakeNode
from tests.dapp.index.rows import all_rows
from tests.dapp.index.story import DAWN, Encoder, Story


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


class Tale:
    """A made-up market on a made-up chain, block by block; `told` has each block's events."""

    def __init__(self, record, seed):
        self.record, self.encoder, self.chain = record, Encoder(record), FakeChain(DAWN)
        self.story = Story(record, random.Random(seed))
        self.told, self._before = [[]], []
        self._mine([[event] for event in self.story.begin()])

    def mine(self, blocks, transactions=4):
        """So many blocks more."""
        for _ in range(blocks):
            self._mine([self.story.act() for _ in range(transactions)])

    def cut(self, blocks):
        """Take the newest blocks back; the story goes on from where it was then."""
        self.chain.cut(blocks)
        del self.told[len(self.told) - blocks :]
        self.story = replace(pickle.loads(self._before[-blocks]), record=self.record)
        del self._before[-blocks:]
        self.story.random.seed(self.story.random.random())
        self._earlier = self._packed()

    def events(self):
        """All events so far, as the reference model takes them."""
        return [
            Event(told.name, told.args, int(block["timestamp"], 16))
            for block, events in zip(self.chain.blocks, self.told, strict=True)
            for told in events
        ]

    def _packed(self):
        return pickle.dumps(replace(self.story, record=None))

    def _mine(self, transactions):
        if len(self.told) > 1:
            self._before.append(self._earlier)
        self.chain.mine(
            [[self.encoder.log(told) for told in events] for events in transactions], self.story.now
        )
        self.told.append([told for events in transactions for told in events])
        self._earlier = self._packed()


@pytest.fixture
def record(running_market):
    return running_market.contracts.record


@pytest.fixture
def tale(record):
    return Tale(record, 7)


@pytest.fixture
def node(tale):
    node = FakeNode(tale.chain)
    yield node
    node.close()


@pytest.fixture
def fresh_rows(record, node, tmp_path):
    """What an index has that is built at once from the chain as it is now."""
    count = iter(range(1_000))

    def build(confirmations=12):
        index = Index.open(f"sqlite:///{tmp_path / f'fresh{next(count)}.sqlite'}", record)
        follower = Follower(index.engine, record, (node.url,), confirmations=confirmations)
        follower.follow_to_head()
        rows = all_rows(index.engine)
        follower.stop()
        index.engine.dispose()
        return rows

    return build


@pytest.fixture
def opened(record, node, database_url):
    """An index of the made-up market and its follower, which hasn't begun."""
    index = Index.open(database_url, record)
    follower = Follower(index.engine, record, (node.url,), confirmations=12)
    yield index, follower
    follower.stop()
    index.engine.dispose()


@pytest.fixture(scope="session")
def postgres():
    """A PostgreSQL server for this session."""
    if binaries() is None:
        pytest.skip("PostgreSQL isn't installed on this machine")
    with running_postgres() as server:
        yield server
