"""Calendar weeks (ISO 8601, UTC), by which figures are published."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Final

from dapp.domain.bounds import DAY
from dapp.privacy.errors import BadWeek

_NAME: Final = re.compile(r"(\d{4})-W(\d{2})", re.ASCII)


@dataclass(frozen=True, order=True)
class Week:
    """A week by the Unix time of its Monday's first second."""

    start: int

    @property
    def end(self) -> int:
        """The first second after it."""
        return self.start + 7 * DAY

    @property
    def name(self) -> str:
        """As people write it: 2026-W47."""
        year, number, _ = datetime.fromtimestamp(self.start, UTC).isocalendar()
        return f"{year:04}-W{number:02}"

    @classmethod
    def named(cls, name: str) -> "Week":
        """The week of a name. Raises BadWeek."""
        found = _NAME.fullmatch(name)
        try:
            if found is None:
                raise ValueError
            monday = date.fromisocalendar(int(found[1]), int(found[2]), 1)
        except ValueError as error:
            raise BadWeek(name=name) from error
        return cls(int(datetime(monday.year, monday.month, monday.day, tzinfo=UTC).timestamp()))

    @classmethod
    def before(cls, time: int) -> "Week":
        """The last week that is over at a time."""
        days = time // DAY
        monday = days - (days + 3) % 7  # the epoch was a Thursday
        return cls((monday - 7) * DAY)
