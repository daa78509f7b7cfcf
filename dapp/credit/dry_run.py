"""What scores would be if other rules had held from the beginning.

Orders are scored again by the table that the rules compile to, reports are counted again by the rules of
their kinds, and what reports gave ends and ages by them. What no rule made (attestations with other evidence)
stays. Tiers would have changed fees, and so later weights: that is left out, as prices would have too.
"""

import heapq
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from eth_utils.address import to_checksum_address

from dapp.chain.contracts import MarketContracts
from dapp.chain.history import events_of
from dapp.credit.claims import Schedule
from dapp.credit.document import Change
from dapp.credit.errors import Refusal
from dapp.credit.evaluation import evaluate
from dapp.credit.fields import values_of
from dapp.credit.journal import Entry, Journal
from dapp.credit.report import Report
from dapp.credit.rules import Rule, RuleBook
from dapp.credit.table import compile_table
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.credit import BASE, CreditReason, Dimension, Tier, tier_of
from dapp.domain.credit_table import CreditTable
from dapp.domain.replay import Event
from dapp.domain.rescore import Rescoring
from dapp.domain.terms import Terms
from dapp.evidence.box import EvidenceBox

_GWEI = 10**9
_NATIVE_UNIT = 152
"""Where the native coin's credit unit, in gwei, begins in the word of `contracts/libraries/Policy.sol`."""
_UNIT_BITS = 40


@dataclass(frozen=True)
class Row:
    """A merchant's score in thousandths, as the chain has it and as it would be."""

    merchant: str
    now: int
    then: int

    @property
    def difference(self) -> int:
        """What he would gain."""
        return self.then - self.now

    @property
    def tiers(self) -> tuple[Tier, Tier]:
        """His tier, and the one he would have."""
        return tier_of(self.now), tier_of(self.then)


@dataclass(frozen=True)
class DryRun:
    """rows: every merchant with a history, the largest difference first. unread: evidence that is missing."""

    rows: tuple[Row, ...]
    unread: tuple[str, ...]


def dry_run(contracts: MarketContracts, box: EvidenceBox, rules: RuleBook) -> DryRun:
    """Replay the market's whole history by `rules`. Raises BadRules, and what nodes raise."""
    block = contracts.web3.eth.get_block("latest")
    number = block["number"]
    journal = Journal(contracts, box)
    journal.follow(number, bytes(block["hash"]))
    old = CreditTable.unpack(contracts.market.functions.creditTable().call(block_identifier=number))
    told = [each.event for each in events_of(contracts.market, contracts.record.first_block, number)]
    actual, supposed = Rescoring(old), Supposition(rules, old, journal.entries)
    for event in told:
        actual.take(event)
        supposed.take(event)
    supposed.age(block["timestamp"])
    merchants = {*actual.scores, *supposed.rescoring.scores}
    rows = [Row(each, _score(actual, each), _score(supposed.rescoring, each)) for each in merchants]
    rows.sort(key=lambda row: (-abs(row.difference), row.merchant))
    return DryRun(tuple(rows), tuple(each.cid for each in journal.entries if each.trouble))


def _score(rescoring: Rescoring, merchant: str) -> int:
    known = rescoring.scores.get(merchant)
    return known.score if known else BASE


@dataclass
class _Claim:
    merchant: str
    dimension: Dimension
    schedule: Schedule
    applied: int
    taken: int = 0
    closed: bool = False


