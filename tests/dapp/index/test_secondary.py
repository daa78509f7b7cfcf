"""Indexes that a first run makes late are there when they are needed, and afterwards.

a first run
├── over many final blocks: every index and primary key is there in the end
├── from blocks on that may still change: the same
├── that has to read what it wrote: makes them before it reads, and the rows are the same
└── cut short: makes them when it is opened again
"""

import pytest
from sqlalchemy import inspect

from dapp.index import catch_up, state
from dapp.index.court_schema import metadata
from dapp.index.failures import RpcFailed
from dapp.index.follow import Follower
from dapp.index.index import Index
from tests.dapp.index.rows import all_rows


@pytest.fixture(params=["sqlite", "postgresql"])
def index(request, record, tmp_path):
    """An empty index."""
    url = f"sqlite:///{tmp_path / 'index.sqlite'}"
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        server.create("secondary")
        url = server.url("secondary")
    index = Index.open(url, record)
    yield index
    index.engine.dispose()


@pytest.fixture
def follower_of(record, node):
    """`follower_of(index, confirmations)`."""
    made = []

    def make(index, confirmations=12):
        made.append(Follower(index.engine, record, (node.url,), confirmations=confirmations))
        return made[-1]

    yield make
    for follower in made:
        follower.stop()


def missing(engine):
    """Indexes and primary keys of the schema that the database doesn't have."""
    there = inspect(engine)
    found = []
    for table in metadata.sorted_tables:
        names = {index["name"] for index in there.get_indexes(table.name)}
        found += [index.name for index in table.indexes if index.name not in names]
        keys = [column.name for column in table.primary_key]
        if there.get_pk_constraint(table.name)["constrained_columns"] != keys:
            found.append(f"{table.name}'s key")
    return found


@pytest.mark.parametrize("confirmations", [12, 10_000])
def test_first_run__ended__has_every_index(index, follower_of, tale, confirmations):
    tale.mine(80)
    follower_of(index, confirmations).follow_to_head()
    assert missing(index.engine) == []


def test_first_run__has_to_read__makes_indexes_before(index, follower_of, tale, fresh_rows, monkeypatch):
    tale.mine(80)
    seen = []
    load = state.StateTable.load

    def look(table, key):
        table.reader()
        seen.append(missing(index.engine))
        return load(table, key)

    monkeypatch.setattr(state.StateTable, "load", look)
    monkeypatch.setattr(state, "MAX_CACHED", 0)
    monkeypatch.setattr(catch_up, "EVENTS_PER_COMMIT", 1)
    follower_of(index).follow_to_head()
    assert seen
    assert not any(seen)
    monkeypatch.undo()
    assert all_rows(index.engine) == fresh_rows()


def test_first_run__cut_short__has_every_index_when_opened_again(index, follower_of, tale, node, monkeypatch):
    tale.mine(80)
    monkeypatch.setattr(catch_up, "EVENTS_PER_COMMIT", 1)
    asked = []

    def fail(method, _params, result):
        asked.append(method)
        if asked.count("eth_getLogs") > 3:
            raise LookupError("no more")
        return result

    node.fault = fail
    with pytest.raises(RpcFailed):
        follower_of(index).follow_to_head()
    assert index.head() is not None
    assert missing(index.engine) != []
    node.fault = None
    follower_of(index).follow_to_head()
    assert missing(index.engine) == []
