"""Disputes as lists: mine as a party, all, and the arbiter's desk."""

import streamlit as st

from dapp import wallet
from dapp.index.dispute_rows import DisputeRow
from dapp.market import market
from dapp.views.disputes import clocks, desk
from dapp.widgets.amounts import amount_text
from dapp.widgets.granting import closed_files
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.order_ids import order_id_text
from dapp.widgets.orders import order_title, party_name
from dapp.widgets.pieces import access_to
from dapp.widgets.sealing import names_of, published_keys
from dapp.widgets.states import empty, page_offset, pager

PAGE = 10


def render() -> None:
    """Draw the lists."""
    st.title(t("disputes.title"))
    account = wallet.account()
    which = _which(account) if account is not None else "all"
    if which == "desk" and account is not None:
        desk.show(account)
        return
    only_mine = account if which == "mine" else None
    page = market().index.disputes(only_mine, limit=PAGE, offset=page_offset("disputes", PAGE))
    if not page.total:
        empty(t("disputes.none_of_mine" if only_mine else "disputes.none"), "balance")
        st.caption(t("disputes.how_to_open"))
    for dispute in page.items:
        _card(dispute, account)
    pager(page, "disputes", PAGE)


def _which(account: str) -> str:
    """The list that a connected account looks at; an arbiter sees the desk first."""
    is_arbiter = bool(market().index.arbiters(account))
    lists = ["desk", "mine", "all"] if is_arbiter else ["mine", "all"]
    chosen = st.segmented_control(
        t("disputes.list"),
        lists,
        format_func=lambda name: t(f"disputes.lists.{name}"),
        default=lists[0],
        required=True,
        key="disputes.list",
        label_visibility="collapsed",
        on_change=_first_page,
    )
    return str(chosen or lists[0])


def phase_badge(dispute: DisputeRow) -> None:
    """Show where a dispute stands."""
    name = dispute.phase.name.lower()
    st.badge(
        t(f"disputes.phase.{name}"), color="gray" if dispute.closed_at else "red", icon=":material/gavel:"
    )


def _card(dispute: DisputeRow, account: str | None) -> None:
    terms = dispute.order.terms
    opener = party_name(terms, dispute.opener, account)
    other = party_name(terms, terms.seller if dispute.by_buyer else terms.buyer, account)
    with st.container(border=True, key=f"disputes.card.{dispute.order.id.hex()}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            title = f"**{order_title(dispute.order)}**"
            screen_link("disputes", title, order=order_id_text(dispute.order.id))
            phase_badge(dispute)
        amount = amount_text(dispute.order.held or terms.base, terms.token)
        st.markdown(f"**{amount}** · {t('disputes.opened_by', who=opener)}")
        st.caption(clocks.sentence(dispute, market().now(), opener=opener, other=other))
        _asked_for(dispute, account)


def _asked_for(dispute: DisputeRow, account: str | None) -> None:
    """For a party: somebody waits to be let in."""
    if dispute.closed_at is not None or account not in (
        dispute.order.terms.buyer,
        dispute.order.terms.seller,
    ):
        return
    access = access_to(market().index.order_evidence(dispute.order.id))
    waiting = published_keys(closed_files(dispute.order, access, account))
    if waiting:
        names = names_of(dispute.order, waiting, account)
        st.caption(f":material/lock: {t('granting.waiting', names=names)}")


def _first_page() -> None:
    st.session_state["disputes.page"] = 0
