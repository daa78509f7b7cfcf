"""What goes wrong with rules and reports.

A refusal is for whoever made the report: a sentence in English and Chinese, from
`dapp/locales/reports.<language>.yaml` by the error's name.
"""

# ruff: noqa: N818  (named by what went wrong)

from collections.abc import Iterable
from typing import ClassVar

from dapp.lined_yaml import Mistake
from dapp.sentences import SpokenError


class CreditError(Exception):
    """Root of the errors of `dapp.credit`."""


class BadRules(CreditError):
    """A rule file that is refused, with every mistake in it."""

    def __init__(self, name: str, mistakes: Iterable[Mistake]) -> None:
        self.mistakes = tuple(sorted(set(mistakes)))
        super().__init__("\n".join(f"{name}, {mistake}" for mistake in self.mistakes))


class JournalIncomplete(CreditError):
    """A document is missing, so that nobody can tell what counts already: posting could count it twice."""


class Refusal(SpokenError, CreditError):
    """Root of the reasons for which a report doesn't count."""

    texts: ClassVar[str] = "reports"


class BadReport(Refusal):
    """Not a report: `reason`."""


class BadField(Refusal):
    """The report's field `name` is `value`, and must be `expected`."""


class UnknownKind(Refusal):
    """No rule reads reports of `kind`; `known` are read."""


class ForeignReport(Refusal):
    """Made for another market: `field` is `value`, here it is `expected`."""


class SelfReport(Refusal):
    """`attestor` reports on himself."""


class Unsigned(Refusal):
    """The report has no signature."""


class WrongSignature(Refusal):
    """The signature isn't that of `attestor` under this report."""


class FromTheFuture(Refusal):
    """Issued at `issued`, and the chain's time is only `now`."""


class Stale(Refusal):
    """Issued at `issued`, more than `hours` hours before `now`."""


class Expired(Refusal):
    """Valid until `until` only, and it is `now`."""


class AlreadyOver(Refusal):
    """What the report is about ended at `until`, and it is `now`."""


class NotAttestor(Refusal):
    """`attestor` doesn't hold the role `role` that reports of `kind` take."""


class Replayed(Refusal):
    """The fact `fact` of `kind` counts for `merchant` already."""


class OverDailyBound(Refusal):
    """`attestor` would move `asked` points more on that day, and has `left` of `bound` left."""


class NoEffect(Refusal):
    """By the rule `rule` this report moves nothing."""


class LimitReached(Refusal):
    """The rule `rule` moves no more than `points` points of `merchant` in `days` days, and has."""
