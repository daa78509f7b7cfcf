"""What a hold means for an order's parties: until when, why, and what they can do meanwhile."""

import streamlit as st

from dapp.domain.orders import Actor
from dapp.index.hold_rows import HoldRow, HoldState
from dapp.index.rows import EventRow, OrderRow
from dapp.widgets.addresses import address
from dapp.widgets.assessment import assessment_of, reasons
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.orders import actor_of
from dapp.widgets.times import local_time, utc_time


def remark(hold: HoldRow | None, now: int) -> str:
    """What the state that the order stands in says besides."""
    if hold is None or hold.state_at(now) is not HoldState.HELD:
        return ""
    return t("holds.remark")


def show(order: OrderRow, hold: HoldRow, steps: list[EventRow], now: int, me: str | None) -> None:
    """That the delivery is looked at, or was; in words that accuse nobody, with the reasons to open."""
    state = hold.state_at(now)
    if state is not HoldState.HELD:
        if hold.decided_at is not None:
            text = t(f"holds.was.{state.value}", time=local_time(hold.decided_at))
            st.caption(f":material/policy: {text}", help=utc_time(hold.decided_at))
        return
    actor = actor_of(order.terms, me)
    who = actor.value if actor in (Actor.BUYER, Actor.SELLER) else "other"
    st.info(
        f"{t('holds.held', until=local_time(hold.until))} {t(f'holds.can.{who}')}", icon=":material/policy:"
    )
    with st.expander(t("holds.why"), icon=":material/help:"):
        st.caption(t("holds.why_help"))
        assessment = assessment_of(hold.cid, order.id)
        if assessment is None:
            st.caption(t("holds.no_document"))
        else:
            st.markdown(reasons(assessment, order.terms.token))
        with st.container(horizontal=True, vertical_alignment="center"):
            address(hold.cid, t("holds.document"))
            placed = next((step for step in steps if step.key == hold.placed_key), None)
            if placed is not None:
                screen_link("explorer", t("pieces.transaction"), tx=f"0x{placed.transaction.hex()}")
