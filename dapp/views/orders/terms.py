"""The sealed terms of an order in plain words: what nobody can change any more."""

import streamlit as st

from dapp.domain.bounds import MONTH_END, ZERO_ADDRESS
from dapp.domain.terms import Flag
from dapp.index.rows import OrderRow
from dapp.widgets.addresses import address, short
from dapp.widgets.amounts import amount_text, percent_text
from dapp.widgets.i18n import t
from dapp.widgets.links import screen_link
from dapp.widgets.times import local_time, window_text


def show(order: OrderRow, me: str | None) -> None:
    """Draw the terms."""
    del me
    with st.expander(t("orders.terms.title"), icon=":material/lock:"):
        st.caption(t("orders.terms.sealed", time=local_time(order.terms.placed_at)))
        st.markdown("\n".join(f"- {line}" for line in lines(order)))
        screen_link("service", t("orders.terms.service"), listing=order.terms.listing_id)
        for level, line in enumerate(order.terms.lines, 1):
            if line.referrer != ZERO_ADDRESS:
                address(line.referrer, t("orders.terms.referrer", level=level))
        if order.terms.arbitrator != ZERO_ADDRESS:
            address(order.terms.arbitrator, t("orders.terms.arbitrator_account"))


def lines(order: OrderRow) -> list[str]:
    """The terms, a sentence each, as markdown."""
    sealed = order.terms
    told = [
        t("orders.terms.price", amount=amount_text(sealed.base, sealed.token), quantity=sealed.quantity),
        t("orders.terms.version", listing=sealed.listing_id, version=sealed.version),
        t("orders.terms.accept", window=window_text(sealed.accept_seconds)),
        t("orders.terms.deliver", window=window_text(sealed.deliver_seconds)),
        t("orders.terms.review", window=window_text(sealed.review_seconds)),
        _settlement(sealed.settle_days),
        t("orders.terms.fee", rate=percent_text(sealed.fee_bps)),
    ]
    if sealed.has(Flag.INSTANT):
        told.insert(3, t("orders.terms.instant"))
    for level, line in enumerate(sealed.lines, 1):
        if line.referrer != ZERO_ADDRESS:
            cap = t("orders.terms.cap", amount=amount_text(line.cap, sealed.token)) if line.cap else ""
            rate = percent_text(line.rate_bps)
            told.append(
                t("orders.terms.commission", level=level, rate=rate, account=short(line.referrer), cap=cap)
            )
    told.append(_arbitrator(sealed.arbitrator, sealed.has(Flag.FOREIGN_ARBITRATOR)))
    told.append(t("orders.terms.deposit", amount=amount_text(sealed.max_arbitration_cost, ZERO_ADDRESS)))
    if sealed.payer != sealed.buyer:
        told.append(t("orders.terms.payer", account=short(sealed.payer)))
    return told


def _settlement(days: int) -> str:
    if days == MONTH_END:
        return t("orders.terms.settle_month")
    return t("orders.terms.settle_days", days=days) if days else t("orders.terms.settle_now")


def _arbitrator(arbitrator: str, foreign: bool) -> str:
    if arbitrator == ZERO_ADDRESS:
        return t("orders.terms.panel")
    return t("orders.terms.foreign" if foreign else "orders.terms.arbitrator", account=short(arbitrator))
