"""What stands around every screen: wallet, language, how far the index is, and what is out of order."""

import logging
from importlib import import_module

import streamlit as st
from sqlalchemy.exc import SQLAlchemyError

from dapp import wallet
from dapp.background import follower_status
from dapp.index.failures import IndexFailure
from dapp.market import Market, MarketUnavailable, market
from dapp.settings import SettingsError
from dapp.wallet.preparation import UNREACHABLE
from dapp.widgets.actions import activity
from dapp.widgets.addresses import is_address
from dapp.widgets.i18n import LANGUAGES, choose_language, language, t
from dapp.widgets.states import problem
from dapp.widgets.text import plain
from dapp.widgets.times import local_time

_LOG = logging.getLogger(__name__)
REFERRER = "referrer"
REFERRER_PARAMETER = "ref"
LAG_SHOWN = 2
"""Blocks: a lag of one is a block that was mined a moment ago."""


def show_framed(name: str) -> None:
    """A screen with the frame around it. What fails is a sentence on a page that stays up."""
    keep_referrer()
    try:
        opened = market()
        draw_header(opened)
    except (MarketUnavailable, SettingsError, IndexFailure, SQLAlchemyError) as error:
        _LOG.warning("dapp: %s", error)
        language_switch()
        problem(t("frame.no_market", reason=plain(error, 400)))
        st.button(t("frame.retry"))
        return
    try:
        import_module(f"dapp.views.{name}").render()
    except UNREACHABLE as error:
        _LOG.warning("dapp: the chain failed under %s: %s", name, error)
        problem(t("frame.chain_failed"))
        st.button(t("frame.retry"))
    except (IndexFailure, SQLAlchemyError) as error:
        _LOG.warning("dapp: the database failed under %s: %s", name, error)
        problem(t("frame.database_failed"))
        st.button(t("frame.retry"))


def draw_header(opened: Market) -> None:
    """The line above every screen, and below it a sentence for each thing that is out of order."""
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        language_switch()
        index_state(opened)
        activity()
        wallet.mount(network_of(opened))
    for sentence in out_of_order(opened):
        problem(sentence)


def network_of(opened: Market) -> wallet.Network:
    """The market's chain as a wallet is told of it."""
    name = "Hanse devnet" if opened.chain_id == 31337 else t("frame.chain_name", id=opened.chain_id)
    return wallet.Network(opened.chain_id, name, opened.settings.public_rpc_urls)


def index_state(opened: Market) -> None:
    """The last indexed block, or by how much the index is behind the chain."""
    indexed, head = opened.index.head(), opened.head()
    if indexed is None:
        st.badge(t("frame.index.empty"), icon=":material/hourglass_top:", color="orange")
        return
    behind = indexed.behind(head.number) if head.number is not None else 0
    if behind >= LAG_SHOWN:
        st.badge(t("frame.index.behind", blocks=behind), icon=":material/hourglass_top:", color="orange")
        return
    st.badge(
        t("frame.index.at", block=f"{indexed.number:,}"),
        icon=":material/deployed_code:",
        color="gray",
        help=t("frame.index.time", time=local_time(indexed.timestamp)),
    )


def out_of_order(opened: Market) -> list[str]:
    """A sentence for each part that doesn't work now."""
    sentences = []
    if opened.head().number is None:
        sentences.append(t("frame.chain_silent", time=local_time(opened.now())))
    status = follower_status()
    if status is not None and status.state == "failing" and opened.head().number is not None:
        sentences.append(t("frame.index.failing", reason=plain(status.last_error or "", 300)))
    if opened.store.node_error is not None:
        sentences.append(t("frame.node_silent", waiting=len(opened.store.waiting())))
    return sentences


def referrer() -> str | None:
    """Who referred this session by `?ref=`, an address as it was given; None without one."""
    found = st.session_state.get(REFERRER)
    return str(found) if found else None


def keep_referrer() -> None:
    """Navigation drops the address's parameters, so the first `?ref=` of a session is kept."""
    given = st.query_params.get(REFERRER_PARAMETER, "")
    if REFERRER not in st.session_state and is_address(given):
        st.session_state[REFERRER] = given


def language_switch() -> None:
    """English or Chinese."""
    key = "frame.language"
    st.session_state[key] = language()
    st.segmented_control(
        t("frame.language"),
        list(LANGUAGES),
        format_func=LANGUAGES.__getitem__,
        key=key,
        required=True,
        label_visibility="collapsed",
        width="content",
        on_change=lambda: choose_language(st.session_state[key]),
    )
