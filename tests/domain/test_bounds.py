# every constant of the reference model → the contract's

import re
from pathlib import Path

import pytest

from dapp.domain import bounds, credit

LIBRARIES = Path(__file__).parents[2] / "contracts" / "libraries"
UNITS = {"seconds": 1, "minutes": 60, "hours": 3_600, "days": 86_400}


def constants(name):
    source = (LIBRARIES / f"{name}.sol").read_text()
    declared = re.findall(r"u?int256 internal constant (\w+) = ([\d_]+(?:e\d+)?)(?: (\w+))?;", source)
    return {key: int(float(number)) * UNITS.get(unit, 1) for key, number, unit in declared}


@pytest.mark.parametrize(("library", "module"), [("Bounds", bounds), ("CreditFormula", credit)])
def test_constants__of_the_library__mirrored_one_by_one(library, module):
    declared = constants(library)
    assert len(declared) > 10
    assert {name: getattr(module, name) for name in declared} == declared
