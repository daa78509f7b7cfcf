"""What an account earned as a referrer, by level and by day."""

from collections import defaultdict
from collections.abc import Sequence

import streamlit as st

from dapp.index.account_rows import Earning
from dapp.market import market
from dapp.widgets import charts
from dapp.widgets.amounts import amount_text, token_of
from dapp.widgets.figures import Figure, figures
from dapp.widgets.i18n import t
from dapp.widgets.states import empty
from dapp.widgets.times import day_text

LEVELS = (1, 2, 3)


def show_earnings(account: str) -> None:
    """The totals of each level and a chart of the days, for each token."""
    st.subheader(t("earn.earnings"))
    earnings = market().index.earnings(account)
    if not earnings:
        empty(t("earn.nothing_yet"), "savings")
        return
    by_token: dict[str, list[Earning]] = defaultdict(list)
    for earning in earnings:
        by_token[earning.token].append(earning)
    for token, of_token in by_token.items():
        _show_token(token, of_token)


def _show_token(token: str, earnings: Sequence[Earning]) -> None:
    by_level = [(t("earn.total"), earnings)]
    by_level += [
        (t("earn.level", level=level), [each for each in earnings if each.level == level]) for level in LEVELS
    ]
    figures([_total(name, token, part) for name, part in by_level], least=12)
    decimals = token_of(token).decimals
    rows = [
        {
            "day": day_text(earning.day),
            "value": earning.amount / 10**decimals,
            "level": t("earn.level", level=earning.level),
            "amount": amount_text(earning.amount, token),
            "orders": t("earn.orders", count=earning.orders),
        }
        for earning in sorted(earnings, key=lambda each: (each.day, each.level))
    ]
    spec = charts.bars(rows, "day", "value", color="level", tooltip=("day", "level", "amount", "orders"))
    charts.show(spec, height=220, key=f"earn.days.{token}")


def _total(name: str, token: str, earnings: Sequence[Earning]) -> Figure:
    amount = amount_text(sum(earning.amount for earning in earnings), token)
    return Figure(name, amount, note=t("earn.orders", count=sum(earning.orders for earning in earnings)))
