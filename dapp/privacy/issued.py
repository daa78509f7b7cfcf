"""How many score proofs each merchant got, by day: what bounds them, and what statistics are made of.

Whom a proof is for and who shows it are kept nowhere: that would tie a merchant to a name that he chose so
that nobody can. After `KEPT_DAYS` the counts go, too.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dapp.domain.bounds import DAY
from dapp.privacy.errors import TooMany
from dapp.privacy.proof import Claim

MOST_PER_DAY: Final = 20
KEPT_DAYS: Final = 60
FILE: Final = "score-proofs.sqlite"
_SCHEMA: Final = """CREATE TABLE IF NOT EXISTS issued (
    merchant TEXT NOT NULL, day INTEGER NOT NULL, claim INTEGER NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (merchant, day, claim)) WITHOUT ROWID"""


@dataclass(frozen=True)
class Issued:
    """Proofs of one kind that a merchant (EIP-55) got on a day (since the epoch)."""

    merchant: str
    day: int
    claim: Claim
    count: int


class IssuedProofs:
    """The counts, in a file of the data folder; several processes may use it."""

    def __init__(self, data: Path) -> None:
        self._path = data / FILE

    def count(self, merchant: str, claim: Claim, now: int) -> None:
        """Count one that is about to be issued. Raises TooMany."""
        day = now // DAY
        with self._changing() as connection:
            connection.execute("DELETE FROM issued WHERE day < ?", (day - KEPT_DAYS,))
            (today,) = connection.execute(
                "SELECT COALESCE(SUM(count), 0) FROM issued WHERE merchant = ? AND day = ?", (merchant, day)
            ).fetchone()
            if today >= MOST_PER_DAY:
                raise TooMany(most=MOST_PER_DAY)
            connection.execute(
                "INSERT INTO issued VALUES (?, ?, ?, 1) "
                "ON CONFLICT (merchant, day, claim) DO UPDATE SET count = count + 1",
                (merchant, day, int(claim)),
            )

    def between(self, first_day: int, last_day: int) -> list[Issued]:
        """Every count of these days, both included."""
        return self._select("day BETWEEN ? AND ?", (first_day, last_day))

    def of(self, merchant: str) -> list[Issued]:
        """Every count of a merchant's."""
        return self._select("merchant = ?", (merchant,))

    def forget(self, merchant: str) -> int:
        """Delete a merchant's counts; how many there were."""
        if not self._path.exists():
            return 0
        with self._changing() as connection:
            return connection.execute("DELETE FROM issued WHERE merchant = ?", (merchant,)).rowcount

    def _select(self, condition: str, values: tuple[object, ...]) -> list[Issued]:
        if not self._path.exists():
            return []
        with self._open() as connection:
            rows = connection.execute(
                f"SELECT merchant, day, claim, count FROM issued WHERE {condition} ORDER BY day, merchant",
                values,
            ).fetchall()
        return [Issued(merchant, day, Claim(claim), count) for merchant, day, claim, count in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        connection = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        try:
            # What is deleted is overwritten, not only forgotten.
            connection.execute("PRAGMA secure_delete = ON")
            connection.execute(_SCHEMA)
            yield connection
        finally:
            connection.close()

    @contextmanager
    def _changing(self) -> Iterator[sqlite3.Connection]:
        with self._open() as connection:
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
            except BaseException:
                connection.execute("ROLLBACK")
                raise
            connection.execute("COMMIT")
