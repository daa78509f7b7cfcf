"""The screen `orders`."""

import streamlit as st

from dapp.widgets.i18n import t


def render() -> None:
    """Draw the screen."""
    st.title(t("frame.screens.orders"))
