"""How orders look wherever they are shown: title, state, the clock that runs in words, who gets what."""

import streamlit as st

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.orders import Actor, OrderState, Status, earliest_accept
from dapp.domain.split import split
from dapp.domain.terms import Terms
from dapp.index.rows import OrderRow
from dapp.widgets.addresses import short
from dapp.widgets.i18n import t
from dapp.widgets.services import service_title
from dapp.widgets.split import Share
from dapp.widgets.times import duration_text

_COLORS = {
    Status.PLACED: "blue",
    Status.IN_PROGRESS: "orange",
    Status.DELIVERED: "violet",
    Status.DISPUTED: "red",
    Status.COMPLETED: "green",
    Status.CANCELLED: "gray",
}
_ICONS = {
    Status.PLACED: "hourglass_top",
    Status.IN_PROGRESS: "engineering",
    Status.DELIVERED: "inventory_2",
    Status.DISPUTED: "gavel",
    Status.COMPLETED: "task_alt",
    Status.CANCELLED: "undo",
}
_RUNNING = (Status.PLACED, Status.IN_PROGRESS, Status.DELIVERED)


def order_title(order: OrderRow) -> str:
    """What was bought, in the session's language, as markdown that shows just these letters."""
    title = service_title(order.document, order.terms.listing_id)
    return f"{order.terms.quantity:,} × {title}" if order.terms.quantity > 1 else title


def status_name(status: Status) -> str:
    """The name of a state."""
    return t(f"trade.status.{status.name.lower()}")


def status_badge(status: Status) -> None:
    """Show a state."""
    st.badge(status_name(status), icon=f":material/{_ICONS[status]}:", color=_COLORS[status])  # type: ignore[arg-type]


def actor_of(terms: Terms, account: str | None) -> Actor:
    """What an account is in an order: buyer, seller or outsider."""
    if account == terms.buyer:
        return Actor.BUYER
    return Actor.SELLER if account == terms.seller else Actor.OUTSIDER


def clock_sentence(terms: Terms, state: OrderState, now: int, actor: Actor) -> str:
    """The clock that runs now, in words for who reads it; and what may be done when it is over."""
    if state.status not in _RUNNING:
        return _still_sentence(state, now, actor)
    who = actor.value if actor in (Actor.BUYER, Actor.SELLER) else "other"
    name = state.status.name.lower()
    if now >= state.until:
        return t(f"trade.clock.{name}_over.{who}", since=duration_text(now - state.until))
    sentence = t(f"trade.clock.{name}.{who}", left=duration_text(state.until - now))
    from_when = earliest_accept(terms)
    if state.status is Status.PLACED and now < from_when:
        sentence += " " + t(f"trade.clock.cooling.{who}", wait=duration_text(from_when - now))
    return sentence


def _still_sentence(state: OrderState, now: int, actor: Actor) -> str:
    if state.status is Status.COMPLETED and actor is Actor.BUYER and not state.stars and now < state.until:
        return t("trade.clock.rating", left=duration_text(state.until - now))
    return t(f"trade.clock.{state.status.name.lower()}")


def is_overdue(state: OrderState, now: int) -> bool:
    """Whether the running clock is over, so that anyone may act."""
    return state.status in _RUNNING and now >= state.until


def order_shares(terms: Terms, earned: int, to_buyer: int = 0) -> list[Share]:
    """Who gets what when an order ends with `earned` token units for the seller's side, exactly."""
    parts = split(terms.base, earned, terms.fee_bps, terms.lines)
    shares = [Share(t("trade.share.buyer"), to_buyer), Share(t("trade.share.seller"), parts.to_seller)]
    shares.append(Share(t("trade.share.fee"), parts.fee))
    for level, (line, commission) in enumerate(zip(terms.lines, parts.commissions, strict=True), 1):
        if line.referrer != ZERO_ADDRESS:
            name = t("trade.share.referrer", level=level, account=short(line.referrer))
            shares.append(Share(name, commission))
    return shares


def party_name(terms: Terms, account: str | None, me: str | None) -> str:
    """Who an account is in an order: you, buyer, seller, payer, or its short form."""
    if account is None:
        return "—"
    if me is not None and account == me:
        return t("trade.party.you")
    for name, party in (("buyer", terms.buyer), ("seller", terms.seller), ("payer", terms.payer)):
        if account == party:
            return t(f"trade.party.{name}")
    return short(account)
