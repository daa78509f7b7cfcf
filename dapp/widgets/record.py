"""Checking an order's whole record on a page: event on the chain, CID and bytes, for every piece."""

import streamlit as st
from web3.exceptions import Web3Exception

from dapp.chain.failures import ChainError
from dapp.evidence.errors import EvidenceError
from dapp.evidence.report import lines_of
from dapp.evidence.verify import verify_order
from dapp.market import market
from dapp.widgets.i18n import language, t
from dapp.widgets.text import plain


def check_button(order_id: bytes, key: str) -> None:
    """A button that checks everything from the chain alone and shows the report as plain text."""
    if not st.button(t("record.check"), key=key, icon=":material/fact_check:", help=t("record.check_help")):
        return
    try:
        with st.spinner(t("record.checking")):
            report = verify_order(market().contracts, market().store, order_id)
    except (ChainError, EvidenceError, Web3Exception, OSError) as error:
        sentence = error.sentence(language()) if isinstance(error, EvidenceError) else str(error)
        st.error(plain(t("record.failed", reason=sentence), 600), icon=":material/cloud_off:")
        return
    *lines, conclusion = lines_of(report, language())
    show, icon = (st.success, "verified") if report.is_sound else (st.error, "dangerous")
    show(conclusion, icon=f":material/{icon}:")
    st.code("\n".join(lines), language=None, wrap_lines=True)
