"""Moving a development chain's clock."""

from typing import Any

from operations.errors import OperationsError


class Clock:
    """The clock of a chain that lets itself be moved, as anvil does."""

    def __init__(self, web3: Any) -> None:
        self._web3 = web3

    @property
    def now(self) -> int:
        """The latest block's time in Unix seconds."""
        return int(self._web3.eth.get_block("latest")["timestamp"])

    def advance(self, seconds: int) -> None:
        """Mine a block that is this much later than the latest one."""
        self._request("evm_setNextBlockTimestamp", [self.now + seconds])
        self._request("evm_mine", [])

    def mine(self, blocks: int) -> None:
        """Mine blocks, a second apart."""
        for _ in range(blocks):
            self.advance(1)

    def _request(self, method: str, parameters: list[Any]) -> None:
        answer = self._web3.provider.make_request(method, parameters)
        if "error" in answer:
            raise OperationsError(
                f"This chain's clock can't be moved ({method}): the demo needs a local chain."
            )
