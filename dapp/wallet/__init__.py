"""The user's own wallet, in the browser: no key, seed or signature is ever made on the server.

`mount()` puts the component on the page, once, before any view; what the user's wallet is asked and what it
answered is kept by key and arrives exactly once (see `session`). A screen asks through
`dapp.widgets.actions`; what it needs beside is here.

In tests with AppTest no browser answers: seed the session with `tests.dapp.wallet.seeding`.
"""

from dapp.wallet.component import Network, mount
from dapp.wallet.requests import ask, forget, result, send, sign_typed
from dapp.wallet.session import Connection, Request, Result, Status, box

__all__ = [
    "Connection",
    "Network",
    "Request",
    "Result",
    "Status",
    "account",
    "ask",
    "chain_id",
    "connected",
    "forget",
    "mount",
    "result",
    "send",
    "sign_typed",
    "wallet_name",
]


def account() -> str | None:
    """The connected account (EIP-55), None without one."""
    return box().connection.account


def chain_id() -> int | None:
    """The chain that the wallet is on; a request switches it to the market's first."""
    return box().connection.chain_id


def connected() -> bool:
    return account() is not None


def wallet_name() -> str | None:
    """What the connected wallet calls itself; foreign text."""
    return box().connection.name
