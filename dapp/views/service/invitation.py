"""Joining the referral tree under the one whose link brought the buyer here."""

import streamlit as st

from dapp.domain.bounds import REFERRAL_COOLDOWN
from dapp.header import referrer
from dapp.index.rows import ServiceRow
from dapp.market import market
from dapp.widgets.actions import action
from dapp.widgets.addresses import short
from dapp.widgets.i18n import t
from dapp.widgets.text import plain


def show_invitation(account: str, service: ServiceRow) -> None:
    """Offer to register under the session's referrer, where that is possible and somebody would earn."""
    invited_by = referrer()
    if invited_by is None or not service.listing.max_commission_bps:
        return
    inviter = market().web3.to_checksum_address(invited_by)
    above = market().index.referrals(inviter)
    if inviter == account or above.registered_at is None:
        return
    if market().index.referrals(account).registered_at is not None:
        return
    with st.container(border=True):
        st.markdown(t("service.invited", who=plain(short(inviter))))
        if market().now() < above.registered_at + REFERRAL_COOLDOWN:
            st.caption(t("service.invited_early"))
        action(
            t("service.register"),
            lambda: market().contracts.market.functions.register(inviter, above.upline.pack()),
            key=f"service.register.{inviter}",
        )
