"""What runs in a dispute now, in words."""

from dapp.domain.disputes import percent_of
from dapp.domain.orders import Status
from dapp.index.dispute_clocks import (
    absolute_end,
    current_case,
    first_chair,
    is_expired,
    is_final,
    sitting,
)
from dapp.index.dispute_rows import CaseRow, ChairRow, ChairStep, DisputeRow, Phase, Stage
from dapp.widgets.i18n import t
from dapp.widgets.times import duration_text


def can_appeal(dispute: DisputeRow, now: int) -> bool:
    """Whether the first ruling can be appealed."""
    case = current_case(dispute)
    if case is None or dispute.phase is not Phase.ARBITRATING or case.stage is not Stage.OPEN:
        return False
    first = first_chair(case)
    return first.step is ChairStep.RULED and now < min(first.until, absolute_end(dispute))


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
    first = first_chair(case)
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
