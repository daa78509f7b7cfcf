"""A merchant's credit: score, tier and what it grants, the five dimensions, and why each change happened."""

import streamlit as st

from dapp import wallet
from dapp.market import market
from dapp.views.credit.advice import show_advice
from dapp.views.credit.appeals import show_appeals
from dapp.views.credit.history import show_history
from dapp.views.credit.proofs import show_proofs
from dapp.views.credit.rewards import show_rewards
from dapp.views.credit.score import show_score
from dapp.views.credit.unusual import show_unusual
from dapp.widgets.addresses import is_address
from dapp.widgets.i18n import t
from dapp.widgets.states import empty

MERCHANT = "merchant"


def render() -> None:
    """The screen of `?merchant=0x…`, else of the connected account."""
    st.title(t("credit.title"))
    asked = st.query_params.get(MERCHANT, "")
    typed = st.text_input(
        t("credit.whose"),
        asked if is_address(asked) else wallet.account() or "",
        key=f"credit.whose.{asked or wallet.account()}",
        max_chars=42,
        help=t("credit.whose_help"),
    ).strip()
    if not typed:
        empty(t("credit.nobody"), "workspace_premium")
        return
    if not is_address(typed):
        st.error(t("credit.not_an_address"))
        return
    merchant = market().index.merchant(str(market().web3.to_checksum_address(typed)))
    show_score(merchant)
    show_unusual(merchant)
    show_advice(merchant)
    show_rewards(merchant)
    show_history(merchant)
    show_appeals(merchant)
    show_proofs(merchant)
