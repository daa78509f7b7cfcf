"""Accounts that sign on this machine: keystore files, and on a development chain those everybody knows."""

import getpass
import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount

from dapp.chain.actors import ACTORS, DEVELOPMENT_CHAIN, MNEMONIC
from dapp.chain.failures import ChainError

PASSPHRASE = "HANSE_KEYSTORE_PASSPHRASE"


class KeyUnusable(ChainError):  # noqa: N818
    """A key is named and can't be used."""


def account_named(name: str, chain_id: int, environment: Mapping[str, str] = os.environ) -> LocalAccount:
    """The account of a keystore file, of Ape's alias, or on the development chain of an actor's name.

    A file is opened by HANSE_KEYSTORE_PASSPHRASE, an alias by APE_ACCOUNTS_<alias>_PASSPHRASE as in Ape; at a
    terminal the passphrase is asked for otherwise. Raises KeyUnusable.
    """
    if chain_id == DEVELOPMENT_CHAIN and name in ACTORS:
        return development_account(name)
    path, variable = Path(name), PASSPHRASE
    if not path.exists():
        folder = Path(environment.get("APE_DATA_FOLDER", Path.home() / ".ape"))
        path, variable = folder / "accounts" / f"{path.name}.json", f"APE_ACCOUNTS_{name}_PASSPHRASE"
    if not path.exists():
        raise KeyUnusable(f"“{name}” is neither a keystore file nor one of Ape's accounts in {path.parent}.")
    passphrase = environment.get(variable)
    if passphrase is None and sys.stdin.isatty():
        passphrase = getpass.getpass(f"Passphrase of {path.name}: ")
    if passphrase is None:
        raise KeyUnusable(f"Set {variable} to the passphrase of {path.name}.")
    return open_keystore(path, passphrase)


def open_keystore(path: Path, passphrase: str, named: str = "this passphrase") -> LocalAccount:
    """The account in a Web3 secret storage file, as Ape's keyfiles are. Raises KeyUnusable.

    named: what the passphrase is called in the error.
    """
    try:
        account: LocalAccount = Account.from_key(Account.decrypt(json.loads(path.read_text()), passphrase))
    except OSError as error:
        raise KeyUnusable(f"The keystore {path} can't be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        # The library's own words may quote the file.
        raise KeyUnusable(f"{path.name} isn't a keystore that {named} opens.") from error
    return account


def development_account(actor: str) -> LocalAccount:
    """The key of a named actor of the development chain."""
    Account.enable_unaudited_hdwallet_features()
    path = f"m/44'/60'/0'/0/{ACTORS.index(actor)}"
    account: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=path)
    return account
