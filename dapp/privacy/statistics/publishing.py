"""Publishing a week's figures, once each, within the day's budget of epsilon."""

import time
from dataclasses import dataclass

from dapp.domain.bounds import DAY
from dapp.market import Market
from dapp.privacy.errors import BudgetSpent, WeekNotOver
from dapp.privacy.issued import IssuedProofs
from dapp.privacy.statistics.figures import Figure, Record, figures
from dapp.privacy.statistics.noise import mechanism
from dapp.privacy.statistics.releases import Release, Releases
from dapp.privacy.statistics.week import Week


@dataclass(frozen=True)
class Published:
    """What became of a week's figures. new: how many of them were drawn now; left: what could not be paid."""

    releases: list[Release]
    new: int
    refused: BudgetSpent | None = None


def releases_of(opened: Market) -> Releases:
    """The ledger of an opened market."""
    record = opened.contracts.record
    return Releases(opened.settings.data, f"{record.chain_id}:{record['Market'].address}")


def publish(opened: Market, week: Week, now: int | None = None) -> Published:
    """Publish what isn't yet, until the day's budget is spent. now: Unix seconds of this machine's clock.

    Raises WeekNotOver, and what nodes raise.
    """
    ledger, today = releases_of(opened), int(time.time()) if now is None else now
    wanted = figures(opened.settings.orders_each)
    known = {figure.name: ledger.find(week.name, figure.name) for figure in wanted}
    missing = [figure for figure in wanted if known[figure.name] is None]
    if not missing:
        return Published([release for release in known.values() if release], 0)
    check_over(opened, week)
    issued = IssuedProofs(opened.settings.data).between(week.start // DAY, week.end // DAY - 1)
    record = Record(opened.index.span(week.start, week.end), issued)
    new, refused = 0, None
    for figure in missing:
        try:
            known[figure.name] = _publish(ledger, figure, week, record, opened.settings.epsilon_milli, today)
            new += 1
        except BudgetSpent as error:
            refused = refused or error
    return Published([release for release in known.values() if release], new, refused)


def check_over(opened: Market, week: Week) -> None:
    """Make sure that nothing of the week can change any more: its blocks are indexed and confirmed."""
    head = opened.index.head()
    reached = 0
    if head is not None:
        confirmed = max(head.number - opened.settings.confirmations, 0)
        reached = int(opened.web3.eth.get_block(confirmed)["timestamp"])
    if reached < week.end:
        raise WeekNotOver(week=week.name)


def _publish(ledger: Releases, figure: Figure, week: Week, record: Record, budget: int, now: int) -> Release:
    exact = figure.exact(record)
    noisy = mechanism(figure.sensitivity, figure.epsilon_milli)

    def draw() -> Release:
        values = dict(zip(figure.cells, noisy(exact), strict=True))
        return Release(
            market=ledger.market,
            week=week.name,
            figure=figure.name,
            published_at=now,
            start=week.start,
            end=week.end,
            epsilon_milli=figure.epsilon_milli,
            scale=noisy.scale / figure.unit,
            error=noisy.error / figure.unit,
            most=figure.most,
            values={cell: value / figure.unit for cell, value in values.items()},
        )

    return ledger.publish(draw, week.name, figure.name, figure.epsilon_milli, budget, now)
