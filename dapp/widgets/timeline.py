"""The states that something goes through, as a line of steps with their times."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from html import escape

import streamlit as st

from dapp.widgets.times import local_time, utc_time


class Progress(Enum):
    """How a step stands."""

    DONE = "done"
    NOW = "now"
    AHEAD = "ahead"
    BROKEN = "broken"


@dataclass(frozen=True)
class Stage:
    """One step: its name, how it stands, when it was reached (Unix seconds, None if not) and a remark."""

    name: str
    progress: Progress
    at: int | None = None
    remark: str = ""


_MARKS = {
    Progress.DONE: ("#009E73", "✓"),
    Progress.NOW: ("#0072B2", "●"),
    Progress.AHEAD: ("#8C8C8C", "○"),
    Progress.BROKEN: ("#D55E00", "✕"),
}


def timeline(stages: Sequence[Stage]) -> None:
    """Draw the steps in a row, wrapping on a narrow screen. Texts are escaped; times have UTC on hover."""
    items = "".join(_item(stage) for stage in stages)
    st.html(f'<ol style="{_LIST}">{items}</ol>')


_LIST = "list-style:none;display:flex;flex-wrap:wrap;gap:.75rem 1.5rem;margin:0;padding:0"


def _item(stage: Stage) -> str:
    color, mark = _MARKS[stage.progress]
    weight = 700 if stage.progress is Progress.NOW else 400
    when = (
        f'<time title="{escape(utc_time(stage.at))}">{escape(local_time(stage.at))}</time>'
        if stage.at
        else ""
    )
    small = " · ".join(part for part in (when, escape(stage.remark)) if part)
    return (
        f'<li style="min-width:7rem" aria-current="{"step" if stage.progress is Progress.NOW else "false"}">'
        f'<span style="color:{color};font-weight:700" aria-hidden="true">{mark}</span> '
        f'<span style="font-weight:{weight}">{escape(stage.name)}</span>'
        f'<br><span style="font-size:.8rem;opacity:.75">{small}</span></li>'
    )
