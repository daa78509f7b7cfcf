"""What the commands of `command` do."""

import argparse
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from dapp.background import followed_market
from dapp.chain.formats import amount
from dapp.market import Market
from dapp.risk import model_file
from dapp.risk.document import Origin, keep
from dapp.risk.failures import RiskError
from dapp.risk.opening import assessor_of, model_of, model_path
from dapp.risk.reviews import decisions_of, open_reviews
from dapp.risk.training import SEED, ranking, train, train_simulated
from dapp.risk.wording import feature_words, sentence
from dapp.settings import Settings

DONE, REPORTED = 0, 1


def train_anomaly(arguments: argparse.Namespace, settings: Settings) -> int:
    """Fit the anomaly model and write it down."""
    seed = SEED if arguments.seed is None else arguments.seed
    if arguments.simulated:
        model = train_simulated(seed)
    else:
        with _followed(settings) as opened:
            model = train(opened.index.dealings, seed)
    digest = model_file.save(model, model_path(settings))
    print(f"{model_path(settings)}\n{model.source}\nsha256 {digest}")
    return DONE


def anomalies(arguments: argparse.Namespace, settings: Settings) -> int:
    """List the most unusual merchants."""
    model = model_of(settings)
    if model is None:
        raise RiskError("There is no model yet: `hanse train-anomaly` makes one.")
    with _followed(settings) as opened:
        now, found = opened.now(), ranking(opened.index.dealings, model, arguments.limit)
    wanted = {review.merchant for review in open_reviews(found, decisions_of(settings).last(), now)}
    print(model.source)
    for merchant, verdict in found:
        mark = "review" if merchant in wanted else "      "
        told = ", ".join(
            f"{feature_words(reason.feature)} ({reason.share:.0%})" for reason in verdict.reasons[:3]
        )
        print(f"{verdict.score:.2f}  {mark}  {merchant}  {told}".rstrip())
    return REPORTED if wanted else DONE


def assess_risk(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what speaks against an order."""
    with _followed(settings) as opened:
        finding = assessor_of(opened.index, settings).assess(arguments.order)
        if finding is None:
            raise RiskError(f"There is no order 0x{arguments.order.hex()}.")
        found, token = finding.assessment, opened.token(finding.sale.token)
        print(f"{found.score} of 100 points, held from {found.threshold} on; block {finding.head.number}")
        for factor in found.factors:
            print(f"{factor.points:>5}  {sentence(factor, lambda units: amount(units, token), public=False)}")
        if arguments.keep:
            origin = Origin(opened.chain_id, opened.contracts.market.address, token)
            print(f"document {keep(finding, opened.store, origin)}")
    return REPORTED if found.proposes_hold else DONE


@contextmanager
def _followed(settings: Settings) -> Iterator[Market]:
    print("following the chain to its head …", file=sys.stderr)
    with followed_market(settings) as opened:
        yield opened
