"""Joining the tree, and the link that brings others under me."""

import streamlit as st

from dapp.domain.bounds import REFERRAL_COOLDOWN, ZERO_ADDRESS
from dapp.domain.terms import Upline
from dapp.header import referrer
from dapp.index.account_rows import Referrals
from dapp.market import market
from dapp.widgets.actions import action
from dapp.widgets.addresses import address, is_address, short
from dapp.widgets.i18n import t
from dapp.widgets.links import address_of_screen
from dapp.widgets.qr import qr_code
from dapp.widgets.text import plain
from dapp.widgets.times import clock_text, moment


def show_joining(place: Referrals) -> None:
    """Register under somebody, or as a root. Once for ever, so it says so."""
    with st.container(border=True):
        st.subheader(t("earn.join"))
        st.markdown(t("earn.join_help"))
        typed = st.text_input(
            t("earn.under"), referrer() or "", key="earn.under", max_chars=42, help=t("earn.under_help")
        ).strip()
        if not typed:
            _register(ZERO_ADDRESS, Upline(), t("earn.register_root"))
            return
        if not is_address(typed):
            st.error(t("earn.not_an_address"))
            return
        above = market().index.referrals(market().web3.to_checksum_address(typed))
        if above.account == place.account:
            st.error(t("earn.yourself"))
        elif above.registered_at is None:
            st.error(t("earn.not_in_tree", who=plain(short(above.account))))
        else:
            _register(above.account, above.upline, t("earn.register", who=plain(short(above.account))))


def _register(above: str, upline: Upline, label: str) -> None:
    action(
        label,
        lambda: market().contracts.market.functions.register(above, upline.pack()),
        key="earn.register",
        kind="primary",
        on_confirmed=st.rerun,
    )


def show_share_link(place: Referrals) -> None:
    """My place and my link, as text and as QR code."""
    link = address_of_screen("market", ref=place.account)
    with st.container(border=True, horizontal=True, gap="large"):
        with st.container(width=520):
            _share(place, link)
        qr_code(link, width=200)


def _share(place: Referrals, link: str) -> None:
    st.subheader(t("earn.link"))
    st.code(link, language=None, wrap_lines=True)
    st.caption(t("earn.link_help"))
    if place.referrer:
        address(place.referrer, t("earn.referred_by"), key="earn.referrer")
    else:
        st.caption(t("earn.root"))
    moment(place.registered_at or 0, t("earn.since"))
    earns_from = (place.registered_at or 0) + REFERRAL_COOLDOWN
    if market().now() < earns_from:
        st.info(t("earn.cooldown", clock=clock_text(earns_from, market().now())))