@dataclass
class Supposition:
    """A history by other rules. old: the table that orders were weighed by when they were placed."""

    rules: RuleBook
    old: CreditTable
    entries: Iterable[Entry]
    units: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.table = compile_table(self.rules)
        self.rescoring = Rescoring(self.table, self._weigh)
        self._entries = {each.id: each for each in self.entries}
        self._claims: dict[bytes, _Claim] = {}
        self._facts: set[bytes] = set()
        self._past: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        self._clock: list[tuple[int, bytes]] = []

    def take(self, event: Event) -> None:
        """The next event, after what became due before it."""
        self.age(event.block_timestamp)
        args = event.args
        if event.name == "PolicySet":
            unit = int(args["policy"]) >> _NATIVE_UNIT & (1 << _UNIT_BITS) - 1
            self.units[ZERO_ADDRESS] = unit * _GWEI
        elif event.name == "CreditUnitSet":
            self.units[to_checksum_address(args["token"])] = args["unit"]
        elif event.name == "CreditChanged" and not self.rescoring.is_order(bytes(args["ref"])):
            self._attested(event, args)
        else:
            self.rescoring.take(event)

    def age(self, now: int) -> None:
        """Let what was given end and age up to a time."""
        while self._clock and self._clock[0][0] <= now:
            time, ref = heapq.heappop(self._clock)
            claim = self._claims[ref]
            if claim.closed:
                continue
            self.rescoring.now = time
            due = claim.schedule.left(claim.applied, time) - claim.applied - claim.taken
            claim.taken += due
            if due:
                self._move(claim, due, ref)
            self._await(ref, claim, time)

    # -- inside ---------------------------------------------------------------------------------

    def _weigh(self, terms: Terms) -> int:
        """What the order would weigh: the sealed weight tells it, unless the old cap cut it."""
        if terms.weight < self.old.max_weight:
            return min(terms.weight, self.table.max_weight)
        return self.table.weight_of(terms.base, terms.fee_bps, self.units.get(terms.token, 0))

    def _attested(self, event: Event, args: Mapping[str, Any]) -> None:
        ref, reason = bytes(args["ref"]), CreditReason(args["reason"])
        entry = self._entries.get(ref)
        if entry is None or entry.document is None:
            self.rescoring.take(event)
        elif reason is CreditReason.REVERSAL:
            self.rescoring.now = event.block_timestamp
            self._reverse(entry)
        elif entry.document.report is not None:
            self.rescoring.now = event.block_timestamp
            self._grant(entry, entry.document.report, event.block_timestamp)

    def _grant(self, entry: Entry, report: Report, now: int) -> None:
        rule = self.rules.for_report(report.kind)
        if rule is None or report.fact_key in self._facts:
            return
        self._facts.add(report.fact_key)
        try:
            delta = self._limited(rule, report, evaluate(rule, values_of(report, rule)).delta)
            schedule = Schedule.of(report, rule)
        except Refusal:
            return  # the rule asks for fields that the report doesn't have
        reason = CreditReason.ATTESTATION
        applied = self.rescoring.attest(report.merchant, rule.dimension, delta, reason, entry.id)
        claim = _Claim(report.merchant, rule.dimension, schedule, applied)
        self._claims[entry.id] = claim
        heapq.heappush(self._clock, (now, entry.id))  # something may be due already

    def _limited(self, rule: Rule, report: Report, delta: int) -> int:
        past = self._past[rule.name, report.merchant]
        if rule.limit is not None:
            delta = rule.sign * min(abs(delta), rule.limit.left(past, report.issued_at))
        past.append((report.issued_at, abs(delta)))
        return delta

    def _await(self, ref: bytes, claim: _Claim, now: int) -> None:
        following = claim.schedule.next_after(now)
        if following is not None and claim.schedule.left(claim.applied, now):
            heapq.heappush(self._clock, (following, ref))

    def _reverse(self, entry: Entry) -> None:
        """An upheld appeal: the grant is undone with all that followed, or what was taken is given again."""
        document = entry.document
        grant = entry.id if document is None or document.change is Change.GRANT else document.grant
        claim = self._claims.get(grant)
        if claim is None or claim.closed:
            return
        claim.closed = True
        back = -(claim.applied + claim.taken) if grant == entry.id else -claim.taken
        self._move(claim, back, entry.id, CreditReason.REVERSAL)

    def _move(
        self, claim: _Claim, delta: int, ref: bytes, reason: CreditReason = CreditReason.ATTESTATION
    ) -> None:
        self.rescoring.attest(claim.merchant, claim.dimension, delta, reason, ref)
