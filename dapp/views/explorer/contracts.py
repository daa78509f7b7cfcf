"""A form for every function: reads are answered at once, writes go through the wallet."""

from typing import Any

import streamlit as st
from web3.contract.contract import ContractFunction
from web3.exceptions import ContractLogicError, Web3Exception

from dapp import wallet
from dapp.chain.errors import explain
from dapp.chain.failures import ChainError
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.market import market
from dapp.views.explorer.values import BadValue, parse_value, type_text, value_text
from dapp.widgets.actions import action
from dapp.widgets.addresses import address
from dapp.widgets.amounts import amount_input
from dapp.widgets.i18n import language, t
from dapp.widgets.states import problem
from dapp.widgets.text import plain

Abi = dict[str, Any]
READS = ("view", "pure")


def show_contracts() -> None:
    """Choose a contract and a function, fill in its arguments, call it."""
    record = market().contracts.record
    with st.container(horizontal=True, vertical_alignment="bottom"):
        name = st.selectbox(t("explorer.contract"), list(record.contracts), key="explorer.contract")
        functions = sorted(
            (item for item in record[name].abi if item["type"] == "function"),
            key=lambda item: (item["stateMutability"] not in READS, item["name"]),
        )
        function = st.selectbox(
            t("explorer.function"), functions, format_func=_function_name, key=f"explorer.function.{name}"
        )
    address(record[name].address, name, key="explorer.contract.address")
    if function is not None:
        _form(name, function)


def _function_name(function: Abi) -> str:
    kind = t("explorer.reads" if function["stateMutability"] in READS else "explorer.writes")
    return f"{function['name']} · {kind}"


def signature_of(function: Abi) -> str:
    """The function's signature, which tells overloads apart: `deposit(address,uint256,address)`."""
    return f"{function['name']}({', '.join(type_text(argument) for argument in function['inputs'])})"


def _form(name: str, function: Abi) -> None:
    signature = signature_of(function)
    st.code(
        f"{signature} → {', '.join(type_text(each) for each in function['outputs']) or '()'}", language=None
    )
    key = f"explorer.{name}.{signature}"
    typed = [
        st.text_input(
            f"{argument['name'] or place} ({type_text(argument)})",
            key=f"{key}.{place}",
            help=t("explorer.json_help")
            if argument["type"][-1] == "]" or "tuple" in argument["type"]
            else None,
        )
        for place, argument in enumerate(function["inputs"])
    ]
    if any(not text.strip() and argument["type"] != "string" for text, argument in _pairs(typed, function)):
        st.caption(t("explorer.fill_in"))
        return
    try:
        arguments = [parse_value(argument, text) for text, argument in _pairs(typed, function)]
        call = _bound(name, function, arguments)
    except BadValue as error:
        st.error(t("explorer.bad_value", name=plain(error.what), kind=plain(error.kind)))
        return
    except (Web3Exception, ValueError, TypeError, OverflowError) as error:
        st.error(plain(error, 400))
        return
    if function["stateMutability"] in READS:
        if st.button(t("explorer.read"), key=f"{key}.read", type="primary"):
            _read(call, function)
    else:
        _write(call, function, key)


def _pairs(typed: list[str], function: Abi) -> list[tuple[str, Abi]]:
    return list(zip(typed, function["inputs"], strict=True))


def _bound(name: str, function: Abi, arguments: list[Any]) -> ContractFunction:
    contract = market().web3.eth.contract(market().contracts.record[name].address, abi=[function])
    return contract.functions[function["name"]](*arguments)


def _read(call: ContractFunction, function: Abi) -> None:
    sender = wallet.account() or ZERO_ADDRESS
    try:
        found = call.call({"from": market().web3.to_checksum_address(sender)})
    except ContractLogicError as error:
        st.error(plain(explain(market().errors.decode(error.data), language(), token_of=market().token), 600))
        return
    except (ChainError, Web3Exception, OSError, ValueError) as error:
        problem(t("explorer.no_answer", reason=plain(error)))
        return
    values = found if len(function["outputs"]) > 1 else [found]
    lines = [
        f"{output['name'] or place} = {value_text(value)}"
        for place, (output, value) in enumerate(zip(function["outputs"], values, strict=True))
    ]
    st.code("\n".join(lines) or "()", language=None, wrap_lines=True)


def _write(call: ContractFunction, function: Abi, key: str) -> None:
    value = 0
    if function["stateMutability"] == "payable":
        value = amount_input(t("explorer.value"), ZERO_ADDRESS, key=f"{key}.value") or 0
    action(t("explorer.send", name=function["name"]), call, key=f"{key}.write", value=value, kind="primary")
