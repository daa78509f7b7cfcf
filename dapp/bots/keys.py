"""A bot's own key: a keystore file of its operator, or an account that every development chain knows."""

import json

from eth_account import Account
from eth_account.signers.local import LocalAccount

from dapp.bots.settings import BotSettings
from dapp.chain.actors import ACTORS, DEVELOPMENT_CHAIN, MNEMONIC
from dapp.chain.failures import ChainError


class KeyUnusable(ChainError):  # noqa: N818
    """A bot's key is named and can't be used."""


def signer_of(bot: str, actor: str, chain_id: int, settings: BotSettings) -> LocalAccount | None:
    """The account that a bot signs with; None where nobody gave it one.

    HANSE_<BOT>_KEYSTORE names a Web3 secret storage file (Ape's keyfiles are such), HANSE_<BOT>_PASSPHRASE
    opens it. On the development chain alone it is the named actor otherwise. Raises KeyUnusable.
    """
    path = settings.keystores.get(bot)
    if path is None:
        return _development_account(actor) if chain_id == DEVELOPMENT_CHAIN else None
    passphrase = settings.passphrases.get(bot)
    if passphrase is None:
        raise KeyUnusable(f"Set HANSE_{bot.upper()}_PASSPHRASE to the passphrase of {path.name}.")
    try:
        key = Account.decrypt(json.loads(path.read_text()), passphrase)
    except OSError as error:
        raise KeyUnusable(f"The keystore {path} can't be read: {error.strerror}.") from error
    except (ValueError, KeyError, TypeError) as error:
        # The library's own words may quote the file.
        raise KeyUnusable(
            f"{path.name} isn't a keystore that HANSE_{bot.upper()}_PASSPHRASE opens."
        ) from error
    account: LocalAccount = Account.from_key(key)
    return account


def _development_account(actor: str) -> LocalAccount:
    Account.enable_unaudited_hdwallet_features()
    path = f"m/44'/60'/0'/0/{ACTORS.index(actor)}"
    account: LocalAccount = Account.from_mnemonic(MNEMONIC, account_path=path)
    return account
