"""The picture of who gets what of an order's money."""

from collections.abc import Sequence
from dataclasses import dataclass

import streamlit as st

from dapp.chain.formats import Token
from dapp.widgets import charts
from dapp.widgets.amounts import amount_text
from dapp.widgets.i18n import t

_ONE = 10_000


@dataclass(frozen=True)
class Share:
    """A part of the money: who gets it (a text of ours, or made `plain`) and token units; note: why."""

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
    for place, (share, row) in enumerate(zip(present, rows, strict=True)):
        who, amount = st.columns([2, 3], gap="small")
        color = charts.COLORS[place % len(charts.COLORS)]
        with who.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.html(f'<span style="color:{color};font-size:1.2rem">■</span>', width="content")
            st.markdown(share.who, help=share.note or None)
        amount.markdown(f"**{row['amount']}** · {row['percent']}")


def percentage(units: int, total: int) -> str:
    """A share of a total to two decimals, rounded half up, without floats: "80.5 %"."""
    hundredths = (units * 2 * _ONE + total) // (2 * total)
    whole, rest = divmod(hundredths, 100)
    decimals = f".{rest:02d}".rstrip("0").rstrip(".")
    return f"{whole}{decimals} %"
