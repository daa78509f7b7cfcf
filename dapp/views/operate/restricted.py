"""Calls that a role allows: at once, or scheduled at the Authority where the role has a delay."""

from typing import Any

import streamlit as st
from eth_typing import ChecksumAddress
from hexbytes import HexBytes
from web3.contract.contract import ContractFunction
from web3.exceptions import Web3Exception

from dapp import wallet
from dapp.chain.failures import ChainError
from dapp.market import market
from dapp.widgets.actions import action
from dapp.widgets.i18n import t
from dapp.widgets.states import problem
from dapp.widgets.text import plain
from dapp.widgets.times import clock_text, duration_text

ADMIN = 0


def restricted_action(
    label: str, call: ContractFunction, *, key: str, value: int = 0, himself: bool = False
) -> None:
    """The button of a restricted call, and with a delay those of its two steps: schedule, then do it.

    label: what the call does, plain text. himself: the contract takes it from the member alone, so that he
    calls it himself once the Authority has it scheduled, not through the Authority.
    """
    account = wallet.account()
    if account is None:
        return
    try:
        delay = _delay(account, call)
        ready_at = _scheduled(account, call) if delay else 0
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("operate.no_answer", reason=plain(error)))
        return
    if delay is None:
        st.caption(t("operate.not_allowed", what=plain(label)))
    elif delay == 0:
        action(label, call, key=key, value=value, kind="primary", on_confirmed=st.rerun)
    elif ready_at == 0:
        _schedule(label, call, key, delay)
    else:
        _scheduled_call(label, call, key, value, ready_at, himself)


def _schedule(label: str, call: ContractFunction, key: str, delay: int) -> None:
    authority = market().contracts.authority.functions
    st.caption(t("operate.delay", delay=duration_text(delay)))
    action(
        t("operate.schedule", what=label),
        lambda: authority.schedule(_target(call), _data(call), 0),
        key=f"{key}.schedule",
        kind="primary",
        on_confirmed=st.rerun,
    )


def _scheduled_call(
    label: str, call: ContractFunction, key: str, value: int, ready_at: int, himself: bool
) -> None:
    target, data = _target(call), _data(call)
    authority, now = market().contracts.authority.functions, market().now()
    if now < ready_at:
        st.info(t("operate.scheduled", clock=clock_text(ready_at, now)), icon=":material/schedule:")
    else:
        action(
            label,
            call if himself else lambda: authority.execute(target, data),
            key=f"{key}.execute",
            value=value,
            kind="primary",
            on_confirmed=st.rerun,
        )
    account = wallet.account()
    action(
        t("operate.cancel_scheduled"),
        lambda: authority.cancel(account, target, data),
        key=f"{key}.cancel",
        on_confirmed=st.rerun,
    )


def _delay(account: str, call: ContractFunction) -> int | None:
    """Seconds that the account must wait for the call; None if no role of his allows it."""
    authority = market().contracts.authority
    if _target(call) == authority.address:  # its own functions are the admin's
        allowed, delay = authority.functions.hasRole(ADMIN, _checksum(account)).call()
        return int(delay) if allowed else None
    selector = bytes(_data(call))[:4]
    immediate, delay = authority.functions.canCall(_checksum(account), _target(call), selector).call()
    return 0 if immediate else int(delay) or None


def _scheduled(account: str, call: ContractFunction) -> int:
    """From when on the scheduled call can be done; 0 if it isn't scheduled, or expired."""
    authority = market().contracts.authority.functions
    operation = authority.hashOperation(_checksum(account), _target(call), _data(call)).call()
    return int(authority.getSchedule(operation).call())


def _target(call: ContractFunction) -> ChecksumAddress:
    address: Any = call.address
    return _checksum(address)


def _data(call: ContractFunction) -> HexBytes:
    return HexBytes(call._encode_transaction_data())


def _checksum(address: str) -> ChecksumAddress:
    return market().web3.to_checksum_address(address)
