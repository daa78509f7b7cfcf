"""Transactions from build to outcome; signing is the wallet's.

A transaction that was sent ends in one of four ways, which a user must be able to tell apart: confirmed,
reverted (with the contract's reason), replaced (another one with its nonce was mined) or dropped (the node
has forgotten it and its nonce is still free). Until then it is pending.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from typing import Any

from eth_typing import ChecksumAddress
from hexbytes import HexBytes
from web3 import Web3
from web3.contract.contract import ContractFunction
from web3.exceptions import ContractLogicError, TransactionNotFound, Web3RPCError
from web3.types import TxParams, TxReceipt

from dapp.chain.errors import ContractError, ErrorBook
from dapp.chain.failures import ChainError


class Fate(Enum):
    """What became of a transaction."""

    PENDING = "pending"
    CONFIRMED = "confirmed"
    REVERTED = "reverted"
    REPLACED = "replaced"
    DROPPED = "dropped"


class Reverted(ChainError):  # noqa: N818
    """The contract refuses the call; `error` is its reason."""

    def __init__(self, error: ContractError) -> None:
        super().__init__(str(error))
        self.error = error


@dataclass(frozen=True)
class Outcome:
    """What became of a transaction; `error` is the reason of a revert where the node can still tell it."""

    fate: Fate
    receipt: TxReceipt | None = None
    error: ContractError | None = None


@dataclass(frozen=True)
class Sent:
    """A transaction on its way."""

    hash: HexBytes
    sender: ChecksumAddress
    nonce: int


def simulate(call: ContractFunction, sender: ChecksumAddress, book: ErrorBook, value: int = 0) -> Any:
    """What the call would return now. Raises Reverted with the contract's reason."""
    try:
        return call.call({"from": sender, "value": Web3.to_wei(value, "wei")})
    except ContractLogicError as error:
        raise Reverted(book.decode(error.data)) from error


def build(call: ContractFunction, sender: ChecksumAddress, book: ErrorBook, value: int = 0) -> TxParams:
    """The whole transaction, ready to be signed: nonce, gas (with a reserve of a fifth) and fees filled in.

    Raises Reverted if it would fail now.
    """
    simulate(call, sender, book, value)
    web3 = call.w3
    transaction = call.build_transaction(
        {
            "from": sender,
            "value": Web3.to_wei(value, "wei"),
            "nonce": web3.eth.get_transaction_count(sender, "pending"),
            "chainId": web3.eth.chain_id,
        }
    )
    transaction["gas"] = transaction["gas"] * 6 // 5
    return transaction


def send_raw(web3: Web3, signed: bytes, sender: ChecksumAddress, nonce: int) -> Sent:
    """Send what a wallet signed. One that the node has already is no error."""
    expected = HexBytes(Web3.keccak(signed))
    try:
        web3.eth.send_raw_transaction(signed)
    except Web3RPCError as error:
        if "already known" not in str(error).lower() and "already imported" not in str(error).lower():
            raise
    return Sent(expected, sender, nonce)


def look(web3: Web3, sent: Sent, book: ErrorBook) -> Outcome:
    """What has become of a transaction by now."""
    receipt = _receipt(web3, sent.hash)
    used = receipt is None and web3.eth.get_transaction_count(sent.sender, "latest") > sent.nonce
    if used:  # by this very transaction, if it was mined between the two questions
        receipt = _receipt(web3, sent.hash)
    if receipt is not None:
        if receipt["status"] == 1:
            return Outcome(Fate.CONFIRMED, receipt)
        return Outcome(Fate.REVERTED, receipt, _reason(web3, sent.hash, receipt, book))
    if used:
        return Outcome(Fate.REPLACED)
    try:
        web3.eth.get_transaction(sent.hash)
    except TransactionNotFound:
        return Outcome(Fate.DROPPED)
    return Outcome(Fate.PENDING)


def await_outcome(
    web3: Web3,
    sent: Sent,
    book: ErrorBook,
    *,
    timeout_seconds: float = 120,
    poll_seconds: float = 0.5,
    sleep: Callable[[float], None] = time.sleep,
) -> Outcome:
    """Wait until a transaction has ended, or the time is over: then it is pending, or dropped.

    A node may take a moment to know a transaction it was just given, so that one counts as dropped only at
    the end.
    """
    deadline = time.monotonic() + timeout_seconds
    while True:
        outcome = look(web3, sent, book)
        ended = outcome.fate in (Fate.CONFIRMED, Fate.REVERTED, Fate.REPLACED)
        if ended or time.monotonic() >= deadline:
            return outcome
        sleep(poll_seconds)


def _receipt(web3: Web3, hash_: HexBytes) -> TxReceipt | None:
    try:
        return web3.eth.get_transaction_receipt(hash_)
    except TransactionNotFound:
        return None


def _reason(web3: Web3, hash_: HexBytes, receipt: TxReceipt, book: ErrorBook) -> ContractError | None:
    """Why a mined transaction reverted: the call again, on the block before, as near as a node gets."""
    mined = web3.eth.get_transaction(hash_)
    again: TxParams = {
        "from": mined["from"],
        "to": mined["to"],
        "value": mined["value"],
        "data": mined["input"],
        "gas": mined["gas"],
    }
    try:
        web3.eth.call(again, receipt["blockNumber"] - 1)
    except ContractLogicError as error:
        return book.decode(error.data)
    except Web3RPCError:
        return None
    return None
