"""Times, durations and clocks outside of a session: UTC and English.

duration_text
└── the two largest units, rounded down, never an empty text
clock_text
└── half-open: over at the very second
local_time, utc_time, time_html
└── a time, none, and times no calendar has
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.widgets.times import clock_text, duration_text, local_time, time_html, utc_time


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0 s"),
        (59, "59 s"),
        (61, "1 min 1 s"),
        (3_600, "1 h"),
        (86_399, "23 h 59 min"),
        (86_400, "1 day"),
        (2 * 86_400 + 3_600 + 59, "2 days 1 h"),
        (86_400 + 59, "1 day"),
        (-5, "0 s"),
    ],
)
def test_duration_text__seconds__two_largest_units(seconds, text):
    assert duration_text(seconds) == text


@given(st.integers(0, 10**12))
def test_duration_text__any__says_something(seconds):
    assert duration_text(seconds).strip()


def test_clock_text__at_its_end__is_over():
    assert clock_text(100, 99) == "1 s left"
    assert clock_text(100, 100) == "over since 0 s"
    assert clock_text(100, 7_300) == "over since 2 h"


@given(st.integers(-(2**300), 2**300))
def test_local_time__any_number__never_fails(timestamp):
    assert local_time(timestamp)
    assert utc_time(timestamp)


def test_time_html__a_time__has_utc_on_hover():
    assert time_html(1_700_000_000) == '<time title="2023-11-14 22:13:20 UTC">2023-11-14 22:13</time>'
    assert local_time(0) == "—"
