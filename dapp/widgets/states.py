"""What stands where there is nothing to show yet, or nothing can be shown; and the pages of a long list."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import streamlit as st

from dapp.index.rows import Page
from dapp.widgets.i18n import t


def empty(text: str, icon: str = "inbox") -> None:
    """An empty state: a text of ours on what is missing here and what fills it."""
    with st.container(border=True, horizontal_alignment="center"):
        st.markdown(f":material/{icon}:", width="content")
        st.markdown(text, text_alignment="center")


@contextmanager
def loading(text: str | None = None) -> Iterator[None]:
    """What is shown while something takes long; text: of ours."""
    with st.spinner(text or t("frame.loading")):
        yield


def problem(text: str) -> None:
    """Something is out of order, but the page stays: a text of ours, its foreign parts `plain`."""
    st.warning(text, icon=":material/cloud_off:")


def page_offset(key: str, size: int) -> int:
    """The position of the first item of the page that the user is on, for the query."""
    return int(st.session_state.get(f"{key}.page", 0)) * size


def pager(page: Page[Any], key: str, size: int) -> None:
    """Buttons to the list's other pages; nothing if it has only one."""
    name = f"{key}.page"
    number, last = page.offset // size, max(page.total - 1, 0) // size
    if not last:
        return

    def turn(to: int) -> None:
        st.session_state[name] = to

    with st.container(horizontal=True, horizontal_alignment="center", vertical_alignment="center"):
        st.button(
            t("frame.pager.previous"),
            key=f"{name}.previous",
            disabled=number == 0,
            on_click=turn,
            args=(number - 1,),
        )
        st.markdown(t("frame.pager.position", page=number + 1, pages=last + 1), width="content")
        st.button(
            t("frame.pager.next"),
            key=f"{name}.next",
            disabled=number >= last,
            on_click=turn,
            args=(number + 1,),
        )
