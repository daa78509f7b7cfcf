"""Figures in cards of one size, and facts in lines: both wrap on a narrow screen, neither is ever cut."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from dapp.widgets.amounts import split_digits

_LINE = "1px solid color-mix(in srgb, currentColor 18%, transparent)"
_SMALL = "font-size:.8rem;font-weight:400;opacity:.75"


@dataclass(frozen=True)
class Figure:
    """A value with its name, plain texts all. help: opens under the name; note: stands below the value."""

    name: str
    value: str
    help: str = ""
    note: str = ""


def figure(label: str, value: str, help: str | None = None) -> None:  # noqa: A002  (Streamlit's name)
    """A label above its value, in the column that is open; both are texts of ours, as markdown."""
    st.caption(label, help=help)
    st.markdown(f"**{value}**")


def figures(items: Sequence[Figure], *, least: float = 11) -> None:
    """Cards side by side, each at least so many rem wide, as many in a row as fit."""
    columns = f"repeat(auto-fit,minmax(min({least}rem,100%),1fr))"
    cards = "".join(_card(each) for each in items)
    st.html(
        f'<dl style="display:grid;grid-template-columns:{columns};gap:.75rem;margin:0;padding:0">{cards}</dl>'
    )


def facts(items: Sequence[Figure]) -> None:
    """Lines of a name and its value."""
    lines = "".join(_line(each) for each in items)
    st.html(f'<dl style="margin:0;padding:0">{lines}</dl>')


def amount_html(text: str) -> str:
    """An amount's text as HTML, the digits beyond the fourth decimal made small; escaped."""
    head, tail, rest = split_digits(text)
    small = f'<span style="font-size:.75em;opacity:.7">{escape(tail)}</span>' if tail else ""
    return f"{escape(head)}{small}{escape(rest)}"


def _card(figure: Figure) -> str:
    note = f'<div style="{_SMALL};margin-top:.25rem">{escape(figure.note)}</div>' if figure.note else ""
    return (
        f'<div style="border:{_LINE};border-radius:.6rem;padding:.75rem 1rem">'
        f'<dt style="font-size:.875rem">{_name(figure)}</dt>'
        '<dd style="margin:.2rem 0 0;font-size:1.15rem;font-weight:600;overflow-wrap:anywhere">'
        f"{amount_html(figure.value)}{note}</dd></div>"
    )


def _line(figure: Figure) -> str:
    note = f'<span style="{_SMALL}"> {escape(figure.note)}</span>' if figure.note else ""
    return (
        f'<div style="display:flex;flex-wrap:wrap;gap:.1rem 1rem;padding:.45rem 0;border-bottom:{_LINE}">'
        f'<dt style="flex:1 1 9rem">{_name(figure)}</dt>'
        '<dd style="margin:0;font-weight:600;overflow-wrap:anywhere">'
        f"{amount_html(figure.value)}{note}</dd></div>"
    )


def _name(figure: Figure) -> str:
    name = f'<span style="opacity:.75">{escape(figure.name)}</span>'
    if not figure.help:
        return name
    return (
        f'<details><summary style="cursor:help;list-style:none" title="{escape(figure.help)}">{name} '
        '<span aria-hidden="true" style="font-size:.75rem;opacity:.6">ⓘ</span></summary>'
        f'<div style="{_SMALL};max-width:28rem">{escape(figure.help)}</div></details>'
    )
