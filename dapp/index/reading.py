"""Logs into events: checks what a node gave, brings it into the chain's order and decodes it."""

from collections.abc import Mapping, Sequence
from typing import Any

from dapp.index.decode import Decoder, EventBook
from dapp.index.failures import MalformedLog, OutOfOrder, RpcLied
from dapp.index.kinds import BLOCK_SHIFT
from dapp.index.rpc import Log, hash_of, number_of

MAX_LOG_INDEX = (1 << BLOCK_SHIFT) - 1
# Plain tuples, which are quick to make and to hand to another process.
Event = tuple[int, int, bytes, bytes, tuple[Any, ...]]
"""Key, signature, transaction hash, payload, and the payload's values."""
Block = tuple[int, bytes, int, list[Event]]
"""Number, hash, time (Unix seconds) and events, which may be none."""


class LogReader:
    """Reads the logs of one deployment."""

    def __init__(self, book: EventBook) -> None:
        self.addresses = book.addresses
        self._by_address: dict[str, dict[str, tuple[int, int, Decoder]]] = {
            address: {
                topic: (event.signature, event.indexed + 1, event.decode) for topic, event in events.items()
            }
            for address, events in book.by_address.items()
        }

    def read(self, logs: Sequence[Log], times: Mapping[int, int]) -> list[Block]:
        """The blocks that these logs are of, in the chain's order; `times` of those whose logs don't tell it.

        Logs of events that no ABI knows are skipped. Raises RpcLied (MalformedLog).
        """
        try:
            return self._read(logs, times)
        except OutOfOrder:  # most nodes keep to it
            return self._read(sorted(logs, key=_place), times)

    def _read(self, logs: Sequence[Log], times: Mapping[int, int]) -> list[Block]:
        blocks: list[Block] = []
        block_text, transaction_text = "", ""
        known, transaction, fromhex = self._by_address, b"", bytes.fromhex
        number = base = 0
        last = -1
        events: list[Event] = []
        try:
            for log in logs:
                if log.block_number != block_text:
                    block_text = log.block_number
                    block = _enter(log, times, number if blocks else -1)
                    blocks.append(block)
                    number, events = block[0], block[3]
                    base = number << BLOCK_SHIFT
                definitions = known.get(log.address) or known.get(log.address.lower())
                if definitions is None:
                    raise RpcLied(f"A log of {log.address[:42]} came, which isn't the market's.")
                key = base | int(log.log_index, 16)
                if key - base > MAX_LOG_INDEX or log.removed:
                    raise RpcLied(f"Logs of block {number} are removed, or too many.")
                if key <= last:
                    raise OutOfOrder(f"Logs of block {number} are doubled or out of order.")
                last = key
                topics = log.topics
                definition = definitions.get(topics[0]) if topics else None
                if definition is None:
                    continue
                signature, topic_count, decode = definition
                if len(topics) != topic_count:
                    raise MalformedLog(f"{len(topics)} topics in a log of block {number}.")
                if log.transaction_hash != transaction_text:
                    transaction_text = log.transaction_hash
                    transaction = hash_of(transaction_text)
                # Indexed words and data in one. Not a digit may be lost: `fromhex` passes over spaces.
                if topic_count == 2:
                    text = topics[1][2:] + log.data[2:]
                elif topic_count == 3:
                    text = topics[1][2:] + topics[2][2:] + log.data[2:]
                else:
                    text = "".join([topic[2:] for topic in topics[1:]]) + log.data[2:]
                payload = fromhex(text)
                if len(payload) << 1 != len(text):
                    raise MalformedLog(f"Data of a log of block {number} isn't hexadecimal.")
                events.append((key, signature, transaction, payload, decode(payload)))
        except ValueError as error:
            raise MalformedLog(f"A log isn't in hexadecimal digits: {error}") from error
        return blocks


def _place(log: Log) -> tuple[int, int]:
    return number_of(log.block_number), number_of(log.log_index)


def _enter(log: Log, times: Mapping[int, int], before: int) -> Block:
    """The block of a log, which comes after block `before`."""
    number = number_of(log.block_number)
    if number <= before:
        raise OutOfOrder(f"Block {number} came after block {before}.")
    time = number_of(log.block_timestamp) if log.block_timestamp else times.get(number)
    if time is None:
        raise RpcLied(f"The time of block {number} is unknown.")
    return number, hash_of(log.block_hash), time, []
