"""What a rule file says, as values. Points are exact fractions here, and thousandths in what they give.

A rule's points are (points + Σ bonuses or penalties + Σ field × multiplier) × Π multipliers that hold, and
none if one of its requirements doesn't hold. So the order of conditions never matters.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from fractions import Fraction
from typing import Final

from dapp.domain.bounds import DAY
from dapp.domain.credit import Dimension

Single = Fraction | str | bool
Value = Single | tuple[Single, ...]
"""A field's value: number or time (Unix seconds), text, flag, list of texts."""

WEIGHT: Final = "weight"
GAINED: Final = "gained"
STARS: Final = "stars"


class FieldType(Enum):
    """What a report's field holds."""

    NUMBER = "number"
    TEXT = "text"
    LIST = "list"
    FLAG = "flag"
    TIME = "time"


class Event(Enum):
    """What an order does to its seller's score, on chain."""

    SETTLED = "settled"
    REFUNDED = "refunded"
    MISSED = "missed"
    RULED = "ruled"
    RATED = "rated"


@dataclass(frozen=True)
class Field:
    """A field of a report. low, high: bounds of a number; one_of: the only texts there are, empty for any."""

    name: str
    type: FieldType
    low: Fraction = Fraction(0)
    high: Fraction = Fraction(0)
    one_of: tuple[str, ...] = ()


@dataclass(frozen=True)
class Range:
    """From `low` (included) to `high` (not included; None is open), and the points it is worth."""

    low: Fraction
    high: Fraction | None
    amount: Fraction
    line: int

    def holds(self, value: Fraction) -> bool:
        """Whether the value lies in it."""
        return self.low <= value and (self.high is None or value < self.high)


@dataclass(frozen=True)
class Condition:
    """One line of a rule, about one field.

    operator and value, or none. multiplier and amount: what it does when it holds; neither of them makes it a
    requirement. A multiplier without an operator adds field × multiplier. Ranges add what theirs is worth.
    """

    field: str
    line: int
    operator: str = ""
    value: Value = False
    multiplier: Fraction | None = None
    amount: Fraction | None = None
    ranges: tuple[Range, ...] = ()

    @property
    def is_requirement(self) -> bool:
        """Whether the rule gives nothing where this doesn't hold."""
        return bool(self.operator) and self.multiplier is None and self.amount is None

    @property
    def scales(self) -> bool:
        """Whether it adds so many points for each unit of its field."""
        return not self.operator and self.multiplier is not None


@dataclass(frozen=True)
class Decay:
    """From `after` seconds past the report on, each `every` seconds take `points` thousandths back."""

    after: int
    every: int
    points: int


@dataclass(frozen=True)
class Limit:
    """At most `points` thousandths for a merchant by this rule in each `days` days, by the reports' times."""

    points: int
    days: int

    def left(self, past: Iterable[tuple[int, int]], at: int) -> int:
        """What of it is left at a report's time, after the (time, size) of other reports."""
        window = self.days * DAY
        spent = sum(size for time, size in past if time // window == at // window)
        return max(self.points - spent, 0)


@dataclass(frozen=True)
class Rule:
    """A rule. sign: +1 additive, −1 subtractive. Either `event` (on chain) or `report` (its kind) is set.

    cap: the most points of one report, None without. expires: the time field at which what was given ends.
    """

    name: str
    sign: int
    dimension: Dimension
    conditions: tuple[Condition, ...]
    line: int
    lines: Mapping[str, int] = field(default_factory=dict)
    event: Event | None = None
    report: str = ""
    fields: Mapping[str, Field] = field(default_factory=dict)
    points: Fraction = Fraction(0)
    cap: Fraction | None = None
    limit: Limit | None = None
    expires: str = ""
    decay: Decay | None = None

    def at(self, key: str) -> int:
        """The line of one of its keys; its own without."""
        return self.lines.get(key, self.line)


@dataclass(frozen=True)
class MarketNumbers:
    """The numbers of the two market dimensions that no rule gives, and lines; weights in thousandths."""

    max_weight: int
    pair_cap: int
    epoch_days: int
    seasoned: int
    lines: Mapping[str, int]


@dataclass(frozen=True)
class ReportNumbers:
    """What holds for all reports: their age in seconds, and thousandths that an attestor can move a day."""

    max_age: int
    attestor_daily: int


@dataclass(frozen=True)
class RuleBook:
    """A whole rule file. version: the CID of its bytes, so that it can be looked up under it."""

    name: str
    version: str
    source: bytes
    market: MarketNumbers
    reports: ReportNumbers
    rules: tuple[Rule, ...]

    def for_event(self, event: Event) -> tuple[Rule, ...]:
        """The rules of something that happens to orders."""
        return tuple(rule for rule in self.rules if rule.event is event)

    def for_report(self, kind: str) -> Rule | None:
        """The rule that reads reports of this kind; there is one at most."""
        return next((rule for rule in self.rules if rule.report and rule.report == kind), None)

    def named(self, name: str) -> Rule | None:
        """The rule of this name."""
        return next((rule for rule in self.rules if rule.name == name), None)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The kinds of reports that are read."""
        return tuple(rule.report for rule in self.rules if rule.report)
