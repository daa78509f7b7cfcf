"""Carries out actions that may be repeated: packs them, has them sent, reads the receipts."""

from collections.abc import Sequence

from web3.logs import DISCARD
from web3.types import TxReceipt

from dapp.bots.actions import Action, Moment, Outcome, Result
from dapp.bots.courier import Courier, Envelope, Facts, Round
from dapp.bots.packing import BATCHED, CLAIM, Packer
from dapp.bots.settings import BotSettings
from dapp.market import Market

MOST = 400
"""Actions in a round; the rest comes in the next one."""


class Performer:
    """For one courier's account."""

    def __init__(self, opened: Market, courier: Courier, settings: BotSettings) -> None:
        self._opened, self._courier = opened, courier
        self._packer = Packer(opened, courier.account or opened.contracts.market.address, settings)

    @property
    def account(self) -> str | None:
        """Who sends; None if nothing is sent."""
        return self._courier.account

    def balance(self) -> int | None:
        """The account's coin in wei."""
        return self._courier.balance()

    def perform(self, actions: Sequence[Action], moment: Moment) -> list[Result]:
        """Do what works now and is worth it. Raises what the chain's silence raises."""
        round_, can_send = self._courier.begin(actions, moment)
        if not can_send:
            return round_.results
        round_.tell(actions[MOST:], Outcome.DEFERRED, "The round is full.")
        self._packer.pack(actions[:MOST], round_)
        return self._courier.deliver(round_, moment, self._tell_mined)

    def too_dear(self, actions: Sequence[Action]) -> set[tuple[str, str]]:
        """Kind and subject of those that would cost too much of what they move."""
        return self._packer.too_dear(actions)

    def _tell_mined(self, envelope: Envelope, receipt: TxReceipt, facts: Facts, round_: Round) -> None:
        market = self._packer.contract(BATCHED)
        skipped: dict[int, bytes] = {}
        if envelope.is_batch:
            events = market.events.BatchSkipped().process_receipt(receipt, errors=DISCARD)
            skipped = {int(event["args"]["index"]): bytes(event["args"]["fault"]) for event in events}
        matured = {
            (event["args"]["account"], event["args"]["token"])
            for event in market.events.Matured().process_receipt(receipt, errors=DISCARD)
        }
        earned = {
            "0x" + event["args"]["orderId"].hex()
            for event in self._packer.contract("Rewards")
            .events.PointsEarned()
            .process_receipt(receipt, DISCARD)
        }
        for place, item in enumerate(envelope.items):
            if skipped.get(place):
                round_.tell_refused(item, self._opened.errors.decode(skipped[place]), **facts)
            elif place in skipped:
                # No reason is what running out of gas looks like.
                self._packer.ran_out(item.kind)
                round_.tell([item], Outcome.FAILED, "It ran out of gas.", **facts)
            elif item.kind == "mature" and not _matured(item, matured):
                round_.tell([item], Outcome.LOST, "Nothing was left to mature.", **facts)
            elif item.kind == CLAIM and item.subject not in earned:
                round_.tell([item], Outcome.LOST, "Nothing was left to claim.", **facts)
            else:
                round_.tell([item], Outcome.DONE, "", **facts)


def _matured(item: object, matured: set[tuple[str, str]]) -> bool:
    return isinstance(item, Action) and item.call.arguments[:2] in matured
