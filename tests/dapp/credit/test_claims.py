# Schedule.left
# ├── before the first step → all; then a step less each time, down to nothing; from the end on → nothing
# └── any schedule and time → between nothing and what was applied, never more later than before
# Claim.due
# ├── posted whenever, in any number of rounds → at the end the same is left as posted at once
# ├── an open appeal → nothing until it is decided; upheld → only what was given back too much
# └── nothing was applied → nothing is ever due

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dapp.credit.claims import Claim, Schedule
from dapp.credit.document import Change
from dapp.credit.rules import Decay
from dapp.domain.bounds import DAY
from dapp.domain.credit import Dimension

from .reports import NOON, report

DECAY = Decay(after=90 * DAY, every=30 * DAY, points=500)
schedules = st.builds(
    Schedule,
    st.just(NOON),
    st.none() | st.integers(NOON + 1, NOON + 900 * DAY),
    st.none() | st.builds(Decay, st.integers(1, 200 * DAY), st.integers(1, 90 * DAY), st.integers(1, 9_000)),
)
times = st.integers(NOON, NOON + 1_000 * DAY)
applied = st.integers(-20_000, 20_000)


def claim(moved, **changes):
    made = Claim(b"\1" * 32, 7, "mentoring", "bafy", Dimension.COMMUNITY, report(), moved, moved)
    return replace(made, **changes)


def test_left__a_step_every_thirty_days_from_the_ninetieth_on__half_a_point_less_each():
    schedule = Schedule(NOON, decay=DECAY)
    left = [schedule.left(1_200, NOON + days * DAY) for days in (0, 89, 90, 119, 120, 150, 9_000)]
    assert left == [1_200, 1_200, 700, 700, 200, 0, 0]
    assert schedule.left(-1_200, NOON + 120 * DAY) == -200
    assert Schedule(NOON, NOON + DAY).left(5, NOON + DAY - 1) == 5
    assert Schedule(NOON, NOON + DAY).left(5, NOON + DAY) == 0


@given(schedules, applied, times, times)
def test_left__any_schedule__shrinks_towards_nothing(schedule, moved, one, other):
    earlier, later = (schedule.left(moved, time) for time in sorted((one, other)))
    assert 0 <= abs(later) <= abs(earlier) <= abs(moved)
    assert earlier * moved >= 0
    assert later * moved >= 0


@given(schedules, applied.filter(bool), st.lists(times, max_size=8), times)
def test_due__posted_in_any_rounds__what_is_left_is_what_the_schedule_says(schedule, moved, rounds, end):
    made = claim(moved)
    for now in (*sorted(time for time in rounds if time <= end), end):
        due = made.due(schedule, now)
        if due is not None:
            assert due.delta * moved < 0
            assert due.change in (Change.DECAY, Change.EXPIRY)
            made.taken += due.delta
        assert made.due(schedule, now) is None
    assert made.applied + made.taken == schedule.left(moved, end)


def test_due__arithmetic__says_what_is_left():
    due = claim(2_000, taken=-500).due(Schedule(NOON, decay=DECAY), NOON + 150 * DAY)
    assert (due.change, due.delta, due.steps) == (Change.DECAY, -1_000, 3)
    assert due.arithmetic == (
        "2 was applied, −0.5 of it moved back since",
        "3 steps of 0.5: 0.5 is left",
        "= −1",
    )
    over = claim(2_000).due(Schedule(NOON, NOON + DAY, DECAY), NOON + DAY)
    assert (over.change, over.delta, over.steps) == (Change.EXPIRY, -2_000, 0)


def test_due__an_open_appeal__nothing_until_it_is_decided():
    schedule, later = Schedule(NOON, decay=DECAY), NOON + 200 * DAY
    assert claim(-3_000, appealed={b"\1" * 32}).due(schedule, later) is None
    assert claim(-3_000).due(schedule, later).delta == 2_000


def test_due__the_grant_was_reversed__only_what_was_given_back_too_much():
    schedule, later = Schedule(NOON, decay=DECAY), NOON + 200 * DAY
    due = claim(-3_000, upheld=True, taken=500).due(schedule, later)
    assert (due.change, due.delta) == (Change.CORRECTION, -500)
    assert claim(-3_000, upheld=True).due(schedule, later) is None
    assert claim(-3_000, upheld=True, taken=0).due(schedule, later + 900 * DAY) is None


def test_due__what_was_taken_was_reversed__stays_as_it_is():
    assert claim(3_000, taken=-500, closed=True).due(Schedule(NOON, NOON + DAY), NOON + 2 * DAY) is None


@given(schedules, times)
def test_due__nothing_was_applied__nothing_is_due(schedule, now):
    assert claim(0).due(schedule, now) is None


@given(schedules, applied.filter(bool), times)
def test_due_since__of_what_is_due__no_later_than_now(schedule, moved, now):
    if claim(moved).due(schedule, now) is not None:
        assert NOON < schedule.due_since(now) <= now
