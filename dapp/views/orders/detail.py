"""One order: its states, the clock that runs now, what can be done, the money, evidence and sealed terms."""

from dataclasses import replace

import streamlit as st
from web3.exceptions import Web3Exception

from dapp import wallet
from dapp.chain.failures import ChainError
from dapp.domain.orders import LIVE, OrderState, Status
from dapp.index.rows import EventRow, OrderRow
from dapp.market import market
from dapp.views.orders import actions, evidence, history, hold, terms
from dapp.widgets.addresses import address
from dapp.widgets.amounts import amount_text
from dapp.widgets.delivering import ask_for_sealed
from dapp.widgets.figures import figure
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.orders import (
    actor_of,
    clock_sentence,
    is_overdue,
    order_shares,
    order_title,
    party_name,
    status_badge,
)
from dapp.widgets.split import Share, split_picture
from dapp.widgets.states import empty
from dapp.widgets.timeline import timeline
from dapp.widgets.times import local_time, utc_time

CLOCK_SECONDS = 30


def render(order_id: bytes) -> None:
    """Draw an order's page."""
    screen_link("orders", t("orders.all"), icon=":material/arrow_back:")
    found = market().index.order(order_id)
    if found is None:
        empty(t("orders.unknown"), "search_off")
        return
    order = replace(found, state=present_state(found))
    steps = market().index.order_steps(order_id)
    me, held, now = wallet.account(), market().index.hold(order_id), market().now()
    _head(order)
    timeline(history.stages(order, steps, hold.remark(held, now)))
    st.fragment(_clock, run_every=CLOCK_SECONDS if order.status in LIVE else None)(order, me)
    if held is not None:
        hold.show(order, replace(held, order=order), steps, now, me)
    left, right = st.columns([3, 2], gap="large")
    with left:
        actions.show(order, me)
        ask_for_sealed(order, me)
        evidence.show(order, me)
        history.show(order, steps, me)
    with right:
        _money(order, steps)
        terms.show(order, me)


def present_state(order: OrderRow) -> OrderState:
    """The order's state on the chain now; the index's while the chain is silent."""
    try:
        state = market().contracts.order_state(order.id)
    except (ChainError, Web3Exception, OSError):
        return order.state
    return state if state.status is not Status.NONE else order.state


def _head(order: OrderRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.markdown(f"## {order_title(order)}", width="content")
        status_badge(order.status)
        address(order.id, t("orders.id_label"))


def _clock(order: OrderRow, me: str | None) -> None:
    """The clock, again and again; when it is over, the page is drawn anew, for other things are possible."""
    now = market().now()
    key = f"orders.over.{order.id.hex()}"
    over = is_overdue(order.state, now)
    sentence = clock_sentence(order.terms, order.state, now, actor_of(order.terms, me))
    show = st.warning if over or order.status is Status.DISPUTED else st.info
    if order.status not in LIVE:
        show = st.success if order.status is Status.COMPLETED else st.info
    show(sentence, icon=":material/schedule:" if order.status in LIVE else ":material/flag:")
    if order.status in LIVE and not over and order.until:
        until = t("orders.until", time=local_time(order.until))
        st.caption(until, help=utc_time(order.until))
    before = st.session_state.get(key)
    st.session_state[key] = over
    if before is False and over:
        st.rerun()


def _money(order: OrderRow, steps: list[EventRow]) -> None:
    token = order.terms.token
    with st.container(border=True):
        st.markdown(f"#### {t('orders.money')}")
        paid, held = st.columns(2)
        with paid:
            figure(t("orders.paid"), amount_text(order.terms.base, token))
        with held:
            figure(t("orders.held"), amount_text(order.held, token))
        refunded = sum(int(step.args["amount"]) for step in steps if step.name == "OrderRefunded")
        if order.status in LIVE:
            st.caption(t("orders.split_if_released"))
            shares = order_shares(order.terms, order.held, refunded)
        elif order.status is Status.CANCELLED:
            st.caption(t("orders.split_cancelled"))
            shares = [Share(t("trade.share.buyer"), order.terms.base)]
        else:
            st.caption(t("orders.split_done"))
            earned, returned = history.outcome(order, steps)
            shares = order_shares(order.terms, earned, returned)
        split_picture(shares, token)
        _people(order)


def _people(order: OrderRow) -> None:
    me = wallet.account()
    sealed = order.terms
    people = [("buyer", sealed.buyer), ("seller", sealed.seller)]
    if sealed.payer != sealed.buyer:
        people.append(("payer", sealed.payer))
    with st.container(horizontal=True):
        for role, account in people:
            you = f" ({party_name(sealed, account, me)})" if account == me else ""
            address(account, f"{t(f'trade.party.{role}')}{you}", key=f"orders.{role}")
