"""The credit bot: posts what signed reports are worth, and takes back what ends or ages.

What counts is worked out by the desk (`dapp/credit/desk.py`) from the chain's past, the evidence and the
inbox. An attestation made twice counts twice, so one transaction is under way at a time, under the nonce of
the block that the desk read: whatever was posted since voids it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from hexbytes import HexBytes
from web3.exceptions import ContractLogicError
from web3.logs import DISCARD
from web3.types import TxParams, TxReceipt

from dapp.bots.actions import Item, Moment, Outcome, Result
from dapp.bots.courier import Courier, Envelope, Facts, Round
from dapp.bots.sender import Letter
from dapp.credit.acceptance import Accepted
from dapp.credit.desk import MOST_POSTINGS, Desk
from dapp.credit.errors import Refusal
from dapp.credit.intake import Aside
from dapp.credit.planning import DeskState, Posting, plan_of
from dapp.evidence.errors import EvidenceError
from dapp.market import Market


@dataclass(frozen=True)
class Waiting:
    """A posting that must wait, and why."""

    posting: Posting
    reason: str

    @property
    def kind(self) -> str:
        """The posting's."""
        return self.posting.kind

    @property
    def subject(self) -> str:
        """The posting's."""
        return self.posting.subject

    @property
    def due_at(self) -> int:
        """The posting's."""
        return self.posting.due_at


@dataclass(frozen=True)
class Turned:
    """A report that a limit leaves out."""

    accepted: Accepted
    refusal: Refusal

    kind = "report"

    @property
    def subject(self) -> str:
        """What the report is about."""
        return f"0x{self.accepted.report.fact_key.hex()}"

    @property
    def due_at(self) -> int:
        """When it was issued."""
        return self.accepted.report.issued_at


class CreditBot:
    """See {Bot}."""

    name = "credit"

    def __init__(self, opened: Market, desk: Desk, courier: Courier) -> None:
        self._opened, self._desk, self._courier = opened, desk, courier

    @property
    def account(self) -> str | None:
        """The poster's."""
        return self._courier.account

    def balance(self) -> int | None:
        """The poster's coin in wei."""
        return self._courier.balance()

    def read(self, moment: Moment) -> DeskState:
        """What counts and what is owed as of the indexed block."""
        return self._desk.read(moment.number, moment.hash, moment.now)

    def plan(self, state: DeskState, _moment: Moment) -> list[Item]:
        """See `dapp/credit/planning.py`."""
        plan = plan_of(state)
        waiting = (Waiting(posting, reason) for posting, reason in plan.deferred)
        turned = (Turned(accepted, refusal) for accepted, refusal in plan.refused)
        return [*turned, *plan.postings, *waiting]

    def perform(self, items: Sequence[Item], moment: Moment) -> list[Result]:
        """Post what works now, its evidence kept before; tell of the others and of what left the inbox."""
        results = self._post(items, moment)
        return [*results, *map(_told, self._desk.intake.take_aside())]

    def _post(self, items: Sequence[Item], moment: Moment) -> list[Result]:
        round_, can_send = self._courier.begin(items, moment)
        if not can_send:
            return round_.results
        postings = [item for item in items if isinstance(item, Posting)]
        for item in items:
            if isinstance(item, Turned):
                self._desk.intake.refuse(item.accepted, item.refusal)
                round_.tell([item], Outcome.REFUSED, item.refusal.sentence())
            elif isinstance(item, Waiting):
                round_.tell([item], Outcome.DEFERRED, item.reason)
        round_.tell(postings[MOST_POSTINGS:], Outcome.DEFERRED, "The round is full.")
        try:
            self._wrap(postings[:MOST_POSTINGS], round_, moment)
        except EvidenceError as error:
            # Nothing is posted whose evidence isn't kept.
            round_.tell(postings[:MOST_POSTINGS], Outcome.DEFERRED, error.sentence())
        return self._courier.deliver(round_, moment, self._tell_mined)

    def _wrap(self, postings: Sequence[Posting], round_: Round, moment: Moment) -> None:
        kept, faulty = self._desk.sift(postings, moment.number)
        for posting, fault in faulty:
            round_.tell_refused(posting, self._opened.errors.decode(fault))
        if not kept:
            return
        call, credit = self._desk.call(kept), self._opened.contracts.credit
        data = HexBytes(credit.encode_abi("attestMany", args=list(call.args)))
        asked: TxParams = {"from": self._desk.poster, "to": credit.address, "data": data}
        try:
            units = self._opened.web3.eth.estimate_gas(asked)
        except ContractLogicError as error:
            for posting in kept:
                round_.tell_refused(posting, self._opened.errors.decode(error.data))
            return
        letter = Letter(credit.address, data, units * 5 // 4)
        round_.envelopes.append(Envelope(letter, kept, units * round_.price.expected))

    def _tell_mined(self, envelope: Envelope, receipt: TxReceipt, facts: Facts, round_: Round) -> None:
        events = self._opened.contracts.credit.events.AttestationSkipped()
        skipped = {
            int(event["args"]["index"]): bytes(event["args"]["fault"])
            for event in events.process_receipt(receipt, errors=DISCARD)
        }
        for place, item in enumerate(envelope.items):
            if place in skipped:
                round_.tell_refused(item, self._opened.errors.decode(skipped[place]), **facts)
            else:
                round_.tell([item], Outcome.DONE, "", **facts)


def _told(aside: Aside) -> Result:
    return Result(aside, Outcome.REFUSED, aside.refusal.sentence(), {"refusal": type(aside.refusal).__name__})
