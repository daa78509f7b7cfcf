"""Why the score is what it is: each change with its reason, what it rests on, and the total after it."""

import streamlit as st

from dapp.chain.formats import points_text
from dapp.evidence.errors import EvidenceError
from dapp.index.account_rows import CreditChange, MerchantRow
from dapp.index.rows import Page
from dapp.market import market
from dapp.views.credit.score import POINT
from dapp.widgets import charts
from dapp.widgets.addresses import address, short
from dapp.widgets.i18n import language, t
from dapp.widgets.links import screen_link
from dapp.widgets.states import empty, page_offset, pager
from dapp.widgets.text import clean_lines, plain
from dapp.widgets.times import local_time, utc_time

PAGE = 15
CHARTED = 300
EVIDENCE_SHOWN = 64 * 1024


def show_history(merchant: MerchantRow) -> None:
    """A line of the score over time, and the changes, newest first."""
    st.subheader(t("credit.history"))
    index = market().index
    charted = index.credit_history(merchant.account, CHARTED)
    if not charted.total:
        empty(t("credit.no_history"), "timeline")
        return
    _chart(charted)
    page = index.credit_history(merchant.account, PAGE, page_offset("credit.history", PAGE))
    for change in page.items:
        _change(change)
    pager(page, "credit.history", PAGE)


def _chart(changes: Page[CreditChange]) -> None:
    rows = [
        {
            "at": change.timestamp * 1_000,
            "score": change.score / POINT,
            "why": reason_text(change),
            "points": points_text(change.score),
        }
        for change in reversed(changes.items)
    ]
    spec = charts.line(rows, "at", "score", tooltip=("points", "why"))
    charts.show(spec, height=220, key="credit.line")


def reason_text(change: CreditChange) -> str:
    """Why the score moved."""
    name = "release" if change.reason is None else change.reason.name.lower()
    return t(f"credit.reasons.{name}")


def _change(change: CreditChange) -> None:
    color = "green" if change.applied >= 0 else "red"
    sign = "+" if change.applied >= 0 else ""
    dimension = t(f"credit.dimensions.{change.dimension.name.lower()}")
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(f":{color}[**{sign}{points_text(change.applied)}**]", width=90)
        st.markdown(f"{reason_text(change)} · {dimension}", width=260)
        st.caption(local_time(change.timestamp), help=utc_time(change.timestamp), width=150)
        if change.order_id is not None:
            label = t("credit.order", id=plain(short(change.order_id)))
            screen_link("orders", label, order=f"0x{change.order_id.hex()}")
        if change.attestor:
            address(change.attestor, t("credit.by"), key=f"credit.by.{change.key}.{int(change.dimension)}")
        if change.cid:
            _evidence(change.cid, f"credit.evidence.{change.key}")


def _evidence(cid: str, key: str) -> None:
    with st.popover(t("credit.evidence"), icon=":material/description:", key=key):
        st.code(cid, language=None, wrap_lines=True)
        try:
            content = market().store.get(cid, limit=EVIDENCE_SHOWN)
        except EvidenceError as error:
            st.caption(plain(error.sentence(language()), 400))
            return
        st.caption(t("credit.evidence_checked"))
        st.code(clean_lines(content.decode(errors="replace")), language=None, wrap_lines=True)
