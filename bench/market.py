"""A market deployed and peopled for a benchmark: sellers, services, a referral tree, balances."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from bench.calls import Calls, event_topics
from bench.node import Node, NodeError
from dapp.chain.records import DeploymentRecord, load_deployment
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.split import Referrer
from dapp.domain.terms import NO_FLAGS, Flag, Listing, Upline, metadata_hash

CID = "bafkreihdwdcefgh4dqkjv67uzcmw7ojee6xedzdetojuzjevtenxquvyku"
SELLERS = slice(20, 60)
BUYERS = slice(60, 320)
ROOTS, CHILDREN = 8, 4
PRICE = 10**17 + 7
TOKEN_PRICE = 50 * 10**6 + 3
STAKE = 3 * 10**17
COINS, TOKENS = 10**21, 10**6 * 10**6
GAS_PRICE = 10**10
GAS = 10**8


@dataclass(frozen=True)
class Transaction:
    """What an account of the node sends; `data` is calldata."""

    sender: str
    to: str
    data: bytes
    value: int = 0

    def request(self) -> dict[str, str]:
        """The argument of `eth_sendTransaction`; with a gas limit, so that nothing is estimated."""
        return {
            "from": self.sender,
            "to": self.to,
            "data": "0x" + self.data.hex(),
            "value": hex(self.value),
            "gas": hex(GAS),
            "gasPrice": hex(GAS_PRICE),
        }


class TransactionFailed(Exception):  # noqa: N818
    """A transaction that the generator meant to succeed, in one sentence."""


class Emitted(NamedTuple):
    """An event of the market: its name, and its data as the log has them."""

    name: str
    data: str

    @property
    def payload(self) -> bytes:
        """The data's bytes."""
        return bytes.fromhex(self.data[2:])


