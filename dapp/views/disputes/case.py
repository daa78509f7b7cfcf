"""One order's dispute: where it stands, deposits, statements, and what can be done now; or opening one."""

import streamlit as st

from dapp import wallet
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.index.dispute_clocks import current_case
from dapp.index.dispute_rows import DisputeRow, Phase
from dapp.index.kinds import HoldStatus
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.views.disputes import clocks, opening, steps
from dapp.views.disputes.overview import phase_badge
from dapp.widgets.addresses import address
from dapp.widgets.amounts import amount_text
from dapp.widgets.evidence import evidence
from dapp.widgets.evidence_form import evidence_form
from dapp.widgets.figures import figure
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.order_ids import order_id_text
from dapp.widgets.orders import order_shares, order_title, party_name
from dapp.widgets.settlements import settlement
from dapp.widgets.split import split_picture
from dapp.widgets.states import empty
from dapp.widgets.timeline import Progress, timeline
from dapp.widgets.timeline import Stage as Mark


def render(order_id: bytes) -> None:
    """Draw an order's dispute."""
    screen_link("disputes", t("disputes.all"), icon=":material/arrow_back:")
    order = market().index.order(order_id)
    if order is None:
        empty(t("orders.unknown"), "search_off")
        return
    me = wallet.account()
    dispute = market().index.dispute(order_id)
    _head(order, dispute)
    if dispute is None:
        opening.show(order, me)
        return
    opener = party_name(order.terms, dispute.opener, me)
    other = party_name(order.terms, order.terms.seller if dispute.by_buyer else order.terms.buyer, me)
    timeline(stages(dispute))
    now = market().now()
    told = clocks.sentence(dispute, now, opener=opener, other=other)
    (st.success if dispute.closed_at else st.info)(told, icon=":material/schedule:")
    left, right = st.columns([3, 2], gap="large")
    with left:
        steps.show(dispute, me)
        _statements(order, me)
    with right:
        _deposits(dispute, opener, other)
        _outcome(dispute)
        _chairs(dispute, now)
        if dispute.phase is not Phase.CLOSED and me in (order.terms.buyer, order.terms.seller):
            settlement(order, me)


def stages(dispute: DisputeRow) -> list[Mark]:
    """The dispute's way: opened, both deposits, decided, closed."""
    funded = dispute.phase in (Phase.ARBITRATING, Phase.BACKUP) or dispute.funded_by is not None
    case = current_case(dispute)
    ruled = dispute.closed_at is not None or (case is not None and case.ruling is not None)
    closed = dispute.closed_at is not None
    reached = [True, funded, ruled, closed]
    names = ["opened", "funded", "ruled", "closed"]
    times = [dispute.opened_at, None, None, dispute.closed_at]
    next_one = reached.index(False) if False in reached else len(reached)
    marks = []
    for place, (name, at) in enumerate(zip(names, times, strict=True)):
        progress = Progress.DONE if reached[place] else Progress.AHEAD
        progress = Progress.NOW if place == next_one else progress
        marks.append(Mark(t(f"disputes.stage.{name}"), progress, at))
    return marks


def _head(order: OrderRow, dispute: DisputeRow | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {order_title(order)}", width="content")
        if dispute is not None:
            phase_badge(dispute)
        address(order.id, t("orders.id_label"))
        screen_link("orders", t("disputes.to_order"), order=order_id_text(order.id))


def _deposits(dispute: DisputeRow, opener: str, other: str) -> None:
    with st.container(border=True):
        st.markdown(f"#### {t('disputes.deposits')}")
        amount = amount_text(dispute.deposit, ZERO_ADDRESS)
        first, second = st.columns(2)
        with first:
            figure(opener, amount)
        paid = dispute.funded_by is not None or dispute.phase in (Phase.ARBITRATING, Phase.BACKUP)
        with second:
            figure(other, amount if paid else t("disputes.not_paid"))
        if dispute.closed_at:
            buyer = amount_text(dispute.to_buyer_deposit, ZERO_ADDRESS)
            seller = amount_text(dispute.to_seller_deposit, ZERO_ADDRESS)
            hold = market().index.hold(dispute.order.id)
            to_platform = hold is not None and hold.status is HoldStatus.CONFIRMED
            back = {"buyer": buyer, "seller": seller}
            if to_platform:
                st.caption(t("disputes.deposits_back_platform", **back))
            else:
                st.caption(t("disputes.deposits_back", **back))
        else:
            st.caption(t("disputes.deposits_rule"))


def _outcome(dispute: DisputeRow) -> None:
    if dispute.resolution is None:
        return
    terms = dispute.order.terms
    with st.container(border=True):
        st.markdown(f"#### {t(f'disputes.resolution.{dispute.resolution.name.lower()}')}")
        shares = order_shares(terms, dispute.earned, dispute.to_buyer)
        split_picture(shares, terms.token)


def _chairs(dispute: DisputeRow, now: int) -> None:
    for case in dispute.cases:
        with st.container(border=True):
            backup = case.panel == market().contracts.backup_panel.address
            st.markdown(f"#### {t('disputes.backup_panel' if backup else 'disputes.panel')}")
            st.caption(t("disputes.fee", fee=amount_text(case.fee, ZERO_ADDRESS)))
            for chair in case.chairs:
                name = t("disputes.panelist", n=chair.chair) if chair.chair else t("disputes.first_arbiter")
                st.markdown(f"**{name}** — {clocks.chair_sentence(chair, now)}")
                if chair.arbiter:
                    address(chair.arbiter, key=f"disputes.chair.{case.id}.{chair.chair}")


def _statements(order: OrderRow, me: str | None) -> None:
    st.markdown(f"#### {t('disputes.statements')}")
    evidence(order, me, "disputes.evidence")
    if me in (order.terms.buyer, order.terms.seller, order.terms.payer):
        with st.expander(t("disputes.state"), icon=":material/edit_note:"):
            evidence_form(order, "disputes.evidence", me)
