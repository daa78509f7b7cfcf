"""A bot's own key: a keystore file of its operator, or an account that every development chain knows."""

from eth_account.signers.local import LocalAccount

from dapp.bots.settings import BotSettings
from dapp.chain.actors import DEVELOPMENT_CHAIN
from dapp.chain.keys import KeyUnusable, development_account, open_keystore


def signer_of(bot: str, actor: str, chain_id: int, settings: BotSettings) -> LocalAccount | None:
    """The account that a bot signs with; None where nobody gave it one.

    HANSE_<BOT>_KEYSTORE names a Web3 secret storage file (Ape's keyfiles are such), HANSE_<BOT>_PASSPHRASE
    opens it. On the development chain alone it is the named actor otherwise. Raises KeyUnusable.
    """
    path = settings.keystores.get(bot)
    if path is None:
        return development_account(actor) if chain_id == DEVELOPMENT_CHAIN else None
    passphrase, variable = settings.passphrases.get(bot), f"HANSE_{bot.upper()}_PASSPHRASE"
    if passphrase is None:
        raise KeyUnusable(f"Set {variable} to the passphrase of {path.name}.")
    return open_keystore(path, passphrase, variable)
