"""The loop around a bot.

Host.round
├── whole: counted, noted in the journal, the status tells
├── transactions: counted once each, over all rounds; it tells when it tells
├── the same deferral again, also after rounds without it: noted once; another one: again
├── trouble: cut short, told once in the log, counted; the next round works again
├── a mistake of the bot: the same, with its trace
└── nothing indexed yet: no failure
in a thread
├── woken: works at once
├── failing: waits longer and longer
└── stopped while it waits: ends at once
"""

import logging
import threading
import time
from dataclasses import replace

import pytest
from sqlalchemy.exc import OperationalError

from dapp.bots import host as module
from dapp.bots.actions import Action, Call, Money, Outcome, Result
from dapp.bots.host import Host
from dapp.bots.journal import Journal
from dapp.bots.moments import NothingIndexed
from dapp.bots.status import SILENT_SECONDS, BotStatus
from dapp.chain.fail_over import RpcUnavailable
from tests.dapp.bots.rows import NOW, moment


class Bot:
    """Does what it is told to, `outcomes` in turn."""

    name, account = "keeper", "0xabc"

    def __init__(self, *outcomes):
        self.outcomes, self.rounds, self.worked = list(outcomes), 0, threading.Event()

    def balance(self):
        return 5

    def read(self, _moment):
        self.rounds += 1
        self.worked.set()
        return self.outcomes.pop(0) if self.outcomes else None

    def plan(self, state, _moment):
        if isinstance(state, Exception):
            raise state
        call = Call("Market", "release", ())
        return [Action("release", "0x01", NOW - 60, call, Money("0x", 1))] if state else []

    def perform(self, items, _moment):
        return [Result(item, *self._outcome) for item in items]

    _outcome = (Outcome.DONE, "")

    def ends(self, outcome, reason=""):
        self._outcome = (outcome, reason)


class Moments:
    def __init__(self):
        self.error = None

    def now(self):
        if self.error:
            raise self.error
        return moment()


@pytest.fixture
def moments():
    return Moments()


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path, "keeper")


@pytest.fixture
def host_of(moments, journal):
    hosts = []

    def make(bot, **options):
        host = Host(bot, moments, journal, worker="here-1", overdue_seconds=60, **options)
        hosts.append(host)
        return host

    yield make
    for host in hosts:
        host.stop()


def outcomes(journal):
    return [entry["outcome"] for entry in journal.entries()]


def test_round__transactions__counted_once_each(host_of):
    class Batching(Bot):
        def perform(self, items, _moment):
            facts = [{"transaction": "0xaa"}, {"transaction": "0xaa"}, {"transaction": "0xbb"}, {}]
            return [Result(item, Outcome.DONE, "", fact) for item in items for fact in facts]

    host = host_of(Batching(True, True))
    before = time.time()
    host.round()
    host.round()
    assert host.status.sent == 4
    assert host.status.told_at >= before


def test_silent__told_nothing_for_long__unless_stopped():
    status = BotStatus("keeper", "here-1", state="failing", told_at=1_000.0)
    assert not status.is_silent(1_000 + SILENT_SECONDS - 1)
    assert status.is_silent(1_000 + SILENT_SECONDS)
    assert not replace(status, state="stopped").is_silent(10_000)
    assert BotStatus("keeper", "here-1").is_silent(0)


def test_round__whole__counted_and_noted(host_of, journal):
    reported = []
    host = host_of(Bot(True, True), report=reported.append)
    (result,) = host.round()
    assert result.outcome is Outcome.DONE
    host.round()
    status = host.status
    assert (status.state, status.block, status.chain_time, status.balance) == ("working", 100, NOW, 5)
    assert status.due == status.overdue == {"release": 1}
    assert status.outcomes == {("release", "done"): 2}
    assert reported[-1] == status
    (entry, _again) = journal.entries()
    assert {name: entry[name] for name in ("kind", "subject", "due_at", "now", "planned_at", "outcome")} == {
        "kind": "release",
        "subject": "0x01",
        "due_at": NOW - 60,
        "now": NOW,
        "planned_at": 100,
        "outcome": "done",
    }


