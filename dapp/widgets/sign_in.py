"""Signing in, for what only one account may see."""

import logging

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dapp import wallet
from dapp.index.failures import IndexFailure
from dapp.market import market
from dapp.risk.failures import BadDevice
from dapp.risk.sign_ins import sign_ins_of
from dapp.wallet import siwe
from dapp.widgets.action_status import show_status
from dapp.widgets.i18n import t

_LOG = logging.getLogger(__name__)


def signed_in() -> str | None:
    """The connected account (EIP-55) if it has proved itself in this session; else None."""
    return siwe.signed_in(market().chain_id, lambda: market().provider, _report)


def sign_in_panel(reason: str, place: str = "") -> None:
    """Say why an account must prove itself, with the button that does it. reason: in the user's language.

    place: tells this panel from another one on the page.
    """
    with st.container(border=True):
        st.markdown(reason)
        asked = wallet.result(siwe.KEY)
        open_now = asked is not None and asked.status == wallet.Status.OPEN
        st.button(
            t("signing.sign_in"),
            key=f"{siwe.KEY}.button{place}",
            type="primary",
            help=None if wallet.connected() else t("signing.connect_first"),
            disabled=open_now or not wallet.connected(),
            on_click=siwe.begin,
            args=(_origin(), market().chain_id, t("signing.sign_in")),
        )
        st.caption(f"{t('signing.sign_in_costs_nothing')} {t('signing.sign_in_keeps')}")
        if siwe.refused():
            st.error(t("signing.sign_in_refused"))
        show_status(siwe.KEY, place)


def _report(account: str, device: str) -> None:
    """Keep a report; a page goes on without."""
    try:
        sign_ins_of(market().settings).note(account, device, market().now())
    except (BadDevice, IndexFailure, SQLAlchemyError) as error:
        _LOG.warning("sign-in: not reported: %s", error)


def _origin() -> str:
    """Where the browser sees the page; without a setting, what the browser says."""
    if market().settings.origin:
        return str(market().settings.origin).rstrip("/")
    scheme, _, rest = (st.context.url or "http://localhost").partition("://")
    return f"{scheme}://{rest.partition('/')[0]}"
