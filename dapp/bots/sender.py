"""Sends a bot's transactions, so that what was planned from one block is done at most once.

A plan is made from the index at some block, and its transactions take the nonces that the account has right
after that block. Whatever the account did since then, from this process or another one, has used those
nonces: what comes from an older plan is refused by the chain itself, and so is one of two equal ones. A
transaction that hangs is replaced under its nonce by what is due then.
"""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

from eth_account.signers.local import LocalAccount
from hexbytes import HexBytes
from web3 import Web3
from web3.exceptions import Web3RPCError
from web3.types import RPCEndpoint

from dapp.bots.actions import Moment
from dapp.bots.fees import Price
from dapp.chain.errors import ErrorBook
from dapp.chain.failures import ChainError
from dapp.chain.transactions import Fate, Outcome, Sent, look, send_raw

POLL_SECONDS = 0.25
_TAKEN = ("nonce too low", "nonce is too low", "old nonce")
_OCCUPIED = ("underpriced", "replacement", "fee too low")
_POOR = ("insufficient funds", "insufficient balance", "out of gas balance")


class NotSent(ChainError):  # noqa: N818
    """Why nothing can be sent now, in a sentence. The next plan may."""


@dataclass(frozen=True)
class Letter:
    """A transaction to be sent: where to, what and with how much gas."""

    to: str
    data: HexBytes
    gas: int


@dataclass
class _Flight:
    """A transaction that isn't mined as far as anybody knows. letter None: another process sent it."""

    letter: Letter | None
    price: Price
    since: float
    hash: HexBytes | None = None


class Sender:
    """Signs with one account and sends. One round at a time."""

    def __init__(
        self,
        web3: Web3,
        account: LocalAccount,
        errors: ErrorBook,
        *,
        stuck_seconds: float = 60,
        clock: Callable[[], float] = time.monotonic,
        stopping: threading.Event | None = None,
    ) -> None:
        self._web3, self._account, self._errors = web3, account, errors
        self._stuck_seconds, self._clock = stuck_seconds, clock
        self._stopping = stopping or threading.Event()
        self._flights: dict[int, _Flight] = {}
        self._chain_id: int | None = None

    @property
    def address(self) -> str:
        """The account's."""
        return str(self._account.address)

    def balance(self) -> int:
        """Its coin, in wei."""
        return int(self._web3.eth.get_balance(self._account.address))

    def first_nonce(self, moment: Moment) -> int:
        """The nonce that the account had right after the block of the plan. Raises NotSent."""
        block = {"blockHash": "0x" + moment.hash.hex(), "requireCanonical": True}
        request = RPCEndpoint("eth_getTransactionCount"), [self._account.address, block]
        answer = self._web3.provider.make_request(*request)
        result = answer.get("result")
        if not isinstance(result, str):
            raise NotSent(f"Block {moment.number} isn't the chain's any more, or the node doesn't have it.")
        return int(result, 16)

    def send(self, letter: Letter, nonce: int, price: Price, note: Callable[[HexBytes], None]) -> Sent:
        """Send under this nonce; `note` is told the hash before. Raises NotSent.

        What was sent under it before goes on if it is the same and not stuck yet; else it is replaced.
        """
        flight = self._flights.get(nonce)
        if flight is not None and self._clock() - flight.since < self._stuck_seconds:
            if flight.letter == letter and flight.hash is not None:
                return Sent(flight.hash, self._account.address, nonce)
            raise NotSent(f"Transaction {nonce} of this account isn't mined yet.")
        if flight is not None:
            price = price.above(flight.price)
        signed = self._account.sign_transaction(self._transaction(letter, nonce, price))
        note(HexBytes(signed.hash))
        try:
            sent = send_raw(self._web3, bytes(signed.raw_transaction), self._account.address, nonce)
        except Web3RPCError as error:
            self._refused(error, nonce, price)
        self._flights[nonce] = _Flight(letter, price, self._clock(), sent.hash)
        return sent

    def forget_before(self, nonce: int) -> None:
        """What has a smaller nonce is mined, as far as the plan knows."""
        for old in [number for number in self._flights if number < nonce]:
            del self._flights[old]

    def await_all(self, sent: Sequence[Sent]) -> list[Outcome]:
        """What becomes of each; pending for what isn't mined when it counts as stuck, or on stopping."""
        deadline = self._clock() + self._stuck_seconds
        outcomes = [Outcome(Fate.PENDING) for _ in sent]
        while True:
            for place, each in enumerate(sent):
                if outcomes[place].fate in (Fate.PENDING, Fate.DROPPED):
                    outcomes[place] = look(self._web3, each, self._errors)
            unsettled = any(outcome.fate in (Fate.PENDING, Fate.DROPPED) for outcome in outcomes)
            if not unsettled or self._clock() >= deadline or self._stopping.wait(POLL_SECONDS):
                break
        for each, outcome in zip(sent, outcomes, strict=True):
            if outcome.fate is not Fate.PENDING:
                self._flights.pop(each.nonce, None)
        return outcomes

    def _transaction(self, letter: Letter, nonce: int, price: Price) -> dict[str, Any]:
        if self._chain_id is None:
            self._chain_id = self._web3.eth.chain_id
        fields: dict[str, Any] = {
            "to": letter.to,
            "data": letter.data,
            "gas": letter.gas,
            "value": 0,
            "nonce": nonce,
            "chainId": self._chain_id,
        }
        if price.legacy:
            return {**fields, "gasPrice": price.most}
        return {**fields, "maxFeePerGas": price.most, "maxPriorityFeePerGas": price.tip}

    def _refused(self, error: Web3RPCError, nonce: int, price: Price) -> NoReturn:
        told = str(error).lower()
        if any(words in told for words in _TAKEN):
            raise NotSent("This account did something else since the plan's block.") from error
        if any(words in told for words in _POOR):
            raise NotSent(f"{self.address} has too little coin for the fee.") from error
        if any(words in told for words in _OCCUPIED):
            # Of an earlier life, or another process with this key. If it hangs, it is offered more than.
            known = self._flights.get(nonce)
            since = self._clock() if known is None else self._clock() - self._stuck_seconds
            self._flights[nonce] = _Flight(None, price, since)
            raise NotSent(f"Another transaction {nonce} of this account waits to be mined.") from error
        raise NotSent(f"The node didn't take the transaction: {error}") from error
