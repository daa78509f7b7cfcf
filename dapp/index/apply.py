"""Events into rows: calls the handlers, in the chain's order."""

from collections.abc import Callable, Sequence

from dapp.index.decode import EventBook
from dapp.index.failures import RpcLied
from dapp.index.handlers.registry import handler_of
from dapp.index.market_state import POSITION_SHIFT, MarketState
from dapp.index.reading import Block

Handler = Callable[..., int | None]


class Applier:
    """Applies the events of one deployment."""

    def __init__(self, book: EventBook) -> None:
        self._handlers: dict[int, Handler] = {
            signature: handler_of(event) for signature, event in book.by_signature.items()
        }

    def apply(self, state: MarketState, blocks: Sequence[Block]) -> None:
        """Apply the events of whole blocks. Raises RpcLied or ForeignHistory; the state is useless then."""
        handlers, rows = self._handlers, state.events
        for number, hash_, time, events in blocks:
            if state.blocks and number <= state.blocks[-1][0]:
                raise RpcLied(f"Block {number} came after block {state.blocks[-1][0]}.")
            if not events:
                continue
            state.blocks.append((number, hash_, time, len(events)))
            state.now, state.day = time, time // 86_400
            for key, signature, transaction, payload, values in events:
                state.key = key
                state.position = key << POSITION_SHIFT
                rows.append((key, signature, transaction, payload, handlers[signature](state, *values)))
