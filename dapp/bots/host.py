"""Runs a bot's rounds, whatever chain, index and database do: the one loop that every shell shares."""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from web3.exceptions import Web3Exception

from dapp.bots.actions import Item, Moment, Outcome, Result
from dapp.bots.bot import Bot
from dapp.bots.journal import Journal
from dapp.bots.moments import Moments, NothingIndexed
from dapp.bots.status import BotStatus, counted_due, counted_outcomes, counted_sent
from dapp.chain.failures import ChainError
from dapp.credit.errors import CreditError
from dapp.evidence.errors import EvidenceError
from dapp.index.failures import IndexFailure

_LOG = logging.getLogger(__name__)
FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS = 1.0, 60.0
REST_SECONDS = 1.0
"""Between two rounds at least, however fast blocks come."""
TROUBLE = (
    ChainError,
    Web3Exception,
    IndexFailure,
    SQLAlchemyError,
    CreditError,
    EvidenceError,
    OSError,
    ValueError,
)
"""What a silent chain, a node's nonsense and a database that is gone raise."""
_TOLD_ONCE = (Outcome.DEFERRED, Outcome.TOO_DEAR, Outcome.NOT_DUE, Outcome.BLOCKED, Outcome.REFUSED)
"""Outcomes that come again every round, or every few rounds, while nothing changes."""
_REMEMBERED = 2_000
"""Items whose last outcome is known, the newest: enough for every one that is due at a time."""


class Host:
    """Runs one bot, in a thread of its own (`start`) or the caller's (`round`)."""

    def __init__(
        self,
        bot: Bot,
        moments: Moments,
        journal: Journal,
        *,
        worker: str,
        overdue_seconds: int,
        pause_seconds: float = 15.0,
        report: Callable[[BotStatus], None] | None = None,
    ) -> None:
        self._bot, self._moments, self._journal = bot, moments, journal
        self._overdue_seconds, self._pause_seconds, self._report = overdue_seconds, pause_seconds, report
        self._stopping, self._wake = threading.Event(), threading.Event()
        self._one_round = threading.Lock()
        self._thread: threading.Thread | None = None
        self._counts: Counter[tuple[str, str]] = Counter()
        self._last_told: dict[tuple[str, str], Outcome] = {}
        self._status = BotStatus(bot.name, worker, account=bot.account, told_at=time.time())

    @property
    def status(self) -> BotStatus:
        """How the bot fares now."""
        return self._status

    # -- in a thread ------------------------------------------------------------------------------

    def start(self) -> None:
        """Work in a thread until `stop`."""
        self._thread = threading.Thread(target=self._run, name=f"bot-{self._bot.name}", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the round at hand, which waits for nothing any more."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join()
        self._tell(state="stopped")

    def wake(self, *_anything: object) -> None:
        """There may be something new; fits `Follower.on_commit`."""
        self._wake.set()

    @property
    def stopping(self) -> threading.Event:
        """Set when the host is to stop: what waits inside a round looks at it."""
        return self._stopping

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._wake.clear()
            self.round()
            if self._status.failures:
                wait = FIRST_WAIT_SECONDS * 2.0 ** min(self._status.failures - 1, 16)
                self._stopping.wait(min(wait, LONGEST_WAIT_SECONDS))
            else:
                self._stopping.wait(REST_SECONDS)
                self._wake.wait(self._pause_seconds)

    # -- one round --------------------------------------------------------------------------------

    def round(self) -> list[Result] | None:
        """Read, plan, perform, note. None if it was cut short: the status says why."""
        with self._one_round:
            try:
                return self._work()
            except NothingIndexed:
                self._tell(state="starting")  # the follower's first commit wakes us
            except TROUBLE as error:
                self._failed(str(error) or type(error).__name__)
            except Exception as error:  # a mistake in one bot must not end the others, nor the dApp
                _LOG.exception("bots: %s made a mistake", self._bot.name)
                self._failed(repr(error))
            return None

    def _work(self) -> list[Result]:
        moment = self._moments.now()
        items = self._bot.plan(self._bot.read(moment), moment)
        due, overdue = counted_due(items, moment.now, self._overdue_seconds)
        self._tell(due=dict(due), overdue=dict(overdue))
        results = self._bot.perform(items, moment)
        self._note(results, moment)
        if self._status.failures:
            _LOG.info("bots: %s works again", self._bot.name)
        self._tell(
            state="working" if self._bot.account else "watching",
            account=self._bot.account,
            balance=self._bot.balance(),
            round_at=time.time(),
            chain_time=moment.now,
            block=moment.number,
            outcomes=dict(self._counts),
            sent=self._status.sent + counted_sent(results),
            failures=0,
            error=None,
        )
        return results

    def _note(self, results: Sequence[Result], moment: Moment) -> None:
        self._counts += counted_outcomes(results)
        for result in results:
            key = (result.item.kind, result.item.subject)
            before = self._last_told.pop(key, None)
            self._last_told[key] = result.outcome
            if result.outcome in _TOLD_ONCE and before is result.outcome:
                continue
            self._journal.write("result", **entry_of(result.item, moment), **told(result))
            self._log(result)
        for key in list(self._last_told)[: max(len(self._last_told) - _REMEMBERED, 0)]:
            del self._last_told[key]

    def _log(self, result: Result) -> None:
        what = self._bot.name, result.item.kind, result.item.subject, result.outcome, result.reason
        if result.outcome in (Outcome.FAILED, Outcome.REFUSED):
            _LOG.warning("bots: %s: %s of %s: %s. %s", *what)
        elif "transaction" in result.facts:
            _LOG.info("bots: %s: %s of %s: %s. %s", *what)

    def _failed(self, error: str) -> None:
        failures = self._status.failures + 1
        if error != self._status.error:  # the same trouble is told once
            _LOG.warning("bots: %s waits: %s", self._bot.name, error)
        self._tell(state="failing", failures=failures, errors=self._status.errors + 1, error=error)

    def _tell(self, **news: Any) -> None:
        self._status = replace(self._status, told_at=time.time(), **news)
        if self._report is not None:
            self._report(self._status)


def entry_of(item: Item, moment: Moment) -> dict[str, Any]:
    """What the journal says of an item: what it is, since when it is due, and by which block."""
    return {
        "kind": item.kind,
        "subject": item.subject,
        "due_at": item.due_at,
        "now": moment.now,
        "planned_at": moment.number,
    }


def told(result: Result) -> dict[str, Any]:
    """What the journal says of a result."""
    reason = {"reason": result.reason} if result.reason else {}
    return {"outcome": result.outcome.value, **reason, **result.facts}
