"""Every version of a listing: what it cost, which document it named, and the transaction that made it so."""

import streamlit as st

from dapp.market import market
from dapp.widgets.addresses import address, short
from dapp.widgets.amounts import amount_markdown
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.states import empty
from dapp.widgets.times import local_time, utc_time


def show_versions(listing_id: int) -> None:
    """The versions, newest first."""
    versions = sorted(market().index.service_versions(listing_id), key=lambda each: -each.version)
    if not versions:
        empty(t("explorer.unknown_listing"), "search_off")
        return
    st.subheader(t("explorer.versions_of", number=listing_id))
    screen_link("service", t("explorer.to_service"), listing=listing_id)
    for version in versions:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            st.markdown(f"**{t('explorer.version', number=version.version)}**", width="content")
            st.markdown(amount_markdown(version.listing.price, version.listing.token), width="content")
            st.caption(local_time(version.timestamp), help=utc_time(version.timestamp), width="content")
            address(version.cid, t("explorer.document"), key=f"explorer.version.{version.version}")
            transaction = f"0x{version.transaction.hex()}"
            screen_link("explorer", t("explorer.in", hash=short(version.transaction)), tx=transaction)
