"""Tabs of which only the open one is drawn, so that a screen asks no more than it shows."""

from collections.abc import Callable, Mapping

import streamlit as st


def tabs(shown: Mapping[str, Callable[[], None]], *, key: str) -> None:
    """Tabs by their labels (texts of ours, in the session's language), the first one open at first."""
    if st.session_state.get(key) not in shown:  # the language was changed, or a role is gone
        st.session_state.pop(key, None)
    drawn = st.tabs(list(shown), key=key, on_change="rerun")
    for tab, show in zip(drawn, shown.values(), strict=True):
        if tab.open:
            with tab:
                show()
