"""One transaction: who called what, how it ended, what it cost, and what it told."""

from typing import Any

import streamlit as st
from hexbytes import HexBytes
from web3.exceptions import TransactionNotFound, Web3Exception

from dapp.chain.failures import ChainError
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.index.rows import EventQuery
from dapp.market import market
from dapp.views.explorer.events import show_event
from dapp.views.explorer.values import value_text
from dapp.widgets.addresses import address
from dapp.widgets.amounts import amount_text
from dapp.widgets.i18n import t
from dapp.widgets.states import empty, problem
from dapp.widgets.text import plain
from dapp.widgets.times import moment

MOST = 500


def show_transaction(hash_: bytes) -> None:
    """The transaction of this hash, as the node and the index know it."""
    eth = market().web3.eth
    try:
        sent = eth.get_transaction(HexBytes(hash_))
    except TransactionNotFound:
        empty(t("explorer.unknown_transaction"), "search_off")
        return
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("explorer.no_answer", reason=plain(error)))
        return
    _show_call(sent)
    _show_outcome(hash_)
    st.subheader(t("explorer.events"))
    events = market().index.events(EventQuery(transaction=hash_), MOST)
    if not events:
        st.caption(t("explorer.no_events"))
    for event in reversed(events):
        show_event(event)


def _show_call(sent: Any) -> None:
    with st.container(border=True):
        with st.container(horizontal=True):
            address(sent["from"], t("explorer.from"), key="explorer.tx.from")
            if sent["to"]:
                address(sent["to"], t("explorer.to"), key="explorer.tx.to")
            st.markdown(amount_text(sent["value"], ZERO_ADDRESS), width="content")
        decoded = decode_call(sent["to"], bytes(sent["input"]))
        if decoded is not None:
            contract, function, arguments = decoded
            st.markdown(f"**{contract}.{function}**")
            lines = "\n".join(f"{name} = {value_text(value)}" for name, value in arguments.items())
            st.code(lines or "()", language=None, wrap_lines=True)
        elif sent["input"]:
            st.code(f"0x{bytes(sent['input']).hex()}"[:4_000], language=None, wrap_lines=True)


def _show_outcome(hash_: bytes) -> None:
    eth = market().web3.eth
    try:
        receipt = eth.get_transaction_receipt(HexBytes(hash_))
        block = eth.get_block(receipt["blockNumber"])
    except TransactionNotFound:
        st.info(t("explorer.pending"), icon=":material/hourglass_empty:")
        return
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("explorer.no_answer", reason=plain(error)))
        return
    if receipt["status"] == 1:
        st.success(
            t("explorer.succeeded", block=f"{receipt['blockNumber']:,}"), icon=":material/check_circle:"
        )
    else:
        st.error(t("explorer.reverted", block=f"{receipt['blockNumber']:,}"), icon=":material/error:")
    price = int(receipt.get("effectiveGasPrice", 0))
    paid = amount_text(receipt["gasUsed"] * price, ZERO_ADDRESS)
    st.caption(t("explorer.gas", gas=f"{receipt['gasUsed']:,}", paid=paid))
    moment(int(block["timestamp"]))


def decode_call(to: str | None, data: bytes) -> tuple[str, str, dict[str, Any]] | None:
    """Contract, function and arguments of a call of the market's; None if it isn't one."""
    record = market().contracts.record
    for name, contract in record.contracts.items():
        if to is None or contract.address.lower() != to.lower():
            continue
        bound = market().web3.eth.contract(contract.address, abi=contract.abi)
        try:
            function, arguments = bound.decode_function_input(HexBytes(data))
        except (ValueError, Web3Exception):
            return None
        return name, function.fn_name, dict(arguments)
    return None
