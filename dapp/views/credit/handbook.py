"""The merchant's handbook, the pages of docs/, on the credit screen."""

import re
from functools import cache
from pathlib import Path

import streamlit as st

from dapp.settings import ROOT
from dapp.widgets.i18n import language, t

PAGES = {"en": ROOT / "docs" / "handbook.md", "zh": ROOT / "docs" / "handbook.zh-CN.md"}
_LINK = re.compile(r"\[([^\]]*)\]\((?!https?:)[^)]*\)")
_CONTENTS = re.compile(r"^- \[.*(?:\n  .*)*\n\n", re.MULTILINE)


def handbook_button() -> None:
    """Opens the page in the session's language; nothing where the docs aren't beside the program."""
    page = PAGES[language()]
    if not page.exists():
        return
    text = t("advice.handbook")
    if st.button(text, icon=":material/menu_book:", type="tertiary", key="credit.handbook"):
        st.dialog(text, width="large")(_show)(page)


def _show(page: Path) -> None:
    with st.container(key="credit.handbook.text"):  # style.css lets its tables move sideways
        st.markdown(_text(page))


@cache
def _text(page: Path) -> str:
    """The page without its title, its translation, its contents and links to other pages."""
    _title, _translation, body = page.read_text(encoding="utf-8").split("\n\n", 2)
    return _LINK.sub(r"\1", _CONTENTS.sub("", body, count=1))
