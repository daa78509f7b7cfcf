"""What a transaction may cost, and whether that is worth it; in wei."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from web3 import Web3
from web3.exceptions import Web3Exception

from dapp.bots.settings import GWEI, BotSettings

_BUMP_PERCENT = 13  # nodes take a replacement from ten percent more on


@dataclass(frozen=True)
class Price:
    """What is offered for a unit of gas: `base` is burnt, `tip` is on top; never more than `most`.

    legacy: the chain has no base fee, and transactions have the one price `most`.
    """

    base: int
    tip: int
    most: int
    legacy: bool = False

    @property
    def expected(self) -> int:
        """What a unit will cost if the next block takes it."""
        return self.base + self.tip

    def above(self, other: "Price") -> "Price":
        """This price, but enough more than `other` to replace a transaction that offered that."""
        tip = max(self.tip, other.tip * (100 + _BUMP_PERCENT) // 100 + 1)
        most = max(self.most, other.most * (100 + _BUMP_PERCENT) // 100 + 1, self.base + tip)
        return replace(self, tip=tip, most=most)


def price_of(web3: Web3, settings: BotSettings) -> Price:
    """What the chain asks for now. The most is twice the base fee, which may rise until it is mined."""
    base = web3.eth.get_block("latest").get("baseFeePerGas")
    if base is None:
        price = int(web3.eth.gas_price)
        return Price(0, price, price, legacy=True)
    tip = min(_asked_tip(web3, base), settings.max_tip)
    return Price(base, tip, 2 * base + tip)


def _asked_tip(web3: Web3, base: int) -> int:
    """The smallest tip that the chain's validators take, as the node sees it."""
    try:
        return int(web3.eth.max_priority_fee)
    except (Web3Exception, ValueError):  # a node without the method: what its gas price leaves
        return max(int(web3.eth.gas_price) - base, GWEI // 1_000)


def is_worth(cost: int, value: int, settings: BotSettings) -> bool:
    """Whether an action may cost `cost` for moving `value`, both in wei."""
    return cost * 100 <= value * settings.max_cost_percent


class Worth:
    """What token units are worth in wei.

    A token's credit unit and the coin's are what the market's operators hold to be equal: the fee that earns
    a point. Of a token without one nobody has said what it is worth, so it counts as nothing.
    """

    def __init__(self, credit_unit: Callable[[str], int]) -> None:
        self._credit_unit = credit_unit
        self._units: dict[str, int] = {}

    def value(self, token: str, amount: int) -> int:
        """Wei."""
        if not int(token, 16):
            return amount
        unit = self._unit(token)
        return amount * self._unit("0x" + "0" * 40) // unit if unit else 0

    def forget(self) -> None:
        """Ask again: rates may have changed."""
        self._units.clear()

    def _unit(self, token: str) -> int:
        if token not in self._units:
            self._units[token] = self._credit_unit(token)
        return self._units[token]
