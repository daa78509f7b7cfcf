"""`hanse train-anomaly`, `hanse anomalies`, `hanse assess-risk`: risk from a shell.

What they need takes seconds to import, so `tasks` is imported when one of them runs.
"""

import argparse
from collections.abc import Callable
from typing import Any

from dapp.chain.failures import ChainError
from dapp.evidence.text import plain_text
from dapp.settings import Settings

Command = Callable[[str, Callable[..., int]], argparse.ArgumentParser]


def train_anomaly(arguments: argparse.Namespace, settings: Settings) -> int:
    """Fit the anomaly model to the index's last 90 days, or to a made-up market, and write it down."""
    return _run("train_anomaly", arguments, settings)


def anomalies(arguments: argparse.Namespace, settings: Settings) -> int:
    """List the most unusual merchants and what makes them so; 1 if any should be looked at."""
    return _run("anomalies", arguments, settings)


def assess_risk(arguments: argparse.Namespace, settings: Settings) -> int:
    """Say what speaks against an order, rule by rule; 1 if that proposes a hold."""
    return _run("assess_risk", arguments, settings)


def add_commands(command: Command, order_id: Callable[[str], bytes]) -> None:
    """Put the commands on the command line."""
    training = command("train-anomaly", train_anomaly)
    training.add_argument("--simulated", action="store_true", help="to a made-up market")
    training.add_argument("--seed", type=int, help="of what is drawn; the same each time unless given")
    listing = command("anomalies", anomalies)
    listing.add_argument("--limit", type=int, default=20, help="how many merchants (20)")
    assessing = command("assess-risk", assess_risk)
    assessing.add_argument("order", type=order_id, help="the order's id, 32 bytes as hex")
    assessing.add_argument("--keep", action="store_true", help="keep the evidence document")


def _run(task: str, arguments: argparse.Namespace, settings: Settings) -> int:
    """Do a task; what stops it is said in one sentence."""
    from dapp.index.failures import IndexFailure
    from dapp.lined_yaml import BadRuleFile
    from dapp.market import MarketUnavailable
    from dapp.risk import tasks
    from dapp.risk.failures import RiskError

    run: Any = getattr(tasks, task)
    try:
        return int(run(arguments, settings))
    except (RiskError, BadRuleFile, MarketUnavailable, IndexFailure) as error:
        raise ChainError(plain_text(str(error))) from error
