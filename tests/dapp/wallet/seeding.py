"""A wallet for AppTest, where no browser answers: seeded into the session, asked and answered by the test.

at = AppTest.from_function(screen)
connect(at, buyer.address)
at.run()
at.button(key="orders.accept.…button").click().run()
request, = asked(at)                     # what the wallet would show: request.params[0]["to"], …
answer(at, request, "0x…")               # or reject(at, request)
at.run()
"""

import time
from typing import Any

from streamlit.testing.v1 import AppTest

from dapp.wallet.session import BOX, Box, Connection, Request, Result, Status
from dapp.wallet.siwe import SIGNED_IN_SECONDS, STATE, SignIn

DEVELOPMENT_CHAIN = 31337
REJECTED = 4001


def wallet_box(at: AppTest) -> Box:
    """The session's wallet, made if it isn't there."""
    if BOX not in at.session_state:
        at.session_state[BOX] = Box()
    kept: Box = at.session_state[BOX]
    return kept


def connect(at: AppTest, account: str | None, chain_id: int = DEVELOPMENT_CHAIN, name: str = "test") -> None:
    """Connect the session to an account (EIP-55), or to none."""
    wallet_box(at).connection = Connection(account, chain_id, name) if account else Connection()


def asked(at: AppTest) -> list[Request]:
    """What the wallet is being asked, oldest first."""
    return wallet_box(at).open_requests()


def answer(at: AppTest, request: Request, value: Any) -> None:
    """The wallet's answer: a transaction's hash, a signature."""
    wallet_box(at).record(Result(request, Status.DONE, value))


def reject(at: AppTest, request: Request) -> None:
    """The user says no in the wallet."""
    wallet_box(at).record(
        Result(request, Status.REJECTED, code=REJECTED, message="User rejected the request.")
    )


def sign_in(at: AppTest, account: str) -> None:
    """As if the account (EIP-55), which is connected too, had signed in."""
    connect(at, account)
    at.session_state[STATE] = SignIn(account, time.time() + SIGNED_IN_SECONDS)
