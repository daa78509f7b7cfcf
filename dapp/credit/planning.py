"""What is to be posted: grants for reports that count, and what is due of earlier ones. Pure."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dapp.chain.formats import points_text
from dapp.credit.acceptance import Accepted
from dapp.credit.claims import Claim, Due, Schedule
from dapp.credit.document import AttestationDocument, Change
from dapp.credit.errors import LimitReached, Refusal
from dapp.credit.evaluation import Outcome
from dapp.domain.credit import Dimension

Side = tuple[str, Dimension]
"""A merchant's dimension."""


@dataclass(frozen=True)
class Posting:
    """An attestation to be made. fact_key: of the fact that it counts; due_at: since when (Unix seconds)."""

    document: AttestationDocument
    fact_key: bytes
    due_at: int

    @property
    def kind(self) -> str:
        """For journals and metrics."""
        return f"attest_{self.document.change}"

    @property
    def subject(self) -> str:
        """What it is about: the fact, and for what is taken back by steps, up to which."""
        steps = f"/{self.document.steps}" if self.document.steps else ""
        return f"0x{self.fact_key.hex()}{steps}"

    @property
    def side(self) -> Side:
        """Whose score it moves, and where."""
        return self.document.merchant, self.document.dimension


@dataclass(frozen=True)
class Owed:
    """A claim of which something is due."""

    claim: Claim
    due: Due
    schedule: Schedule


@dataclass(frozen=True)
class DeskState:
    """What a plan is made from. left: thousandths that may still move today, by merchant and dimension.

    claims: all that count. blocked: why nothing is posted for a merchant's dimension.
    """

    chain_id: int
    credit: str
    rules: str
    now: int
    claims: tuple[Claim, ...]
    owed: tuple[Owed, ...]
    accepted: tuple[Accepted, ...]
    left: Mapping[Side, int]
    blocked: Mapping[Side, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """postings: in their order. deferred: what must wait, and why. refused: what a limit leaves out."""

    postings: tuple[Posting, ...]
    deferred: tuple[tuple[Posting, str], ...]
    refused: tuple[tuple[Accepted, Refusal], ...]


def plan_of(state: DeskState) -> Plan:
    """What is to be posted now: first what is owed, then reports by their times.

    The same state gives the same plan, whatever the order in which reports came in.
    """
    taken = [_taken_back(each, state) for each in sorted(state.owed, key=lambda owed: owed.claim.id)]
    granted, refused = _grants(state)
    postings, deferred = list[Posting](), list[tuple[Posting, str]]()
    left = dict(state.left)
    for posting in (*taken, *granted):
        size, side = abs(posting.document.delta), posting.side
        if side in state.blocked:
            deferred.append((posting, state.blocked[side]))
        elif size > left.get(side, 0):
            deferred.append((posting, f"only {points_text(left.get(side, 0))} points may move today"))
        else:
            left[side] -= size
            postings.append(posting)
    return Plan(tuple(postings), tuple(deferred), tuple(refused))


def _taken_back(owed: Owed, state: DeskState) -> Posting:
    claim, due = owed.claim, owed.due
    document = AttestationDocument(
        chain_id=state.chain_id,
        credit=state.credit,
        merchant=claim.report.merchant,
        dimension=claim.dimension,
        rule=claim.rule,
        rules=claim.rules,
        change=due.change,
        delta=due.delta,
        arithmetic=due.arithmetic,
        grant=claim.id,
        steps=due.steps,
    )
    return Posting(document, claim.report.fact_key, owed.schedule.due_since(state.now))


def _grants(state: DeskState) -> tuple[list[Posting], list[tuple[Accepted, Refusal]]]:
    """Postings for the reports that count, cut to their rules' limits."""
    history: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for claim in state.claims:
        history[claim.rule, claim.report.merchant].append((claim.report.issued_at, abs(claim.asked)))
    postings, refused = list[Posting](), list[tuple[Accepted, Refusal]]()
    for each in sorted(state.accepted, key=lambda accepted: accepted.order):
        past = history[each.rule.name, each.report.merchant]
        outcome = _within_limit(each, past)
        if outcome is None:
            refused.append((each, _reached(each)))
            continue
        past.append((each.report.issued_at, abs(outcome.delta)))
        document = AttestationDocument(
            chain_id=state.chain_id,
            credit=state.credit,
            merchant=each.report.merchant,
            dimension=each.rule.dimension,
            rule=each.rule.name,
            rules=state.rules,
            change=Change.GRANT,
            delta=outcome.delta,
            arithmetic=outcome.arithmetic,
            report=each.report,
        )
        postings.append(Posting(document, each.report.fact_key, each.report.issued_at))
    return postings, refused


def _within_limit(each: Accepted, past: Iterable[tuple[int, int]]) -> Outcome | None:
    """What the report is worth within its rule's limit, after the (time, size) of `past`; None: nothing."""
    limit, outcome = each.rule.limit, each.outcome
    if limit is None:
        return outcome
    left = limit.left(past, each.report.issued_at)
    if left >= abs(outcome.delta):
        return outcome
    line = f"{points_text(left)} left of {points_text(limit.points)} in {limit.days} days"
    return Outcome(each.rule.sign * left, (*outcome.arithmetic, line)) if left else None


def _reached(each: Accepted) -> Refusal:
    limit = each.rule.limit
    points, days = (points_text(limit.points), limit.days) if limit else ("0", 0)
    return LimitReached(rule=each.rule.name, points=points, days=days, merchant=each.report.merchant)
