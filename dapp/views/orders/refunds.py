"""Giving money back: all that is held, or a part of it."""

import streamlit as st

from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.widgets.actions import Refused, action
from dapp.widgets.amounts import amount_input, amount_text, token_of
from dapp.widgets.i18n import t


def show(order: OrderRow, *, primary: bool) -> None:
    """The choice between all and a part, and the button."""
    del primary
    key = f"orders.refund.{order.id.hex()}"
    token = order.terms.token
    with st.expander(t("orders.refund.title"), icon=":material/undo:"):
        st.caption(t("orders.refund.explain"))
        whole = st.segmented_control(
            t("orders.refund.how_much"),
            ("all", "part"),
            format_func=lambda name: t(f"orders.refund.{name}"),
            default="part",
            required=True,
            key=f"{key}.kind",
            label_visibility="collapsed",
        )
        amount = (
            order.held
            if whole == "all"
            else amount_input(t("orders.refund.amount"), token, key=f"{key}.amount")
        )
        if amount is not None:
            left = order.held - amount
            if left > 0:
                st.caption(t("orders.refund.left", left=amount_text(left, token)))
            elif left == 0:
                st.caption(t("orders.refund.ends"))

        def call() -> object:
            if amount is None or amount == 0:
                raise Refused(t("orders.refund.nothing"))
            return market().contracts.market.functions.refund(order.terms.pack(), amount)

        action(
            t("orders.refund.label"),
            call,  # type: ignore[arg-type]
            key=key,
            disabled=amount is None,
            token=token_of(token),
        )
