"""An order's evidence: every piece, and letting in who can't open what is sealed yet."""

import streamlit as st

from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.widgets.granting import ask_in, let_in
from dapp.widgets.i18n import t
from dapp.widgets.pieces import access_to, show_piece


def evidence(order: OrderRow, me: str | None, prefix: str) -> None:
    """Draw the pieces. prefix: of the widgets' keys, one for each place on the pages."""
    rows = market().index.order_evidence(order.id)
    if not rows:
        st.caption(t("orders.evidence.none"))
        return
    access = access_to(rows)
    ask_in(order, access, me, prefix)
    let_in(order, access, me, prefix)
    for row in rows:
        show_piece(row, order.terms, me, f"{prefix}.{row.key}", access)
