"""An order's evidence: every piece with its verification mark, and a form to add one."""

import streamlit as st

from dapp.index.rows import OrderRow
from dapp.widgets.evidence import evidence
from dapp.widgets.evidence_form import evidence_form
from dapp.widgets.i18n import t
from dapp.widgets.record import check_button


def show(order: OrderRow, me: str | None) -> None:
    """Draw the pieces and, for who has standing, the form."""
    st.markdown(f"#### {t('orders.evidence.title')}")
    evidence(order, me, "orders.evidence")
    check_button(order.id, f"orders.record.{order.id.hex()}")
    if me in (order.terms.buyer, order.terms.seller, order.terms.payer, order.terms.arbitrator):
        with st.expander(t("orders.evidence.add"), icon=":material/attach_file_add:"):
            evidence_form(order, "orders.evidence", me)
