"""The desk of one market: from reports in the inbox and the chain's past to attestations that can be sent.

Nothing is remembered between rounds but what saves reading twice: whoever is killed in between loses nothing.
That nothing is posted twice is guarded by the transaction's nonce: it must be the one that the poster had
right after the block that the state was read at, so that anything posted since voids the transaction. One
account posts for a market; any number of processes may use it.
"""

import logging
from collections.abc import Iterable, Sequence
from typing import Any, Final

from eth_utils.address import to_checksum_address
from web3.contract.contract import ContractFunction

from dapp.chain.contracts import MarketContracts
from dapp.credit.acceptance import (
    Accepted,
    examine,
    is_attestor,
    not_attestor,
    why_cant_post,
    within_bounds,
)
from dapp.credit.claims import Claim, Schedule
from dapp.credit.errors import Refusal, Replayed
from dapp.credit.inbox import Inbox, Waiting
from dapp.credit.journal import Journal, Ledger
from dapp.credit.planning import DeskState, Owed, Posting, Side
from dapp.credit.report import Report
from dapp.credit.rules import RuleBook
from dapp.credit.shelf import RulesMissing, Shelf
from dapp.domain.bounds import DAY
from dapp.evidence.box import EvidenceBox

_LOG = logging.getLogger(__name__)
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
        self._contracts, self._box, self._inbox, self._finality = contracts, box, inbox, finality
        self.journal = Journal(contracts, box, [self.poster])
        self._shelf = Shelf(box, rules)
        self._schedules: dict[bytes, Schedule] = {}
        self._signed: set[tuple[bytes, bytes]] = set()
        self._members: dict[Side, bool] = {}  # of this round alone: roles come and go

    def read(self, number: int, block_hash: bytes, now: int) -> DeskState:
        """What a plan needs as of a block of the time `now`; reports that don't count leave the inbox.

        Raises ChainMoved, InboxUnavailable, and what nodes raise.
        """
        self._members = {}
        self.journal.follow(number, block_hash)
        ledger = self.journal.ledger()
        blocked = {side: f"missing evidence: {', '.join(cids[:3])}" for side, cids in ledger.unclear.items()}
        owed = self._owed(ledger, now, blocked)
        accepted = self._accepted(ledger, now, number)
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
        self._members = {}
        self.journal.follow(number, block_hash)
        ledger = self.journal.ledger()
        waiting = [each.report for each in self._inbox.waiting()]
        others = {each.fact_key for each in waiting if each.digest != report.digest}
        if report.fact_key in ledger.claims or report.fact_key in others:
            raise _replayed(report)
        accepted = self._accept(report, now)
        among = [accepted]
        for each in waiting:
            try:
                among += [self._accept(each, now)] if each.digest != report.digest else []
            except Refusal:
                continue  # the next round puts it aside
        bound = self.rules.reports.attestor_daily
        for refused, refusal in within_bounds(among, _moved(ledger), bound)[1]:
            if refused is accepted:
                raise refusal
        self._inbox.put(report)
        return accepted

    def refuse(self, accepted: Accepted, refusal: Refusal) -> None:
        """Put a report aside that the plan refused."""
        for each in self._inbox.waiting():
            if each.report.digest == accepted.report.digest:
                self._inbox.refuse(each.path, refusal)

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

    def _accepted(self, ledger: Ledger, now: int, number: int) -> list[Accepted]:
        """The reports in the inbox that count; the others are put aside, or wait for a block to be final."""
        found: dict[bytes, tuple[Waiting, Accepted]] = {}
        waiting = sorted(self._inbox.waiting(), key=lambda each: (each.report.issued_at, each.report.digest))
        for each in waiting:
            report = each.report
            if (claim := ledger.claims.get(report.fact_key)) is not None:
                self._settle(each, claim, number)
            elif report.fact_key not in found:
                try:
                    found[report.fact_key] = (each, self._accept(report, now))
                except Refusal as refusal:
                    self._put_aside(each, refusal)
        kept, refused = within_bounds(
            [accepted for _, accepted in found.values()], _moved(ledger), self.rules.reports.attestor_daily
        )
        for accepted, why in refused:
            self._put_aside(found[accepted.report.fact_key][0], why)
        return kept

    def _settle(self, waiting: Waiting, claim: Claim, number: int) -> None:
        """A report whose fact counts: once that is final, its file goes, or is refused as a replay."""
        if claim.block > number - self._finality:
            return
        if claim.report.digest == waiting.report.digest:
            self._inbox.done(waiting.path)
        else:
            self._put_aside(waiting, _replayed(waiting.report))

    def _accept(self, report: Report, now: int) -> Accepted:
        contracts = self._contracts
        accepted = examine(report, self.rules, contracts.record.chain_id, contracts.credit.address, now)
        role = (report.attestor, accepted.rule.dimension)
        if role not in self._members:
            self._members[role] = is_attestor(*role, contracts)
        if not self._members[role]:
            raise not_attestor(report, accepted.rule)
        if (key := (report.digest, report.signature)) not in self._signed:
            report.check_signature(contracts.web3)
            self._signed.add(key)
        return accepted

    def _put_aside(self, waiting: Waiting, refusal: Refusal) -> None:
        _LOG.warning("credit: report %s refused: %s", waiting.path.stem[:16], refusal)
        self._inbox.refuse(waiting.path, refusal)


def _moved(ledger: Ledger) -> dict[tuple[str, int], int]:
    """What reports that count moved, by attestor and day of issue."""
    moved: dict[tuple[str, int], int] = {}
    for claim in ledger.claims.values():
        key = (claim.report.attestor, claim.report.issued_at // DAY)
        moved[key] = moved.get(key, 0) + abs(claim.asked)
    return moved


def _side_of_claim(owed: Owed) -> Side:
    return owed.claim.report.merchant, owed.claim.dimension


def _side_of_report(accepted: Accepted) -> Side:
    return accepted.report.merchant, accepted.rule.dimension


def _replayed(report: Report) -> Replayed:
    return Replayed(fact=report.fact, kind=report.kind, merchant=report.merchant)
