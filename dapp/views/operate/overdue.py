"""Orders that anyone may end now, and one press that ends them all."""

import streamlit as st
from hexbytes import HexBytes
from web3.contract.contract import ContractFunction

from dapp.domain.orders import Status
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.widgets.actions import action
from dapp.widgets.addresses import short
from dapp.widgets.amounts import amount_text
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.services import service_title
from dapp.widgets.states import empty
from dapp.widgets.text import plain
from dapp.widgets.times import clock_text

MOST = 50


def show_overdue() -> None:
    """The queue, the longest overdue first, and the sweep of up to fifty in one transaction."""
    now = market().now()
    orders = market().index.overdue(now, MOST)
    st.caption(t("operate.overdue_help"))
    if not orders:
        empty(t("operate.nothing_overdue"), "task_alt")
        return
    action(
        t("operate.sweep", count=len(orders)),
        lambda: sweep(orders),
        key="operate.sweep",
        kind="primary",
        on_confirmed=st.rerun,
    )
    for order in orders:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            title = service_title(order.document, order.terms.listing_id)
            screen_link("orders", f"{title} · `{short(order.id)}`", order=f"0x{order.id.hex()}")
            st.markdown(f"**{amount_text(order.held, order.terms.token)}**", width="content")
            st.caption(t(f"operate.ends.{_exit(order)}"), width="content")
            st.caption(plain(clock_text(order.until, now)), width="content")


def sweep(orders: list[OrderRow]) -> ContractFunction:
    """One batch that ends each order by its time-out; one that fails stops none of the others."""
    functions = market().contracts.market.functions
    calls = [
        HexBytes(getattr(functions, _exit(order))(order.terms.pack())._encode_transaction_data())
        for order in orders
    ]
    return functions.batch(calls)


def _exit(order: OrderRow) -> str:
    return "release" if order.status is Status.DELIVERED else "reclaim"
