"""Carries actions out within a round's limits, and says what became of each."""

from collections.abc import Callable, Sequence
from typing import Any

from hexbytes import HexBytes
from web3.logs import DISCARD
from web3.types import TxReceipt

from dapp.bots.actions import Action, Moment, Outcome, Result
from dapp.bots.fees import price_of
from dapp.bots.packing import BATCHED, Envelope, Packer, Round
from dapp.bots.sender import NotSent, Sender
from dapp.bots.settings import GWEI, BotSettings
from dapp.chain.transactions import Fate, Sent
from dapp.chain.transactions import Outcome as Ending
from dapp.market import Market

MOST = 400
"""Actions in a round; the rest comes in the next one."""


class Performer:
    """For one account. `sender` None only simulates: what would be sent is `deferred`."""

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
        address = sender.address if sender else opened.contracts.market.address
        self._packer = Packer(opened, address, settings)
        self._last_mined = 0

    @property
    def account(self) -> str | None:
        """Who sends; None if nothing is sent."""
        return self._sender.address if self._sender else None

    def balance(self) -> int | None:
        """The account's coin in wei."""
        return self._sender.balance() if self._sender else None

    def perform(self, actions: Sequence[Action], moment: Moment) -> list[Result]:
        """Do what works now and is worth it. Raises what the chain's silence raises."""
        if moment.number < self._last_mined <= moment.head:
            return []  # the index doesn't have yet what was done in the last round
        round_ = Round(price_of(self._opened.web3, self._settings))
        base, limit = round_.price.base, self._settings.max_base_fee
        if base > limit:
            reason = f"The base fee is {base / GWEI:.4g} gwei; {limit / GWEI:.4g} is the limit."
            round_.tell(actions, Outcome.DEFERRED, reason)
            return round_.results
        round_.tell(actions[MOST:], Outcome.DEFERRED, "The round is full.")
        self._packer.pack(actions[:MOST], round_)
        self._keep_within_limit(round_)
        self._send(round_, moment)
        return round_.results

    def _keep_within_limit(self, round_: Round) -> None:
        """As many transactions as the round may cost, the most urgent first."""
        spent, kept = 0, list[Envelope]()
        for envelope in round_.envelopes:
            if spent + envelope.cost > self._settings.round_spend:
                round_.tell(envelope.actions, Outcome.DEFERRED, "The round has cost enough.")
            elif kept and self._one_at_a_time:
                round_.tell(envelope.actions, Outcome.DEFERRED, "One transaction at a time.")
            else:
                spent += envelope.cost
                kept.append(envelope)
        round_.envelopes = kept

    def _send(self, round_: Round, moment: Moment) -> None:
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
                round_.tell(envelope.actions, Outcome.DEFERRED, str(why), cost=envelope.cost)
        if sent and self._sender:
            endings = self._sender.await_all([each for _envelope, each in sent])
            for (envelope, each), ending in zip(sent, endings, strict=True):
                self._tell_ending(envelope, each, ending, round_)

    def _noting(self, envelope: Envelope, nonce: int, moment: Moment) -> Callable[[HexBytes], None]:
        def note(hash_: HexBytes) -> None:
            what = [f"{action.kind} {action.subject}" for action in envelope.actions]
            self._note(
                "sending", transaction=hash_.to_0x_hex(), nonce=nonce, planned=moment.number, what=what
            )

        return note

    def _tell_ending(self, envelope: Envelope, sent: Sent, ending: Ending, round_: Round) -> None:
        facts: dict[str, Any] = {"transaction": sent.hash.to_0x_hex()}
        if ending.receipt is not None:
            self._last_mined = ending.receipt["blockNumber"]
            facts |= {"block": ending.receipt["blockNumber"], "gas": ending.receipt["gasUsed"]}
        if ending.fate is Fate.CONFIRMED and ending.receipt is not None:
            self._tell_mined(envelope, ending.receipt, facts, round_)
        elif ending.fate is Fate.REVERTED and ending.error is not None:
            for action in envelope.actions:
                round_.tell_refused(action, ending.error, **facts)
        elif ending.fate is Fate.REVERTED:
            round_.tell(envelope.actions, Outcome.FAILED, "It was mined and failed.", **facts)
        elif ending.fate is Fate.REPLACED:
            reason = "Another transaction of this account took its place."
            round_.tell(envelope.actions, Outcome.DEFERRED, reason, **facts)
        else:
            round_.tell(envelope.actions, Outcome.PENDING, "It isn't mined yet.", **facts)

    def _tell_mined(
        self, envelope: Envelope, receipt: TxReceipt, facts: dict[str, Any], round_: Round
    ) -> None:
        market = self._packer.contract(BATCHED)
        skipped: dict[int, bytes] = {}
        if envelope.is_batch:
            events = market.events.BatchSkipped().process_receipt(receipt, errors=DISCARD)
            skipped = {int(event["args"]["index"]): bytes(event["args"]["fault"]) for event in events}
        matured = {
            (event["args"]["account"], event["args"]["token"])
            for event in market.events.Matured().process_receipt(receipt, errors=DISCARD)
        }
        for place, action in enumerate(envelope.actions):
            if skipped.get(place):
                error = self._opened.errors.decode(skipped[place])
                round_.tell_refused(action, error, **facts)
            elif place in skipped:
                # No reason is what running out of gas looks like.
                self._packer.ran_out(action.kind)
                round_.tell([action], Outcome.FAILED, "It ran out of gas.", **facts)
            elif action.kind == "mature" and action.call.arguments[:2] not in matured:
                round_.tell([action], Outcome.LOST, "Nothing was left to mature.", **facts)
            else:
                round_.tell([action], Outcome.DONE, "", **facts)
