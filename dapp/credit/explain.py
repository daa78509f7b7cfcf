"""Why a merchant's score is what it is: every change with its reason, rule and evidence, added up again.

Three things must agree: the sum of what the events say was applied, what the formula gives for what happened
to the orders, and the score that the chain has.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from eth_utils.address import to_checksum_address

from dapp.chain.contracts import MarketContracts
from dapp.chain.history import Told, events_of
from dapp.credit.audit import Audit
from dapp.credit.journal import Entry, Journal
from dapp.credit.rules import Event as Happening
from dapp.credit.rules import RuleBook
from dapp.credit.shelf import Shelf
from dapp.domain.credit import BASE, CreditReason, Dimension
from dapp.domain.credit_table import CreditTable
from dapp.domain.rescore import Rescoring
from dapp.domain.terms import Terms
from dapp.evidence.box import EvidenceBox
from dapp.evidence.errors import EvidenceError

_HAPPENINGS: Mapping[CreditReason, Happening] = {
    CreditReason.SETTLEMENT: Happening.SETTLED,
    CreditReason.REFUND: Happening.REFUNDED,
    CreditReason.DEADLINE_MISSED: Happening.MISSED,
    CreditReason.DISPUTE_RULED: Happening.RULED,
    CreditReason.RATING: Happening.RATED,
}


@dataclass(frozen=True)
class Step:
    """One change. score: the total after it. rule: by which, empty if no rule is known. cid: its evidence.

    fault: what is wrong with it, in a few words; missing: its evidence can't be found here.
    """

    timestamp: int
    transaction: bytes
    dimension: Dimension
    reason: CreditReason
    applied: int
    score: int
    ref: bytes
    rule: str = ""
    cid: str = ""
    fault: str = ""
    missing: bool = False


@dataclass(frozen=True)
class Explanation:
    """steps: oldest first. total: what they come to; on_chain: the score that the chain has at `block`."""

    merchant: str
    block: int
    steps: tuple[Step, ...]
    total: int
    on_chain: int

    @property
    def is_sound(self) -> bool:
        """Whether it ends at the chain's score, with nothing wrong or missing on the way."""
        return self.total == self.on_chain and not any(step.fault or step.missing for step in self.steps)


def explain_score(
    contracts: MarketContracts, box: EvidenceBox, rules: RuleBook, merchant: str
) -> Explanation:
    """Replay a merchant's score as of the latest block. Raises what nodes raise."""
    account, web3 = to_checksum_address(merchant), contracts.web3
    block = web3.eth.get_block("latest")
    number = block["number"]
    journal = Journal(contracts, box)
    journal.follow(number, bytes(block["hash"]))
    table = CreditTable.unpack(contracts.market.functions.creditTable().call(block_identifier=number))
    told = list(events_of(contracts.market, contracts.record.first_block, number))
    steps = list(_checked(_steps(told, account), told, account, table))
    entries = {entry.id: entry for entry in journal.entries if entry.merchant == account}
    audit, times = (
        Audit(web3, Shelf(box, rules), journal.upheld),
        {step.ref: step.timestamp for step in steps},
    )
    faults = {key: audit.fault(each, times.get(key, 0)) for key, each in entries.items()}
    explained = tuple(_explained(step, rules, entries.get(step.ref), faults, box) for step in steps)
    scores = contracts.credit.functions.subScoresOf(account).call(block_identifier=number)
    return Explanation(account, number, explained, BASE + sum(step.applied for step in steps), sum(scores))


def _steps(told: list[Told], merchant: str) -> Iterator[Step]:
    """What the events say moved the merchant's score."""
    sellers: dict[bytes, str] = {}
    score = BASE
    for each in told:
        args, name = each.event.args, each.event.name
        if name == "OrderPlaced":
            sellers[bytes(args["id"])] = Terms.of(args["terms"]).seller
        elif name == "CreditChanged" and args["merchant"] == merchant:
            score += args["applied"]
            side, reason = Dimension(args["dimension"]), CreditReason(args["reason"])
            yield _step(each, bytes(args["ref"]), side, reason, args["applied"], score)
        elif args.get("credit") and sellers.get(bytes(args["id"])) == merchant:
            score += args["credit"]
            side, reason = Dimension.TRADE, CreditReason.SETTLEMENT
            yield _step(each, bytes(args["id"]), side, reason, args["credit"], score)


def _step(
    told: Told, ref: bytes, dimension: Dimension, reason: CreditReason, applied: int, score: int
) -> Step:
    return Step(told.event.block_timestamp, told.transaction, dimension, reason, applied, score, ref)


def _checked(steps: Iterator[Step], told: list[Told], merchant: str, table: CreditTable) -> Iterator[Step]:
    """The steps, each beside what the formula gives for the same order and reason."""
    rescoring = Rescoring(table)
    for each in told:
        rescoring.take(each.event)
    expected: dict[tuple[bytes, Dimension, CreditReason], int] = {}
    for move in rescoring.moves:
        if move.merchant == merchant:
            key = (move.ref, move.dimension, move.reason)
            expected[key] = expected.get(key, 0) + move.applied
    for step in steps:
        due = expected.pop((step.ref, step.dimension, step.reason), 0)
        yield step if due == step.applied else replace(step, fault=f"by the formula it is {due} thousandths")
    for (ref, dimension, reason), applied in expected.items():
        # The formula asks for a change that the chain never told of.
        yield Step(0, b"", dimension, reason, 0, 0, ref, fault=f"{applied} thousandths are missing")


def _explained(
    step: Step, rules: RuleBook, entry: Entry | None, faults: Mapping[bytes, str], box: EvidenceBox
) -> Step:
    if entry is None:
        return replace(step, rule=_rule_name(step, rules))
    rule = entry.document.rule if entry.document else ""
    fault, missing = step.fault or faults[entry.id], False
    try:
        box.get(entry.cid)
    except EvidenceError as error:
        missing, fault = True, fault or str(error)
    return replace(step, rule=rule, cid=entry.cid, fault=fault, missing=missing)


def _rule_name(step: Step, rules: RuleBook) -> str:
    """The rule on chain that a change of an order's comes from."""
    happening = _HAPPENINGS.get(step.reason)
    sign = 1 if step.applied > 0 else -1
    found = (
        rule.name
        for rule in (rules.for_event(happening) if happening else ())
        if rule.dimension is step.dimension and rule.sign == sign
    )
    return next(found, "")
