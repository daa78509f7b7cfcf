"""The risk queue: deliveries that are held and why, a reviewer's decision, and past holds."""

import streamlit as st

from dapp import wallet
from dapp.chain.settlements import disputes_module
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import EvidenceError
from dapp.index.hold_rows import HoldRow
from dapp.market import market
from dapp.views.operate.restricted import restricted_action
from dapp.widgets.addresses import address, short
from dapp.widgets.amounts import amount_text
from dapp.widgets.assessment import assessment_of, factor_chart, reasons
from dapp.widgets.i18n import language, t
from dapp.widgets.links import screen_link
from dapp.widgets.order_ids import order_id_text
from dapp.widgets.orders import order_title, status_name
from dapp.widgets.states import empty, page_offset, pager
from dapp.widgets.text import plain
from dapp.widgets.times import clock_text, local_time, moment

PAGE, PAST_PAGE = 5, 10
REASON_LIMIT = 4_000
_QUEUE, _PAST = "operate.holds", "operate.holds.past"


def show_holds(*, may_decide: bool) -> None:
    """The queue, the hold that ends first in front. may_decide: whether to offer a reviewer's actions."""
    now = market().now()
    st.caption(t("holds.help"))
    page = market().index.open_holds(now, PAGE, page_offset(_QUEUE, PAGE))
    if not page.total:
        empty(t("holds.none"), "verified_user")
    else:
        st.markdown(t("holds.waiting", count=page.total))
    for hold in page.items:
        _entry(hold, now, may_decide=may_decide)
    pager(page, _QUEUE, PAGE)
    _past(now)


def _entry(hold: HoldRow, now: int, *, may_decide: bool) -> None:
    order = hold.order
    key = f"operate.hold.{order.id.hex()}"
    with st.container(border=True, key=key):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            screen_link("orders", f"**{order_title(order)}**", order=order_id_text(order.id))
            st.badge(t("holds.score", score=hold.score), icon=":material/policy:", color="orange")
        amount = amount_text(order.held, order.terms.token)
        st.markdown(t("holds.ends", clock=plain(clock_text(hold.until, now)), amount=amount))
        st.caption(t("holds.placed", time=local_time(hold.placed_at), sealed=local_time(hold.sealed_until)))
        with st.container(horizontal=True, vertical_alignment="center"):
            address(order.terms.buyer, t("trade.party.buyer"), key=f"{key}.buyer")
            address(order.terms.seller, t("trade.party.seller"), key=f"{key}.seller")
            screen_link("explorer", t("holds.dealings"), of=order.terms.buyer)
            screen_link("credit", t("holds.record"), merchant=order.terms.seller)
            address(hold.cid, t("holds.document"), key=f"{key}.document")
        assessment = assessment_of(hold.cid, order.id)
        if assessment is None:
            st.warning(t("holds.no_document"), icon=":material/cloud_off:")
        else:
            factor_chart(assessment, key=key)
            st.markdown(reasons(assessment, order.terms.token))
        if may_decide:
            _decide(hold, key)


def _decide(hold: HoldRow, key: str) -> None:
    """Clear and confirm, once there are grounds to publish."""
    terms = hold.order.terms
    if wallet.account() in (terms.buyer, terms.seller, terms.payer):
        st.caption(t("holds.is_party"))
        return
    grounds = st.text_area(
        t("holds.grounds"), key=f"{key}.grounds", max_chars=REASON_LIMIT, help=t("holds.grounds_help")
    ).strip()
    contracts = market().contracts
    disputes = disputes_module(contracts.market, contracts.disputes, terms)
    deposit = int(disputes.functions.depositOf(terms.pack()).call())
    shown = amount_text(deposit, ZERO_ADDRESS)
    st.caption(t("holds.choices", deposit=shown))
    if not grounds:
        return
    try:
        document = EvidenceDocument(t("holds.review_of", order=short(hold.order.id)), grounds)
        cid = market().store.put(document.to_json())
    except EvidenceError as error:
        st.error(plain(error.sentence(language()), 400))
        return
    functions, packed = contracts.risk_holds.functions, terms.pack()
    clear, confirm = st.columns([1, 3])
    with clear:
        restricted_action(t("holds.clear"), functions.clear(packed, cid), key=f"{key}.clear", himself=True)
    if hold.order.cid is not None:
        with confirm:
            call = functions.confirm(packed, hold.order.cid, cid)
            label = t("holds.confirm", deposit=shown)
            restricted_action(label, call, key=f"{key}.confirm", value=deposit, himself=True)


def _past(now: int) -> None:
    page = market().index.past_holds(now, limit=PAST_PAGE, offset=page_offset(_PAST, PAST_PAGE))
    st.subheader(t("holds.past"))
    if not page.total:
        st.caption(t("holds.no_past"))
    for hold in page.items:
        order, state = hold.order, hold.state_at(now)
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            screen_link("orders", order_title(order), order=order_id_text(order.id))
            st.badge(t(f"holds.state.{state.value}"), color=_COLORS[state.value])  # type: ignore[arg-type]
            st.caption(t("holds.score", score=hold.score), width="content")
            st.caption(t("holds.became", status=status_name(order.status)), width="content")
            if hold.decided_at is not None and hold.reviewer is not None:
                moment(hold.decided_at, t("holds.by", who=short(hold.reviewer)))
            if hold.decision_cid is not None:
                address(hold.decision_cid, t("holds.grounds_of"), key=f"operate.past.{order.id.hex()}")
    pager(page, _PAST, PAST_PAGE)


_COLORS = {"held": "orange", "cleared": "green", "confirmed": "red", "lapsed": "gray"}
