"""My orders as a list: as buyer or seller, by state, with whose turn it is."""

import streamlit as st

from dapp import wallet
from dapp.domain.orders import Action, Actor, Status, legal_actions
from dapp.index.rows import OrderQuery, OrderRow
from dapp.market import market
from dapp.widgets.amounts import amount_text
from dapp.widgets.i18n import t
from dapp.widgets.links import go, screen_link
from dapp.widgets.order_ids import order_id_text, parse_order_id
from dapp.widgets.orders import (
    actor_of,
    clock_sentence,
    order_title,
    party_name,
    status_badge,
    status_name,
)
from dapp.widgets.states import empty, page_offset, pager
from dapp.widgets.times import local_time

PAGE = 10
_SHOWN = tuple(status for status in Status if status is not Status.NONE)
# What waits for its actor, the most pressing first.
TURNS = (Action.ACCEPT, Action.DELIVER, Action.RELEASE, Action.RECLAIM, Action.RATE)


def render() -> None:
    """Draw the list."""
    st.title(t("orders.title"))
    account = wallet.account()
    if account is None:
        empty(t("orders.connect"), "account_balance_wallet")
        _look_up()
        return
    role, statuses = _ask()
    query = OrderQuery(account, role, statuses)
    page = market().index.orders(query, PAGE, page_offset("orders", PAGE))
    if not page.total:
        empty(t(f"orders.none_as_{role}" if not statuses else "orders.none_in_state"), "receipt_long")
        if role == "buyer" and not statuses:
            screen_link("market", t("orders.to_market"), icon=":material/storefront:")
    now = market().now()
    for order in page.items:
        order_card(order, now, account)
    pager(page, "orders", PAGE)
    _look_up()


def turn_of(order: OrderRow, now: int, actor: Actor) -> Action | None:
    """What the order waits for from this party; None if it waits for somebody else."""
    if actor is Actor.OUTSIDER:
        return None
    legal = legal_actions(order.terms, order.state, now, actor)
    return next((action for action in TURNS if action in legal), None)


def order_card(order: OrderRow, now: int, account: str | None) -> None:
    """An order in a few lines, with the way to it."""
    actor = actor_of(order.terms, account)
    key = order_id_text(order.id)
    with st.container(border=True, key=f"orders.card.{key}"):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            screen_link("orders", f"**{order_title(order)}**", order=key)
            status_badge(order.status)
        other = order.terms.seller if actor is not Actor.SELLER else order.terms.buyer
        role = "from" if actor is not Actor.SELLER else "for"
        facts = (
            f"**{amount_text(order.terms.base, order.terms.token)}**",
            t(f"orders.{role}", who=party_name(order.terms, other, account)),
            local_time(order.terms.placed_at),
        )
        st.markdown(" · ".join(facts))
        turn = turn_of(order, now, actor)
        if turn is not None:
            st.markdown(f":orange-badge[:material/notifications: {t(f'orders.turn.{turn.value}')}]")
        st.caption(clock_sentence(order.terms, order.state, now, actor))


def _ask() -> tuple[str, tuple[Status, ...]]:
    with st.container(horizontal=True, vertical_alignment="bottom"):
        role = st.segmented_control(
            t("orders.role"),
            ("buyer", "seller"),
            format_func=lambda name: t(f"orders.as_{name}"),
            default="buyer",
            required=True,
            key="orders.role",
            on_change=_first_page,
        )
        status = st.selectbox(
            t("orders.state"),
            (None, *_SHOWN),
            format_func=lambda value: t("orders.all_states") if value is None else status_name(value),
            key="orders.status",
            on_change=_first_page,
            width=220,
        )
    return role or "buyer", () if status is None else (status,)


def _look_up() -> None:
    with st.expander(t("orders.look_up"), icon=":material/search:"):
        typed = st.text_input(t("orders.id"), key="orders.id", max_chars=80, placeholder="0x…")
        if not typed.strip():
            return
        order_id = parse_order_id(typed)
        if order_id is None:
            st.caption(f":red[{t('orders.bad_id')}]")
        elif st.button(t("orders.show"), key="orders.id.show"):
            go("orders", order=order_id_text(order_id))


def _first_page() -> None:
    st.session_state["orders.page"] = 0
