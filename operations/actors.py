"""The named accounts of development chains as Ape's accounts."""

from collections.abc import Sequence
from typing import Any

from dapp.chain.actors import ACTORS

NAMES = ACTORS
ARBITERS = tuple(name for name in NAMES if name.endswith("arbiter"))


def named_actors(test_accounts: Sequence[Any]) -> dict[str, Any]:
    """The actors by name. Accounts are made on access, so none is touched before it is used."""
    return {name: test_accounts[index] for index, name in enumerate(NAMES)}


def name_of(address: str, actors: dict[str, Any]) -> str:
    """The actor's name for an address, or the shortened address."""
    for name, account in actors.items():
        if account.address == address:
            return name
    return f"{address[:8]}…{address[-4:]}"
