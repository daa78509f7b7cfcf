"""Money in, money out, and to another account of the market."""

from collections.abc import Callable

import streamlit as st
from web3.contract.contract import ContractFunction
from web3.exceptions import Web3Exception

from dapp.chain.erc20 import Erc20
from dapp.chain.failures import ChainError
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.market import market
from dapp.widgets.actions import action
from dapp.widgets.addresses import is_address, short
from dapp.widgets.amounts import amount_input, amount_text, token_of
from dapp.widgets.i18n import t
from dapp.widgets.states import problem
from dapp.widgets.text import plain


def show_moves(account: str, token: str) -> None:
    """A tab for each way that money moves."""
    deposit, withdraw, transfer = st.tabs(
        [t("wallet.deposit"), t("wallet.withdraw"), t("wallet.transfer")], key="wallet.moves"
    )
    with deposit:
        _deposit(account, token)
    with withdraw:
        _withdraw(account, token)
    with transfer:
        _transfer(account, token)


def _deposit(account: str, token: str) -> None:
    st.caption(t("wallet.deposit_help"))
    amount = amount_input(t("wallet.amount"), token, key="wallet.deposit.amount")
    if not amount:
        return
    contract = market().contracts.market
    if token != ZERO_ADDRESS and not _approved(account, token, amount):
        return
    action(
        t("wallet.deposit_amount", amount=amount_text(amount, token)),
        lambda: contract.functions.deposit(token, amount, account),
        key=f"wallet.deposit.{token}",
        value=amount if token == ZERO_ADDRESS else 0,
        kind="primary",
        token=token_of(token),
        on_confirmed=_clear("deposit"),
    )


def _approved(account: str, token: str, amount: int) -> bool:
    """Whether the market may take the amount; else the button that lets it."""
    erc20, spender = Erc20(market().web3, token), market().contracts.market.address
    try:
        if erc20.allowance(account, spender) >= amount:
            return True
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("wallet.no_allowance", reason=plain(error)))
        return False
    action(
        t("wallet.approve", amount=amount_text(amount, token)),
        lambda: erc20.approve(spender, amount),
        key=f"wallet.approve.{token}",
        help=t("wallet.approve_help"),
        kind="primary",
        token=token_of(token),
    )
    return False


def _withdraw(account: str, token: str) -> None:
    st.caption(t("wallet.withdraw_help"))
    amount = amount_input(t("wallet.amount"), token, key="wallet.withdraw.amount")
    to = _address(t("wallet.to"), "wallet.withdraw.to", account)
    if not amount or to is None:
        return
    _move(
        "withdraw",
        t("wallet.withdraw_amount", amount=amount_text(amount, token), to=plain(short(to))),
        token,
        lambda: market().contracts.market.functions.withdraw(token, amount, to),
    )


def _transfer(account: str, token: str) -> None:
    st.caption(t("wallet.transfer_help"))
    amount = amount_input(t("wallet.amount"), token, key="wallet.transfer.amount")
    to = _address(t("wallet.to_account"), "wallet.transfer.to", "")
    if not amount or to is None:
        return
    if to == account:
        st.error(t("wallet.to_yourself"))
        return
    _move(
        "transfer",
        t("wallet.transfer_amount", amount=amount_text(amount, token), to=plain(short(to))),
        token,
        lambda: market().contracts.market.functions.transfer(token, to, amount),
    )


def _move(name: str, label: str, token: str, call: Callable[[], ContractFunction]) -> None:
    action(
        label,
        call,
        key=f"wallet.{name}.{token}",
        kind="primary",
        token=token_of(token),
        on_confirmed=_clear(name),
    )


def _address(label: str, key: str, default: str) -> str | None:
    """A typed address, checksummed; None while there is none, or it is not one."""
    typed = st.text_input(label, default, key=key, max_chars=42).strip()
    if not typed:
        return None
    if not is_address(typed):
        st.error(t("wallet.not_an_address"))
        return None
    return str(market().web3.to_checksum_address(typed))


def _clear(name: str) -> Callable[[], None]:
    """Empty the field, so that a second press moves nothing by mistake."""

    def clear() -> None:
        st.session_state.pop(f"wallet.{name}.amount", None)
        st.rerun()

    return clear
