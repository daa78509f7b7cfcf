"""What a made-up market is made of: its merchants' kinds and habits, sales, money, and when accounts came."""

import random
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from eth_utils.address import to_checksum_address
from eth_utils.crypto import keccak

from dapp.domain.bounds import DAY
from dapp.domain.dealings import MoneyKind, MoneyLink, Sale
from dapp.domain.orders import Status
from dapp.risk.features import HOUR

DAWN: Final = 1_800_000_000
DAYS: Final = 180
UNIT: Final = 10**16
_COIN: Final = "0x" + "0" * 40


class Kind(StrEnum):
    """What a made-up merchant is."""

    HONEST = "honest"
    LAZY = "lazy"
    WASH = "wash trading"
    FARM = "reputation farming"
    EXIT = "burst, then exit"


FRAUDS: Final = (Kind.WASH, Kind.FARM, Kind.EXIT)


@dataclass(frozen=True)
class Habits:
    """How a merchant's honest trade goes.

    pace: sales a day; price: the middle one, in units; noon: the middle of his day, which is `wide` hours to
    either side; returned: the share of sales that end badly; stars: the middle rating, given for the share
    `rated`; hours: how long the middle sale takes; crowd: the share of buyers who come for him alone; keys:
    how many clients he mostly works for, 0 without; promoted: the day of a promotion's week, 0 without.
    """

    pace: float
    price: float
    noon: int = 12
    wide: float = 4.0
    returned: float = 0.0
    stars: float = 5.0
    rated: float = 0.6
    hours: float = 36.0
    crowd: float = 0.0
    keys: int = 0
    promoted: int = 0


@dataclass
class SimulatedMarket:
    """What happened until `now`; `kinds` by merchant."""

    seed: int
    now: int = DAWN + DAYS * DAY
    sales: list[Sale] = field(default_factory=list)
    links: list[MoneyLink] = field(default_factory=list)
    first_seen: dict[str, int] = field(default_factory=dict)
    kinds: dict[str, Kind] = field(default_factory=dict)
    chance: random.Random = field(init=False, repr=False)
    buyers: list[str] = field(default_factory=list, repr=False)
    _accounts: int = 0

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)

    def by_seller(self) -> dict[str, list[Sale]]:
        """Each merchant's sales."""
        found: dict[str, list[Sale]] = {seller: [] for seller in self.kinds}
        for sale in self.sales:
            found[sale.seller].append(sale)
        return found

    def new_account(self, seen_at: int) -> str:
        """An account that the market first saw then."""
        self._accounts += 1
        account = str(to_checksum_address(keccak(text=f"{self.seed} {self._accounts}")[:20]))
        self.first_seen[account] = seen_at
        return account

    def sell(self, seller: str, buyer: str, at: int, amount: float, habits: Habits, **more: object) -> None:
        """One sale, which fares as the habits have it unless `more` says how."""
        luck, base = self.chance.random(), max(int(amount * UNIT), 1)
        done_at = at + int(self.chance.lognormvariate(0, 0.7) * habits.hours * HOUR)
        fate: dict[str, object] = {"status": Status.COMPLETED, "earned": base, "changed_at": done_at}
        if luck < habits.returned:
            fate |= {"status": Status.CANCELLED, "earned": 0, "returned": base}
        elif self.chance.random() < habits.rated:
            fate["stars"] = min(max(round(self.chance.gauss(habits.stars, 0.7)), 1), 5)
        fate |= more
        if int(fate["changed_at"]) > self.now:  # type: ignore[call-overload]
            fate = {"status": Status.IN_PROGRESS, "changed_at": at}
        self.first_seen[buyer] = min(self.first_seen[buyer], at)
        key = len(self.sales) + 1
        identity = keccak(text=f"{self.seed} sale {key}")
        self.sales.append(Sale(identity, key, seller, buyer, buyer, base, at, **fate))  # type: ignore[arg-type]

    def give(self, source: str, target: str, at: int, amount: float, kind: MoneyKind) -> None:
        """Money that shows between two accounts."""
        self.links.append(MoneyLink(source, target, kind, _COIN, int(amount * UNIT), at))
