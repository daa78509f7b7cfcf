"""What a counted fact is still worth: certificates end, knowledge ages, a penalty is forgiven bit by bit.

A claim is a grant (the attestation of a report) and what was taken back of it since. What should be left at a
time follows from the report, the rule it was counted by and the time alone; what is due is the difference.
"""

from dataclasses import dataclass, field
from fractions import Fraction

from dapp.chain.formats import points_text
from dapp.credit.acceptance import expiry_of
from dapp.credit.document import Change
from dapp.credit.report import Report
from dapp.credit.rules import Decay, Rule
from dapp.domain.credit import Dimension


@dataclass(frozen=True)
class Schedule:
    """How a claim ages. Times in Unix seconds; `expires_at` None for never."""

    issued_at: int
    expires_at: int | None = None
    decay: Decay | None = None

    @classmethod
    def of(cls, report: Report, rule: Rule) -> "Schedule":
        """That of a report that was counted by a rule."""
        return cls(report.issued_at, expiry_of(report, rule), rule.decay)

    def is_over(self, now: int) -> bool:
        """Whether what was given has ended."""
        return self.expires_at is not None and now >= self.expires_at

    def steps(self, now: int) -> int:
        """How many steps of decay have passed."""
        if self.decay is None or now < self.issued_at + self.decay.after:
            return 0
        return (now - self.issued_at - self.decay.after) // self.decay.every + 1

    def left(self, applied: int, now: int) -> int:
        """What should be left of `applied` thousandths, of either sign."""
        return 0 if self.is_over(now) else self.after(applied, self.steps(now))

    def after(self, applied: int, steps: int) -> int:
        """What so many steps of decay leave of `applied` thousandths."""
        taken = steps * self.decay.points if self.decay else 0
        left = max(abs(applied) - taken, 0)
        return left if applied > 0 else -left

    def next_after(self, now: int) -> int | None:
        """The next time at which something becomes due; None for never."""
        ends = self.expires_at if self.expires_at is not None and now < self.expires_at else None
        if self.decay is None or self.is_over(now):
            return ends
        step = self.issued_at + self.decay.after + self.steps(now) * self.decay.every
        return step if ends is None else min(step, ends)

    def due_since(self, now: int) -> int:
        """Since when the last of what is due is due."""
        times = [self.expires_at] if self.expires_at is not None and self.is_over(now) else []
        if self.decay and (steps := self.steps(now)):
            times.append(self.issued_at + self.decay.after + (steps - 1) * self.decay.every)
        return min(times, default=now)


@dataclass(frozen=True)
class Due:
    """What must be taken back now (or given back, of a penalty), in thousandths of a point, and why."""

    change: Change
    delta: int
    steps: int
    arithmetic: tuple[str, ...]


@dataclass
class Claim:
    """A grant that counts. id and block: of its attestation. rules: the version that it was counted by.

    asked, applied: what it was to move, and moved after clamping. taken: what was asked for since, in all.
    appealed: its attestations against which an appeal is open. upheld: the grant was reversed; closed: what
    was taken back was, so that it stays as it is.
    """

    id: bytes
    block: int
    rule: str
    rules: str
    dimension: Dimension
    report: Report
    asked: int
    applied: int
    taken: int = 0
    appealed: set[bytes] = field(default_factory=set)
    upheld: bool = False
    closed: bool = False

    def due(self, schedule: Schedule, now: int) -> Due | None:
        """What is due at the chain's time `now`, None for nothing."""
        if self.appealed or self.closed:
            return None
        if self.upheld:
            # The decision gave back all that the grant had moved: what was given back before is too much.
            return _due(Change.CORRECTION, -self.taken, 0, ["an appeal was upheld, and gave everything back"])
        left = schedule.left(self.applied, now)
        delta = left - self.applied - self.taken
        if delta * self.applied >= 0:
            return None
        over, steps = schedule.is_over(now), schedule.steps(now)
        lines = [f"{points_text(self.applied)} was applied, {points_text(self.taken)} of it moved back since"]
        if over:
            lines.append("what the report is about has ended: nothing is left")
        elif schedule.decay:
            step = Fraction(schedule.decay.points, 1_000)
            lines.append(f"{steps} steps of {float(step):g}: {points_text(left)} is left")
        return _due(Change.EXPIRY if over else Change.DECAY, delta, 0 if over else steps, lines)


def _due(change: Change, delta: int, steps: int, lines: list[str]) -> Due | None:
    return Due(change, delta, steps, (*lines, f"= {points_text(delta)}")) if delta else None
