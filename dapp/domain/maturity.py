"""When a settlement is due, and the money that waits for it; mirrors `contracts/libraries/Calendar.sol`."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from dapp.domain.bounds import DAY, MAX_SETTLE_DAYS, MONTH_END
from dapp.domain.errors import DomainError

SLOTS = 64


def day_of(timestamp: int) -> int:
    """Days since the epoch (UTC) of a Unix timestamp."""
    return timestamp // DAY


def due_day(day: int, settle_days: int) -> int:
    """The day on which what settles on `day` is payable.

    settle_days: 0 to 60 days later, or 255 for the first day of the next month (UTC).
    Raises DomainError for other values.
    """
    if settle_days == MONTH_END:
        return first_of_next_month(day)
    if not 0 <= settle_days <= MAX_SETTLE_DAYS:
        raise DomainError(f"settle_days = {settle_days}")
    return day + settle_days


def first_of_next_month(day: int) -> int:
    """First day of the month after that of `day`; proleptic Gregorian, days since the epoch.

    Counted from 1 March of year 0, so that the leap day is a year's last (Howard Hinnant, "chrono-Compatible
    Low-Level Date Algorithms").
    """
    day_of_era = (day + 719_468) % 146_097
    year = (day_of_era - day_of_era // 1_460 + day_of_era // 36_524 - day_of_era // 146_096) // 365
    day_of_year = day_of_era - (365 * year + year // 4 - year // 100)
    month = (5 * day_of_year + 2) // 153
    if month < 11:
        return day + (153 * (month + 1) + 2) // 5 - day_of_year
    ends_in = year + 1
    is_leap = ends_in % 4 == 0 and (ends_in % 100 != 0 or ends_in == 400)
    return day + (366 if is_leap else 365) - day_of_year


@dataclass
class MaturityRing:
    """One account's maturing money in one token: a bucket per day, in a ring of 64.

    Nothing is added for a day further off than 60 days, so a bucket of an earlier day that a new one would
    collide with is always due.
    """

    buckets: dict[int, int] = field(default_factory=dict)

    @property
    def total(self) -> int:
        """Token units in all buckets, due or not."""
        return sum(self.buckets.values())

    def due(self, today: int) -> int:
        """Token units that can be made available on day `today`."""
        return sum(amount for day, amount in self.buckets.items() if day <= today)

    def collision(self, day: int) -> int | None:
        """The day whose bucket lies where that of `day` would, if another one's does."""
        return next((other for other in self.buckets if other != day and other % SLOTS == day % SLOTS), None)

    def add(self, day: int, amount: int) -> None:
        """Put `amount` into the bucket of `day`.

        Raises DomainError if another day's bucket is in its place: it is due and must be taken out first.
        """
        if (other := self.collision(day)) is not None:
            raise DomainError(f"the bucket of day {other} lies where that of day {day} would")
        if amount:
            self.buckets[day] = self.buckets.get(day, 0) + amount

    def mature(self, today: int, days: Iterable[int]) -> list[tuple[int, int]]:
        """Take out what is due by `today` of `days`, as (day, amount); other days are skipped."""
        ripe = [day for day in dict.fromkeys(days) if day <= today and day in self.buckets]
        return [(day, self.buckets.pop(day)) for day in ripe]
