"""The picture of who gets what of an order's money."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

import streamlit as st

from dapp.chain.formats import Token
from dapp.widgets import charts
from dapp.widgets.amounts import amount_text
from dapp.widgets.i18n import t

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
    rows = [
        {
            "who": share.who,
            "value": share.units / total,
            "amount": amount_text(share.units, token),
            "percent": percentage(share.units, total),
        }
        for share in present
    ]
    charts.show(charts.share_bar(rows, "who", "value", tooltip=("who", "amount", "percent")), key=key)
    legend = "".join(
        _line(place, share, row) for place, (share, row) in enumerate(zip(present, rows, strict=True))
    )
    st.html(f'<div style="display:flex;flex-direction:column;gap:.5rem">{legend}</div>')


def _line(place: int, share: Share, row: Mapping[str, object]) -> str:
    """A line of the legend: colour, who, how much. Every text is escaped."""
    color = charts.COLORS[place % len(charts.COLORS)]
    return (
        f'<div style="display:flex;gap:.5rem;align-items:baseline" title="{escape(share.note)}">'
        f'<span style="color:{color}" aria-hidden="true">■</span>'
        f'<span style="flex:1">{escape(share.who)}</span>'
        f'<span style="text-align:right"><b>{escape(str(row["amount"]))}</b>'
        f'<br><span style="opacity:.7;font-size:.85rem">{escape(str(row["percent"]))}</span></span></div>'
    )


def percentage(units: int, total: int) -> str:
    """A share of a total to two decimals, rounded half up, without floats: "80.5 %"."""
    hundredths = (units * 2 * _ONE + total) // (2 * total)
    whole, rest = divmod(hundredths, 100)
    decimals = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{whole}{decimals} %"
