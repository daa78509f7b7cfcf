"""Whether a report counts: what it says, when, for which market, and who signed it."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from eth_utils.address import to_checksum_address

from dapp.chain.contracts import MarketContracts
from dapp.chain.formats import points_text
from dapp.chain.formats import time as time_text
from dapp.credit.errors import (
    AlreadyOver,
    Expired,
    ForeignReport,
    FromTheFuture,
    NoEffect,
    NotAttestor,
    OverDailyBound,
    Refusal,
    SelfReport,
    Stale,
    UnknownKind,
)
from dapp.credit.evaluation import Outcome, evaluate
from dapp.credit.fields import values_of
from dapp.credit.report import Report
from dapp.credit.rules import Rule, RuleBook
from dapp.domain.bounds import DAY
from dapp.domain.credit import Dimension

SKEW_SECONDS: Final = 300
"""How far an attestor's clock may be ahead of the chain's."""
ROLES: Final = {Dimension.COMPLIANCE: 4, Dimension.COMMUNITY: 5, Dimension.SECURITY: 6}
"""The attestors' roles at the Authority, by dimension; mirrors `contracts/libraries/Roles.sol`."""


@dataclass(frozen=True)
class Accepted:
    """A report that counts, with the rule that reads it and what it is worth."""

    report: Report
    rule: Rule
    outcome: Outcome

    @property
    def order(self) -> tuple[int, bytes]:
        """By what reports are put in order: their times, then what they are about."""
        return self.report.issued_at, self.report.fact_key


def examine(report: Report, rules: RuleBook, chain_id: int, credit: str, now: int) -> Accepted:
    """Everything about a report that needs no asking: its market, rule, fields and times. Raises Refusal.

    now: the chain's time.
    """
    if report.chain_id != chain_id:
        raise ForeignReport(field="chain id", value=report.chain_id, expected=chain_id)
    if report.credit != credit:
        raise ForeignReport(field="Credit contract", value=report.credit, expected=credit)
    rule = rules.for_report(report.kind)
    if rule is None:
        raise UnknownKind(kind=report.kind, known=", ".join(rules.kinds))
    if report.attestor == report.merchant:
        raise SelfReport(attestor=report.attestor)
    _check_times(report, rules.reports.max_age, now)
    values = values_of(report, rule)
    if rule.expires and (until := expiry_of(report, rule)) is not None and until <= now:
        raise AlreadyOver(until=time_text(until), now=time_text(now))
    outcome = evaluate(rule, values)
    if not outcome.delta:
        raise NoEffect(rule=rule.name)
    return Accepted(report, rule, outcome)


def expiry_of(report: Report, rule: Rule) -> int | None:
    """When what the report gave ends, in Unix seconds; None for never. Raises BadField."""
    if not rule.expires:
        return None
    value = values_of(report, rule)[rule.expires]
    return int(value) if not isinstance(value, str | tuple) else None


def is_attestor(account: str, dimension: Dimension, contracts: MarketContracts) -> bool:
    """Whether an account holds a dimension's role now.

    With a delay, too: it holds back what he does on chain, not what he says.
    """
    return _role_of(account, dimension, contracts)[0]


def why_cant_post(account: str, dimension: Dimension, contracts: MarketContracts) -> str:
    """Why an account can't attest in a dimension, in a sentence; empty if it can."""
    if _role_of(account, dimension, contracts) != (True, 0):
        return f"{account} posts, and doesn't hold the role {role_name(dimension)} without a delay"
    return ""


def role_name(dimension: Dimension) -> str:
    """What a dimension's attestors' role is called."""
    return f"attestor_{dimension.name.lower()}"


def _role_of(account: str, dimension: Dimension, contracts: MarketContracts) -> tuple[bool, int]:
    asked = contracts.authority.functions.hasRole(ROLES[dimension], to_checksum_address(account))
    is_member, delay = asked.call()
    return bool(is_member), int(delay)


def not_attestor(report: Report, rule: Rule) -> NotAttestor:
    """That the report's attestor doesn't hold the role that the rule takes."""
    return NotAttestor(attestor=report.attestor, role=role_name(rule.dimension), kind=report.kind)


def within_bounds(
    accepted: Iterable[Accepted], moved: dict[tuple[str, int], int], bound: int
) -> tuple[list[Accepted], list[tuple[Accepted, Refusal]]]:
    """Those that stay within what an attestor may move a day, by their times, and those that don't.

    moved: thousandths by attestor and day (since the epoch) that count already; bound: thousandths a day.
    """
    kept, refused = list[Accepted](), list[tuple[Accepted, Refusal]]()
    moved = dict(moved)
    for each in sorted(accepted, key=lambda item: item.order):
        key = (each.report.attestor, each.report.issued_at // DAY)
        left, size = bound - moved.get(key, 0), abs(each.outcome.delta)
        if size > left:
            refused.append((each, _over(each, size, left, bound)))
        else:
            moved[key] = moved.get(key, 0) + size
            kept.append(each)
    return kept, refused


def _over(each: Accepted, size: int, left: int, bound: int) -> Refusal:
    return OverDailyBound(
        attestor=each.report.attestor,
        asked=points_text(size),
        left=points_text(left),
        bound=points_text(bound),
        day=time_text(each.report.issued_at)[:10],
    )


def _check_times(report: Report, max_age: int, now: int) -> None:
    if report.issued_at > now + SKEW_SECONDS:
        raise FromTheFuture(issued=time_text(report.issued_at), now=time_text(now))
    if now >= report.valid_until:
        raise Expired(until=time_text(report.valid_until), now=time_text(now))
    if now - report.issued_at > max_age:
        raise Stale(issued=time_text(report.issued_at), hours=max_age // 3_600, now=time_text(now))
