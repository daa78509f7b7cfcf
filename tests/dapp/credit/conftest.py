"""A market of a test's own, and the rounds of whoever posts attestations on it."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from web3.exceptions import Web3RPCError

from dapp.chain.actors import DEVELOPMENT_CHAIN
from dapp.credit import load_rules
from dapp.credit.desk import Desk
from dapp.credit.inbox import Inbox
from dapp.credit.planning import Plan, plan_of
from dapp.domain.bounds import DAY
from dapp.evidence.box import EvidenceBox
from tests.dapp.market_at import RunningMarket

from . import reports
from .reports import ATTESTOR


@dataclass
class Rounds:
    """What a bot does, step by step. `posted`: receipts of what was sent."""

    market: RunningMarket
    rules: Any = field(default_factory=load_rules)
    finality: int = 2
    posted: list[Any] = field(default_factory=list)
    desk: Desk = field(init=False)

    def __post_init__(self):
        self.restart()

    def restart(self):
        """As after a kill: nothing is kept but what is on the disk."""
        self.box = EvidenceBox.of(self.market.settings)
        self.inbox = Inbox(self.market.settings.data)
        contracts = self.market.contracts
        self.desk = Desk(contracts, self.box, self.inbox, self.rules, ATTESTOR.address, self.finality)

    @property
    def head(self):
        block = self.market.web3.eth.get_block("latest")
        return block["number"], bytes(block["hash"]), block["timestamp"]

    def report(self, kind="mentoring", fact="fact-1", *, age=0, **changes):
        """A signed report for this market, issued `age` seconds ago."""
        return reports.report(
            kind,
            fact,
            issued_at=self.head[2] - age,
            chain_id=DEVELOPMENT_CHAIN,
            credit=self.market.contracts.credit.address,
            **{"merchant": self.market.seller, **changes},
        )

    def submit(self, *args, **changes):
        """Hand a report in as the command does."""
        made = self.report(*args, **changes)
        self.desk.submit(made, *self.head)
        return made

    def plan(self) -> Plan:
        """What is due as of the head."""
        return plan_of(self.desk.read(*self.head))

    def sign(self, postings):
        """The transaction, with the nonce that the account has at the head."""
        web3 = self.market.web3
        call = self.desk.call(postings)
        fields = {
            "from": ATTESTOR.address,
            "gas": 8_000_000,
            "gasPrice": 10**10,
            "chainId": DEVELOPMENT_CHAIN,
        }
        fields["nonce"] = web3.eth.get_transaction_count(ATTESTOR.address, self.head[0])
        return ATTESTOR.sign_transaction(call.build_transaction(fields)).raw_transaction

    def send(self, raw):
        """Send it and wait; None if the chain refuses it."""
        try:
            sent = self.market.web3.eth.send_raw_transaction(raw)
        except Web3RPCError:
            return None
        receipt = self.market.web3.eth.wait_for_transaction_receipt(sent, poll_latency=0.01)
        self.posted.append(receipt)
        return receipt

    def as_admin(self, function, *arguments):
        """A call of the Authority by its admin, whose acts have a delay."""
        market, authority = self.market, self.market.contracts.authority
        data = authority.encode_abi(function, list(arguments))
        _, delay = authority.functions.hasRole(0, market.operator).call()
        market.send(authority.functions.schedule(authority.address, data, 0), market.operator)
        market.advance(delay)
        market.send(authority.functions.execute(authority.address, data), market.operator)

    def round(self):
        """A whole round; the plan that was posted."""
        plan = self.plan()
        for accepted, refusal in plan.refused:
            self.desk.intake.refuse(accepted, refusal)
        kept, faulty = self.desk.sift(plan.postings, self.head[0])
        assert not faulty
        if kept:
            receipt = self.send(self.sign(kept))
            assert receipt["status"] == 1
        return plan

    def wait(self, days):
        """Let the chain's days pass, to the start of one."""
        start = (self.head[2] // DAY + days) * DAY
        self.market.advance(max(start - self.head[2], 1))

    def finalize(self):
        """Mine what makes everything final."""
        for _ in range(self.finality):
            self.market.advance(1)

    def sub_scores(self, merchant=None):
        """The attested sub-scores of a merchant in points."""
        credit = self.market.contracts.credit
        scores = credit.functions.subScoresOf(merchant or self.market.seller).call()
        return [score / 1_000 for score in scores[2:]]

    def refused(self):
        """The reasons beside what was put aside."""
        folder = self.market.settings.data / "reports" / "refused"
        return sorted(path.read_text(encoding="utf-8").split(":")[0] for path in folder.glob("*.reason"))

    def waiting(self):
        """The facts of the reports that wait."""
        return sorted(each.report.fact for each in self.inbox.waiting())

    def attested(self):
        """All attestations so far that have evidence of ours."""
        self.desk.read(*self.head)
        return [each for each in self.desk.journal.entries if each.document is not None]


@pytest.fixture
def rounds(private_market):
    """Rounds on a market of the test's own, at the start of a day."""
    rounds = Rounds(private_market)
    rounds.wait(1)
    return rounds
