"""Killed at any point, nothing is lost and nothing doubled.

a real process, again and again, on a chain that grows and reorganises meanwhile
├── SQLite: SIGKILL at the n-th request; in the end the rows of an index made at once
├── PostgreSQL: the same (skipped where it isn't installed)
├── a batch that can't be written while the next one is applied: told, and written when asked again
└── two followers on one database: one gives way, the rows stay right
"""

import os
import random
import signal
import subprocess
import sys
import threading
from itertools import count

import pytest

from dapp.index import Index, catch_up
from dapp.index.follow import Follower
from dapp.index.store import Store
from tests.dapp.index.rows import all_rows

KILLS = 10


@pytest.fixture
def environment(running_market, node, tmp_path):
    return {
        **os.environ,
        "HANSE_RPC_URL": node.url,
        "HANSE_DEPLOYMENTS": str(running_market.settings.deployments),
        "HANSE_DATA": str(tmp_path),
        "PYTHONWARNINGS": "default",
    }


class _AtRequest:
    """Tells when a node has answered so many requests more."""

    def __init__(self, node):
        self._node, self._left, self._reached = node, 0, threading.Event()
        node.fault = self._count

    def after(self, requests):
        self._reached.clear()
        self._left = requests

    def wait(self, seconds):
        return self._reached.wait(seconds)

    def _count(self, method, params, result):
        is_range = method == "eth_getLogs" and "fromBlock" in params[0]
        if is_range and int(params[0]["toBlock"], 16) - int(params[0]["fromBlock"], 16) > 1:
            raise LookupError("too many blocks")  # small ranges: more places to be killed at
        self._left -= 1
        if self._left == 0:
            self._reached.set()
        return result


def _kill_repeatedly(tale, node, environment, database_url):
    chance, counter = random.Random(11), _AtRequest(node)
    killed = 0
    for number in range(KILLS):
        tale.mine(12)
        if number > 2 and number % 2:
            depth = chance.randint(1, 5)
            tale.cut(depth)
            tale.mine(depth + 1)
        counter.after(chance.randint(4, 30))
        confirmations = str((2, 300)[number % 2])
        process = subprocess.Popen(
            [sys.executable, "-m", "dapp.index"],
            env={**environment, "DATABASE_URL": database_url, "HANSE_CONFIRMATIONS": confirmations},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        assert counter.wait(60), "the follower asked for nothing"
        threading.Event().wait(chance.random() * 0.03)
        process.send_signal(signal.SIGKILL)
        killed += process.wait() == -signal.SIGKILL
    assert killed == KILLS
    node.fault = None


def _finished(record, node, database_url):
    index = Index.open(database_url, record)
    follower = Follower(index.engine, record, (node.url,), confirmations=12)
    reached = follower.follow_to_head()
    rows = all_rows(index.engine)
    follower.stop()
    index.engine.dispose()
    return reached, rows


def _of_the_chain(rows):
    """Without what only says how far back one can go."""
    return {name: found for name, found in rows.items() if name not in ("journal", "window_blocks")}


def test_follower__killed_repeatedly_on_sqlite__nothing_lost_or_doubled(
    tale, node, record, environment, database_url, fresh_rows
):
    _kill_repeatedly(tale, node, environment, database_url)
    reached, rows = _finished(record, node, database_url)
    assert reached == tale.chain.height
    assert len(rows["events"]) == sum(len(events) for events in tale.told)
    assert _of_the_chain(rows) == _of_the_chain(fresh_rows())


def test_follower__killed_repeatedly_on_postgresql__nothing_lost_or_doubled(
    tale, node, record, environment, postgres, fresh_rows
):
    postgres.create("killed")
    url = postgres.url("killed")
    _kill_repeatedly(tale, node, environment, url)
    reached, rows = _finished(record, node, url)
    assert reached == tale.chain.height
    assert _of_the_chain(rows) == _of_the_chain(fresh_rows())


@pytest.mark.parametrize("written", [False, True])
@pytest.mark.parametrize("failing", [1, 2, 3])
def test_follow__error_while_a_batch_is_written__told_and_made_up_for(
    tale, opened, fresh_rows, monkeypatch, failing, written
):
    index, follower = opened
    tale.mine(60)
    monkeypatch.setattr(catch_up, "EVENTS_PER_COMMIT", 40)
    write, batches = Store._write, count(1)

    def write_or_fail(self, batch):
        fails = next(batches) == failing
        if written or not fails:
            write(self, batch)
        if fails:
            raise OSError("the disk is full")

    monkeypatch.setattr(Store, "_write", write_or_fail)
    with pytest.raises(OSError, match="the disk is full"):
        follower.follow_to_head()
    monkeypatch.setattr(Store, "_write", write)
    follower.follow_to_head()
    assert index.head().number == tale.chain.height
    assert all_rows(index.engine) == fresh_rows()


def test_follower__two_on_one_database__rows_stay_right(tale, node, record, database_url, fresh_rows):
    index = Index.open(database_url, record)
    followers = [Follower(index.engine, record, (node.url,), poll_seconds=0.02) for _ in range(2)]
    for follower in followers:
        follower.start()
    reached = threading.Event()
    for _ in range(20):
        tale.mine(2)
        reached.wait(0.05)
    for _ in range(600):
        if index.head() and index.head().number == tale.chain.height:
            break
        reached.wait(0.05)
    for follower in followers:
        follower.stop()
    rows = all_rows(index.engine)
    index.engine.dispose()
    assert _of_the_chain(rows) == _of_the_chain(fresh_rows())
