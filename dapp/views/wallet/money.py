"""Where an account's money is: available, maturing by day, in escrow."""

import streamlit as st
from web3.exceptions import Web3Exception

from dapp.chain.erc20 import Erc20
from dapp.chain.failures import ChainError
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.maturity import day_of
from dapp.index.account_rows import Balance
from dapp.market import market
from dapp.widgets import charts
from dapp.widgets.actions import action
from dapp.widgets.amounts import amount_text, token_of
from dapp.widgets.figures import Figure, facts, figures
from dapp.widgets.i18n import t
from dapp.widgets.times import day_text


def show_money(account: str, token: str) -> None:
    """The account's whole position in a token."""
    found = [balance for balance in market().index.balances(account) if balance.token == token]
    balance = found[0] if found else Balance(token, 0, 0, 0, 0)
    shown = (
        ("available", balance.available),
        ("maturing", balance.maturing),
        ("escrowed_as_buyer", balance.escrowed_as_buyer),
        ("escrowed_as_seller", balance.escrowed_as_seller),
        ("outside", held_outside(account, token)),
    )
    figures(
        [
            Figure(
                t(f"wallet.{name}"),
                "—" if units is None else amount_text(units, token),
                note=t(f"wallet.{name}_help"),
            )
            for name, units in shown
        ],
        least=15,
    )
    if balance.maturing:
        _maturing(account, token)


def held_outside(account: str, token: str) -> int | None:
    """What the account holds itself, outside the market; None while the chain doesn't tell."""
    web3 = market().web3
    try:
        if token == ZERO_ADDRESS:
            return int(web3.eth.get_balance(web3.to_checksum_address(account)))
        return Erc20(web3, token).balance_of(account)
    except (ChainError, Web3Exception, OSError):
        return None


def _maturing(account: str, token: str) -> None:
    buckets = [(day, units) for day, units in market().index.maturing(account, token) if units]
    today, decimals = day_of(market().now()), token_of(token).decimals
    st.subheader(t("wallet.by_day"))
    rows = [
        {
            "day": day_text(day),
            "value": units / 10**decimals,
            "amount": amount_text(units, token),
            "when": t("wallet.due" if day <= today else "wallet.waiting"),
        }
        for day, units in sorted(buckets)
    ]
    if len(rows) > 1:
        spec = charts.bars(rows, "day", "value", color="when", tooltip=("day", "amount", "when"))
        charts.show(spec, height=180, key="wallet.by_day")
    facts([Figure(str(row["day"]), str(row["amount"]), note=f"({row['when']})") for row in rows])
    due = sorted(day for day, _units in buckets if day <= today)
    if due:
        action(
            t("wallet.mature", amount=amount_text(sum(units for day, units in buckets if day in due), token)),
            lambda: market().contracts.market.functions.mature(account, token, due),
            key=f"wallet.mature.{token}",
            help=t("wallet.mature_help"),
            kind="primary",
        )
