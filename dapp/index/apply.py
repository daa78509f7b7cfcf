"""Logs into rows: checks what a node gave, decodes it and calls the handlers, in the chain's order."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from dapp.chain.records import DeploymentRecord
from dapp.index.decode import Decoder, EventBook
from dapp.index.failures import MalformedLog, RpcLied
from dapp.index.handlers.registry import handler_of
from dapp.index.kinds import BLOCK_SHIFT
from dapp.index.market_state import POSITION_SHIFT, MarketState
from dapp.index.rpc import Log, hash_of, number_of

Handler = Callable[..., int | None]
MAX_LOG_INDEX = (1 << BLOCK_SHIFT) - 1


class Applier:
    """Applies the logs of one deployment."""

    def __init__(self, record: DeploymentRecord) -> None:
        self.book = EventBook(record)
        self._by_address: dict[str, dict[str, tuple[int, int, Decoder, Handler]]] = {
            address: {
                topic: (event.signature, event.indexed + 1, event.decode, handler_of(event))
                for topic, event in events.items()
            }
            for address, events in self.book.by_address.items()
        }

    def apply(self, state: MarketState, logs: Sequence[Log], times: Mapping[int, int]) -> int:
        """Apply the logs of whole blocks; `times` of blocks whose logs don't tell it. Gives their number.

        Logs of events that no ABI knows are skipped.
        Raises RpcLied (MalformedLog) or ForeignHistory; the state is useless then.
        """
        events, block_text, transaction_text = state.events, "", ""
        told = len(state.blocks)
        known, transaction, fromhex = self._by_address, b"", bytes.fromhex
        base = count = 0
        last = -1
        block: list[Any] = []
        try:
            for log in logs:
                if log.block_number != block_text:
                    block_text = log.block_number
                    block = _enter(state, log, times)
                    base = block[0] << BLOCK_SHIFT
                definitions = known.get(log.address) or known.get(log.address.lower())
                if definitions is None:
                    raise RpcLied(f"A log of {log.address[:42]} came, which isn't the market's.")
                key = base | int(log.log_index, 16)
                if key <= last or key - base > MAX_LOG_INDEX or log.removed:
                    raise RpcLied(f"Logs of block {block[0]} are doubled, out of order or removed.")
                last = key
                topics = log.topics
                definition = definitions.get(topics[0]) if topics else None
                if definition is None:
                    continue
                signature, topic_count, decode, handle = definition
                if len(topics) != topic_count:
                    raise MalformedLog(f"{len(topics)} topics in a log of block {block[0]}.")
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
                    raise MalformedLog(f"Data of a log of block {block[0]} isn't hexadecimal.")
                state.key = key
                state.position = key << POSITION_SHIFT
                events.append((key, signature, transaction, payload, handle(state, *decode(payload))))
                block[3] += 1
                count += 1
        except ValueError as error:
            raise MalformedLog(f"A log isn't in hexadecimal digits: {error}") from error
        state.blocks[told:] = [tuple(row) for row in state.blocks[told:] if row[3]]
        return count


def _enter(state: MarketState, log: Log, times: Mapping[int, int]) -> list[Any]:
    """Go on to a log's block; gives its row, the count of events still to be added to."""
    number = number_of(log.block_number)
    if state.blocks and number <= state.blocks[-1][0]:
        raise RpcLied(f"Block {number} came after block {state.blocks[-1][0]}.")
    time = number_of(log.block_timestamp) if log.block_timestamp else times.get(number)
    if time is None:
        raise RpcLied(f"The time of block {number} is unknown.")
    row: list[Any] = [number, hash_of(log.block_hash), time, 0]
    state.blocks.append(row)  # type: ignore[arg-type]
    state.now, state.day = time, time // 86_400
    return row
