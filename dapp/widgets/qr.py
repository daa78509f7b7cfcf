"""QR codes, drawn here: what they hold goes to nobody."""

import io
from functools import lru_cache

import segno
import streamlit as st


def qr_code(text: str, *, caption: str | None = None, width: int = 220) -> None:
    """Show a text as a QR code, dark on white also in a dark page, `width` pixels wide."""
    st.image(_png(text), caption=caption, width=width)


@lru_cache(maxsize=256)
def _png(text: str) -> bytes:
    picture = io.BytesIO()
    segno.make(text, error="m", micro=False).save(picture, kind="png", scale=8, border=4)
    return picture.getvalue()
