"""The picture of who gets what of an order's money."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from dapp.chain.formats import Token
from dapp.widgets import charts
from dapp.widgets.amounts import amount_text
from dapp.widgets.figures import amount_html
from dapp.widgets.i18n import t
from dapp.widgets.text import bare

_ONE = 10_000


@dataclass(frozen=True)
class Share:
    """A part of the money: who gets it (any text, shown as just these letters) and token units; note: why."""

    who: str
    units: int
    note: str = ""


def split_picture(shares: Sequence[Share], token: Token | str) -> None:
    """A bar cut into the shares, and below each with its exact amount and percentage. No share of zero.

    token: a Token or a token's address.
    """
    present = [share for share in shares if share.units > 0]
    total = sum(share.units for share in present)
    if not total:
        st.caption(t("frame.split.nothing"))
        return
    parts = [
        _Part(
            escape(bare(share.who)),
            share.units / total,
            amount_text(share.units, token),
            escape(percentage(share.units, total)),
            f' title="{escape(share.note)}"' if share.note else "",
            charts.COLORS[place % len(charts.COLORS)],
        )
        for place, share in enumerate(present)
    ]
    bar, lines = "".join(_bar(part) for part in parts), "".join(_line(part) for part in parts)
    st.html(
        f'<div style="display:flex;height:1.75rem;margin-bottom:.75rem">{bar}</div>'
        f'<ul style="list-style:none;margin:0;padding:0">{lines}</ul>'
    )


@dataclass(frozen=True)
class _Part:
    """A share as it is drawn; its texts are HTML, but the amount."""

    who: str
    portion: float
    amount: str
    percent: str
    note: str
    color: str


def _bar(part: _Part) -> str:
    told = f"{part.who} · {escape(part.amount)} · {part.percent}"
    return f'<div style="flex:{part.portion:.6f} 0 0;background:{part.color}" title="{told}"></div>'


def _line(part: _Part) -> str:
    return (
        '<li style="display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .6rem;padding:.2rem 0">'
        f'<span style="color:{part.color}" aria-hidden="true">■</span>'
        f'<span style="flex:1 1 8rem"{part.note}>{part.who}</span>'
        '<span style="margin-left:auto;white-space:nowrap;text-align:right">'
        f'<span style="font-weight:600">{amount_html(part.amount)}</span>'
        f'<span style="display:inline-block;min-width:3.6rem;opacity:.75">{part.percent}</span>'
        "</span></li>"
    )


def percentage(units: int, total: int) -> str:
    """A share of a total to two decimals, rounded half up, without floats: "80.5 %"."""
    hundredths = (units * 2 * _ONE + total) // (2 * total)
    whole, rest = divmod(hundredths, 100)
    decimals = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{whole}{decimals} %"
