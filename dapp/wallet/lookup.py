"""Finding a transaction by its sender and nonce: its hash never came back, or another took its place."""

from collections.abc import Mapping
from typing import Any

from eth_utils.conversions import to_int
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import BlockNotFound, TransactionNotFound, Web3RPCError
from web3.types import BlockIdentifier, TxData

# Without a block to start at, as far back as a day of twelve-second blocks.
_FURTHEST_BACK = 7200


def transaction_of(web3: Web3, hash_: HexBytes) -> TxData | None:
    """The node's copy of a transaction, mined or waiting."""
    try:
        return web3.eth.get_transaction(hash_)
    except TransactionNotFound:
        return None


def sent_with_nonce(web3: Web3, sender: str, nonce: int, since_block: int | None = None) -> TxData | None:
    """The transaction that used this nonce: mined after `since_block`, or waiting in the node's pool.

    None if there is none, or the node no longer has the states to find it by.
    """
    account = Web3.to_checksum_address(sender)
    if web3.eth.get_transaction_count(account, "latest") <= nonce:
        return _in_block(web3, account, nonce, "pending")
    high: int = web3.eth.block_number
    low = since_block if since_block is not None else max(high - _FURTHEST_BACK, 0)
    try:
        if web3.eth.get_transaction_count(account, low) > nonce:
            return None
        while high - low > 1:  # the count is above the nonce at `high` and not at `low`
            middle = (low + high) // 2
            if web3.eth.get_transaction_count(account, middle) > nonce:
                high = middle
            else:
                low = middle
    except (BlockNotFound, Web3RPCError):
        return None
    return _in_block(web3, account, nonce, high)


def same_purpose(mined: TxData, asked: Mapping[str, Any]) -> bool:
    """Whether a transaction does what was asked: same receiver, data and value."""
    return (
        str(mined.get("to", "")).lower() == str(asked.get("to", "")).lower()
        and HexBytes(mined["input"]) == HexBytes(asked.get("data", "0x"))
        and mined["value"] == to_int(hexstr=asked.get("value", "0x0"))
    )


def _in_block(web3: Web3, account: str, nonce: int, block: BlockIdentifier) -> TxData | None:
    try:
        transactions: Any = web3.eth.get_block(block, full_transactions=True)["transactions"]
    except (BlockNotFound, Web3RPCError):
        return None
    return next(
        (found for found in transactions if found["from"] == account and found["nonce"] == nonce), None
    )
