"""How a bot fares: for metrics, the operators' screen and the log."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from dapp.bots.actions import Item, Result

SILENT_SECONDS = 180
"""A bot that told nothing for so long is silent: even one that fails tells every minute."""


@dataclass(frozen=True)
class BotStatus:
    """A moment's picture of one bot in one process.

    state: starting, working, watching (it has no key), failing, stopped. round_at: this machine's Unix time
    at the end of the last whole round; chain_time and block: where the chain stood then, by its own clock.
    due and overdue: items by kind; outcomes: of all rounds, by kind and outcome. balance: the account's coin
    in wei. failures: rounds in a row that were cut short, `error` of the last one in a sentence. sent:
    transactions of all rounds. told_at: when it told this last, by the clock of who reads it.
    """

    name: str
    worker: str
    state: str = "starting"
    account: str | None = None
    round_at: float | None = None
    chain_time: int | None = None
    block: int | None = None
    due: Mapping[str, int] = field(default_factory=dict)
    overdue: Mapping[str, int] = field(default_factory=dict)
    outcomes: Mapping[tuple[str, str], int] = field(default_factory=dict)
    balance: int | None = None
    failures: int = 0
    errors: int = 0
    error: str | None = None
    sent: int = 0
    told_at: float | None = field(default=None, compare=False)

    def is_silent(self, now: float) -> bool:
        """Whether it should have told more since, at Unix time `now`; one that was stopped should not."""
        return self.state != "stopped" and (self.told_at is None or now - self.told_at >= SILENT_SECONDS)

    def plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return asdict(self) | {"outcomes": [[*key, count] for key, count in self.outcomes.items()]}

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "BotStatus":
        """From JSON. Raises TypeError, KeyError or ValueError for what isn't one."""
        outcomes = {(str(kind), str(outcome)): int(count) for kind, outcome, count in plain["outcomes"]}
        return cls(**{**plain, "outcomes": outcomes})


def counted_due(items: Sequence[Item], now: int, overdue_seconds: int) -> tuple[Counter[str], Counter[str]]:
    """How many items of each kind are due, and overdue. Those that only may be due don't count."""
    certain = [item for item in items if getattr(item, "sure", True)]
    late = (item.kind for item in certain if now - item.due_at >= overdue_seconds)
    return Counter(item.kind for item in certain), Counter(late)


def counted_outcomes(results: Sequence[Result]) -> Counter[tuple[str, str]]:
    """How many items of each kind came to each outcome."""
    return Counter((result.item.kind, result.outcome.value) for result in results)


def counted_sent(results: Sequence[Result]) -> int:
    """How many transactions a round sent."""
    return len({result.facts["transaction"] for result in results if "transaction" in result.facts})
