"""The roles in Python are those of the contracts."""

import re
from pathlib import Path

from operations.roles import WIRING, Role

ROLES = Path(__file__).parents[2] / "contracts" / "libraries" / "Roles.sol"


def test_roles__ids__equal_the_contracts():
    found = re.findall(r"uint64 internal constant (\w+) = (\d+);", ROLES.read_text())
    assert {name: int(number) for name, number in found} == {role.name: role.value for role in Role}


def test_wiring__every_restricted_function__is_named(project):
    """What is `restricted` in the sources has a role of its own, or is meant for the admin."""
    sources = ROLES.parents[1].rglob("*.sol")
    pattern = re.compile(r"function (\w+)\([^)]*\)\s+external[^{;]*\brestricted\b")
    restricted = {name for source in sources for name in pattern.findall(source.read_text())}
    wired = {
        function for by_role in WIRING.values() for functions in by_role.values() for function in functions
    }
    assert restricted == wired
    for contract, by_role in WIRING.items():
        methods = {method.name for method in getattr(project, contract).contract_type.mutable_methods}
        assert {function for functions in by_role.values() for function in functions} <= methods
