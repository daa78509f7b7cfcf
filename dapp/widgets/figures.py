"""A labelled value that is never cut short, however many digits it has."""

import streamlit as st


def figure(label: str, value: str, help: str | None = None) -> None:  # noqa: A002  (Streamlit's name)
    """A label above its value; both are texts of ours, as markdown."""
    st.caption(label, help=help)
    st.markdown(f"**{value}**")
