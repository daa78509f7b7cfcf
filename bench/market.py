"""A market deployed and peopled for a benchmark: sellers, services, a referral tree, balances."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.calls import Calls
from bench.node import Node
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


class Market:
    """The market on a node that mines when it is told to; `now` is the latest block's time."""

    def __init__(self, node: Node, record: DeploymentRecord, token: str) -> None:
        self.node, self.record, self.token = node, record, token
        self.address = record["Market"].address
        self.calls = Calls(self.address, record["Market"].abi)
        accounts = node.ask("eth_accounts")
        self.sellers, self.buyers = accounts[SELLERS], accounts[BUYERS]
        self.listings: dict[int, Listing] = {}
        self.uplines: dict[str, Upline] = {}
        self.now = int(node.ask("eth_getBlockByNumber", "latest", False)["timestamp"], 16)

    def block(self, transactions: Iterable[Transaction], at: int | None = None) -> None:
        """Mine a block of these transactions, a second after the last one or at a time."""
        self.now = self.now + 1 if at is None else at
        requests: list[tuple[str, list[Any]]] = [
            ("eth_sendTransaction", [transaction.request()]) for transaction in transactions
        ]
        requests += [("evm_setNextBlockTimestamp", [self.now]), ("evm_mine", [])]
        self.node.ask_all(requests)

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
        token = Calls(self.token, TOKEN_ABI)
        tokens, everything = 10**6 * 10**6, 2**256 - 1
        for buyer in self.buyers:
            calls = (token.encode("mint", buyer, tokens), token.encode("approve", self.address, everything))
            deposits = [
                self.send(buyer, "deposit", ZERO_ADDRESS, 10**21, buyer, value=10**21),
                self.send(buyer, "deposit", self.token, tokens, buyer),
            ]
            self.block([*(Transaction(buyer, self.token, data) for data in calls), *deposits])

    def _plant_tree(self) -> None:
        """Eight roots; everybody else below the one who came (n - 8) / 4 th."""
        registered: dict[str, int] = {}
        for number, buyer in enumerate(self.buyers):
            referrer = self.buyers[(number - ROOTS) // CHILDREN] if number >= ROOTS else None
            above = self.uplines[referrer] if referrer else Upline()
            self.block([self.send(buyer, "register", referrer or ZERO_ADDRESS, above.pack())])
            registered[buyer] = self.now
            self.uplines[buyer] = above.below(Referrer(referrer, registered[referrer])) if referrer else above


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
