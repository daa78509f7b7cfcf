"""What was published, and what it cost: a ledger that no figure gets around.

A published figure is kept and given again as it is: that costs nothing. Drawing new noise for the same data
would, each time. The epsilon of a day's new figures together stays within the day's budget, whatever happens:
what a figure costs is written in the transaction that keeps it, before anybody sees it.
"""

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from dapp.chain.formats import time as time_text
from dapp.domain.bounds import DAY
from dapp.privacy.errors import BudgetSpent, ClockBehind

FILE: Final = "statistics.sqlite"
_SCHEMA: Final = """CREATE TABLE IF NOT EXISTS releases (
    market TEXT NOT NULL, week TEXT NOT NULL, figure TEXT NOT NULL, published_at INTEGER NOT NULL,
    epsilon_milli INTEGER NOT NULL, content TEXT NOT NULL,
    PRIMARY KEY (market, week, figure)) WITHOUT ROWID"""


@dataclass(frozen=True)
class Release:
    """A published figure. values: by cell, noise included; scale and error in the same unit.

    most: how much of one account counted; epsilon_milli: thousandths. Times in Unix seconds.
    """

    market: str
    week: str
    figure: str
    published_at: int
    start: int
    end: int
    epsilon_milli: int
    scale: float
    error: float
    most: int
    values: dict[str, float]

    @property
    def mean(self) -> float | None:
        """Of cells that are numbers, as stars are: what the noisy counts say; None where they say nothing."""
        if not all(cell.isdigit() for cell in self.values):
            return None
        counts = {int(cell): max(value, 0.0) for cell, value in self.values.items()}
        total = sum(counts.values())
        return sum(cell * count for cell, count in counts.items()) / total if total else None


class Releases:
    """The ledger of one market, a file of the data folder. market: its chain's id and address."""

    def __init__(self, data: Path, market: str) -> None:
        self._path, self.market = data / FILE, market

    def find(self, week: str, figure: str) -> Release | None:
        """A published figure."""
        found = self._select("week = ? AND figure = ?", (week, figure), 1)
        return found[0] if found else None

    def page(self, limit: int, offset: int, week: str | None = None) -> tuple[list[Release], int]:
        """Published figures, the newest week first, and how many there are."""
        condition, values = ("week = ?", (week,)) if week else ("1", ())
        total = len(self._select(condition, values))
        return self._select(condition, values, limit, offset), total

    def spent(self, now: int | None = None) -> int:
        """Thousandths of epsilon spent on the day (UTC) of `now`, or on all days."""
        if not self._path.exists():
            return 0
        with self._open() as connection:
            return _spent(connection, self.market, now)

    def publish(
        self, release: Callable[[], Release], week: str, figure: str, cost: int, budget: int, now: int
    ) -> Release:
        """The published figure, or a new one if the day's budget allows its cost. All in thousandths.

        Raises BudgetSpent, ClockBehind.
        """
        with self._open() as connection:
            connection.execute(
                "BEGIN IMMEDIATE"
            )  # who comes second waits, and finds what the first published
            try:
                known = self._rows(connection, "week = ? AND figure = ?", (week, figure))
                if not known:
                    self._check(connection, cost, budget, now)
                    made = release()
                    content = json.dumps(asdict(made), sort_keys=True)
                    row = (self.market, week, figure, now, cost, content)
                    connection.execute("INSERT INTO releases VALUES (?, ?, ?, ?, ?, ?)", row)
                    known = [made]
                connection.execute("COMMIT")
            except BaseException:
                connection.execute("ROLLBACK")
                raise
        return known[0]

    # -- inside ---------------------------------------------------------------------------------

    def _check(self, connection: sqlite3.Connection, cost: int, budget: int, now: int) -> None:
        (latest,) = connection.execute(
            "SELECT MAX(published_at) FROM releases WHERE market = ?", (self.market,)
        ).fetchone()
        if latest is not None and latest // DAY > now // DAY:
            raise ClockBehind(latest=time_text(latest), now=time_text(now))
        left = budget - _spent(connection, self.market, now)
        if cost > left:
            raise BudgetSpent(cost=cost / 1_000, left=max(left, 0) / 1_000, budget=budget / 1_000)

    def _select(
        self, condition: str, values: tuple[object, ...], limit: int = -1, offset: int = 0
    ) -> list[Release]:
        if not self._path.exists():
            return []
        with self._open() as connection:
            return self._rows(connection, condition, values, limit, offset)

    def _rows(
        self,
        connection: sqlite3.Connection,
        condition: str,
        values: tuple[object, ...],
        limit: int = -1,
        offset: int = 0,
    ) -> list[Release]:
        rows = connection.execute(
            f"SELECT content FROM releases WHERE market = ? AND {condition} "
            "ORDER BY week DESC, figure LIMIT ? OFFSET ?",
            (self.market, *values, limit, offset),
        )
        return [Release(**json.loads(content)) for (content,) in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=30, isolation_level=None)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(_SCHEMA)
            yield connection
        finally:
            connection.close()


def _spent(connection: sqlite3.Connection, market: str, now: int | None) -> int:
    query = "SELECT COALESCE(SUM(epsilon_milli), 0) FROM releases WHERE market = ?"
    if now is None:
        (spent,) = connection.execute(query, (market,)).fetchone()
    else:
        day = now // DAY * DAY
        limits = (market, day, day + DAY)
        (spent,) = connection.execute(
            f"{query} AND published_at >= ? AND published_at < ?", limits
        ).fetchone()
    return int(spent)
