"""Bots as Silverback workers, with a real Redis between them.

the board
├── what workers tell is what others read; an alarm that one told, the others know
├── the dApp with REDIS_URL: shows the workers, runs none itself
└── Redis is gone: nothing is known, it is told once and without the password; back: all goes on
the queue
└── Redis is restarted under a waiting worker: it waits, and gets what is put in afterwards
two machines' workers, each with its key, and one runner
├── they do what is due, by the runner's wake-ups
├── a worker killed with -9: started again, and nothing is lost or doubled
├── Redis killed for a while: the workers go on by their own clock; a report is posted once, a bad one refused
└── no password in any output
"""

import asyncio
import logging
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from dapp.background import Background, Bots
from dapp.bots.board import STATUS_SECONDS, Board
from dapp.bots.settings import BotSettings
from dapp.bots.status import BotStatus
from dapp.credit.inbox import Inbox
from dapp.domain.bounds import DAY
from tests.dapp.bots.keeping import LIVE, PASSPHRASE, keystore_of
from tests.dapp.credit.reports import report
from tests.interop.redis_server import PASSWORD, RedisServer

WAIT_SECONDS = 240
PROCESSES = Path("/proc")


@pytest.fixture
def redis(tmp_path):
    if RedisServer.program() is None:
        pytest.skip("redis-server is missing: install Debian's redis-server, or put it on the PATH.")
    server = RedisServer(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def board(redis, private_market):
    board = Board(redis.url, private_market.contracts.record)
    yield board
    board.close()


def status(name="keeper", worker="here-1", **news):
    outcomes = {("release", "done"): 3, ("mature", "lost"): 1}
    return BotStatus(name, worker, state="working", round_at=5.5, outcomes=outcomes, due={"draw": 1}, **news)


def test_board__told_by_workers__known_to_others(redis, board, private_market):
    first, second = status(told_at=5.5), status(worker="there-2", balance=7)
    board.report(first)
    board.report(second)
    board.told("response_clock", "0x01/0")
    other = Board(redis.url, private_market.contracts.record)
    assert other.statuses() == [first, second]
    # A worker's clock may be wrong: when it told is by the reader's.
    assert all(abs(each.told_at - time.time()) < STATUS_SECONDS / 2 for each in other.statuses())
    assert other.knows("response_clock", "0x01/0")
    assert not other.knows("response_clock", "0x01/1")
    other.close()


def test_background__redis_url__shows_the_workers_and_runs_none(redis, board, private_market):
    background = Background(private_market.settings, BotSettings(redis_url=redis.url))
    background.start()
    try:
        board.report(status(worker="there-2"))
        until(lambda: background.bots.statuses, "the dApp shows the workers")
        assert background.bots == Bots("workers", [status(worker="there-2")])
        assert not (private_market.settings.data / "bots").exists()
    finally:
        background.stop()


def test_board__redis_gone__told_once_without_the_password(redis, board, caplog):
    board.report(status())
    redis.kill()
    with caplog.at_level(logging.INFO):
        for _ in range(3):
            board.report(status())
            assert board.statuses() is None
            assert not board.knows("overdue", "x")
        redis.start()
        board.report(status())
        assert board.statuses() == [status()]
    told = [record.message for record in caplog.records]
    assert told == ["bots: Redis doesn't answer: ConnectionError", "bots: Redis answers again"]
    assert PASSWORD not in caplog.text


def test_queue__redis_restarted__waits_and_goes_on(redis, monkeypatch):
    monkeypatch.setenv("REDIS_URL", redis.url)
    from taskiq.message import BrokerMessage

    from dapp.bots.workers.queue import Broker

    async def put(text):
        broker = Broker()
        message = BrokerMessage(task_id="1", task_name="x", message=text, labels={})
        await broker.kick(message)
        await broker.shutdown()

    async def story():
        broker = Broker()
        taken = broker.listen()
        await put(b"first")
        assert await taken.__anext__() == b"first"
        waiting = asyncio.ensure_future(taken.__anext__())
        await asyncio.sleep(0.2)
        await asyncio.to_thread(redis.kill)
        await asyncio.sleep(0.5)
        await asyncio.to_thread(redis.start)
        await put(b"second")
        assert await asyncio.wait_for(waiting, 30) == b"second"
        await taken.aclose()
        await broker.shutdown()

    asyncio.run(story())


GONE = "bots: Redis doesn't answer: "


class Machine:
    """`make bots` on a machine of its own: its folder, its key."""

    def __init__(self, market, redis, folder, actor, *options):
        folder.mkdir()
        self.folder = folder
        self.log = folder / "log"
        environment = {
            **os.environ,
            **market.environment,
            "HANSE_DATA": str(folder),
            "HANSE_KEEPER_KEYSTORE": str(keystore_of(actor, folder)),
            "HANSE_KEEPER_PASSPHRASE": PASSPHRASE,
            "REDIS_URL": redis.url,
            "PYTHONWARNINGS": "default",
            "PYTHONUNBUFFERED": "1",
        }
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [sys.executable, "scripts/bots.py", *options], env=environment, stdout=log, stderr=log
            )

    def workers(self):
        """Its worker processes."""
        found = []
        for entry in PROCESSES.glob("[0-9]*"):
            try:
                parent = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
                command = (entry / "cmdline").read_text()
            except OSError:
                continue  # it has ended
            if parent == self.process.pid and "silverback\0worker" in command:
                found.append(int(entry.name))
        return found

    def stop(self):
        """Ctrl-C; its output."""
        self.process.send_signal(signal.SIGINT)
        try:
            assert self.process.wait(60) == 0
        finally:
            if self.process.poll() is None:
                self.process.kill()
        return self.log.read_text()


