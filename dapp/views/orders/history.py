"""An order's way through its states, and every event of it with its transaction."""

import streamlit as st

from dapp.domain.orders import Status
from dapp.index.rows import EventRow, OrderRow
from dapp.widgets.amounts import amount_text
from dapp.widgets.i18n import has_text, t
from dapp.widgets.links import screen_link
from dapp.widgets.orders import party_name, status_name
from dapp.widgets.text import plain
from dapp.widgets.timeline import Progress, Stage, timeline
from dapp.widgets.times import local_time, utc_time

__all__ = ["outcome", "show", "stages", "timeline"]

_REACHED = {
    Status.PLACED: ("OrderPlaced",),
    Status.IN_PROGRESS: ("OrderAccepted",),
    Status.DELIVERED: ("OrderDelivered",),
    Status.DISPUTED: ("OrderDisputed",),
    Status.COMPLETED: ("OrderReleased", "OrderResolved"),
    Status.CANCELLED: ("OrderCancelled", "OrderDeclined", "OrderReclaimed", "OrderRefunded"),
}
_WAY = (Status.PLACED, Status.IN_PROGRESS, Status.DELIVERED)
_AMOUNTS = ("amount", "left", "refunded", "earned", "toBuyer")


def stages(order: OrderRow, steps: list[EventRow], remark: str = "") -> list[Stage]:
    """The states that the order went through, stands in (with a remark) and may still reach, in order."""
    reached = {status: _reached_at(status, steps) for status in _REACHED}
    way = [status for status in _WAY if reached[status] or order.status not in (Status.CANCELLED,)]
    if order.status is Status.COMPLETED:
        way = [status for status in way if reached[status]]
    elif order.status in way:  # an instant order is delivered without having been in progress
        way = [status for status in way if reached[status] or way.index(status) > way.index(order.status)]
    if reached[Status.DISPUTED]:
        way = [status for status in way if reached[status]] + [Status.DISPUTED]
    way.append(Status.CANCELLED if order.status is Status.CANCELLED else Status.COMPLETED)
    return [
        Stage(
            status_name(status),
            _progress(status, order, reached[status]),
            _shown_at(status, order, reached),
            remark if status is order.status else "",
        )
        for status in way
    ]


def _progress(status: Status, order: OrderRow, at: int | None) -> Progress:
    if status is order.status:
        ended = {Status.COMPLETED: Progress.DONE, Status.CANCELLED: Progress.BROKEN}
        return ended.get(status, Progress.NOW)
    return Progress.DONE if at else Progress.AHEAD


def _shown_at(status: Status, order: OrderRow, reached: dict[Status, int | None]) -> int | None:
    return reached[status] if status is order.status or status not in (Status.CANCELLED,) else None


def _reached_at(status: Status, steps: list[EventRow]) -> int | None:
    return next((step.timestamp for step in reversed(steps) if step.name in _REACHED[status]), None)


def outcome(order: OrderRow, steps: list[EventRow]) -> tuple[int, int]:
    """What of a completed order was earned by the seller's side and what went back, in token units."""
    earned = next((int(step.args["earned"]) for step in steps if "earned" in step.args), order.earned)
    return earned, order.terms.base - earned


def show(order: OrderRow, steps: list[EventRow], me: str | None) -> None:
    """Every event, newest first, each with the way to its transaction."""
    with st.expander(t("orders.history", count=len(steps)), icon=":material/history:"):
        for step in reversed(steps):
            with st.container(horizontal=True, vertical_alignment="center", gap="small"):
                st.caption(local_time(step.timestamp), help=utc_time(step.timestamp), width="content")
                st.markdown(_sentence(order, step, me), width="content")
                screen_link("explorer", t("pieces.transaction"), tx=f"0x{step.transaction.hex()}")


def _sentence(order: OrderRow, step: EventRow, me: str | None) -> str:
    key = f"orders.event.{step.name}"
    if not has_text(key):
        return t("orders.other_event", contract=plain(step.contract), name=plain(step.name))
    values = {
        name: amount_text(int(step.args[name]), order.terms.token) for name in _AMOUNTS if name in step.args
    }
    who = next(
        (
            str(step.args[name])
            for name in ("party", "_party", "opener", "payer", "appellant")
            if name in step.args
        ),
        None,
    )
    stars = "★" * int(step.args["stars"]) if "stars" in step.args else ""
    points = f"{int(step.args.get('points', 0)):,}"
    return t(key, who=party_name(order.terms, who, me), stars=stars, points=points, **values)
