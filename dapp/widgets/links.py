"""Ways from one screen to another: by name and query parameters, never by file."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NoReturn
from urllib.parse import urlencode, urlsplit

import streamlit as st
from streamlit.runtime.scriptrunner import StopException

from dapp.market import market

if TYPE_CHECKING:
    from streamlit.navigation.page import StreamlitPage

# Each with its icon, in the order of the navigation.
SCREENS = {
    "market": "storefront",
    "service": "design_services",
    "orders": "receipt_long",
    "sell": "sell",
    "earn": "account_tree",
    "wallet": "account_balance_wallet",
    "credit": "workspace_premium",
    "disputes": "gavel",
    "operate": "tune",
    "explorer": "travel_explore",
}
FIRST = "market"
_PAGES, _HERE, _LEFT = "hanse.pages", "hanse.here", "hanse.left"


class OnItsWay(StopException):
    """A run is cut short on its way to another screen; the next one goes on there."""


def register_pages(pages: "Mapping[str, StreamlitPage]") -> None:
    """Tell this run which pages there are."""
    st.session_state[_PAGES] = dict(pages)


def arrive(screen: str) -> None:
    """Tell this run which screen it shows; or go on to the one that a run was cut short on its way to.

    Then the address has that one's parameters already, and this screen could only misread them.
    """
    left = st.session_state.get(_LEFT)
    if left is not None and left[0] == screen:
        go(left[1], **left[2])
    st.session_state[_HERE], st.session_state[_LEFT] = screen, None


def has_pages() -> bool:
    """Whether this run has screens to lead to."""
    return _PAGES in st.session_state


def screen_link(
    screen: str,
    label: str,
    *,
    icon: str | None = None,
    icon_after: bool = False,
    **parameters: str | int,
) -> None:
    """A link: `screen_link("service", label, listing=3)`. label: markdown, its foreign parts `plain`."""
    st.page_link(
        st.session_state[_PAGES][screen],
        label=label,
        icon=icon,
        icon_position="right" if icon_after else "left",
        query_params=_query(parameters),
    )


def go(screen: str, **parameters: str | int) -> NoReturn:
    """Leave this run for a screen. A newer run that cuts this one short goes on there."""
    here = st.session_state[_HERE]
    if screen != here:
        st.session_state[_LEFT] = (here, screen, parameters)
    try:
        st.switch_page(st.session_state[_PAGES][screen], query_params=_query(parameters))
    except StopException:
        raise OnItsWay from None


def address_of_screen(screen: str, **parameters: str | int) -> str:
    """A screen's whole address, to be given to others: `https://…/service?listing=3`.

    Its origin is the setting HANSE_ORIGIN, else where this browser found the dApp.
    """
    origin = market().settings.origin
    if origin is None:
        here = urlsplit(st.context.url or "")
        origin = f"{here.scheme}://{here.netloc}" if here.netloc else ""
    query = f"?{urlencode(parameters)}" if parameters else ""
    path = "" if screen == FIRST else screen  # the first screen's address is the bare one
    return f"{origin.rstrip('/')}/{path}{query}"


def _query(parameters: Mapping[str, str | int]) -> dict[str, str]:
    kept = {"lang": st.query_params["lang"]} if "lang" in st.query_params else {}
    return {**kept, **{name: str(value) for name, value in parameters.items()}}
