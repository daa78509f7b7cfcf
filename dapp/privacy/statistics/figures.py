"""The figures that are published of a week, and how far one account can move each.

The protected thing is an account: that it took part at all. `sensitivity` is the most by which all cells of a
figure together change when one account is taken away with everything that is its own.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Final

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import Tier, tier_of
from dapp.index.queries.spans import Dealing, Span
from dapp.privacy.issued import Issued
from dapp.privacy.proof import Claim
from dapp.privacy.statistics.counting import doubled_count

COIN: Final = 10**18
CATEGORIES: Final = (1, 2, 3, 4)
"""Those with a name; a cell that appears with the first order of a category would tell of it."""
OTHER: Final = "other"
TURNOVER: Final = tuple(Decimal(edge) for edge in ("0.01", "0.1", "1", "10"))
"""The edges of the turnover's buckets, in native coin."""
_PROOFS_EACH: Final = 3
Cells = Iterable[tuple[str, Dealing]]


@dataclass(frozen=True)
class Record:
    """What a week's figures are made of."""

    span: Span
    issued: Sequence[Issued] = ()


@dataclass(frozen=True)
class Figure:
    """A histogram. most: how much of one account counts in a cell (`orders`), or in all (`proofs`).

    unit: what the counted numbers are divided by to be shown. epsilon_milli: what it costs, in thousandths.
    """

    name: str
    cells: tuple[str, ...]
    most: int
    sensitivity: int
    unit: int
    epsilon_milli: int
    count: Callable[[Record], Mapping[str, int]]

    def exact(self, record: Record) -> list[int]:
        """The counts by cell, in units, before any noise: to be shown to nobody."""
        counts = self.count(record)
        return [counts.get(cell, 0) for cell in self.cells]


def turnover_cell(base: int) -> str:
    """The bucket of an amount in wei."""
    below = [edge for edge in TURNOVER if base < edge * COIN]
    return f"below {below[0]}" if below else f"{TURNOVER[-1]} and more"


def _category_cell(category: int) -> str:
    return str(category) if category in CATEGORIES else OTHER


def _orders(record: Record) -> Cells:
    return ((_category_cell(dealing.category), dealing) for dealing in record.span.placed)


def _turnover(record: Record) -> Cells:
    native = (dealing for dealing in record.span.placed if dealing.token == ZERO_ADDRESS)
    return ((turnover_cell(dealing.base), dealing) for dealing in native)


def _ratings(record: Record) -> Cells:
    return ((str(dealing.stars), dealing) for dealing in record.span.rated)


def _tiers(record: Record) -> Mapping[str, int]:
    return Counter(tier_of(score).name.lower() for score in record.span.scores.values())


def _proofs(record: Record) -> Mapping[str, int]:
    left: dict[str, int] = {}
    counts: Counter[str] = Counter()
    for issued in sorted(record.issued, key=lambda each: (each.merchant, each.claim, each.day)):
        taken = min(issued.count, left.setdefault(issued.merchant, _PROOFS_EACH))
        left[issued.merchant] -= taken
        counts[_claim_cell(issued.claim)] += taken
    return counts


def _claim_cell(claim: Claim) -> str:
    return claim.name.lower().replace("_", " ")


def _of_orders(name: str, cells: tuple[str, ...], most: int, dealings: Callable[[Record], Cells]) -> Figure:
    """A histogram of orders: an account may have its share in every cell."""

    def count(record: Record) -> Mapping[str, int]:
        pairs: dict[str, list[tuple[str, str]]] = {}
        for cell, dealing in dealings(record):
            pairs.setdefault(cell, []).append((dealing.buyer, dealing.seller))
        return {cell: doubled_count(found, most) for cell, found in pairs.items()}

    return Figure(name, cells, most, 2 * most * len(cells), 2, 200, count)


@cache
def figures(orders_each: int) -> tuple[Figure, ...]:
    """All figures. orders_each: how many orders of an account count in each cell."""
    categories = (*map(str, CATEGORIES), OTHER)
    buckets = (*(f"below {edge}" for edge in TURNOVER), f"{TURNOVER[-1]} and more")
    stars = tuple(str(number) for number in range(1, 6))
    tiers, claims = tuple(tier.name.lower() for tier in Tier), tuple(map(_claim_cell, Claim))
    return (
        _of_orders("orders", categories, orders_each, _orders),
        _of_orders("turnover", buckets, orders_each, _turnover),
        _of_orders("ratings", stars, orders_each, _ratings),
        Figure("tiers", tiers, 1, 1, 1, 200, _tiers),
        Figure("proofs", claims, _PROOFS_EACH, _PROOFS_EACH, 1, 200, _proofs),
    )
