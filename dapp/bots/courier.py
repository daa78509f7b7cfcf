"""Takes a round's transactions to the chain, within its limits, and says how each ended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hexbytes import HexBytes
from web3.types import TxReceipt

from dapp.bots.actions import Action, Item, Moment, Outcome, Result
from dapp.bots.classify import meaning_of
from dapp.bots.fees import Price, price_of
from dapp.bots.sender import Letter, NotSent, Sender
from dapp.bots.settings import GWEI, BotSettings
from dapp.chain.errors import ContractError, explain
from dapp.chain.transactions import Fate, Sent
from dapp.chain.transactions import Outcome as Ending
from dapp.market import Market

Facts = Mapping[str, Any]


@dataclass(frozen=True)
class Envelope:
    """One transaction: what it does, and what it is likely to cost in wei."""

    letter: Letter
    items: Sequence[Item]
    cost: int
    is_batch: bool = False


@dataclass
class Round:
    """What a round has come to so far."""

    price: Price
    results: list[Result] = field(default_factory=list)
    envelopes: list[Envelope] = field(default_factory=list)

    def tell(self, items: Sequence[Item], outcome: Outcome, reason: str, **facts: Any) -> None:
        """What became of these."""
        self.results += [Result(item, outcome, reason, facts) for item in items]

    def tell_refused(self, item: Item, error: ContractError, **facts: Any) -> None:
        """That the contract says no."""
        sure = item.sure if isinstance(item, Action) else True
        self.tell([item], meaning_of(error, sure=sure), explain(error), **facts)


Mined = Callable[[Envelope, TxReceipt, Facts, Round], None]
"""Tells what became of a mined transaction's items."""


class Courier:
    """For one account. `sender` None only rehearses: what would be sent is `deferred`.

    one_at_a_time: for calls that can't be repeated, one transaction in a round.
    """

    def __init__(
        self,
        opened: Market,
        sender: Sender | None,
        settings: BotSettings,
        note: Callable[..., None],
        *,
        one_at_a_time: bool = False,
    ) -> None:
        self._opened, self._sender, self._settings, self._note = opened, sender, settings, note
        self._one_at_a_time = one_at_a_time
        self._last_mined = 0

    @property
    def account(self) -> str | None:
        """Who sends; None if nothing is sent."""
        return self._sender.address if self._sender else None

    def balance(self) -> int | None:
        """The account's coin in wei."""
        return self._sender.balance() if self._sender else None

    def begin(self, items: Sequence[Item], moment: Moment) -> tuple[Round, bool]:
        """A new round, and whether anything can be sent in it; if not, it is told why.

        Raises what the chain's silence raises.
        """
        round_ = Round(price_of(self._opened.web3, self._settings))
        if moment.number < self._last_mined <= moment.head:
            return round_, False  # the index doesn't have yet what was done in the last round
        base, limit = round_.price.base, self._settings.max_base_fee
        if base > limit:
            reason = f"The base fee is {base / GWEI:.4g} gwei; {limit / GWEI:.4g} is the limit."
            round_.tell(items, Outcome.DEFERRED, reason)
        return round_, base <= limit

    def deliver(self, round_: Round, moment: Moment, mined: Mined) -> list[Result]:
        """Send the round's envelopes, as many as it may cost, and look what becomes of them."""
        self._keep_within_limit(round_)
        sent: list[tuple[Envelope, Sent]] = []
        left = round_.envelopes
        try:
            if left and self._sender is None:
                raise NotSent("Nothing is sent.")
            nonce = self._sender.first_nonce(moment) if left and self._sender else 0
            while left and self._sender:
                self._sender.forget_before(nonce - len(sent))
                note = self._noting(left[0], nonce, moment)
                sent.append((left[0], self._sender.send(left[0].letter, nonce, round_.price, note)))
                nonce, left = nonce + 1, left[1:]
        except NotSent as why:
            for envelope in left:
                round_.tell(envelope.items, Outcome.DEFERRED, str(why), cost=envelope.cost)
        if sent and self._sender:
            endings = self._sender.await_all([each for _envelope, each in sent])
            for (envelope, each), ending in zip(sent, endings, strict=True):
                self._tell_ending(envelope, each, ending, round_, mined)
        return round_.results

    def _keep_within_limit(self, round_: Round) -> None:
        """As many transactions as the round may cost, the most urgent first."""
        spent, kept = 0, list[Envelope]()
        for envelope in round_.envelopes:
            if spent + envelope.cost > self._settings.round_spend:
                round_.tell(envelope.items, Outcome.DEFERRED, "The round has cost enough.")
            elif kept and self._one_at_a_time:
                round_.tell(envelope.items, Outcome.DEFERRED, "One transaction at a time.")
            else:
                spent += envelope.cost
                kept.append(envelope)
        round_.envelopes = kept

    def _noting(self, envelope: Envelope, nonce: int, moment: Moment) -> Callable[[HexBytes], None]:
        def note(hash_: HexBytes) -> None:
            what = [f"{item.kind} {item.subject}" for item in envelope.items]
            self._note(
                "sending", transaction=hash_.to_0x_hex(), nonce=nonce, planned=moment.number, what=what
            )

        return note

    def _tell_ending(
        self, envelope: Envelope, sent: Sent, ending: Ending, round_: Round, mined: Mined
    ) -> None:
        facts: dict[str, Any] = {"transaction": sent.hash.to_0x_hex()}
        if ending.receipt is not None:
            self._last_mined = ending.receipt["blockNumber"]
            facts |= {"block": ending.receipt["blockNumber"], "gas": ending.receipt["gasUsed"]}
        if ending.fate is Fate.CONFIRMED and ending.receipt is not None:
            mined(envelope, ending.receipt, facts, round_)
        elif ending.fate is Fate.REVERTED and ending.error is not None:
            for item in envelope.items:
                round_.tell_refused(item, ending.error, **facts)
        elif ending.fate is Fate.REVERTED:
            round_.tell(envelope.items, Outcome.FAILED, "It was mined and failed.", **facts)
        elif ending.fate is Fate.REPLACED:
            reason = "Another transaction of this account took its place."
            round_.tell(envelope.items, Outcome.DEFERRED, reason, **facts)
        else:
            round_.tell(envelope.items, Outcome.PENDING, "It isn't mined yet.", **facts)
