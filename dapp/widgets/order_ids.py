"""Ids of orders as people meet them: in the page's address and typed into a field."""

import re

import streamlit as st

PARAMETER = "order"
_ID = re.compile(r"(0x)?[0-9a-fA-F]{64}")


def parse_order_id(text: str) -> bytes | None:
    """The id that a text spells, None if it spells none."""
    typed = text.strip()
    return bytes.fromhex(typed.removeprefix("0x")) if _ID.fullmatch(typed) else None


def order_id_text(order_id: bytes) -> str:
    """The id as it is written in addresses."""
    return f"0x{order_id.hex()}"


def wanted_order() -> bytes | None:
    """The order that the page's address asks for; None without one, or with something else there."""
    return parse_order_id(st.query_params.get(PARAMETER, ""))
