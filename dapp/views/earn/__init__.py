"""Referring others: joining, my share link, my tree, my earnings, and what an order would pay me."""

import streamlit as st

from dapp import wallet
from dapp.market import market
from dapp.views.earn.earnings import show_earnings
from dapp.views.earn.forecast import show_forecast
from dapp.views.earn.joining import show_joining, show_share_link
from dapp.views.earn.tree import show_tree
from dapp.widgets.i18n import t
from dapp.widgets.states import empty


def render() -> None:
    """The screen."""
    st.title(t("earn.title"))
    st.markdown(t("earn.promise"))
    account = wallet.account()
    if account is None:
        empty(t("earn.connect"), "account_tree")
        return
    place = market().index.referrals(account)
    if place.registered_at is None:
        show_joining(place)
    else:
        show_share_link(place)
        show_earnings(account)
        show_tree(place)
    show_forecast(account)
