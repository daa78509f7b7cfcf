"""The dApp's main script: which screens there are, and the one the address asks for."""

from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path

import streamlit as st

from dapp.widgets.i18n import t
from dapp.widgets.links import FIRST, SCREENS, arrive, register_pages

STYLE = Path(__file__).with_name("assets") / "style.css"
ICON = "/app/static/icon.png"  # by address: a file would be read and hashed for each run of each session
Show = Callable[[str], None]


def run(show: Show, default: str = FIRST) -> None:
    """Show the screen of the page's address by `show(name)`; `default` where it names none."""
    pages = {
        name: st.Page(
            partial(show, name),
            title=t(f"frame.screens.{name}"),
            icon=f":material/{icon}:",
            url_path=name,
            default=name == default,
            visibility="hidden" if name == "service" else "visible",  # it needs a listing to show
        )
        for name, icon in SCREENS.items()
    }
    register_pages(pages)
    page = st.navigation(list(pages.values()))
    arrive(page.url_path or default)
    page.run()


def show_view(name: str) -> None:
    """A screen alone, without what is around it."""
    import_module(f"dapp.views.{name}").render()


if __name__ == "__main__":
    from dapp.header import show_framed

    st.set_page_config("Hanse", page_icon=ICON, layout="wide")
    st.logo(ICON, size="large")
    st.html(STYLE)
    run(show_framed)
