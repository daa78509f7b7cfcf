"""Whether an attestation's evidence bears it out: the report, its signature, the rules, the arithmetic."""

from dataclasses import dataclass, field

from web3 import Web3

from dapp.credit.claims import Claim, Schedule
from dapp.credit.document import AttestationDocument, Change
from dapp.credit.errors import Refusal
from dapp.credit.evaluation import evaluate
from dapp.credit.fields import values_of
from dapp.credit.journal import Entry
from dapp.credit.report import Report
from dapp.credit.rules import Rule
from dapp.credit.shelf import RulesMissing, Shelf


@dataclass
class Audit:
    """Goes through the entries of a journal in their order. upheld: attestations that an appeal reversed."""

    web3: Web3
    shelf: Shelf
    upheld: set[bytes]
    claims: dict[bytes, Claim] = field(default_factory=dict)
    facts: dict[bytes, bytes] = field(default_factory=dict)

    def fault(self, entry: Entry, timestamp: int) -> str:
        """What is wrong with an entry of the time `timestamp`, in a few words; empty if nothing is."""
        document = entry.document
        if document is None:
            return ""
        try:
            rule = self.shelf.rule(document.rules, document.rule)
            if rule.dimension is not entry.dimension:
                return "the rule is of another dimension"
            if document.report is not None:
                return self._granted(entry, document, document.report, rule)
            return self._taken_back(entry, document, rule, timestamp)
        except (RulesMissing, Refusal) as error:
            return str(error)

    def _granted(self, entry: Entry, document: AttestationDocument, report: Report, rule: Rule) -> str:
        first = self.facts.setdefault(report.fact_key, entry.id)
        if first != entry.id:
            return f"the fact counts already, by 0x{first.hex()}"
        self.claims[entry.id] = Claim(
            entry.id, 0, rule.name, document.rules, entry.dimension, report, entry.delta, entry.applied
        )
        report.check_signature(self.web3)
        if rule.report != report.kind:
            return "the rule reads other reports"
        delta = evaluate(rule, values_of(report, rule)).delta
        # A rule's limit may have left less of it.
        fits = entry.delta == delta or (
            rule.limit is not None and 0 < entry.delta * rule.sign < delta * rule.sign
        )
        return "" if fits else f"by the rule it is {delta} thousandths"

    def _taken_back(self, entry: Entry, document: AttestationDocument, rule: Rule, timestamp: int) -> str:
        claim = self.claims.get(document.grant)
        if claim is None:
            return "it takes back what nothing gave"
        before, claim.taken = claim.taken, claim.taken + entry.delta
        schedule = Schedule.of(claim.report, rule)
        if document.change is Change.CORRECTION:
            sound = claim.id in self.upheld and entry.delta == -before
        elif document.change is Change.EXPIRY:
            sound = schedule.is_over(timestamp) and entry.delta == -(claim.applied + before)
        else:
            sound = 0 < document.steps <= schedule.steps(timestamp)
            sound = sound and claim.applied + claim.taken == schedule.after(claim.applied, document.steps)
        return "" if sound else "what it takes back isn't due"
