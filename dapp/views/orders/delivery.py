"""Handing the work in: a file and a note become a document, its CID goes on the chain."""

import streamlit as st

from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.widgets.actions import Refused, action
from dapp.widgets.amounts import token_of
from dapp.widgets.delivering import delivery_keys, keep_work
from dapp.widgets.i18n import t
from dapp.widgets.uploads import file_upload

NOTE_LIMIT = 4_000


def show(order: OrderRow, *, primary: bool) -> None:
    """The form and its button."""
    key = f"orders.deliver.{order.id.hex()}"
    st.markdown(t("orders.deliver.explain"))
    upload = file_upload(t("orders.deliver.file"), key=f"{key}.file")
    note = st.text_area(t("orders.deliver.note"), key=f"{key}.note", max_chars=NOTE_LIMIT, height=90).strip()
    keys = delivery_keys(order, key)

    def call() -> object:
        if upload is None and not note:
            raise Refused(t("orders.deliver.nothing"))
        cid = keep_work(order, upload, note, keys)
        return market().contracts.market.functions.deliver(cid, order.terms.seal().pack())

    action(
        t("orders.deliver.label"),
        call,  # type: ignore[arg-type]
        key=key,
        help=t("orders.deliver.help"),
        kind="primary" if primary else "secondary",
        token=token_of(order.terms.token),
    )
