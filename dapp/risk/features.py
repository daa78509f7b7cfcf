"""What a merchant's sales look like in numbers, for the anomaly model. Pure functions.

Each feature has a value that says nothing (`NEUTRAL`); what few sales tell is drawn towards it, so that a
newcomer looks usual. Only sales of the last 90 days count; `recent` are those of the last 14.
"""

import math
import statistics
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from dapp.domain.bounds import DAY
from dapp.domain.dealings import Sale
from dapp.domain.orders import Status
from dapp.risk.failures import BadSale

WINDOW: Final = 90 * DAY
RECENT: Final = 14 * DAY
WEEK: Final = 7 * DAY
FRESH: Final = 3 * DAY
HOUR: Final = 3_600
DOUBT: Final = 5
"""So many sales weigh as much as knowing nothing."""

NEUTRAL: Final[Mapping[str, float]] = {
    "volume_volatility": 0.7,
    "volume_growth": 0.0,
    "amount_jump": 0.0,
    "amount_level": 0.0,
    "rating_drift": 0.0,
    "praise": 0.5,
    "refund_share": 0.0,
    "refund_drift": 0.0,
    "dispute_share": 0.0,
    "buyer_concentration": 0.0,
    "exclusive_buyers": 0.3,
    "fresh_buyers": 0.1,
    "hour_profile": 0.1,
    "rhythm": 0.0,
    "turnaround": math.log1p(48),
}
FEATURES: Final = tuple(NEUTRAL)


@dataclass(frozen=True)
class Context:
    """The market that a merchant is seen against.

    units: a token's median order in token units; shops: from how many merchants a buyer bought;
    first_seen: when the market first saw an account (Unix seconds).
    """

    units: Mapping[str, int]
    shops: Mapping[str, int]
    first_seen: Mapping[str, int]


def context_of(sales: Iterable[Sale], first_seen: Mapping[str, int]) -> Context:
    """What all sales of the market say together."""
    amounts: dict[str, list[int]] = {}
    shops: dict[str, set[str]] = {}
    for sale in sales:
        amounts.setdefault(sale.token, []).append(sale.base)
        shops.setdefault(sale.buyer, set()).add(sale.seller)
    units = {token: statistics.median_low(values) for token, values in amounts.items()}
    return Context(units, {buyer: len(sellers) for buyer, sellers in shops.items()}, first_seen)


def features_of(sales: Sequence[Sale], context: Context, now: int) -> tuple[float, ...]:
    """One merchant's features in the order of `FEATURES`, at `now` (Unix seconds). All finite.

    Raises BadSale.
    """
    for sale in sales:
        check(sale, now)
    window = sorted(
        (s for s in sales if s.placed_at > now - WINDOW), key=lambda sale: (sale.placed_at, sale.key)
    )
    if not window:
        return tuple(NEUTRAL.values())
    recent = [sale for sale in window if sale.placed_at > now - RECENT]
    earlier = window[: len(window) - len(recent)]
    found = {
        "volume_volatility": _volatility(window, now),
        "volume_growth": _growth(recent, earlier, window[0].placed_at, now),
        "amount_jump": _drift(_log_amounts(recent, context), _log_amounts(earlier, context)),
        "amount_level": _mean(_log_amounts(window, context), 0.0),
        "rating_drift": -_drift(_stars(recent), _stars(earlier)),
        "praise": _mean(
            [float(s.stars == 5) for s in window if s.status is Status.COMPLETED], NEUTRAL["praise"]
        ),
        "refund_share": _mean(_returned(window), 0.0),
        "refund_drift": _drift(_returned(recent), _returned(earlier)),
        "dispute_share": _mean([float(sale.disputed) for sale in window], 0.0),
        "buyer_concentration": _concentration(window),
        "exclusive_buyers": _mean(
            [float(context.shops.get(sale.buyer, 1) == 1) for sale in window], NEUTRAL["exclusive_buyers"]
        ),
        "fresh_buyers": _mean([float(_is_fresh(sale, context)) for sale in window], NEUTRAL["fresh_buyers"]),
        "hour_profile": _hours(window),
        "rhythm": _rhythm(window),
        "turnaround": _turnaround(window),
    }
    return tuple(found[name] for name in FEATURES)


