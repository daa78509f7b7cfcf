"""Ways from one screen to another: by name and query parameters, never by file."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
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
STALE_SECONDS = 3.0
"""How long after a screen was left the browser may still ask for it, because it didn't know yet."""
_PAGES, _HERE, _WAY = "hanse.pages", "hanse.here", "hanse.way"


class OnItsWay(StopException):
    """A run is cut short on its way to another screen; the next one goes on there."""


@dataclass(frozen=True)
class _Way:
    """From a screen to another one with parameters; when it was first shown (monotonic seconds)."""

    start: str
    end: str
    parameters: Mapping[str, str | int]
    arrived_at: float | None = None

    def goes_on(self) -> bool:
        """Whether a run of the first screen is one that the browser asked for too late."""
        if self.arrived_at is None or time.monotonic() - self.arrived_at < STALE_SECONDS:
            return True
        here = st.query_params
        return bool(self.parameters) and all(here.get(k) == str(v) for k, v in self.parameters.items())


def register_pages(pages: "Mapping[str, StreamlitPage]") -> None:
    """Tell this run which pages there are."""
    st.session_state[_PAGES] = dict(pages)


def arrive(screen: str) -> None:
    """Tell this run which screen it shows; or go on to the one that the session was on its way to.

    Runs are cut short on the way, and a browser may ask for a screen that was left already. The address may
    have the other one's parameters then, which this screen could only misread.
    """
    way: _Way | None = st.session_state.get(_WAY)
    if way is not None and way.start == screen and way.goes_on():
        go(way.end, **way.parameters)
    if way is not None and way.end != screen:
        way = None
    elif way is not None and way.arrived_at is None:
        way = replace(way, arrived_at=time.monotonic())
    st.session_state[_HERE], st.session_state[_WAY] = screen, way


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
    """Leave this run for a screen. A newer run that cuts this one short, or comes too late, goes on there."""
    here = st.session_state[_HERE]
    if screen != here:
        st.session_state[_WAY] = _Way(here, screen, parameters)
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