class Market:
    """The market on a node that mines when it is told to.

    `now` is the latest block's time, `counted` how many events came so far, by name.
    """

    def __init__(self, node: Node, record: DeploymentRecord, token: str) -> None:
        self.node, self.record, self.token = node, record, token
        self.address = record["Market"].address
        self.calls = Calls(self.address, record["Market"].abi)
        self.counted = Counter[str]()
        self._nonces: dict[str, int] = {}
        self._names = {topic: name for name, topic in event_topics(record["Market"].abi).items()}
        accounts = node.ask("eth_accounts")
        self.sellers, self.buyers = accounts[SELLERS], accounts[BUYERS]
        self.listings: dict[int, Listing] = {}
        self.uplines: dict[str, Upline] = {}
        self.now = int(node.ask("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def block(self, transactions: Iterable[Transaction], at: int | None = None) -> list[Emitted]:
        """Mine a block of these transactions, a second after the last one or at a time; gives its events.

        Raises TransactionFailed if one of them reverted, was left out, or skipped a call of its batch.
        """
        self.now, wanted = self.now + 1 if at is None else at, list(transactions)
        requests: list[tuple[str, list[Any]]] = [
            ("eth_sendTransaction", [transaction.request() | {"nonce": hex(self._nonce(transaction.sender))}])
            for transaction in wanted
        ]
        # What is in one batch happens at the same time: mining must wait for the answers.
        *hashes, _timed = self.node.ask_all([*requests, ("evm_setNextBlockTimestamp", [self.now])])
        self.node.ask("evm_mine")
        receipts = {receipt["transactionHash"]: receipt for receipt in self._receipts()}
        for sent, transaction in zip(hashes, wanted, strict=True):
            if sent not in receipts or receipts[sent]["status"] != "0x1":
                raise TransactionFailed(self._told(transaction, left_out=sent not in receipts))
        logs = [log for receipt in receipts.values() for log in receipt["logs"]]
        emitted = [
            Emitted(self._names[log["topics"][0]], log["data"])
            for log in logs
            if log["address"] == self.address.lower()
        ]
        self.counted.update(event.name for event in emitted)
        if self.counted["BatchSkipped"]:
            raise TransactionFailed(f"The market refused calls of a batch in block {self.node.head()}.")
        return emitted

    def _receipts(self) -> list[Any]:
        found: list[Any] = self.node.ask("eth_getBlockReceipts", "latest")
        return found

    def _nonce(self, sender: str) -> int:
        """The sender's next one."""
        if sender not in self._nonces:
            self._nonces[sender] = int(self.node.ask("eth_getTransactionCount", sender, "latest"), 16)
        self._nonces[sender] += 1
        return self._nonces[sender] - 1

    def _told(self, transaction: Transaction, *, left_out: bool) -> str:
        """What became of a transaction that isn't as it should be, with what the node says to it now."""
        try:
            self.node.ask("eth_call", transaction.request(), "latest")
            reason = "sent again, it would not be"
        except NodeError as error:
            reason = str(error)
        return (
            f"0x{transaction.data[:4].hex()} of {transaction.sender} to {transaction.to} "
            f"{'was left out of' if left_out else 'was reverted in'} block {self.node.head()}: {reason}."
        )

    def send(self, sender: str, name: str, *arguments: Any, value: int = 0) -> Transaction:
        """One call of the market."""
        return Transaction(sender, self.address, self.calls.encode(name, *arguments), value)

    def batch(self, sender: str, calls: list[bytes]) -> Transaction:
        """Several calls of the market in one transaction."""
        return self.send(sender, "batch", calls)

    def people(self) -> None:
        """Stakes, services, balances in coin and token, and the referral tree, a day old at the end."""
        self.block(self.send(seller, "stake", value=STAKE) for seller in self.sellers)
        for seller in self.sellers:
            self._list(seller)
        self._fund()
        self._plant_tree()
        self.block([], self.now + DAY)

    def _list(self, seller: str) -> None:
        """Two services: an instant one for the coin, and one for the token that waits for acceptance."""
        common: dict[str, Any] = {
            "seller": seller,
            "accept_seconds": DAY,
            "deliver_seconds": 3 * DAY,
            "review_seconds": 3 * DAY,
            "metadata": metadata_hash(CID),
            "max_commission_bps": 1_750,
            "max_fee_bps": 300,
            "max_arbitration_cost": 2 * 10**16,
        }
        number = len(self.listings)
        coin = Listing(price=PRICE * (1 + number % 5), flags=Flag.INSTANT, category=number % 6, **common)
        token = Listing(price=TOKEN_PRICE, token=self.token, settle_days=1, flags=NO_FLAGS, **common)
        self.listings |= {number + 1: coin, number + 2: token}
        self.block(self.send(seller, "list", listing.pack(), CID) for listing in (coin, token))

    def _fund(self) -> None:
        token, everything = Calls(self.token, TOKEN_ABI), 2**256 - 1
        for first in range(0, len(self.buyers), ROOTS):
            transactions: list[Transaction] = []
            for buyer in self.buyers[first : first + ROOTS]:
                transactions += (
                    Transaction(buyer, self.token, token.encode("mint", buyer, TOKENS)),
                    Transaction(buyer, self.token, token.encode("approve", self.address, everything)),
                    self.send(buyer, "deposit", ZERO_ADDRESS, COINS, buyer, value=COINS),
                    self.send(buyer, "deposit", self.token, TOKENS, buyer),
                )
            self.block(transactions)

    def _plant_tree(self) -> None:
        """Eight roots; everybody else below the one who came (n - 8) / 4 th, so in an earlier block."""
        registered: dict[str, int] = {}
        for first in range(0, len(self.buyers), ROOTS):
            buyers, transactions = self.buyers[first : first + ROOTS], []
            for number, buyer in enumerate(buyers, first):
                referrer = self.buyers[(number - ROOTS) // CHILDREN] if number >= ROOTS else None
                above = self.uplines[referrer] if referrer else Upline()
                transactions.append(self.send(buyer, "register", referrer or ZERO_ADDRESS, above.pack()))
                self.uplines[buyer] = (
                    above.below(Referrer(referrer, registered[referrer])) if referrer else above
                )
            self.block(transactions)
            registered |= dict.fromkeys(buyers, self.now)


def deploy(node: Node, folder: Path) -> Market:
    """Deploy the contracts as `ape run deploy` does, with the record in `folder`, and a token."""
    from ape import accounts, networks, project
    from ape.logging import LogLevel, logger

    from operations.actors import named_actors
    from operations.deployment import deploy_market

    with networks.parse_network_choice(f"ethereum:devnet:{node.url}"), logger.at_level(LogLevel.WARNING):
        operator = named_actors(accounts.test_accounts)["operator"]
        deployment = deploy_market(project, operator, folder=folder)
        token = operator.deploy(project.TokenMock, "Bench Dollar", "BUSD", 6)
        deployment.market.setCreditUnit(token, 10**6, sender=operator)
        node.ask("evm_setAutomine", False)
        record = load_deployment(deployment.journal.chain_id, folder)
        return Market(node, record, token.address)


TOKEN_ABI: list[dict[str, Any]] = [
    {"type": "function", "name": name, "inputs": [{"type": "address"}, {"type": "uint256"}]}
    for name in ("mint", "approve")
]
