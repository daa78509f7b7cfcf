"""The index on a real PostgreSQL.

a filled market, indexed
├── into PostgreSQL and into SQLite: the same rows in every table
├── the chain reorganised below the head: the rows are those of an index made afresh
├── the follower killed with -9 again and again while it catches up: nothing lost, nothing doubled
└── the server crashing under a live follower: it says so, and goes on when the server is back
"""

import contextlib
import os
import signal
import subprocess
import sys
import time

import psycopg
import pytest
from sqlalchemy import select

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.index.database import open_database
from dapp.index.follow import Follower
from dapp.index.schema import metadata

# Where the follower stands and what it may undo differ by how it came there.
PROGRESS = {"cursor", "window_blocks", "journal", "signatures"}
TABLES = [table for table in metadata.sorted_tables if table.name not in PROGRESS]
WAIT_SECONDS = 60
KILLS = 4


@pytest.fixture
def follow(private_market):
    """`follow(database_url)` indexes the private market up to its head; `start` keeps following."""
    opened = []

    def follow(url, *, start=False, confirmations=12):
        engine = open_database(url)
        record, settings = private_market.contracts.record, private_market.settings
        follower = Follower(engine, record, settings.rpc_urls, confirmations=confirmations)
        opened.append((follower, engine))
        if start:
            follower.start()
        else:
            follower.follow_to_head()
        return follower

    yield follow
    for follower, engine in opened:
        follower.stop()
        engine.dispose()


@pytest.fixture
def rows():
    """Every row of every table of an index, by table."""

    def rows(url):
        engine = open_database(url)
        with engine.connect() as connection:
            found = {table.name: sorted(map(_plain, connection.execute(select(table)))) for table in TABLES}
        engine.dispose()
        return found

    return rows


def _plain(row):
    return tuple(repr(bytes(value) if isinstance(value, memoryview) else value) for value in row)


def _database(postgres, name):
    postgres.create(name)
    return postgres.url(name)


def _until(reached, what):
    deadline = time.monotonic() + WAIT_SECONDS
    while not reached():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)


def _deposit(market, amount):
    call = market.contracts.market.functions.deposit(ZERO_ADDRESS, amount, market.buyer)
    return market.send(call, market.buyer, amount)


def test_follow__postgres_and_sqlite__the_same_rows(postgres, follow, rows, tmp_path):
    server, file = _database(postgres, "same"), f"sqlite:///{tmp_path}/index.sqlite"
    follow(server)
    follow(file)
    found = rows(server)
    assert found == rows(file)
    assert len(found["events"]) > 100
    assert found["orders"]
    assert found["entries"]


def test_follow__chain_reorganised__the_rows_of_a_fresh_index(postgres, private_market, follow, rows):
    server, fresh = _database(postgres, "reorganised"), _database(postgres, "fresh")
    follower = follow(server)
    snapshot = private_market.rpc("evm_snapshot")
    for amount in range(1, 6):
        _deposit(private_market, amount)
    follower.follow_to_head()
    deposited = len(rows(server)["entries"])
    private_market.rpc("evm_revert", snapshot)
    for amount in (10, 20, 30, 40, 50, 60, 70):  # the new branch is the longer one
        _deposit(private_market, amount)
    follower.follow_to_head()
    follow(fresh)
    found = rows(server)
    assert found == rows(fresh)
    assert len(found["entries"]) == deposited + 2
    assert follower.status.reorgs == 1


def test_follow__killed_again_and_again__nothing_lost_or_doubled(postgres, private_market, follow, rows):
    server, whole = _database(postgres, "killed"), _database(postgres, "whole")
    environment = {**os.environ, **private_market.environment, "DATABASE_URL": server}
    for turn in range(KILLS):
        command = [sys.executable, "-m", "dapp.index"]
        process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
        before = _events(server)
        with contextlib.suppress(subprocess.TimeoutExpired):
            _until(
                lambda start=before, p=process: _events(server) > start or p.poll() is not None, "no row came"
            )
            process.wait(0.002 * turn)  # a little later each time
        process.send_signal(signal.SIGKILL)
        process.wait()
        _deposit(private_market, turn + 1)
    follow(server)
    follow(whole)
    assert rows(server) == rows(whole)


def test_follow__server_crashes__said_and_taken_up_again(postgres, private_market, follow, rows):
    server, whole = _database(postgres, "crashed"), _database(postgres, "whole")
    follower = follow(server, start=True)
    _until(lambda: follower.status.state == "following", "the index did not reach the head")
    postgres.stop(crash=True)
    try:
        _deposit(private_market, 5)
        _until(lambda: follower.status.state == "failing", "nobody noticed")
        assert follower.status.last_error
    finally:
        postgres.start()
    _until(lambda: follower.status.state == "following" and follower.status.lag == 0, "it did not go on")
    follow(whole)
    assert rows(server) == rows(whole)


def _events(url):
    try:
        with psycopg.connect(url) as connection:
            return connection.execute("SELECT count(*) FROM events").fetchone()[0]
    except psycopg.errors.UndefinedTable:
        return 0
