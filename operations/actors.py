"""The named accounts of development chains, from the test mnemonic: roles, never people."""

from collections.abc import Sequence
from typing import Any

NAMES = (
    "operator",  # deploys, and holds the operators' roles
    "attestor",
    "judge",  # decides appeals and audits
    "seller",
    "second_seller",
    "third_seller",
    "buyer",
    "second_buyer",
    "third_buyer",
    "payer",
    "referrer",  # the buyer's; referred by the next, and that one by the third
    "second_referrer",
    "third_referrer",
    "arbiter",
    "second_arbiter",
    "third_arbiter",
    "fourth_arbiter",
    "fifth_arbiter",
    "keeper",
    "outsider",
)
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
