"""Foreign text made harmless: what a document, token or file name says is only ever letters on the page."""

import re
import unicodedata

import streamlit as st

_MARKDOWN = re.compile(r"([!-/:-@\[-`{-~])")  # every ASCII mark that markdown, LaTeX or emoji codes know
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_LINK = re.compile(r"\b(https?|ftp|mailto|www)(?=\\[:.])", re.IGNORECASE)
_ALLOWED_CONTROLS = "\n\t"
_ZERO_WIDTH_SPACE = "\u200b"


def clean(text: object, limit: int = 200) -> str:
    """One line without control, direction or private characters, cut at `limit` characters."""
    line = " ".join(_visible(str(text)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def clean_lines(text: object, limit: int = 10_000) -> str:
    """Several lines without control or direction characters, cut at `limit` characters."""
    whole = _visible(str(text))
    return whole if len(whole) <= limit else whole[: limit - 1] + "…"


def plain(text: object, limit: int = 200) -> str:
    """`clean` text as markdown that shows just these letters; for labels, titles and `t(…)` values."""
    escaped = _MARKDOWN.sub(r"\\\1", clean(text, limit))
    return _LINK.sub(lambda found: found[1] + _ZERO_WIDTH_SPACE, escaped)


def bare(text: str) -> str:
    """What `plain` text shows, without its escapes: for where markdown is not read, as in a chart."""
    return _ESCAPED.sub(r"\1", text).replace(_ZERO_WIDTH_SPACE, "")


def foreign_text(text: object, limit: int = 10_000) -> None:
    """Show a foreign text of several lines in the page's own type, line breaks kept."""
    for paragraph in clean_lines(text, limit).split("\n\n"):
        lines = [plain(line, limit) for line in paragraph.splitlines()]
        if any(lines):
            st.markdown("  \n".join(lines))


def _visible(text: str) -> str:
    normal = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        letter
        for letter in normal
        if letter in _ALLOWED_CONTROLS or unicodedata.category(letter) not in ("Cc", "Cf", "Cs", "Co", "Cn")
    )
