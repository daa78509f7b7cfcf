"""The way in: which reports of the inbox count now; the others leave it, with the reason."""

from dataclasses import dataclass
from pathlib import Path

from dapp.chain.contracts import MarketContracts
from dapp.credit.acceptance import Accepted, examine, is_attestor, not_attestor, within_bounds
from dapp.credit.claims import Claim
from dapp.credit.errors import Refusal, Replayed
from dapp.credit.inbox import Inbox, Waiting
from dapp.credit.journal import Ledger
from dapp.credit.planning import Side
from dapp.credit.report import Report
from dapp.credit.rules import RuleBook
from dapp.domain.bounds import DAY


@dataclass(frozen=True)
class Aside:
    """A file that left the inbox because it doesn't count, and why. due_at: when, by the chain's time."""

    subject: str
    refusal: Refusal
    due_at: int

    kind = "report"


class Intake:
    """Looks through one market's inbox. finality: in blocks."""

    def __init__(self, contracts: MarketContracts, inbox: Inbox, rules: RuleBook, finality: int) -> None:
        self._contracts, self._inbox, self._rules, self._finality = contracts, inbox, rules, finality
        self._signed: set[tuple[bytes, bytes]] = set()
        self._aside: list[Aside] = []
        self._members: dict[Side, bool] = {}  # of this round alone: roles come and go

    def accepted(self, ledger: Ledger, number: int, now: int) -> list[Accepted]:
        """The reports in the inbox that count; the others are put aside, or wait for a block to be final."""
        self._members = {}
        found: dict[bytes, tuple[Waiting, Accepted]] = {}
        waiting, faulty = self._inbox.look()
        for path, refusal in faulty:
            self._put_aside(path, refusal, now)
        for each in sorted(waiting, key=lambda each: (each.report.issued_at, each.report.digest)):
            report = each.report
            if (claim := ledger.claims.get(report.fact_key)) is not None:
                self._settle(each, claim, number, now)
            elif report.fact_key not in found:
                try:
                    found[report.fact_key] = (each, self._accept(report, now))
                except Refusal as refusal:
                    self._put_aside(each.path, refusal, now)
        kept, refused = within_bounds(
            [accepted for _, accepted in found.values()], _moved(ledger), self._rules.reports.attestor_daily
        )
        for accepted, why in refused:
            self._put_aside(found[accepted.report.fact_key][0].path, why, now)
        return kept

    def submit(self, report: Report, ledger: Ledger, now: int) -> Accepted:
        """Check a report as the next round would and put it into the inbox. Raises Refusal."""
        self._members = {}
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
        bound = self._rules.reports.attestor_daily
        for refused, refusal in within_bounds(among, _moved(ledger), bound)[1]:
            if refused is accepted:
                raise refusal
        self._inbox.put(report)
        return accepted

    def take_aside(self) -> list[Aside]:
        """What left the inbox since this was asked last, to be told."""
        taken, self._aside = self._aside, []
        return taken

    def refuse(self, accepted: Accepted, refusal: Refusal) -> None:
        """Put a report aside that the plan refused."""
        for each in self._inbox.waiting():
            if each.report.digest == accepted.report.digest:
                self._inbox.refuse(each.path, refusal)

    # -- inside ---------------------------------------------------------------------------------

    def _settle(self, waiting: Waiting, claim: Claim, number: int, now: int) -> None:
        """A report whose fact counts: once that is final, its file goes, or is refused as a replay."""
        if claim.block > number - self._finality:
            return
        if claim.report.digest == waiting.report.digest:
            self._inbox.done(waiting.path)
        else:
            self._put_aside(waiting.path, _replayed(waiting.report), now)

    def _accept(self, report: Report, now: int) -> Accepted:
        contracts = self._contracts
        accepted = examine(report, self._rules, contracts.record.chain_id, contracts.credit.address, now)
        role = (report.attestor, accepted.rule.dimension)
        if role not in self._members:
            self._members[role] = is_attestor(*role, contracts)
        if not self._members[role]:
            raise not_attestor(report, accepted.rule)
        if (key := (report.digest, report.signature)) not in self._signed:
            report.check_signature(contracts.web3)
            self._signed.add(key)
        return accepted

    def _put_aside(self, path: Path, refusal: Refusal, now: int) -> None:
        self._inbox.refuse(path, refusal)
        self._aside.append(Aside(path.stem, refusal, now))


def _moved(ledger: Ledger) -> dict[tuple[str, int], int]:
    """What reports that count moved, by attestor and day of issue."""
    moved: dict[tuple[str, int], int] = {}
    for claim in ledger.claims.values():
        key = (claim.report.attestor, claim.report.issued_at // DAY)
        moved[key] = moved.get(key, 0) + abs(claim.asked)
    return moved


def _replayed(report: Report) -> Replayed:
    return Replayed(fact=report.fact, kind=report.kind, merchant=report.merchant)
