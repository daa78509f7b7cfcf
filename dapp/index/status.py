"""How the follower fares, for the header, /health and /metrics."""

from dataclasses import dataclass


@dataclass(frozen=True)
class FollowerStatus:
    """A moment's picture of the follower (`Follower.status`).

    state: starting, catching up, following, failing, stopped. chain_head and indexed: block numbers, None
    while unknown. rpc_errors: failed requests by URL (without credentials). last_error: one sentence.
    """

    state: str = "starting"
    chain_head: int | None = None
    indexed: int | None = None
    rpc_url: str | None = None
    rpc_errors: tuple[tuple[str, int], ...] = ()
    last_error: str | None = None
    reorgs: int = 0
    rebuilds: int = 0
    events: int = 0
    websocket: bool = False

    @property
    def lag(self) -> int | None:
        """Blocks that the index is behind the chain."""
        if self.chain_head is None or self.indexed is None:
            return None
        return max(self.chain_head - self.indexed, 0)
