"""The account that a command acts with, without a question on the screen."""

import os
from typing import Any

from operations.actors import named_actors
from operations.deployment import DEVELOPMENT_CHAINS
from operations.errors import NoAccount


def acting_account(alias: str | None, chain_id: int, *, default: str = "operator") -> Any:
    """The account of this alias; on development chains also an actor's name, and `default` if there is none.

    A keyfile is unlocked by the environment variable APE_ACCOUNTS_<alias>_PASSPHRASE.
    Raises NoAccount with what to do.
    """
    from ape import accounts

    actors = named_actors(accounts.test_accounts) if chain_id in DEVELOPMENT_CHAINS else {}
    name = alias or default
    if name in actors:
        return actors[name]
    if alias is None:
        raise NoAccount(
            f"Say which account acts on chain {chain_id}: --account ALIAS (`ape accounts list` shows them)."
        )
    if alias not in accounts.aliases:
        raise NoAccount(f"There is no account `{alias}`: `ape accounts list` shows those there are.")
    account = accounts.load(alias)
    if hasattr(account, "set_autosign"):
        passphrase = os.environ.get(f"APE_ACCOUNTS_{alias}_PASSPHRASE")
        if passphrase is None:
            raise NoAccount(f"Set APE_ACCOUNTS_{alias}_PASSPHRASE to the passphrase of `{alias}`.")
        account.set_autosign(True, passphrase=passphrase)
    return account
