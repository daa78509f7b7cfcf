"""The desk of one market: from reports in the inbox and the chain's past to attestations that can be sent.

Nothing is remembered between rounds but what saves reading twice: whoever is killed in between loses nothing.
That nothing is posted twice is guarded by the transaction's nonce: it must be the one that the poster had
right after the block that the state was read at, so that anything posted since voids the transaction. One
account posts for a market; any number of processes may use it.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final

from eth_utils.address import to_checksum_address
from web3.contract.contract import ContractFunction

from dapp.chain.contracts import MarketContracts
from dapp.credit.acceptance import Accepted, why_cant_post
from dapp.credit.claims import Claim, Schedule
from dapp.credit.errors import Refusal
from dapp.credit.inbox import Inbox
from dapp.credit.intake import Intake
from dapp.credit.journal import Journal, Ledger
from dapp.credit.planning import DeskState, Owed, Posting, Side
from dapp.credit.report import Report
from dapp.credit.rules import RuleBook
from dapp.credit.shelf import RulesMissing, Shelf
from dapp.evidence.box import EvidenceBox

MOST_POSTINGS: Final = 40
"""So many attestations fit into one transaction with room to spare."""
MOST_SIDES: Final = 200


class Desk:
    """Reads, checks and words attestations. poster: the account that posts; finality: in blocks."""

    def __init__(
        self,
        contracts: MarketContracts,
        box: EvidenceBox,
        inbox: Inbox,
        rules: RuleBook,
        poster: str,
        finality: int = 12,
    ) -> None:
        self.poster, self.rules = str(to_checksum_address(poster)), rules
        self._contracts, self._box = contracts, box
        self.intake = Intake(contracts, inbox, rules, finality)
        self.journal = Journal(contracts, box, [self.poster])
        self._shelf = Shelf(box, rules)
        self._schedules: dict[bytes, Schedule] = {}

    def read(self, number: int, block_hash: bytes, now: int) -> DeskState:
        """What a plan needs as of a block of the time `now`; reports that don't count leave the inbox.

        Raises ChainMoved, InboxUnavailable, and what nodes raise.
        """
        self.journal.follow(number, block_hash)
        ledger = self.journal.ledger()
        blocked = {side: f"missing evidence: {', '.join(cids[:3])}" for side, cids in ledger.unclear.items()}
        owed = self._owed(ledger, now, blocked)
        accepted = self.intake.accepted(ledger, number, now)
        sides = dict.fromkeys([*map(_side_of_claim, owed), *map(_side_of_report, accepted)])
        self._block(sides, blocked)
        # As many sides as a few transactions can serve; the others have their turn when these are done.
        open_sides = [side for side in sides if side not in blocked]
        left = {side: self._left(side, number) for side in open_sides[:MOST_SIDES]}
        sides = dict.fromkeys([*left, *blocked])
        return DeskState(
            chain_id=self._contracts.record.chain_id,
            credit=self._contracts.credit.address,
            rules=self.rules.version,
            now=now,
            claims=tuple(ledger.claims.values()),
            owed=tuple(each for each in owed if _side_of_claim(each) in sides),
            accepted=tuple(each for each in accepted if _side_of_report(each) in sides),
            left=left,
            blocked=blocked,
        )

    def submit(self, report: Report, number: int, block_hash: bytes, now: int) -> Accepted:
        """Check a report as the next round would and put it into the inbox. Raises Refusal, or as `read`."""
        self.journal.follow(number, block_hash)
        return self.intake.submit(report, self.journal.ledger(), now)

    def call(self, postings: Sequence[Posting]) -> ContractFunction:
        """The call that makes these attestations. Their evidence, and the rules, are in the store before."""
        if postings:
            self._box.put(self.rules.source)
        requests = [self._request(posting) for posting in postings]
        return self._contracts.credit.functions.attestMany(requests)

    def sift(
        self, postings: Sequence[Posting], number: int
    ) -> tuple[list[Posting], list[tuple[Posting, bytes]]]:
        """Those that the contract would take at this block, and the others with its ABI-encoded errors."""
        kept, faulty = list[Posting](), list[tuple[Posting, bytes]]()
        if postings:
            call = self.call(postings)
            faults = call.call({"from": to_checksum_address(self.poster)}, number)
            for posting, fault in zip(postings, faults, strict=True):
                if fault:
                    faulty.append((posting, bytes(fault)))
                else:
                    kept.append(posting)
        return kept, faulty

    # -- inside ---------------------------------------------------------------------------------

    def _request(self, posting: Posting) -> tuple[Any, ...]:
        document = posting.document
        cid = self._box.put(document.to_json())
        return to_checksum_address(document.merchant), int(document.dimension), document.delta, cid

    def _block(self, sides: Iterable[Side], blocked: dict[Side, str]) -> None:
        """Note the sides that the poster may not attest for."""
        dimensions = {dimension for _, dimension in sides}
        roles = {each: why_cant_post(self.poster, each, self._contracts) for each in dimensions}
        for merchant, dimension in sides:
            himself = f"{merchant} posts, and nobody attests for himself" if merchant == self.poster else ""
            if why := himself or roles[dimension]:
                blocked.setdefault((merchant, dimension), why)

    def _left(self, side: Side, number: int) -> int:
        merchant, dimension = side
        asked = self._contracts.credit.functions.leftToday(
            to_checksum_address(self.poster), to_checksum_address(merchant), int(dimension)
        )
        return int(asked.call(block_identifier=number))

    def _owed(self, ledger: Ledger, now: int, blocked: dict[Side, str]) -> list[Owed]:
        """The claims of which something is due; those whose rules can't be found block their side."""
        owed = []
        for claim in ledger.claims.values():
            try:
                schedule = self._schedule(claim)
            except (RulesMissing, Refusal) as error:
                blocked.setdefault((claim.report.merchant, claim.dimension), str(error))
                continue
            if due := claim.due(schedule, now):
                owed.append(Owed(claim, due, schedule))
        return owed

    def _schedule(self, claim: Claim) -> Schedule:
        """How a claim ages; it never changes. Raises RulesMissing, Refusal."""
        if (schedule := self._schedules.get(claim.id)) is None:
            schedule = Schedule.of(claim.report, self._shelf.rule(claim.rules, claim.rule))
            self._schedules[claim.id] = schedule
        return schedule


def _side_of_claim(owed: Owed) -> Side:
    return owed.claim.report.merchant, owed.claim.dimension


def _side_of_report(accepted: Accepted) -> Side:
    return accepted.report.merchant, accepted.rule.dimension
