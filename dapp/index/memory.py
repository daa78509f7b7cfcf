"""An index that many sessions read: while nothing was written, the same question has the same answer.

Screens of hundreds of sessions ask the same things again and again. An answer is kept until this process
writes to the database, and half a second at most: another process may write, too.
"""

import threading
import time
from collections.abc import Callable
from functools import wraps
from typing import Any

from sqlalchemy import Engine, event

from dapp.chain.records import DeploymentRecord
from dapp.index.index import Index

SECONDS = 0.5
MOST = 4_096
REMEMBERED = (
    "services",
    "service",
    "service_versions",
    "categories",
    "orders",
    "order",
    "order_steps",
    "order_evidence",
    "overdue",
    "balances",
    "maturing",
    "entries",
    "merchant",
    "credit_history",
    "appeals",
    "referrals",
    "downline",
    "earnings",
    "dispute",
    "disputes",
    "panel_cases",
    "arbiters",
    "events",
    "blocks",
    "roles",
    "statistics",
)


class SharedIndex(Index):
    """`Index` with a memory; `head` is always asked anew. Answers are shared: nobody may change them."""

    def __init__(self, engine: Engine, record: DeploymentRecord) -> None:
        super().__init__(engine, record)
        self._answers: dict[Any, tuple[int, float, Any]] = {}
        self._writes = 0
        self._lock = threading.Lock()
        event.listen(engine, "commit", self._forget)

    def recall(self, ask: Callable[..., Any], question: Any, arguments: Any, options: Any) -> Any:
        """The remembered answer, else a new one. An error is not remembered."""
        with self._lock:
            writes = self._writes
            kept = self._answers.get(question)
        now = time.monotonic()
        if kept is not None and kept[0] == writes and now - kept[1] < SECONDS:
            return kept[2]
        answer = ask(self, *arguments, **options)
        with self._lock:
            if len(self._answers) >= MOST:
                self._answers.clear()
            self._answers[question] = writes, now, answer
        return answer

    def _forget(self, _connection: object) -> None:
        with self._lock:
            self._writes += 1
            self._answers.clear()


def _remembered(name: str) -> Callable[..., Any]:
    ask = getattr(Index, name)

    @wraps(ask)
    def answer(self: SharedIndex, *arguments: Any, **options: Any) -> Any:
        question = name, arguments, tuple(sorted(options.items()))
        return self.recall(ask, question, arguments, options)

    return answer


for _name in REMEMBERED:
    setattr(SharedIndex, _name, _remembered(_name))