def check(sale: Sale, now: int) -> None:
    """Raises BadSale for what no market can have had at `now`."""
    name = f"Order 0x{sale.id.hex()[:16]}"
    if sale.base <= 0 or not 0 <= sale.returned <= sale.base or not 0 <= sale.earned <= sale.base:
        raise BadSale(f"{name} has {sale.base} paid, {sale.returned} returned and {sale.earned} earned.")
    if not 0 <= sale.stars <= 5:
        raise BadSale(f"{name} has {sale.stars} stars.")
    if not 0 < sale.placed_at <= now or (sale.changed_at and not sale.placed_at <= sale.changed_at <= now):
        raise BadSale(
            f"{name} was placed at {sale.placed_at} and changed at {sale.changed_at}, and it is {now}."
        )


def _shrunk(value: float, count: int, neutral: float = 0.0) -> float:
    return neutral + (value - neutral) * count / (count + DOUBT)


def _mean(values: Sequence[float], neutral: float) -> float:
    return _shrunk(statistics.fmean(values), len(values), neutral) if values else neutral


def _drift(recent: Sequence[float], earlier: Sequence[float]) -> float:
    """How much the mean moved; nothing without sales on both sides."""
    if not recent or not earlier:
        return 0.0
    return _shrunk(statistics.fmean(recent) - statistics.fmean(earlier), min(len(recent), len(earlier)))


def _log_amounts(sales: Sequence[Sale], context: Context) -> list[float]:
    return [math.log(sale.base / max(context.units.get(sale.token, sale.base), 1)) for sale in sales]


def _stars(sales: Sequence[Sale]) -> list[float]:
    return [float(sale.stars) for sale in sales if sale.stars]


def _returned(sales: Sequence[Sale]) -> list[float]:
    """The share that went back, of the sales that ended or are disputed."""
    return [
        1.0 if sale.status is Status.DISPUTED else sale.returned / sale.base
        for sale in sales
        if sale.status in (Status.COMPLETED, Status.CANCELLED, Status.DISPUTED)
    ]


def _volatility(sales: Sequence[Sale], now: int) -> float:
    """Variance over mean of the weekly sales, as ln(1 + it): ln 2 where they come by chance alone."""
    weeks = [0] * max((now - sales[0].placed_at) // WEEK + 1, 2)
    for sale in sales:
        weeks[(now - sale.placed_at) // WEEK] += 1
    spread = math.log1p(statistics.pvariance(weeks) / statistics.fmean(weeks))
    return _shrunk(spread, len(sales), NEUTRAL["volume_volatility"])


def _growth(recent: Sequence[Sale], earlier: Sequence[Sale], since: int, now: int) -> float:
    """ln of the recent sales over what the earlier pace makes expect; two more on both sides."""
    span = now - RECENT - since
    if not earlier or span <= 0:
        return 0.0
    expected = len(earlier) * RECENT / max(span, RECENT)
    return math.log((len(recent) + 2) / (expected + 2))


def _concentration(sales: Sequence[Sale]) -> float:
    """The chance that two of the sales have the same buyer."""
    total = len(sales)
    if total < 2:
        return 0.0
    same = sum(count * (count - 1) for count in Counter(sale.buyer for sale in sales).values())
    return _shrunk(same / (total * (total - 1)), total)


def _is_fresh(sale: Sale, context: Context) -> bool:
    return sale.placed_at - context.first_seen.get(sale.buyer, sale.placed_at) < FRESH


def _hours(sales: Sequence[Sale]) -> float:
    """How far the hours of the day gather: 0 all round the clock, 1 in one moment of the day."""
    total = len(sales)
    if total < 2:
        return NEUTRAL["hour_profile"]
    turns = [2 * math.pi * (sale.placed_at % DAY) / DAY for sale in sales]
    squared = math.fsum(map(math.cos, turns)) ** 2 + math.fsum(map(math.sin, turns)) ** 2
    return _shrunk((squared / total - 1) / (total - 1), total, NEUTRAL["hour_profile"])


def _rhythm(sales: Sequence[Sale]) -> float:
    """ln of the gaps' deviation over their mean: below 0 like clockwork, above it in bursts."""
    gaps = [after.placed_at - before.placed_at for before, after in pairwise(sales)]
    if len(gaps) < 2 or not sum(gaps):
        return 0.0
    ratio = statistics.pstdev(gaps) / statistics.fmean(gaps)
    return _shrunk(math.log(max(ratio, 0.05)), len(gaps))


def _turnaround(sales: Sequence[Sale]) -> float:
    """ln(1 + hours) from placement to the last change of the median completed sale."""
    hours = [(sale.changed_at - sale.placed_at) / HOUR for sale in sales if sale.status is Status.COMPLETED]
    if not hours:
        return NEUTRAL["turnaround"]
    return _shrunk(math.log1p(statistics.median(hours)), len(hours), NEUTRAL["turnaround"])
