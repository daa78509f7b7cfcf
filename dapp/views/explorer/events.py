"""The market's events as the index decoded them, and the blocks that hold them."""

import re

import streamlit as st

from dapp.index.rows import EventQuery, EventRow
from dapp.market import market
from dapp.views.explorer.values import value_text
from dapp.widgets.addresses import is_address, short
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.states import empty
from dapp.widgets.times import local_time, utc_time

PAGE = 25
BLOCKS = 40
MOST_BLOCKS = 2**40
_ORDER = re.compile(r"0x[0-9a-fA-F]{64}")


def show_events() -> None:
    """A filter, and the events that match, newest first."""
    query = _ask()
    if query is None:
        return
    key = f"explorer.before.{query}"
    before: int | None = st.session_state.get(key)
    events = market().index.events(query, PAGE, before)
    if not events:
        empty(t("explorer.no_events"), "search_off")
    for event in events:
        show_event(event)
    with st.container(horizontal=True):
        if before is not None:
            st.button(t("explorer.newest"), key=f"{key}.newest", on_click=_turn, args=(key, None))
        if len(events) == PAGE:
            st.button(t("explorer.older"), key=f"{key}.older", on_click=_turn, args=(key, events[-1].key))


def _turn(key: str, before: int | None) -> None:
    st.session_state[key] = before


def _ask() -> EventQuery | None:
    """The filter; None while what was typed is no such thing."""
    names = market().index.event_names()
    asked_account, asked_order, asked_block = (
        st.query_params.get(name, "") for name in ("of", "order", "block")
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        contract = st.selectbox(
            t("explorer.contract"), [None, *names], format_func=_any_or, key="explorer.event.contract"
        )
        choices = names[contract] if contract else sorted({name for each in names.values() for name in each})
        name = st.selectbox(
            t("explorer.event"), [None, *choices], format_func=_any_or, key=f"explorer.event.name.{contract}"
        )
        account = st.text_input(
            t("explorer.account"),
            asked_account,
            key=f"explorer.event.account.{asked_account}",
            max_chars=42,
        ).strip()
        order = st.text_input(
            t("explorer.order"), asked_order, key=f"explorer.event.order.{asked_order}", max_chars=66
        ).strip()
        block = st.text_input(
            t("explorer.block"), asked_block, key=f"explorer.event.block.{asked_block}", max_chars=18
        ).strip()
    if account and not is_address(account):
        st.error(t("explorer.not_an_address"))
        return None
    if order and not _ORDER.fullmatch(order):
        st.error(t("explorer.not_an_order"))
        return None
    if block and not (block.isascii() and block.isdigit() and int(block) < MOST_BLOCKS):
        st.error(t("explorer.not_a_block"))
        return None
    return EventQuery(
        contract,
        name,
        account or None,
        bytes.fromhex(order[2:]) if order else None,
        int(block) if block else None,
    )


def _any_or(name: str | None) -> str:
    return t("explorer.any") if name is None else name


def show_event(event: EventRow) -> None:
    """One event: its name, place and time, and, opened, what it says and where it leads."""
    drawn = st.expander(
        f"**{event.name}** · {event.contract} · {event.block:,} · :small[{local_time(event.timestamp)}]",
        key=f"explorer.event.{event.key}",
        on_change="rerun",
    )
    if drawn.open:
        with drawn:
            _details(event)


def _details(event: EventRow) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(local_time(event.timestamp), help=utc_time(event.timestamp), width="content")
        transaction = f"0x{event.transaction.hex()}"
        screen_link("explorer", t("explorer.in", hash=short(event.transaction)), tx=transaction)
        if event.order_id is not None:
            order = f"0x{event.order_id.hex()}"
            screen_link("orders", t("explorer.of_order", id=short(event.order_id)), order=order)
    text = "\n".join(f"{name} = {value_text(value)}" for name, value in event.args.items())
    st.code(text or "()", language=None, wrap_lines=True)


def show_blocks() -> None:
    """The newest blocks that hold events of the market."""
    blocks = market().index.blocks(BLOCKS)
    if not blocks:
        empty(t("explorer.no_blocks"), "search_off")
    for head, count in blocks:
        with st.container(border=True, horizontal=True, vertical_alignment="center"):
            screen_link("explorer", f"**{head.number:,}**", block=head.number)
            st.caption(local_time(head.timestamp), help=utc_time(head.timestamp), width="content")
            st.caption(t("explorer.events_in", count=count), width="content")
            st.code(f"0x{head.hash.hex()}", language=None)
