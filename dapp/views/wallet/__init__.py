"""My money: available, maturing and in escrow; deposit, withdraw, transfer; the ledger; my sign-ins."""

import streamlit as st

from dapp import wallet
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.market import market
from dapp.views.wallet.ledger import show_ledger
from dapp.views.wallet.money import show_money
from dapp.views.wallet.moves import show_moves
from dapp.views.wallet.sign_ins import show_sign_ins
from dapp.widgets.amounts import token_of
from dapp.widgets.i18n import t
from dapp.widgets.states import empty
from dapp.widgets.text import plain


def render() -> None:
    """The screen."""
    st.title(t("wallet.title"))
    account = wallet.account()
    if account is None:
        empty(t("wallet.connect"), "account_balance_wallet")
        return
    token = _token(account)
    show_money(account, token)
    show_moves(account, token)
    show_ledger(account, token)
    show_sign_ins(account)


def _token(account: str) -> str:
    """The token that the screen is about: one that the account or the market has."""
    index = market().index
    known = [ZERO_ADDRESS, *(balance.token for balance in index.balances(account))]
    known += [total.token for total in index.statistics().tokens]
    tokens = list(dict.fromkeys(known))
    chosen = st.segmented_control(
        t("wallet.token"),
        tokens,
        format_func=lambda address: plain(token_of(address).symbol),
        key="wallet.token",
        default=ZERO_ADDRESS,
        required=True,
        label_visibility="collapsed",
    )
    return str(chosen)
