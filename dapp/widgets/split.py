"""The picture of who gets what of an order's money."""

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

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


def split_picture(shares: Sequence[Share], token: Token | str, *, key: str | None = None) -> None:
    """A bar cut into the shares, and below each with its exact amount and percentage. No share of zero.

    token: a Token or a token's address. key: needed where two pictures stand on one page.
    """
    present = [share for share in shares if share.units > 0]
    total = sum(share.units for share in present)
    if not total:
        st.caption(t("frame.split.nothing"))
        return
    rows: list[dict[str, Any]] = [
        {
            "who": bare(share.who),
            "value": share.units / total,
            "amount": amount_text(share.units, token),
            "percent": percentage(share.units, total),
        }
        for share in present
    ]
    charts.show(charts.share_bar(rows, "who", "value", tooltip=("who", "amount", "percent")), key=key)
    lines = "".join(
        _line(share, row["amount"], row["percent"], charts.COLORS[place % len(charts.COLORS)])
        for place, (share, row) in enumerate(zip(present, rows, strict=True))
    )
    st.html(f'<ul style="list-style:none;margin:0;padding:0">{lines}</ul>')


def _line(share: Share, amount: str, percent: str, color: str) -> str:
    note = f' title="{escape(share.note)}"' if share.note else ""
    return (
        '<li style="display:flex;flex-wrap:wrap;align-items:baseline;gap:0 .6rem;padding:.2rem 0">'
        f'<span style="color:{color}" aria-hidden="true">■</span>'
        f'<span style="flex:1 1 8rem"{note}>{escape(bare(share.who))}</span>'
        '<span style="margin-left:auto;white-space:nowrap;text-align:right">'
        f'<span style="font-weight:600">{amount_html(amount)}</span>'
        f'<span style="display:inline-block;min-width:3.6rem;opacity:.75">{escape(percent)}</span>'
        "</span></li>"
    )


def percentage(units: int, total: int) -> str:
    """A share of a total to two decimals, rounded half up, without floats: "80.5 %"."""
    hundredths = (units * 2 * _ONE + total) // (2 * total)
    whole, rest = divmod(hundredths, 100)
    decimals = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{whole}{decimals} %"
