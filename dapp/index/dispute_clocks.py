"""Which clocks of a dispute and its cases have run out; for screens and for the bots that act on them.

Half-open, as in the contracts: an act is possible while `now < until`, its time-out from `now >= until`.
"""

from dapp.domain.disputes import ARBITRATION_SECONDS, FINAL_SECONDS
from dapp.domain.orders import Status
from dapp.index.dispute_rows import BACKUP_PANEL, CaseRow, ChairRow, ChairStep, DisputeRow, Phase, Stage

_UNDECIDED = (Stage.OPEN, Stage.APPEALED)


def current_case(dispute: DisputeRow) -> CaseRow | None:
    """The case that decides now; None before the first, and while none of our panels has it."""
    if not dispute.cases:
        return None
    newest = dispute.cases[-1]
    if dispute.phase is Phase.BACKUP and not (dispute.backup_took_it and newest.panel == BACKUP_PANEL):
        return None
    return newest


def absolute_end(dispute: DisputeRow) -> int:
    """When the present arbitrator's time is over, as a timestamp."""
    return dispute.opened_at + (FINAL_SECONDS if dispute.phase is Phase.BACKUP else ARBITRATION_SECONDS)


def due_at(dispute: DisputeRow, now: int) -> int | None:
    """Since when `execute` does something, as a timestamp; None while nothing is due."""
    if dispute.phase in (Phase.NONE, Phase.CLOSED):
        return None
    if dispute.order.status is not Status.DISPUTED:
        return dispute.order.changed_at
    if dispute.phase is Phase.WAITING:
        return dispute.fund_until if now >= dispute.fund_until else None
    ends = [absolute_end(dispute)]
    case = current_case(dispute)
    if case is not None and (is_final(case, now) or is_expired(case, now)):
        ends.append(decided_at(case))
    return min((end for end in ends if now >= end), default=None)


def is_due(dispute: DisputeRow, now: int) -> bool:
    """Whether `execute` does something now."""
    return due_at(dispute, now) is not None


def may_be_due(dispute: DisputeRow, now: int) -> bool:
    """Whether an arbitrator other than our panels may have ruled, which only the chain can tell."""
    if is_due(dispute, now) or dispute.phase not in (Phase.ARBITRATING, Phase.BACKUP):
        return False
    return current_case(dispute) is None and not (
        dispute.phase is Phase.BACKUP and not dispute.backup_took_it
    )


def is_final(case: CaseRow, now: int) -> bool:
    """Whether the ruling can't be changed any more."""
    if case.stage in (Stage.FINAL, Stage.EXECUTED):
        return True
    first = first_chair(case)
    return case.stage is Stage.OPEN and first.step is ChairStep.RULED and now >= first.until


def is_expired(case: CaseRow, now: int) -> bool:
    """Whether the panel decided nothing in its time, and anyone may say so."""
    ruled = case.stage is Stage.OPEN and first_chair(case).step is ChairStep.RULED
    return case.stage in _UNDECIDED and not ruled and now >= case.expires_at


def decided_at(case: CaseRow) -> int:
    """When a case that `is_final` or `is_expired` became so, at the latest."""
    if case.stage is Stage.OPEN and first_chair(case).step is ChairStep.RULED:
        return first_chair(case).until
    return case.expires_at if case.stage in _UNDECIDED else case.opened_at


def gave_its_fee_back(case: CaseRow) -> bool:
    """Whether the case ended without a ruling, so that the panel owes its fee."""
    return case.stage in (Stage.FINAL, Stage.EXECUTED) and first_chair(case).step is not ChairStep.RULED


def fee_left(dispute: DisputeRow) -> int:
    """Wei of a closed dispute's deposits that neither went back nor were earned at a panel of ours.

    If its arbitrators were our panels, that is what the last of them still owes.
    """
    paid = dispute.deposit * (1 if dispute.funded_by is None else 2)
    earned = sum(case.fee for case in dispute.cases if first_chair(case).step is ChairStep.RULED)
    return paid - dispute.to_buyer_deposit - dispute.to_seller_deposit - earned


def sitting(case: CaseRow) -> tuple[ChairRow, ...]:
    """The chairs that are at work: the first arbiter's, or the panel's of three."""
    if case.stage is Stage.OPEN:
        return case.chairs[:1]
    return tuple(chair for chair in case.chairs if chair.chair) if case.stage is Stage.APPEALED else ()


def first_chair(case: CaseRow) -> ChairRow:
    """The first arbiter's."""
    return case.chairs[0]
