# due_day: 0 to 60 → that many days later · 255 → first of the next month · else → DomainError
# MaturityRing: add, mature → nothing early, nothing lost · collision → only with a bucket that is due

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.domain.errors import DomainError
from dapp.domain.maturity import MaturityRing, day_of, due_day, first_of_next_month

EPOCH = date(1970, 1, 1)


def next_month(day):
    start = (EPOCH + timedelta(days=day)).replace(day=1)
    return ((start + timedelta(days=32)).replace(day=1) - EPOCH).days


@given(st.integers(0, 2_900_000))
def test_first_of_next_month__any_day_until_9900__as_the_calendar_says(day):
    assert first_of_next_month(day) == next_month(day)


def test_first_of_next_month__every_day_of_four_centuries__as_the_calendar_says():
    first, last = (date(1999, 12, 1) - EPOCH).days, (date(2401, 3, 2) - EPOCH).days
    wrong = [day for day in range(first, last) if first_of_next_month(day) != next_month(day)]
    assert wrong == []


def test_due_day__t0_t1_t60_and_month_end__as_named():
    day = day_of(int(datetime(2028, 2, 29, 23, 59, 59, tzinfo=UTC).timestamp()))
    assert [due_day(day, days) - day for days in (0, 1, 60, 255)] == [0, 1, 60, 1]


@pytest.mark.parametrize("days", [-1, 61, 254, 256])
def test_due_day__out_of_bounds__raises(days):
    with pytest.raises(DomainError):
        due_day(20_000, days)


@given(st.lists(st.tuples(st.integers(0, 40), st.integers(0, 60), st.integers(0, 10**30))))
def test_ring__random_settlements__nothing_early_nothing_lost(steps):
    ring, today, added, out = MaturityRing(), 20_000, 0, 0
    for elapsed, delay, amount in steps:
        today += elapsed
        if (stale := ring.collision(today + delay)) is not None:
            assert stale <= today
            out += sum(due for _, due in ring.mature(today, [stale]))
        ring.add(today + delay, amount)
        added += amount
        assert ring.total + out == added
        assert ring.due(today) == sum(a for d, a in ring.buckets.items() if d <= today)
    out += sum(due for day, due in ring.mature(today, list(ring.buckets)) if day <= today)
    assert ring.total + out == added
    assert all(day > today for day in ring.buckets)


def test_mature__day_not_due_empty_or_twice__skipped():
    ring = MaturityRing({10: 5, 11: 7})
    assert ring.mature(10, [11, 9, 10, 10]) == [(10, 5)]
    assert ring.buckets == {11: 7}


def test_add__another_days_bucket_in_its_place__raises():
    ring = MaturityRing({10: 5})
    with pytest.raises(DomainError, match="bucket of day 10"):
        ring.add(74, 1)
    assert ring.buckets == {10: 5}
