"""From a report in the inbox to a signed transaction: `make bench-credit`.

A market of a chain's own, with a history of attestations. Then one report at a time: found in the inbox,
checked (market, fields, times, role, signature), counted by its rule, put down as evidence on the disk,
simulated, encoded and signed. Own work is what this process takes of the processor; the node's time isn't in
it. The wall clock, with the node and whatever else runs here, stands beside it.
"""

import argparse
import statistics
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from eth_account import Account
from eth_account.signers.local import LocalAccount
from web3.types import TxParams, Wei

from dapp.chain.contracts import MarketContracts
from dapp.chain.keys import development_account
from dapp.credit.deployed import deployed_rules
from dapp.credit.desk import MOST_POSTINGS, Desk
from dapp.credit.inbox import Inbox
from dapp.credit.planning import plan_of
from dapp.credit.report import Report
from dapp.domain.bounds import DAY
from dapp.evidence.box import EvidenceBox
from dapp.settings import Settings, load_settings
from operations.local_chain import local_chain, url_of
from operations.processes import free_port
from operations.snapshot import ensure_snapshot

GOAL_SECONDS = 0.5
SPREAD_DAYS = 5
GAS, GAS_PRICE = 12_000_000, Wei(10**10)


@dataclass
class Bench:
    """The market, its desk and the account that posts."""

    contracts: MarketContracts
    desk: Desk
    inbox: Inbox
    account: LocalAccount
    reports: int = 0

    @classmethod
    def open(cls, settings: Settings) -> "Bench":
        contracts = MarketContracts.connect(settings.rpc_urls, settings.deployments)
        account, inbox = development_account("attestor"), Inbox(settings.data)
        rules = deployed_rules(contracts, settings.credit_rules)
        desk = Desk(contracts, EvidenceBox.of(settings), inbox, rules, account.address, finality=1)
        return cls(contracts, desk, inbox, account)

    def report(self, days_ago: int = 0) -> Report:
        """A point of community for somebody new."""
        self.reports += 1
        now = self.contracts.web3.eth.get_block("latest")["timestamp"] - days_ago * DAY
        return Report(
            chain_id=self.contracts.record.chain_id,
            credit=self.contracts.credit.address,
            attestor=self.account.address,
            merchant=Account.from_key(self.reports.to_bytes(32)).address,
            kind="knowledge",
            fact=f"answer-{self.reports}",
            fields=(("format", "answer"), ("readers", "5")),
            issued_at=now,
            valid_until=now + 9 * DAY,
        ).signed_by(self.account)

    def sign(self) -> bytes | None:
        """What a poster does from a block on, up to the transaction; None if nothing is due."""
        web3 = self.contracts.web3
        block = web3.eth.get_block("latest")
        number, now = block["number"], block["timestamp"]
        plan = plan_of(self.desk.read(number, bytes(block["hash"]), now))
        kept, _ = self.desk.sift(plan.postings[:MOST_POSTINGS], number)
        if not kept:
            return None
        fields: TxParams = {
            "from": self.account.address,
            "chainId": self.contracts.record.chain_id,
            "gas": GAS,
            "gasPrice": GAS_PRICE,
            "nonce": web3.eth.get_transaction_count(self.account.address, number),
        }
        signed = self.account.sign_transaction(self.desk.call(kept).build_transaction(fields))
        return bytes(signed.raw_transaction)

    def send(self, raw: bytes) -> None:
        """Mine it."""
        web3 = self.contracts.web3
        receipt = web3.eth.wait_for_transaction_receipt(web3.eth.send_raw_transaction(raw), poll_latency=0.01)
        if receipt["status"] != 1:
            raise SystemExit("bench-credit: a batch of attestations failed.")


def main() -> int:
    parser = argparse.ArgumentParser("bench-credit", description=__doc__)
    parser.add_argument(
        "--history", type=int, default=150, help="attestations before, up to 1,000 (default: 150)"
    )
    parser.add_argument("--events", type=int, default=50, help="reports that are timed (default: 50)")
    arguments = parser.parse_args()
    snapshot = ensure_snapshot()
    with tempfile.TemporaryDirectory() as folder:
        port, root = free_port(), Path(folder)
        settings = load_settings(
            {
                "HANSE_RPC_URL": url_of(port),
                "HANSE_DEPLOYMENTS": str(root / "deployments"),
                "HANSE_DATA": str(root / "data"),
            }
        )
        snapshot.lay_out(settings.deployments, settings.data)
        with local_chain(port, root / "anvil.log", snapshot.state):
            own, wall = measure(Bench.open(settings), arguments.history, arguments.events)
    told(own, wall, arguments.history)
    return 0 if max(own) < GOAL_SECONDS else 1


def measure(bench: Bench, history: int, events: int) -> tuple[list[float], list[float]]:
    """Own and wall seconds of each event, after a history."""
    for number in range(history):
        # As many a day as an attestor's bound allows.
        bench.inbox.put(bench.report(1 + number % SPREAD_DAYS))
    while (raw := bench.sign()) is not None:
        bench.send(raw)
    own, wall = [], []
    for _ in range(events):
        bench.inbox.put(bench.report())
        started = time.process_time(), time.perf_counter()
        raw = bench.sign()
        own.append(time.process_time() - started[0])
        wall.append(time.perf_counter() - started[1])
        if raw is None:
            raise SystemExit("bench-credit: a report came to nothing.")
        bench.send(raw)
    return own, wall


def told(own: list[float], wall: list[float], history: int) -> None:
    """Print the figures."""
    print(f"{len(own)} reports after {history} attestations, from the inbox to a signed transaction")
    print(f"{'':10}{'median':>9}{'95 %':>9}{'most':>9}")
    for name, seconds in (("own work", own), ("wall", wall)):
        cuts = (statistics.median(seconds), statistics.quantiles(seconds, n=20)[-1], max(seconds))
        print(f"{name:10}" + "".join(f"{1_000 * each:6.1f} ms" for each in cuts))


if __name__ == "__main__":
    sys.exit(main())
