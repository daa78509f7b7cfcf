"""Sign-In with Ethereum (EIP-4361), where a view shows what only one account may see.

The message is made here, for this session alone: its nonce is kept with the session and used up by the
first answer, right or wrong, so a signature can't be used twice or elsewhere. Contract wallets are asked
(ERC-1271).
"""

import secrets
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import streamlit as st
from eth_keys.exceptions import BadSignature
from siwe import ISO8601Datetime, SiweMessage, VerificationError  # type: ignore[import-untyped]
from web3.exceptions import Web3Exception

from dapp.chain.failures import ChainError
from dapp.wallet.session import Box, Status, box, new_request

KEY = "hanse.sign_in"
DEVICE_KEY = f"{KEY}.device"
SIGN_WITHIN = timedelta(minutes=10)
SIGNED_IN_SECONDS = 8 * 3600
# EIP-4361 allows ASCII alone, whatever the page's language.
_STATEMENT = "Sign in to Hanse. This proves that the account is yours; it sends nothing and costs nothing."
STATE = f"{KEY}.state"
Report = Callable[[str, str], None]


class NotSignedIn(Exception):  # noqa: N818
    """The signature doesn't prove the account."""


@dataclass(frozen=True)
class Challenge:
    """What the account is asked to sign. `nonce` and `domain` are what the answer must carry."""

    message: SiweMessage
    domain: str
    nonce: str
    request_id: str


@dataclass
class SignIn:
    """How one session stands: `account` (EIP-55) has signed in until `until` (Unix seconds).

    unreported: an account whose browser's number has not come yet.

    In one object, taken once a run: Streamlit may end a run wherever it touches the session's state, and
    half a sign-in would be a lost one.
    """

    account: str | None = None
    until: float = 0.0
    challenge: Challenge | None = None
    refused: bool = False
    unreported: str | None = None


def make_message(account: str, origin: str, chain_id: int, nonce: str, now: datetime) -> SiweMessage:
    """The message for an account (EIP-55) on a page of `origin` (scheme://host[:port])."""
    return SiweMessage.model_validate(
        {
            "domain": urlsplit(origin).netloc,
            "address": account,
            "statement": _STATEMENT,
            "uri": origin,
            "version": "1",
            "chain_id": chain_id,
            "nonce": nonce,
            "issued_at": ISO8601Datetime.from_datetime(now),
            "expiration_time": ISO8601Datetime.from_datetime(now + SIGN_WITHIN),
        }
    )


def verify(
    message: SiweMessage,
    signature: str,
    *,
    domain: str,
    nonce: str,
    chain_id: int,
    now: datetime,
    provider: Any = None,
) -> str:
    """The account that signed. provider: web3's, asked when the account is a contract.

    Raises NotSignedIn: another domain, nonce or chain, expired, or not the account's signature.
    """
    if message.chain_id != chain_id:
        raise NotSignedIn(f"The message is for chain {message.chain_id}, not {chain_id}.")
    try:
        message.verify(signature, domain=domain, nonce=nonce, timestamp=now, provider=provider)
    except VerificationError as error:
        raise NotSignedIn(type(error).__name__) from error
    except (ValueError, BadSignature, Web3Exception, ChainError, OSError) as error:
        raise NotSignedIn(str(error)[:200]) from error
    return str(message.address)


def _sign_in() -> SignIn:
    """This session's."""
    kept: SignIn = st.session_state.setdefault(STATE, SignIn())
    return kept


def begin(origin: str, chain_id: int, label: str) -> None:
    """Ask the wallet to sign in, and the browser for its number; in a widget's callback."""
    kept, state = box(), _sign_in()
    account = kept.connection.account
    if account is None:
        return
    nonce = secrets.token_hex(16)
    message = make_message(account, origin, chain_id, nonce, datetime.now(UTC))
    text = "0x" + message.prepare_message().encode().hex()
    request = new_request(KEY, "personal_sign", [text], label, account=account)
    device = new_request(DEVICE_KEY, "hanse_device", [], label, account=account, private=True)
    state.challenge = Challenge(message, urlsplit(origin).netloc, nonce, request.id)
    state.refused, state.unreported = False, None
    for asked in (request, device):
        kept.forget(asked.key)
        kept.ask(asked)


def signed_in(chain_id: int, provider: Callable[[], Any], report: Report | None = None) -> str | None:
    """The connected account if it has signed in, in this session and not too long ago; else None.

    provider: gives web3's, for contract wallets. report: is told once of each sign-in, the account and the
    number of its browser.
    """
    kept, state = box(), _sign_in()
    _take_answer(kept, state, chain_id, provider)
    if report is not None:
        _take_device(kept, state, report)
    if state.account is None or state.account != kept.connection.account or time.time() >= state.until:
        return None
    return state.account


def refused() -> bool:
    """Whether the last signature did not prove the account."""
    return _sign_in().refused


def _take_answer(kept: Box, state: SignIn, chain_id: int, provider: Callable[[], Any]) -> None:
    challenge, answer = state.challenge, kept.result(KEY)
    if challenge is None or answer is None or answer.status == Status.OPEN:
        return
    if answer.request.id != challenge.request_id:
        return
    account = None
    if answer.status == Status.DONE:
        with suppress(NotSignedIn):
            account = verify(
                challenge.message,
                str(answer.value),
                domain=challenge.domain,
                nonce=challenge.nonce,
                chain_id=chain_id,
                now=datetime.now(UTC),
                provider=provider(),
            )
        if state.challenge is not challenge:  # a newer run was faster
            return
        state.refused = account is None
    if account is not None:
        state.account, state.until = account, time.time() + SIGNED_IN_SECONDS
        state.unreported = account
    state.challenge = None  # whatever the answer says, it is used up
    kept.settle(answer.request.id)


def _take_device(kept: Box, state: SignIn, report: Report) -> None:
    account, answer = state.unreported, kept.result(DEVICE_KEY)
    if account is None or answer is None or answer.status == Status.OPEN:
        return
    state.unreported = None
    kept.settle(answer.request.id)
    if answer.status == Status.DONE and answer.request.account == account:
        report(account, str(answer.value))
