"""What stands around every screen: wallet, language, how far the index is, and what is out of order."""

from importlib import import_module

import streamlit as st

from dapp.index.failures import IndexFailure
from dapp.market import MarketUnavailable, market
from dapp.settings import SettingsError
from dapp.widgets.i18n import LANGUAGES, choose_language, language, t
from dapp.widgets.text import plain

REFERRER = "referrer"
_REFERRER_PARAMETER = "ref"


def show_framed(name: str) -> None:
    """A screen with the frame around it. Without a market: the reason, and nothing else."""
    _keep_referrer()
    with st.sidebar:
        _language_switch()
    try:
        market()
    except (MarketUnavailable, SettingsError, IndexFailure) as error:
        st.error(t("frame.no_market", reason=plain(error)), icon=":material/cloud_off:")
        st.button(t("frame.retry"))
        return
    import_module(f"dapp.views.{name}").render()


def referrer() -> str | None:
    """Who referred this session by `?ref=`, an address as it was given; None without one."""
    found = st.session_state.get(REFERRER)
    return str(found) if found else None


def _keep_referrer() -> None:
    """Navigation drops the address's parameters, so the first `?ref=` of a session is kept."""
    from dapp.widgets.addresses import is_address

    given = st.query_params.get(_REFERRER_PARAMETER, "")
    if REFERRER not in st.session_state and is_address(given):
        st.session_state[REFERRER] = given


def _language_switch() -> None:
    key = "frame.language"
    st.session_state.setdefault(key, language())
    st.segmented_control(
        t("frame.language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
        on_change=lambda: choose_language(st.session_state[key]),
    )
