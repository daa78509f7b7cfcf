"""The form that adds a piece of evidence to an order, open or sealed."""

import streamlit as st
from web3.contract.contract import ContractFunction

from dapp import wallet
from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.widgets.actions import Refused, action
from dapp.widgets.i18n import t
from dapp.widgets.sealing import recipients
from dapp.widgets.uploads import file_upload, keep_piece, keep_sealed

TEXT_LIMIT = 10_000
NAME_LIMIT = 100


def evidence_form(order: OrderRow, prefix: str, me: str | None) -> None:
    """A statement with a file or without, which becomes evidence (ERC-1497)."""
    key = f"{prefix}.{order.id.hex()}"
    name = st.text_input(t("pieces.form.name"), key=f"{key}.name", max_chars=NAME_LIMIT).strip()
    text = st.text_area(t("pieces.form.text"), key=f"{key}.text", max_chars=TEXT_LIMIT, height=120).strip()
    upload = file_upload(t("pieces.form.file"), key=f"{key}.file")
    keys = recipients(order, me, key)

    def call() -> ContractFunction:
        if upload is None and not text:
            raise Refused(t("pieces.form.nothing"))
        kept = keep_piece(name, text, upload) if keys is None else keep_sealed(name, text, upload, keys)
        return market().contracts.evidence.functions.submit(order.terms.pack(), kept)

    action(
        t("pieces.form.label"),
        call,
        key=key,
        disabled=not wallet.connected(),
        help=t("pieces.form.help"),
    )
