"""A long way to the head: another process fetches and reads, and the rows are the same.

the other process
├── is there only for many blocks
├── was started before they are known to be many: used, or ended unused
├── hands over what a node did wrong: refused, and nothing indexed of it
├── is killed: said, and the follower goes on without one
├── can't be started: the same
├── is stopped and goes on: nothing that it wrote is missing
└── outlives a killed follower by no more than its next chunk
"""

import os
import signal
import subprocess
import sys
import threading

import pytest

from bench.usage import children, usage
from dapp.index import apart, catch_up
from dapp.index.apart import SeparateFetcher
from dapp.index.decode import EventBook
from dapp.index.failures import MalformedLog, RpcFailed
from dapp.index.fetch import FIRST_RANGE, RangeFetcher, RangeSize
from dapp.index.reading import LogReader
from dapp.index.rpc import Node
from tests.dapp.index.rows import all_rows

FOLLOW_APART = """
from dapp.index import __main__ as command, catch_up
catch_up.APART_FROM = 0
raise SystemExit(command.main())
"""


@pytest.fixture
def started(monkeypatch):
    """The fetchers that were started apart, from a first block on."""
    found = []
    make = SeparateFetcher.__init__

    def note(self, record):
        found.append(self)
        make(self, record)

    monkeypatch.setattr(SeparateFetcher, "__init__", note)
    monkeypatch.setattr(catch_up, "APART_FROM", 30)
    return found


def is_long(method, params):
    """A question for the logs of more than four blocks."""
    where = params[0] if method == "eth_getLogs" else {}
    return "fromBlock" in where and int(where["toBlock"], 16) - int(where["fromBlock"], 16) > 3


def test_follow__many_blocks__apart_and_the_same_rows(tale, opened, fresh_rows, started, monkeypatch):
    index, follower = opened
    tale.mine(80)
    follower.follow_to_head()
    assert len(started) == 1
    tale.mine(20)
    follower.follow_to_head()
    assert len(started) == 1
    monkeypatch.undo()
    assert all_rows(index.engine) == fresh_rows()


def test_prepare__many_blocks__fetches_with_what_was_started(tale, opened, fresh_rows, started, monkeypatch):
    index, follower = opened
    tale.mine(80)
    follower.prepare()
    (ahead,) = started
    follower.follow_to_head()
    assert started == [ahead]
    assert ahead._process.returncode is not None
    monkeypatch.undo()
    assert all_rows(index.engine) == fresh_rows()


def test_prepare__nothing_to_fetch__ended_unused(opened, started):
    _index, follower = opened
    follower.follow_to_head()
    follower.prepare()
    ahead = started[-1]
    follower.follow_to_head()
    assert ahead._process.returncode is not None


@pytest.mark.parametrize(
    ("fault", "failure", "message"),
    [
        (lambda logs: [{**logs[-1], "data": "0x1234"}], MalformedLog, "not its words"),
        (lambda logs: [logs[0], *logs], RpcFailed, "doubled or out of order"),
        (lambda _logs: {}, RpcFailed, "something else than JSON-RPC"),
    ],
)
def test_follow__node_lies__refused_with_the_same_words(
    tale, node, opened, fresh_rows, started, fault, failure, message
):
    index, follower = opened
    tale.mine(60)
    node.fault = lambda method, _params, result: fault(result) if method == "eth_getLogs" else result
    with pytest.raises(failure, match=message):
        follower.follow_to_head()
    assert index.head() is None
    node.fault = None
    follower.follow_to_head()
    assert started
    assert all_rows(index.engine) == fresh_rows()


def test_follow__refused_ranges__asked_for_smaller_ones(tale, node, opened, fresh_rows, started):
    tale.mine(80)

    def refuse(method, params, result):
        if is_long(method, params):
            raise LookupError("too many blocks")
        return result

    node.fault = refuse
    opened[1].follow_to_head()
    node.fault = None
    assert started
    assert all_rows(opened[0].engine) == fresh_rows()


def test_follower__other_process_killed__goes_on_without(tale, node, opened, fresh_rows, started, caplog):
    index, follower = opened
    tale.mine(60)
    killed = threading.Event()

    def kill(method, _params, result):
        if started and method == "eth_getLogs" and not killed.is_set():
            killed.set()
            started[0]._process.send_signal(signal.SIGKILL)
        return result

    node.fault = kill
    follower.follow_to_head()
    assert "ended early, with code -9" in caplog.text
    assert len(started) == 1
    assert all_rows(index.engine) == fresh_rows()


def test_follower__other_process_cant_start__follows_without(
    tale, opened, fresh_rows, started, monkeypatch, tmp_path
):
    index, follower = opened
    tale.mine(60)
    monkeypatch.setattr(apart.sys, "executable", str(tmp_path / "no-python"))
    follower.start()
    for _ in range(1_500):
        if index.head() is not None and index.head().number == tale.chain.height:
            break
        threading.Event().wait(0.02)
    follower.stop()
    assert len(started) == 1
    monkeypatch.undo()
    assert all_rows(index.engine) == fresh_rows()


def test_follow_to_head__other_process_cant_start__follows_without(
    tale, opened, fresh_rows, started, monkeypatch, tmp_path
):
    index, follower = opened
    tale.mine(60)
    monkeypatch.setattr(apart.sys, "executable", str(tmp_path / "no-python"))
    assert follower.follow_to_head() == tale.chain.height
    assert len(started) == 1
    monkeypatch.undo()
    assert all_rows(index.engine) == fresh_rows()


def test_next__stopped_in_the_middle_of_a_chunk__nothing_is_missing(record, tale, node, monkeypatch):
    tale.mine(60)
    last = tale.chain.height
    with RangeFetcher(Node(node.url), LogReader(EventBook(record)), RangeSize(), 0, last) as fetcher:
        expected = chunks_of(fetcher, last)
    monkeypatch.setenv("PYTHONUNBUFFERED", "1")
    monkeypatch.setattr(apart, "_PIPE_BYTES", 4_096)
    with SeparateFetcher(record).fetch(node.url, FIRST_RANGE, 0, last) as fetcher:
        threading.Event().wait(1)  # it waits for room in the pipe
        for number in (signal.SIGSTOP, signal.SIGCONT):
            fetcher._process.send_signal(number)
            threading.Event().wait(0.1)
        assert chunks_of(fetcher, last) == expected


def chunks_of(fetcher, last):
    chunks = [fetcher.next()]
    while chunks[-1].last < last:
        chunks.append(fetcher.next())
    return chunks


def test_follower__killed__the_other_process_ends(running_market, tale, node, tmp_path):
    tale.mine(200)
    reached, asked = threading.Event(), []

    def wait(method, params, result):
        if is_long(method, params):
            raise LookupError("too many blocks")
        if method == "eth_getLogs":
            asked.append(params)
            if len(asked) == 3:
                reached.set()
        return result

    node.fault = wait
    environment = {
        **os.environ,
        "HANSE_RPC_URL": node.url,
        "HANSE_DEPLOYMENTS": str(running_market.settings.deployments),
        "HANSE_DATA": str(tmp_path),
        "DATABASE_URL": f"sqlite:///{tmp_path / 'index.sqlite'}",
    }
    process = subprocess.Popen([sys.executable, "-c", FOLLOW_APART], env=environment)
    assert reached.wait(60)
    (other,) = children(process.pid)
    process.send_signal(signal.SIGKILL)
    process.wait()
    for _ in range(500):
        if usage(other) is None:
            return
        threading.Event().wait(0.02)
    raise AssertionError(f"process {other} goes on")
