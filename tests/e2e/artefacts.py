"""Compiled contracts, for tests that run without Ape."""

import json
from functools import cache
from pathlib import Path
from typing import Any

MANIFEST = Path(__file__).resolve().parents[2] / ".build" / "__local__.json"


@cache
def _contract_types() -> dict[str, Any]:
    types: dict[str, Any] = json.loads(MANIFEST.read_text())["contractTypes"]
    return types


def contract_type(name: str) -> dict[str, Any]:
    """ABI and byte code of a compiled contract: `abi`, `deploymentBytecode`."""
    found: dict[str, Any] = _contract_types()[name]
    return found
