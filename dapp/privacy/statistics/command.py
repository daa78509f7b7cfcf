"""`hanse publish-statistics`."""

import argparse
import sys
import time
from collections.abc import Iterator

from dapp.background import followed_market
from dapp.chain.failures import ChainError
from dapp.index.failures import IndexFailure
from dapp.market import Market, MarketUnavailable
from dapp.privacy.statistics.noise import CONFIDENCE
from dapp.privacy.statistics.publishing import publish, releases_of
from dapp.privacy.statistics.releases import Release
from dapp.privacy.statistics.week import Week
from dapp.settings import Settings

DONE, LEFT = 0, 1


def publish_statistics(arguments: argparse.Namespace, settings: Settings) -> int:
    """Publish a week's figures with noise, as far as today's epsilon allows; 1 if some must wait."""
    try:
        with followed_market(settings) as opened:
            return _publish(arguments, opened)
    except (MarketUnavailable, IndexFailure) as error:
        raise ChainError(str(error)) from error


def _publish(arguments: argparse.Namespace, opened: Market) -> int:
    confirmed = opened.web3.eth.get_block("latest")
    week = Week.named(arguments.week) if arguments.week else Week.before(int(confirmed["timestamp"]))
    published = publish(opened, week)
    print("\n".join(line for release in published.releases for line in lines_of(release)))
    spent, budget = releases_of(opened).spent(int(time.time())), opened.settings.epsilon_milli
    print(f"{week.name}: {published.new} new; epsilon of today {spent / 1_000:g} of {budget / 1_000:g}")
    if published.refused:
        print(published.refused, file=sys.stderr)
    return LEFT if published.refused else DONE


def lines_of(release: Release) -> Iterator[str]:
    """A figure as text."""
    cost = f"epsilon {release.epsilon_milli / 1_000:g}, scale {release.scale:g}"
    yield f"{release.figure}: {cost}, ±{release.error:.0f} in {CONFIDENCE:.0%} of cells"
    for cell, value in release.values.items():
        yield f"  {cell:>12}  {value:>10g}"
    if release.mean is not None:
        yield f"  {'mean':>12}  {release.mean:>10.2f}"
