"""Where a market's risk files are, and an assessor made of them.

<HANSE_DATA>/risk/rules.yaml        instead of the rules that are shipped
<HANSE_DATA>/risk/block-list.txt    who is blocked
<HANSE_DATA>/risk/anomaly.json      the anomaly model, written by `hanse train-anomaly`
"""

import logging
from collections.abc import Collection
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from dapp.index import Index
from dapp.index.failures import IndexFailure
from dapp.risk import block_list, model_file
from dapp.risk.assessor import Assessor, Devices
from dapp.risk.engine import Device
from dapp.risk.failures import BadModelFile
from dapp.risk.model import AnomalyModel
from dapp.risk.rules import DEFAULT, RiskRules, load_rules
from dapp.risk.sign_ins import sign_ins_of
from dapp.settings import Settings

_LOG = logging.getLogger(__name__)


def risk_folder(settings: Settings) -> Path:
    """Where an operator keeps the risk files of his market."""
    return settings.data / "risk"


def model_path(settings: Settings) -> Path:
    """Where the model is."""
    return risk_folder(settings) / model_file.NAME


def block_list_path(settings: Settings) -> Path:
    """Where the block list is."""
    return risk_folder(settings) / "block-list.txt"


def rules_of(settings: Settings) -> RiskRules:
    """The operator's rules if there are any, else those that are shipped. Raises BadRuleFile."""
    own = risk_folder(settings) / "rules.yaml"
    return load_rules(own if own.exists() else DEFAULT)


def model_of(settings: Settings) -> AnomalyModel | None:
    """The trained model; None if there is none, or one that can't be used, which the log tells."""
    try:
        return model_file.load(model_path(settings))
    except BadModelFile as error:
        _LOG.warning("risk: %s Orders are assessed without a model.", error)
        return None


def _devices(settings: Settings) -> Devices:
    """Where accounts signed in from; nothing while that can't be read, which the log tells."""

    def devices(accounts: Collection[str]) -> tuple[Device, ...]:
        try:
            return sign_ins_of(settings).devices(accounts)
        except (IndexFailure, SQLAlchemyError) as error:
            _LOG.warning("risk: sign-ins can't be read, orders are assessed without: %s", error)
            return ()

    return devices


def assessor_of(index: Index, settings: Settings) -> Assessor:
    """An assessor for one thread, of the files as they are now. Raises BadRuleFile."""
    return Assessor(
        index.dealings,
        rules_of(settings),
        model=model_of(settings),
        blocked=block_list.load_block_list(block_list_path(settings)),
        devices=_devices(settings),
        confirmations=settings.confirmations,
    )
