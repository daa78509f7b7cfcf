"""Fitting the anomaly model: to the market as the index has it, or to a made-up one."""

import random
from collections.abc import Iterable, Mapping
from typing import Final

from dapp.domain.dealings import Sale
from dapp.index.dealings import Dealings
from dapp.risk.failures import TooFewMerchants
from dapp.risk.features import WINDOW, Context, context_of, features_of
from dapp.risk.model import FEWEST, SIMULATED, AnomalyModel, Row, Verdict
from dapp.risk.simulation import simulate

SEED: Final = 20_260_101
FEWEST_SALES: Final = 5
"""A merchant with fewer sales in the window tells nothing of what is usual."""
MOST_ROWS: Final = 5_000
_MADE_UP: Final = 400


def train(dealings: Dealings, seed: int = SEED) -> AnomalyModel:
    """Fit to the sales of the last 90 days before the index's head. Raises TooFewMerchants."""
    head = dealings.head()
    if head is None:
        raise TooFewMerchants("Nothing is indexed yet.")
    rows = rows_of(*_seen(dealings, head.timestamp), head.timestamp)
    return _fit(rows, seed, f"the index up to block {head.number}", head.timestamp)


def train_simulated(seed: int = SEED, merchants: int = _MADE_UP) -> AnomalyModel:
    """Fit to a made-up market of this seed, frauds and all, as the real one would be."""
    market = simulate(seed, merchants)
    context = context_of(market.sales, market.first_seen)
    source = f"{SIMULATED}: seed {seed}, {merchants} merchants"
    return _fit(rows_of(market.sales, context, market.now), seed, source, market.now)


def rows_of(sales: Iterable[Sale], context: Context, now: int) -> dict[str, Row]:
    """The features of each merchant who has enough sales, by account."""
    by_seller: dict[str, list[Sale]] = {}
    for sale in sales:
        if sale.placed_at > now - WINDOW:
            by_seller.setdefault(sale.seller, []).append(sale)
    return {
        seller: features_of(own, context, now)
        for seller, own in sorted(by_seller.items())
        if len(own) >= FEWEST_SALES
    }


def _fit(rows: Mapping[str, Row], seed: int, source: str, now: int) -> AnomalyModel:
    if len(rows) < FEWEST:
        raise TooFewMerchants(
            f"{len(rows)} merchants have {FEWEST_SALES} sales or more in 90 days: it takes {FEWEST} such "
            f"merchants to tell the unusual from the usual."
        )
    chosen = list(rows.values())
    if len(chosen) > MOST_ROWS:
        chosen = random.Random(seed).sample(chosen, MOST_ROWS)
    return AnomalyModel.fit(chosen, seed, f"{source}, {len(rows)} with {FEWEST_SALES} sales or more", now)


def ranking(dealings: Dealings, model: AnomalyModel, most: int = 100) -> list[tuple[str, Verdict]]:
    """The model's verdict on the most unusual merchants of those with sales enough, in this order."""
    head = dealings.head()
    if head is None:
        return []
    rows = rows_of(*_seen(dealings, head.timestamp), head.timestamp)
    scores = zip(rows, model.scores(list(rows.values())), strict=True)
    first = sorted(scores, key=lambda each: (-each[1], each[0]))[:most]
    return [(merchant, model.judge(rows[merchant])) for merchant, _score in first]


def verdict_on(dealings: Dealings, model: AnomalyModel, merchant: str) -> Verdict | None:
    """The model's verdict on one merchant; None if he has too few sales in the window."""
    head = dealings.head()
    if head is None:
        return None
    since = head.timestamp - WINDOW
    sold = [sale for sale in dealings.sold_by(merchant) if sale.placed_at > since]
    if len(sold) < FEWEST_SALES:
        return None
    buyers = {sale.buyer for sale in sold}
    context = Context(dealings.units(), dealings.shops(buyers), dealings.first_seen(buyers))
    return model.judge(features_of(sold, context, head.timestamp))


def _seen(dealings: Dealings, now: int) -> tuple[list[Sale], Context]:
    sales = dealings.sales_since(now - WINDOW)
    buyers = {sale.buyer for sale in sales}
    return sales, Context(dealings.units(), dealings.shops(buyers), dealings.first_seen(buyers))
