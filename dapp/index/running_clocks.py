"""Every clock that runs in open disputes, the one that ends first in front; for the operators' screen."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from dapp.domain.orders import Status
from dapp.index.dispute_clocks import absolute_end, current_case, decided_at, first_chair, sitting
from dapp.index.dispute_rows import CaseRow, ChairRow, ChairStep, DisputeRow, Phase, Stage


class ClockKind(StrEnum):
    """What a clock waits for, and what its end means.

    deposit: the other side's, else it loses. acceptance, ruling: an arbiter's, else he is replaced. appeal:
    of the first ruling, else it is final; final: the backup panel's ruling becomes it. case: all that the
    panel has. end: the arbitrator's, whatever happens. execution: of what is decided, by anyone.
    """

    DEPOSIT = "deposit"
    ACCEPTANCE = "acceptance"
    RULING = "ruling"
    APPEAL = "appeal"
    FINAL = "final"
    CASE = "case"
    END = "end"
    EXECUTION = "execution"


@dataclass(frozen=True)
class Clock:
    """A clock of a dispute. until: Unix seconds, half-open; arbiter: whose it is, if one's."""

    kind: ClockKind
    until: int
    dispute: DisputeRow
    arbiter: str | None = None

    def is_over(self, now: int) -> bool:
        """Whether it has run out, so that somebody should have acted or may act."""
        return now >= self.until


_WAITED_FOR = {ChairStep.DRAWN: ClockKind.ACCEPTANCE, ChairStep.ACCEPTED: ClockKind.RULING}


def running_clocks(disputes: Iterable[DisputeRow]) -> list[Clock]:
    """The clocks of open disputes, by their end; an arbiter who isn't drawn yet has none."""
    found = [clock for dispute in disputes for clock in _of_dispute(dispute)]
    return sorted(found, key=lambda clock: (clock.until, clock.dispute.order.id, clock.kind))


def _of_dispute(dispute: DisputeRow) -> Iterator[Clock]:
    if dispute.phase in (Phase.NONE, Phase.CLOSED):
        return
    if dispute.order.status is not Status.DISPUTED:
        yield Clock(ClockKind.EXECUTION, dispute.order.changed_at, dispute)
        return
    if dispute.phase is Phase.WAITING:
        yield Clock(ClockKind.DEPOSIT, dispute.fund_until, dispute)
        return
    yield Clock(ClockKind.END, absolute_end(dispute), dispute)
    case = current_case(dispute)
    if case is not None:
        yield from _of_case(dispute, case)


def _of_case(dispute: DisputeRow, case: CaseRow) -> Iterator[Clock]:
    if case.stage not in (Stage.OPEN, Stage.APPEALED):
        yield Clock(ClockKind.EXECUTION, decided_at(case), dispute)
        return
    first = first_chair(case)
    if case.stage is Stage.OPEN and first.step is ChairStep.RULED:
        kind = ClockKind.FINAL if dispute.phase is Phase.BACKUP else ClockKind.APPEAL
        yield Clock(kind, first.until, dispute)
        return
    yield Clock(ClockKind.CASE, case.expires_at, dispute)
    yield from (_of_chair(dispute, chair) for chair in sitting(case) if chair.step in _WAITED_FOR)


def _of_chair(dispute: DisputeRow, chair: ChairRow) -> Clock:
    return Clock(_WAITED_FOR[chair.step], chair.until, dispute, chair.arbiter)