def test_round__deferred_again__noted_once(host_of, journal):
    bot = Bot(True, True, True, True, True)
    host = host_of(bot)
    for outcome in (Outcome.DEFERRED, Outcome.DEFERRED, Outcome.TOO_DEAR, Outcome.DEFERRED, Outcome.DEFERRED):
        bot.ends(outcome)
        host.round()
    assert outcomes(journal) == ["deferred", "too_dear", "deferred"]
    assert host.status.outcomes == {("release", "deferred"): 4, ("release", "too_dear"): 1}


def test_round__deferred_again_after_rounds_without_it__noted_once(host_of, journal, monkeypatch):
    """What is looked at once a minute only, as points to claim are, is absent from the rounds between."""
    bot = Bot(True, None, True, True)
    host = host_of(bot)
    bot.ends(Outcome.TOO_DEAR)
    for _round in range(3):
        host.round()
    assert outcomes(journal) == ["too_dear"]
    monkeypatch.setattr(module, "_REMEMBERED", 0)
    host.round()
    assert host._last_told == {}


@pytest.mark.parametrize(
    "error",
    [
        RpcUnavailable("The chain doesn't answer at http://127.0.0.1:1."),
        OperationalError("SELECT", {}, Exception("gone")),
        ConnectionResetError("reset"),
        ValueError("nonsense of a node"),
    ],
)
def test_round__trouble__cut_short_and_told_once(host_of, caplog, error):
    host = host_of(Bot(True, error, error, True))
    host.round()
    with caplog.at_level(logging.INFO):
        assert host.round() is None
        assert host.round() is None
        assert (host.status.state, host.status.failures, host.status.errors) == ("failing", 2, 2)
        assert host.round()
    assert len([r for r in caplog.records if "waits" in r.message]) == 1
    assert "works again" in caplog.text
    assert (host.status.state, host.status.failures, host.status.errors) == ("working", 0, 2)
    assert host.status.error is None


def test_round__mistake_of_the_bot__survived_with_its_trace(host_of, caplog):
    host = host_of(Bot(ZeroDivisionError("mistake"), True))
    with caplog.at_level(logging.ERROR):
        assert host.round() is None
    assert caplog.records[0].exc_info
    assert host.round()


def test_round__nothing_indexed__no_failure(host_of, moments):
    host = host_of(Bot(True))
    moments.error = NothingIndexed("Nothing is indexed yet.")
    assert host.round() is None
    assert (host.status.state, host.status.failures) == ("starting", 0)


def test_thread__woken__works_at_once(host_of, monkeypatch):
    monkeypatch.setattr("dapp.bots.host.REST_SECONDS", 0.01)
    bot = Bot()
    host = host_of(bot, pause_seconds=600)
    host.start()
    assert bot.worked.wait(5)
    before = bot.rounds
    deadline = time.monotonic() + 5
    while bot.rounds < before + 3 and time.monotonic() < deadline:
        host.wake(7)
        time.sleep(0.02)
    assert bot.rounds >= before + 3


def test_thread__failing__waits_longer_and_longer(host_of, moments, monkeypatch):
    waits = []
    moments.error = RpcUnavailable("silent")
    host = host_of(Bot())

    def wait(seconds):
        waits.append(seconds)
        if len(waits) == 9:
            host.stopping.set()

    monkeypatch.setattr(host, "_stopping", _Noting(host.stopping, wait))
    host._run()
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60, 60]


class _Noting:
    def __init__(self, event, wait):
        self._event, self.wait = event, wait

    def is_set(self):
        return self._event.is_set()

    def set(self):
        self._event.set()


def test_thread__stopped_while_waiting__ends_at_once(host_of, moments):
    moments.error = RpcUnavailable("silent")
    host = host_of(Bot())
    host.start()
    deadline = time.monotonic() + 5
    while host.status.failures < 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    begun = time.monotonic()
    host.stop()
    assert time.monotonic() - begun < 1
    assert host.status.state == "stopped"
