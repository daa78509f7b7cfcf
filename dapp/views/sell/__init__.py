"""The screen `sell`: the inbox, my services, publishing and editing one, and the shop's stake."""

import streamlit as st

from dapp import wallet
from dapp.views.sell import inbox, publish, services, stake
from dapp.widgets.i18n import t
from dapp.widgets.outages import outages
from dapp.widgets.states import empty

DESKS = {"inbox": inbox.show, "services": services.show, "publish": publish.show, "stake": stake.show}
DESK = "sell.desk"


def render() -> None:
    """Draw the screen."""
    st.title(t("sell.title"))
    account = wallet.account()
    if account is None:
        empty(t("sell.connect"), "storefront")
        return
    with outages():
        stake.warn(account)
        desk = st.segmented_control(
            t("sell.desk"),
            list(DESKS),
            format_func=lambda name: t(f"sell.desks.{name}"),
            default="inbox",
            required=True,
            key=DESK,
            label_visibility="collapsed",
        )
        DESKS[desk or "inbox"](account)
