"""An index that many sessions read: while nothing was written, the same question has the same answer.

Screens of hundreds of sessions ask the same things again and again. An answer is kept until this process
writes to the database, and half a second at most: another process may write, too.
"""

from collections.abc import Callable
from functools import partial, wraps
from typing import Any

from sqlalchemy import Connection, Engine, event
from sqlalchemy.pool import ConnectionPoolEntry

from dapp.chain.records import DeploymentRecord
from dapp.index.index import Index
from dapp.memory import Memory

SECONDS = 0.5
_WRITTEN = "hanse.written"
REMEMBERED = (
    "head",
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
    "standing",
    "credit_history",
    "appeals",
    "referrals",
    "downline",
    "earnings",
    "dispute",
    "disputes",
    "hold",
    "open_holds",
    "past_holds",
    "hold_queue",
    "points",
    "point_moves",
    "panel_cases",
    "arbiters",
    "events",
    "blocks",
    "roles",
    "statistics",
)


class SharedIndex(Index):
    """`Index` with a memory. Answers are shared: nobody may change them."""

    def __init__(self, engine: Engine, record: DeploymentRecord) -> None:
        super().__init__(engine, record)
        self._memory = Memory(SECONDS)
        event.listen(engine, "commit", self._before_commit)
        event.listen(engine, "checkin", self._after_use)

    def _before_commit(self, connection: Connection) -> None:
        connection.info[_WRITTEN] = True
        self._memory.forget()

    def _after_use(self, _connection: object, record: ConnectionPoolEntry) -> None:
        """Who asked while the commit was under way remembers what was before it."""
        if record.info.pop(_WRITTEN, False):
            self._memory.forget()


def _remembered(name: str) -> Callable[..., Any]:
    ask = getattr(Index, name)

    @wraps(ask)
    def answer(self: SharedIndex, *arguments: Any, **options: Any) -> Any:
        question = name, arguments, tuple(sorted(options.items()))
        return self._memory.recall(question, partial(ask, self, *arguments, **options))

    return answer


for _name in REMEMBERED:
    setattr(SharedIndex, _name, _remembered(_name))
