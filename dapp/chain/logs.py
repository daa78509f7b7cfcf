"""Looking events up, on nodes that limit how much one answer may hold."""

from collections.abc import Sequence

from eth_typing import ChecksumAddress
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import Web3Exception
from web3.types import LogReceipt

_SMALLEST_RANGE = 16


def find_logs(
    web3: Web3,
    address: ChecksumAddress,
    topics: Sequence[bytes | None],
    first_block: int,
    last_block: int | None = None,
) -> list[LogReceipt]:
    """All logs of `address` with these topics (None matches any), in the chain's order.

    A range that the node finds too large is halved. last_block: the latest one if None.
    """
    last = web3.eth.block_number if last_block is None else last_block
    try:
        return web3.eth.get_logs(
            {
                "address": address,
                "topics": [None if topic is None else HexBytes(topic) for topic in topics],
                "fromBlock": first_block,
                "toBlock": last,
            }
        )
    except (Web3Exception, ValueError):
        if last - first_block < _SMALLEST_RANGE:
            raise
    middle = (first_block + last) // 2
    lower = find_logs(web3, address, topics, first_block, middle)
    return lower + find_logs(web3, address, topics, middle + 1, last)
