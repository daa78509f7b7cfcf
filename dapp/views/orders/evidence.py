"""An order's evidence: every piece with its verification mark, and a form to add one."""

import streamlit as st

from dapp import wallet
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.widgets.actions import Refused, action
from dapp.widgets.i18n import t
from dapp.widgets.pieces import show_piece
from dapp.widgets.uploads import file_upload, keep_piece

TEXT_LIMIT = 10_000
NAME_LIMIT = 100


def show(order: OrderRow, me: str | None) -> None:
    """Draw the pieces and, for who has standing, the form."""
    pieces = market().index.order_evidence(order.id)
    st.markdown(f"#### {t('orders.evidence.title')}")
    if not pieces:
        st.caption(t("orders.evidence.none"))
    for row in pieces:
        show_piece(row, order.terms, me, f"orders.evidence.{row.key}")
    if me in (order.terms.buyer, order.terms.seller, order.terms.payer, order.terms.arbitrator):
        with st.expander(t("orders.evidence.add"), icon=":material/attach_file_add:"):
            evidence_form(order, "orders.evidence")


def evidence_form(order: OrderRow, prefix: str) -> None:
    """A statement with a file or without, which becomes evidence (ERC-1497)."""
    key = f"{prefix}.{order.id.hex()}"
    name = st.text_input(t("orders.evidence.name"), key=f"{key}.name", max_chars=NAME_LIMIT).strip()
    text = st.text_area(
        t("orders.evidence.text"), key=f"{key}.text", max_chars=TEXT_LIMIT, height=120
    ).strip()
    upload = file_upload(t("orders.evidence.file"), key=f"{key}.file")
    st.caption(t("orders.evidence.public"))

    def call() -> object:
        if upload is None and not text:
            raise Refused(t("orders.evidence.nothing"))
        cid = keep_piece(name, text, upload)
        return market().contracts.evidence.functions.submit(order.terms.pack(), cid)

    action(
        t("orders.evidence.label"),
        call,  # type: ignore[arg-type]
        key=key,
        disabled=not wallet.connected(),
        help=t("orders.evidence.help"),
    )
