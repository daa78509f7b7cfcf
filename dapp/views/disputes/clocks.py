"""What runs in a dispute now, in words, and what is due."""

from dapp.domain.disputes import ARBITRATION_SECONDS, FINAL_SECONDS, percent_of
from dapp.domain.orders import Status
from dapp.index.dispute_rows import CaseRow, ChairRow, ChairStep, DisputeRow, Phase, Stage
from dapp.widgets.i18n import t
from dapp.widgets.times import duration_text

_UNDECIDED = (Stage.OPEN, Stage.APPEALED)


def current_case(dispute: DisputeRow) -> CaseRow | None:
    """The case that decides now; None before the first, and where another arbitrator has it."""
    return dispute.cases[-1] if dispute.cases else None


def absolute_end(dispute: DisputeRow) -> int:
    """When the present arbitrator's time is over, as a timestamp."""
    return dispute.opened_at + (FINAL_SECONDS if dispute.phase is Phase.BACKUP else ARBITRATION_SECONDS)


def is_due(dispute: DisputeRow, now: int) -> bool:
    """Whether `execute` does something now."""
    if dispute.phase in (Phase.NONE, Phase.CLOSED):
        return False
    if dispute.order.status is not Status.DISPUTED:
        return True
    if dispute.phase is Phase.WAITING:
        return now >= dispute.fund_until
    case = current_case(dispute)
    if now >= absolute_end(dispute):
        return True
    if case is None:
        return False
    if dispute.phase is Phase.BACKUP:
        return case.stage is Stage.EXECUTED
    return is_final(case, now) or is_expired(case, now)


def is_final(case: CaseRow, now: int) -> bool:
    """Whether the ruling can't be changed any more."""
    if case.stage in (Stage.FINAL, Stage.EXECUTED):
        return True
    return case.stage is Stage.OPEN and _first(case).step is ChairStep.RULED and now >= _first(case).until


def is_expired(case: CaseRow, now: int) -> bool:
    """Whether the panel decided nothing in its time, and anyone may say so."""
    ruled = case.stage is Stage.OPEN and _first(case).step is ChairStep.RULED
    return case.stage in _UNDECIDED and not ruled and now >= case.expires_at


def can_appeal(dispute: DisputeRow, now: int) -> bool:
    """Whether the first ruling can be appealed."""
    case = current_case(dispute)
    if case is None or dispute.phase is not Phase.ARBITRATING or case.stage is not Stage.OPEN:
        return False
    first = _first(case)
    return first.step is ChairStep.RULED and now < min(first.until, absolute_end(dispute))


def sitting(case: CaseRow) -> tuple[ChairRow, ...]:
    """The chairs that are at work: the first arbiter's, or the panel's of three."""
    if case.stage is Stage.OPEN:
        return case.chairs[:1]
    return tuple(chair for chair in case.chairs if chair.chair) if case.stage is Stage.APPEALED else ()


def sentence(dispute: DisputeRow, now: int, *, opener: str, other: str) -> str:
    """The clock that runs now. opener, other: the sides' names, as markdown."""
    if dispute.phase is Phase.CLOSED:
        return t("disputes.clock.closed")
    if dispute.order.status is not Status.DISPUTED:
        return t("disputes.clock.conceded")
    if dispute.phase is Phase.WAITING:
        name = "waiting_over" if now >= dispute.fund_until else "waiting"
        left = duration_text(abs(dispute.fund_until - now))
        return t(f"disputes.clock.{name}", opener=opener, other=other, left=left)
    end = absolute_end(dispute)
    where = "backup" if dispute.phase is Phase.BACKUP else "arbitrating"
    if now >= end:
        return t(f"disputes.clock.{where}_over")
    case = current_case(dispute)
    told = [_case_sentence(case, now)] if case else [t("disputes.clock.foreign")]
    return " ".join([*told, t(f"disputes.clock.{where}", left=duration_text(end - now))])


def _case_sentence(case: CaseRow, now: int) -> str:
    if is_expired(case, now):
        return t("disputes.clock.expired")
    if case.stage is Stage.APPEALED:
        ruled = sum(chair.step is ChairStep.RULED for chair in sitting(case))
        return t("disputes.clock.appealed", ruled=ruled, left=duration_text(case.expires_at - now))
    if is_final(case, now):
        return t("disputes.clock.final", share=ruling_text(case.ruling))
    first = _first(case)
    if first.step is ChairStep.RULED:
        share = ruling_text(first.ruling)
        return t("disputes.clock.appealable", share=share, left=duration_text(first.until - now))
    return chair_sentence(first, now)


def chair_sentence(chair: ChairRow, now: int) -> str:
    """Where a chair stands."""
    name = chair.step.name.lower()
    if chair.step is ChairStep.DRAWING:
        return t("disputes.chair.drawing")
    if chair.step is ChairStep.RULED:
        return t("disputes.chair.ruled", share=ruling_text(chair.ruling))
    if now >= chair.until:
        return t(f"disputes.chair.{name}_over", since=duration_text(now - chair.until))
    return t(f"disputes.chair.{name}", left=duration_text(chair.until - now))


def ruling_text(ruling: int | None) -> str:
    """A ruling in words."""
    if not ruling:
        return t("disputes.ruling.refused")
    return t("disputes.ruling.share", percent=percent_of(ruling))


def _first(case: CaseRow) -> ChairRow:
    return case.chairs[0]
