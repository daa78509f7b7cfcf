"""When a service is to be accepted, delivered, reviewed and paid out."""

from dataclasses import replace

import streamlit as st

from dapp.domain.bounds import MONTH_END
from dapp.domain.terms import NO_FLAGS, Flag, Listing
from dapp.widgets.i18n import t

HOUR = 3_600
SETTLE_DAYS = (0, 1, 3, 7, 14, 30, 60, MONTH_END)


def ask_times(before: Listing, key: str) -> Listing:
    """The windows in hours, the settlement's delay, and whether delivery is instant."""
    st.markdown(f"**{t('sell.form.times')}**")
    columns = st.columns(3)
    hours = {}
    for column, (name, least) in zip(columns, (("accept", 1), ("deliver", 1), ("review", 24)), strict=True):
        now = getattr(before, f"{name}_seconds")
        hours[name] = column.number_input(
            t(f"sell.form.{name}"),
            least,
            90 * 24,
            max(now // HOUR, least),
            1,
            key=f"{key}.{name}",
            help=t(f"sell.form.{name}_help"),
        )
    days = sorted({*SETTLE_DAYS, before.settle_days})
    settle = st.selectbox(
        t("sell.form.settle"),
        days,
        days.index(before.settle_days),
        format_func=_settle_text,
        key=f"{key}.settle",
        help=t("sell.form.settle_help"),
    )
    instant = st.toggle(
        t("sell.form.instant"),
        bool(before.flags & Flag.INSTANT),
        key=f"{key}.instant",
        help=t("sell.form.instant_help"),
    )
    return replace(
        before,
        accept_seconds=int(hours["accept"]) * HOUR,
        deliver_seconds=int(hours["deliver"]) * HOUR,
        review_seconds=int(hours["review"]) * HOUR,
        settle_days=int(settle),
        flags=Flag.INSTANT if instant else NO_FLAGS,
    )


def _settle_text(days: int) -> str:
    if days == MONTH_END:
        return t("sell.form.settle_month")
    return t("sell.form.settle_days", n=days) if days else t("sell.form.settle_now")
