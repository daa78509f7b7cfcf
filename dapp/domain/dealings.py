"""Who deals with whom, as far as the chain tells it: sales, money between accounts, the referral tree.

Addresses are EIP-55, amounts token units, times Unix seconds.
"""

from dataclasses import dataclass
from enum import IntEnum

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.orders import Status


@dataclass(frozen=True)
class Sale:
    """An order: its parties, its money and how it fared so far.

    key: the position of its placement on the chain, which orders sales; earners: who gets a commission of it;
    changed_at: when it last changed; returned: what went back to the buyer; earned: what was split;
    stars: the buyer's rating, 0 without one.
    """

    id: bytes
    key: int
    seller: str
    buyer: str
    payer: str
    base: int
    placed_at: int
    token: str = ZERO_ADDRESS
    status: Status = Status.PLACED
    changed_at: int = 0
    returned: int = 0
    earned: int = 0
    stars: int = 0
    disputed: bool = False
    earners: tuple[str, ...] = ()


class MoneyKind(IntEnum):
    """How money went from one account to another, outside the payment of an order."""

    DEPOSIT = 0
    TRANSFER = 1
    WITHDRAWAL = 2
    GIFT = 3


@dataclass(frozen=True)
class MoneyLink:
    """Money that one account gave another: into its balance, out of its own, or by paying its order."""

    source: str
    target: str
    kind: MoneyKind
    token: str
    amount: int
    at: int
