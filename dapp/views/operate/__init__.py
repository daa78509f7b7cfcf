"""Running the market: what is overdue, what is held, health, pause, rates, people, judgements; by role."""

from collections.abc import Callable

import streamlit as st

from dapp import wallet
from dapp.market import market
from dapp.views.operate.bots import show_bots
from dapp.views.operate.clocks import show_clocks
from dapp.views.operate.health import show_health
from dapp.views.operate.holds import show_holds
from dapp.views.operate.judging import show_judging
from dapp.views.operate.merchants import REVIEWER, show_merchants
from dapp.views.operate.overdue import show_overdue
from dapp.views.operate.people import show_people
from dapp.views.operate.rates import show_pause, show_rates, show_treasury
from dapp.widgets.i18n import has_text, t
from dapp.widgets.tabs import tabs
from dapp.widgets.text import plain

ADMIN, PAUSER, RATES, TREASURER = 0, 1, 2, 3
ATTESTORS, APPEALS, ARBITERS = (4, 5, 6), 7, 10


def render() -> None:
    """The screen. Everyone sees queue and health, and may sweep; the rest is for those who hold a role."""
    st.title(t("operate.title"))
    account = wallet.account()
    roles = {row.role for row in market().index.roles(account)} if account else set()
    if roles:
        names = ", ".join(role_name(role) for role in sorted(roles))
        st.markdown(t("operate.your_roles", roles=names))
    else:
        st.caption(t("operate.no_role"))
    shown: dict[str, Callable[[], None]] = {
        "overdue": show_overdue,
        "clocks": show_clocks,
        "holds": lambda: show_holds(may_decide=REVIEWER in roles),
        "bots": show_bots,
        "health": show_health,
    }
    if PAUSER in roles:
        shown["pause"] = show_pause
    if RATES in roles:
        shown["rates"] = show_rates
    if ADMIN in roles or ARBITERS in roles:
        shown["people"] = show_people
    if APPEALS in roles or roles.intersection(ATTESTORS):
        shown["judging"] = lambda: show_judging(roles)
    if REVIEWER in roles:
        shown["merchants"] = show_merchants
    if TREASURER in roles:
        shown["treasury"] = show_treasury
    tabs({t(f"operate.tabs.{name}"): show for name, show in shown.items()}, key="operate.tabs")


def role_name(role: int) -> str:
    """The name of a role of the Authority, or its number."""
    key = f"operate.roles.{role}"
    return t(key) if has_text(key) else plain(str(role))