def until(reached, what, *machines):
    deadline = time.monotonic() + WAIT_SECONDS
    while not reached():
        said = "\n".join(machine.log.read_text()[-3_000:] for machine in machines)
        assert time.monotonic() < deadline, f"{what}:\n{said}"
        time.sleep(0.2)


def ended(market):
    """The ids of orders that somebody ended by time-out."""
    events = market.contracts.market.events
    return [
        log["args"]["id"]
        for name in ("OrderReleased", "OrderReclaimed")
        for log in events[name]().get_logs(from_block=0)
    ]


def live(market):
    return [
        order for order in market.contracts.order_ids() if market.contracts.order_state(order).status in LIVE
    ]


def make_overdue(market):
    """One more order, then four days."""
    call, value = market.contracts.place(1, market.second_buyer, salt=market.web3.eth.block_number)
    market.send(call, market.second_buyer, value)
    market.advance(4 * DAY)


def hand_in(market, machine, fact, signature=None):
    """A report in a machine's inbox."""
    now, credit = market.web3.eth.get_block("latest")["timestamp"], market.contracts.credit.address
    made = report("two-factor", fact, issued_at=now, credit=credit, merchant=market.seller)
    if signature is not None:
        made = replace(made, signature=bytes.fromhex(signature[2:]))
    Inbox(machine.folder).put(made)


def attested(market):
    """How many attestations there are."""
    return len(market.contracts.credit.events.Attested().get_logs(from_block=0))


def refused(machine):
    """The reasons beside what a machine put aside."""
    folder = machine.folder / "reports" / "refused"
    return [path.read_text(encoding="utf-8").split(":")[0] for path in folder.glob("*.reason")]


@pytest.mark.skipif(not PROCESSES.is_dir(), reason="Worker processes are found in /proc.")
def test_workers__killed_and_without_redis__nothing_lost_or_doubled(redis, board, private_market, tmp_path):
    market = private_market
    first = Machine(market, redis, tmp_path / "first", "keeper")
    second = Machine(market, redis, tmp_path / "second", "outsider", "--workers-only")
    try:
        both = lambda: {s.worker for s in board.statuses() or [] if s.state == "working"}  # noqa: E731
        until(lambda: len(both()) == 2, "both machines' workers work", first, second)
        make_overdue(market)
        until(lambda: not live(market), "woken workers end what is overdue", first, second)

        for machine in (first, second):
            (worker,) = machine.workers()
            os.kill(worker, signal.SIGKILL)
            make_overdue(market)
            until(lambda: not live(market), "the other worker ends it", first, second)
            until(machine.workers, "the killed worker is started again", first, second)

        redis.kill()
        make_overdue(market)
        hand_in(market, first, "key-1")
        until(lambda: not live(market), "workers go on by their own clock", first, second)
        until(lambda: attested(market) == 1, "the credit bot too", first, second)
        for machine in (first, second):
            until(lambda log=machine.log: GONE in log.read_text(), "each says so", first, second)
        redis.start()
        hand_in(market, first, "key-2", "0x00")
        until(lambda: refused(first) == ["WrongSignature"], "and it refuses", first, second)
        make_overdue(market)
        until(lambda: not live(market), "and with Redis again", first, second)
        until(lambda: len(both()) == 2, "both tell how they fare again", first, second)
    finally:
        logs = [machine.stop() for machine in (first, second)]
    found = ended(market)
    assert len(found) == len(set(found))
    assert attested(market) == 1
    for said in logs:
        assert "keep[block=" in said
        assert PASSWORD not in said
        assert "Traceback" not in said
        assert GONE in said
    assert sum(said.count("bots: credit: report of ") for said in logs) == 1
