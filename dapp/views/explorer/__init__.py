"""For developers: events, blocks and transactions decoded, and a form for every function."""

import re

import streamlit as st

from dapp.views.explorer.contracts import show_contracts
from dapp.views.explorer.events import show_blocks, show_events
from dapp.views.explorer.transaction import show_transaction
from dapp.views.explorer.versions import show_versions
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.tabs import tabs

TRANSACTION, LISTING = "tx", "listing"
LONGEST_NUMBER = 12
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")


def render() -> None:
    """`?tx=0x…` one transaction; `?block=7`, `?order=0x…`, `?of=0x…` (an account) or `?listing=3` its own."""
    st.title(t("explorer.title"))
    asked = st.query_params.get(TRANSACTION, "")
    typed = st.text_input(
        t("explorer.find"), asked, key=f"explorer.find.{asked}", max_chars=80, placeholder="0x…"
    ).strip()
    if typed:
        if not _HASH.fullmatch(typed):
            st.error(t("explorer.not_a_hash"))
            return
        screen_link("explorer", t("explorer.all"), icon=":material/arrow_back:")
        show_transaction(bytes.fromhex(typed[2:]))
        return
    listing = st.query_params.get(LISTING, "")
    if listing.isascii() and listing.isdigit() and len(listing) <= LONGEST_NUMBER:
        screen_link("explorer", t("explorer.all"), icon=":material/arrow_back:")
        show_versions(int(listing))
        return
    shown = {"events": show_events, "blocks": show_blocks, "contracts": show_contracts}
    tabs({t(f"explorer.{name}"): show for name, show in shown.items()}, key="explorer.tabs")
