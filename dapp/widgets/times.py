"""Times in the browser's zone with UTC on hover, durations, and the clocks that run on the chain.

Chain time is the latest block's: on a development chain it may be days ahead of the browser's.
"""

from datetime import UTC, datetime, tzinfo
from html import escape
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from dapp.chain import formats
from dapp.domain.bounds import DAY
from dapp.widgets.i18n import language, t

HOUR, MINUTE = 3_600, 60
_MAX_TIME = 253_402_214_400  # a day before the year 10000, so that any zone can show it


def zone() -> tzinfo:
    """The browser's time zone, UTC if it told none."""
    name = st.context.timezone if get_script_run_ctx(suppress_warning=True) else None
    try:
        return ZoneInfo(name) if name else UTC
    except (ZoneInfoNotFoundError, ValueError):
        return UTC


def local_time(timestamp: int) -> str:
    """A Unix time in the browser's zone, to the minute; "—" for none."""
    if not 0 < timestamp <= _MAX_TIME:
        return "—"
    return datetime.fromtimestamp(timestamp, zone()).strftime("%Y-%m-%d %H:%M")


def utc_time(timestamp: int) -> str:
    """A Unix time in UTC, to the second."""
    return formats.time(timestamp)


def local_date(timestamp: int) -> str:
    """The date in the browser's zone."""
    return local_time(timestamp).split(" ", 1)[0]


def day_text(day: int) -> str:
    """A day since the epoch (the ledger counts UTC days) as a date."""
    return formats.day(day)


def time_html(timestamp: int) -> str:
    """A time as HTML for `st.html`, UTC on hover."""
    return f'<time title="{escape(utc_time(timestamp))}">{escape(local_time(timestamp))}</time>'


def moment(timestamp: int, prefix: str = "") -> None:
    """Show a time as a caption, UTC on hover. prefix: a text of ours, as markdown."""
    st.caption(f"{prefix} {local_time(timestamp)}".strip(), help=utc_time(timestamp))


def duration_text(seconds: int) -> str:
    """A duration by its two largest units, rounded down: "2 days 4 h", "35 min", "12 s"."""
    days, rest = divmod(max(seconds, 0), DAY)
    hours, rest = divmod(rest, HOUR)
    minutes, left = divmod(rest, MINUTE)
    parts = ((days, "days"), (hours, "hours"), (minutes, "minutes"), (left, "seconds"))
    first = next((place for place, (count, _unit) in enumerate(parts) if count), len(parts) - 1)
    shown = [part for part in parts[first : first + 2] if part[0]] or [parts[-1]]
    return " ".join(t(f"frame.duration.{unit}", n=count) for count, unit in shown)


def window_text(seconds: int) -> str:
    """A window as it was agreed, in its largest whole unit: "3 days", "36 hours"."""
    return formats.duration(seconds, language())


def clock_text(until: int, now: int) -> str:
    """How long a clock still runs, or since when it is over. Half-open: at `until` it is over."""
    if now < until:
        return t("frame.clock.left", duration=duration_text(until - now))
    return t("frame.clock.over", duration=duration_text(now - until))
