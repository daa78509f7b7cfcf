"""Addresses and ids: a short form to read, the whole one to copy."""

import re

import streamlit as st

from dapp.chain import formats
from dapp.widgets.i18n import t

_ADDRESS = re.compile(r"0x[0-9a-fA-F]{40}")


def short(value: str | bytes) -> str:
    """An address, id or hash with its middle left out."""
    return formats.short(value)


def is_address(text: str) -> bool:
    """Whether a text looks like an address."""
    return _ADDRESS.fullmatch(text) is not None


def whole(value: str | bytes) -> str:
    """An address, id or hash in full."""
    return value if isinstance(value, str) else f"0x{bytes(value).hex()}"


def address(value: str | bytes, label: str = "", *, key: str | None = None) -> None:
    """Show an address, id, hash or CID: short, with a button that copies all of it.

    label: a text of ours before it, as markdown. key: needed where the same value is shown twice on a page.
    """
    del key
    with st.popover(f"{label} `{short(value)}`".strip(), help=whole(value)):
        st.code(whole(value), language=None, wrap_lines=True)
        st.caption(t("frame.copy_hint"))
