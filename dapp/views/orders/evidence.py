"""An order's evidence: every piece with its verification mark, and a form to add one."""

import streamlit as st

from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.widgets.evidence_form import evidence_form
from dapp.widgets.i18n import t
from dapp.widgets.pieces import show_piece
from dapp.widgets.record import check_button


def show(order: OrderRow, me: str | None) -> None:
    """Draw the pieces and, for who has standing, the form."""
    pieces = market().index.order_evidence(order.id)
    st.markdown(f"#### {t('orders.evidence.title')}")
    if not pieces:
        st.caption(t("orders.evidence.none"))
    for row in pieces:
        show_piece(row, order.terms, me, f"orders.evidence.{row.key}")
    check_button(order.id, f"orders.record.{order.id.hex()}")
    if me in (order.terms.buyer, order.terms.seller, order.terms.payer, order.terms.arbitrator):
        with st.expander(t("orders.evidence.add"), icon=":material/attach_file_add:"):
            evidence_form(order, "orders.evidence", me)
