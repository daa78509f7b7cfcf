"""What people must be told of: arbiters who are late, work that stays undone, a keeper without coin."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from dapp.bots.actions import Action, Moment
from dapp.bots.due import KeeperState, plan_of
from dapp.domain.bounds import DAY
from dapp.index import dispute_clocks as clocks
from dapp.index.dispute_rows import CaseRow, ChairRow, ChairStep, DisputeRow
from dapp.index.rows import EventRow

UNDRAWN_BLOCKS = 50
"""So many blocks after a draw block, somebody should have been drawn."""
REMEMBERED_SECONDS = DAY
"""How long ago an arbiter may have been replaced for it to be told still."""


@dataclass(frozen=True)
class Alarm:
    """Something to be told once; kind and subject identify it. text: a sentence; facts: for programs."""

    kind: str
    subject: str
    due_at: int
    text: str
    facts: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class WatchState:
    """What alarms are made from. replaced: `ArbiterReplaced` events; balance: the keeper's coin in wei.

    since: the chain's time when the watch began. What had been left undone before, a keeper that starts with
    it gets the time to do. dear: kind and subject of what costs too much now, and is left on purpose.
    """

    keeper: KeeperState
    since: int
    replaced: Sequence[EventRow] = ()
    balance: int | None = None
    dear: Collection[tuple[str, str]] = ()


@dataclass(frozen=True)
class Limits:
    """See {BotSettings}; low_balance in wei."""

    alarm_before_seconds: int
    overdue_seconds: int
    low_balance: int


def alarms_of(state: WatchState, moment: Moment, limits: Limits) -> list[Alarm]:
    """Every alarm that holds now, told or not."""
    found = [alarm for dispute in state.keeper.disputes for alarm in _of_dispute(dispute, moment, limits)]
    found += [_of_silence(event) for event in state.replaced if _is_recent(event, moment)]
    found += _of_overdue(overdue_of(state, moment, limits), moment)
    if state.balance is not None and state.balance < limits.low_balance:
        facts = {"balance": state.balance, "limit": limits.low_balance}
        text = f"The keeper has {state.balance} wei left for fees; {limits.low_balance} is the limit."
        found.append(Alarm("low_balance", _today(moment), moment.now, text, facts))
    # An arbiter who is late and one who was replaced for it is the same silence.
    return list({(alarm.kind, alarm.subject): alarm for alarm in found}.values())


def _of_dispute(dispute: DisputeRow, moment: Moment, limits: Limits) -> Iterator[Alarm]:
    case = clocks.current_case(dispute)
    if case is None or clocks.is_due(dispute, moment.now):
        return
    for chair in clocks.sitting(case):
        facts = _facts(dispute, case, chair)
        if chair.step is ChairStep.DRAWING and moment.head - chair.draw_block > UNDRAWN_BLOCKS:
            subject = f"{facts['case']}/{chair.chair}/{chair.draw_block}"
            text = f"Nobody is drawn for chair {chair.chair} of case {facts['case']}: who is on duty?"
            yield Alarm("no_arbiter", subject, moment.now, text, facts)
        elif chair.step in (ChairStep.DRAWN, ChairStep.ACCEPTED):
            yield from _of_clock(chair, facts, moment, limits)


def _of_clock(chair: ChairRow, facts: dict[str, Any], moment: Moment, limits: Limits) -> Iterator[Alarm]:
    subject, left = f"{facts['case']}/{chair.chair}/{chair.arbiter}", chair.until - moment.now
    to_do = "accept" if chair.step is ChairStep.DRAWN else "rule on"
    if left <= 0:
        yield _silent(
            subject, chair.until, facts, f"Arbiter {chair.arbiter} did not {to_do} the case in time."
        )
    elif left <= limits.alarm_before_seconds:
        kind = "response_clock" if chair.step is ChairStep.DRAWN else "ruling_clock"
        text = f"Arbiter {chair.arbiter} has {left // 60} minutes left to {to_do} case {facts['case']}."
        yield Alarm(kind, subject, chair.until, text, facts)


def _of_silence(event: EventRow) -> Alarm:
    """A silent arbiter whom a keeper replaced before anybody saw that he was late."""
    case, arbiter = f"0x{event.args['id']:064x}", event.args["arbiter"]
    facts = {"case": case, "chair": event.args["chair"], "arbiter": arbiter}
    if event.order_id is not None:
        facts["order"] = "0x" + event.order_id.hex()
    subject = f"{case}/{event.args['chair']}/{arbiter}"
    return _silent(subject, event.timestamp, facts, f"Arbiter {arbiter} was silent, and is replaced.")


def _silent(subject: str, due_at: int, facts: dict[str, Any], text: str) -> Alarm:
    return Alarm("arbiter_silent", subject, due_at, text, facts)


def overdue_of(state: WatchState, moment: Moment, limits: Limits) -> list[Action]:
    """What keepers should have done, and had the time for."""
    return [
        action
        for action in plan_of(state.keeper, moment)
        if action.sure
        and moment.now - max(action.due_at, state.since) >= limits.overdue_seconds
        and (action.kind, action.subject) not in state.dear
    ]


def _of_overdue(actions: Sequence[Action], moment: Moment) -> Iterator[Alarm]:
    """One alarm a day for each kind of work, however much of it there is."""
    late: dict[str, list[Action]] = {}
    for action in actions:
        late.setdefault(action.kind, []).append(action)
    for kind, found in late.items():
        oldest = min(found, key=lambda action: action.due_at)
        facts = {"work": kind, "count": len(found), "oldest": oldest.subject}
        minutes = (moment.now - oldest.due_at) // 60
        text = f"{len(found)} × {kind} is overdue, for {minutes} minutes at most: does a keeper run?"
        yield Alarm("overdue", f"{kind}/{_today(moment)}", oldest.due_at, text, facts)


def _today(moment: Moment) -> str:
    """What is told once a day while it lasts has the day in its subject."""
    return f"day {moment.now // DAY}"


def _is_recent(event: EventRow, moment: Moment) -> bool:
    return moment.now - event.timestamp < REMEMBERED_SECONDS


def _facts(dispute: DisputeRow, case: CaseRow, chair: ChairRow) -> dict[str, Any]:
    return {
        "order": "0x" + dispute.order.id.hex(),
        "case": f"0x{case.id:064x}",
        "panel": case.panel,
        "chair": chair.chair,
        "arbiter": chair.arbiter,
        "until": chair.until,
    }
