"""Every clock that runs in open disputes, the one that ends first in front."""

import streamlit as st

from dapp.index.rows import Page
from dapp.index.running_clocks import Clock, running_clocks
from dapp.market import market
from dapp.widgets.addresses import short
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.services import service_title
from dapp.widgets.states import empty, page_offset, pager
from dapp.widgets.text import plain
from dapp.widgets.times import clock_text, local_time

MOST = 200
"""Open disputes that are looked at, the newest."""
PAGE = 15


def show_clocks() -> None:
    """The list, overdue ones marked; each leads to its dispute."""
    now = market().now()
    disputes = market().index.disputes(open_only=True, limit=MOST)
    clocks = running_clocks(disputes.items)
    st.caption(t("boards.clocks.help"))
    if not clocks:
        empty(t("boards.clocks.none"), "gavel")
        return
    over = sum(clock.is_over(now) for clock in clocks)
    st.markdown(t("boards.clocks.count", clocks=len(clocks), disputes=disputes.total, over=over))
    if disputes.total > len(disputes.items):
        st.caption(t("boards.clocks.newest", count=len(disputes.items)))
    offset = page_offset("boards.clocks", PAGE)
    offset = offset if offset < len(clocks) else 0
    page = Page(tuple(clocks[offset : offset + PAGE]), len(clocks), offset)
    for clock in page.items:
        _row(clock, now)
    pager(page, "boards.clocks", PAGE)


def _row(clock: Clock, now: int) -> None:
    order = clock.dispute.order
    title = service_title(order.document, order.terms.listing_id)
    mark = f":red-badge[:material/alarm: {t('boards.clocks.over')}] " if clock.is_over(now) else ""
    about = t(f"boards.clocks.kinds.{clock.kind}", arbiter=plain(short(clock.arbiter or "")))
    with st.container(border=True, gap="xsmall"):
        st.markdown(
            f"{mark}**{plain(clock_text(clock.until, now))}** · {about}", help=local_time(clock.until)
        )
        screen_link("disputes", f"{title} · `{short(order.id)}`", order=f"0x{order.id.hex()}")
