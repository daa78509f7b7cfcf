"""What would raise a score, by the rules and a merchant's own numbers. Pure; thousandths of a point."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from dapp.credit.checks import most_points
from dapp.credit.rules import Rule, RuleBook
from dapp.domain.credit import SERVICE_MAX, TRADE_MAX, Dimension
from dapp.domain.credit_table import CreditTable

Priced = tuple[str, int]
"""A token and an amount of its units."""


@dataclass(frozen=True)
class Way:
    """A rule by which reports raise a dimension; most: what one report gives at most."""

    rule: Rule
    most: int


def usual_order(orders: Sequence[Priced]) -> Priced | None:
    """The median amount in the token that most of a merchant's orders are in; None without any."""
    if not orders:
        return None
    [(token, _count)] = Counter(token for token, _amount in orders).most_common(1)
    amounts = sorted(amount for each, amount in orders if each == token)
    return token, amounts[(len(amounts) - 1) // 2]


def orders_until(
    missing: int, trade: int, service: int, weight: int, table: CreditTable, *, stars: int = 0
) -> int | None:
    """How many released orders of a weight bring so much, each rated with stars (0: unrated).

    None if no number of them does, as the two market dimensions end at their bounds. trade, service: what
    they are now. Buyers' caps are another matter: `buyers_for`.
    """
    rated = table.rating_delta(stars, weight) if stars else 0
    rooms = ((weight, TRADE_MAX - trade), (rated, SERVICE_MAX - service))
    gains = [(gain, room) for gain, room in rooms if gain > 0]
    if sum(room for _gain, room in gains) < missing:
        return None
    low, high = 0, max((-(-room // gain) for gain, room in gains), default=0)
    while low < high:
        middle = (low + high) // 2
        if sum(min(middle * gain, room) for gain, room in gains) >= missing:
            high = middle
        else:
            low = middle + 1
    return low


def buyers_for(orders: int, weight: int, table: CreditTable) -> int:
    """How many buyers so many orders need to count in full within one epoch."""
    each = table.pair_cap // weight if weight else 0
    return -(-orders // each) if each else orders


def ways(book: RuleBook, dimension: Dimension, room: int) -> list[Way]:
    """The rules whose reports raise a dimension that has so much room, the most first."""
    found = [
        Way(rule, min(_most(rule), room))
        for rule in book.rules
        if rule.report and rule.sign > 0 and rule.dimension is dimension
    ]
    return sorted((way for way in found if way.most > 0), key=lambda way: (-way.most, way.rule.name))


def held_by_rule(changes: Iterable[tuple[str, int]]) -> dict[str, int]:
    """What rules gave and didn't take back, of (rule, applied) pairs."""
    held: Counter[str] = Counter()
    for rule, applied in changes:
        held[rule] += applied
    return dict(held)


def _most(rule: Rule) -> int:
    points = most_points(rule)
    return int(min(points, points if rule.cap is None else rule.cap) * Fraction(1_000))
