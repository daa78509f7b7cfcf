"""What people are told of, purely from rows.

alarms_of
├── an arbiter's clock: told before it ends, and when it ended
├── one who was replaced before anybody saw it: told from the event, as the same silence
├── nobody drawn for long: told
├── work overdue: once a day and kind; not what the watch found when it began
└── a keeper without coin: once a day
"""

from dapp.bots.alarms import REMEMBERED_SECONDS, UNDRAWN_BLOCKS, Limits, WatchState, alarms_of
from dapp.bots.due import KeeperState
from dapp.domain.bounds import DAY
from dapp.index.dispute_rows import ChairStep, Phase
from dapp.index.rows import EventRow
from tests.dapp.bots.rows import ARBITER, NOW, case, chair, dispute, moment, order

LIMITS = Limits(alarm_before_seconds=1_800, overdue_seconds=900, low_balance=10**16)


def told(now=NOW, *, since=NOW - DAY, head=None, replaced=(), balance=None, dear=(), **state):
    watched = WatchState(KeeperState(**state), since, replaced, balance, dear)
    return alarms_of(watched, moment(now, head=head), LIMITS)


def replaced(at):
    args = {"id": 7, "chair": 0, "arbiter": ARBITER, "drawBlock": 5}
    return EventRow(1 << 20, "ArbiterPanel", "0x", "ArbiterReplaced", args, at, bytes(32), b"o" * 32)


def test_response_clock__running_out__told_with_what_is_left():
    asked = dispute(Phase.ARBITRATING, case(chair(ChairStep.DRAWN, until=NOW)))
    assert told(NOW - 1_801, disputes=[asked]) == []
    (alarm,) = told(NOW - 1_800, disputes=[asked])
    assert (alarm.kind, alarm.subject) == ("response_clock", f"0x{7:064x}/0/{ARBITER}")
    assert "30 minutes left to accept" in alarm.text
    assert alarm.facts["until"] == NOW
    (alarm,) = told(NOW, disputes=[asked])
    assert (alarm.kind, alarm.due_at) == ("arbiter_silent", NOW)


def test_ruling_clock__running_out__told_as_its_own():
    asked = dispute(Phase.ARBITRATING, case(chair(ChairStep.ACCEPTED, until=NOW)))
    (alarm,) = told(NOW - 60, disputes=[asked])
    assert alarm.kind == "ruling_clock"
    assert "1 minutes left to rule on" in alarm.text


def test_silence__replaced_before_anybody_looked__the_same_alarm():
    (seen,) = told(NOW, disputes=[dispute(Phase.ARBITRATING, case(chair(ChairStep.DRAWN, until=NOW)))])
    (after,) = told(NOW + 5, replaced=[replaced(NOW + 1)])
    assert (after.kind, after.subject) == (seen.kind, seen.subject)
    assert after.facts["order"] == "0x" + "6f" * 32
    assert told(NOW + REMEMBERED_SECONDS + 1, replaced=[replaced(NOW + 1)]) == []


def test_draw__nobody_for_long__told():
    asked = dispute(Phase.ARBITRATING, case(chair(draw_block=90)))
    assert told(head=90 + UNDRAWN_BLOCKS, disputes=[asked]) == []
    (alarm,) = told(head=91 + UNDRAWN_BLOCKS, disputes=[asked])
    assert alarm.kind == "no_arbiter"


def test_overdue__longer_than_the_limit__one_alarm_for_the_kind_and_day():
    late = [order(until=NOW - 900 - n, number=n + 1) for n in range(3)]
    (alarm,) = told(overdue=late)
    assert (alarm.kind, alarm.facts["count"], alarm.facts["work"]) == ("overdue", 3, "release")
    assert alarm.subject == f"release/day {NOW // DAY}"
    assert told(overdue=[order(until=NOW - 899)]) == []


def test_overdue__found_at_the_start__a_keeper_has_time_for_it():
    late = [order(until=NOW - 9 * DAY)]
    assert told(since=NOW - 899, overdue=late) == []
    assert len(told(since=NOW - 900, overdue=late)) == 1


def test_overdue__left_on_purpose__not_told():
    late = [order(until=NOW - 5_000, number=number) for number in (1, 2)]
    dear = {("release", "0x" + late[0].id.hex())}
    (alarm,) = told(overdue=late, dear=dear)
    assert alarm.facts["count"] == 1


def test_balance__below_the_limit__told_once_a_day():
    assert told(balance=10**16) == []
    (alarm,) = told(balance=10**16 - 1)
    assert (alarm.kind, alarm.subject) == ("low_balance", f"day {NOW // DAY}")
