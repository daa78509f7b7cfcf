# every constant of the reference model → the contract's

import re
from pathlib import Path

import pytest

from dapp.domain import bounds, credit
from dapp.domain.credit_table import TABLE

LIBRARIES = Path(__file__).parents[2] / "contracts" / "libraries"
TABLED = {
    "MAX_WEIGHT": TABLE.max_weight,
    "PAIR_CAP": TABLE.pair_cap,
    "EPOCH": TABLE.epoch,
    "SEASONED": TABLE.seasoned,
    "MISSED_FACTOR": TABLE.missed // 10,
    "RULED_TRADE_FACTOR": TABLE.ruled_trade // 10,
    "RULED_SERVICE_FACTOR": TABLE.ruled_service // 10,
}
UNITS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


def constants(name):
    source = (LIBRARIES / f"{name}.sol").read_text()
    declared = re.findall(r"u?int256 internal constant (\w+) = ([\d_]+(?:e\d+)?)(?: (\w+))?;", source)
    return {key: int(float(number)) * UNITS.get(unit, 1) for key, number, unit in declared}


@pytest.mark.parametrize(("library", "module"), [("Bounds", bounds), ("CreditFormula", credit)])
def test_constants__of_the_library__mirrored_one_by_one(library, module):
    declared = constants(library)
    assert len(declared) >= 10
    model = TABLED | vars(module)
    assert {name: model[name] for name in declared} == declared
