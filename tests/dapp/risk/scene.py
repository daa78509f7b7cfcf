"""Small histories told event by event on a made-up chain, and the index that follows them."""

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from dapp.chain.records import DeploymentRecord
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.split import EMPTY_LINE, CommissionLine
from dapp.domain.terms import Terms, order_id
from dapp.index import Index
from dapp.index.follow import Follower
from tests.dapp.index.fake_node import FakeChain, FakeNode
from tests.dapp.index.story import DAWN, HOUR, Encoder, Told


@dataclass
class Scene:
    """Tells events, one block each, an hour apart unless told otherwise."""

    record: DeploymentRecord
    now: int = DAWN
    salt: int = 0
    chain: FakeChain = field(init=False)

    def __post_init__(self) -> None:
        self.chain, self._encoder = FakeChain(DAWN), Encoder(self.record)

    def tell(self, name: str, *, hours: float = 1, contract: str = "Market", **args: Any) -> None:
        """One event in a block of its own; a name that Python keeps for itself ends in _."""
        self.now += int(hours * HOUR)
        told = Told(contract, name, {key.rstrip("_"): value for key, value in args.items()})
        self.chain.mine([[self._encoder.log(told)]], self.now)

    def deposit(self, account: str, amount: int, sender: str | None = None) -> None:
        self.tell("Deposited", account=account, token=ZERO_ADDRESS, amount=amount, from_=sender or account)

    def transfer(self, sender: str, to: str, amount: int) -> None:
        self.tell("Transferred", from_=sender, to=to, token=ZERO_ADDRESS, amount=amount)

    def register(self, account: str, referrer: str = ZERO_ADDRESS) -> None:
        self.tell("Registered", account=account, referrer=referrer)

    def place(
        self, buyer: str, seller: str, base: int, *, payer: str = "", earner: str = "", hours: float = 1
    ) -> bytes:
        self.salt += 1
        line = CommissionLine(earner, 100, 0) if earner else EMPTY_LINE
        terms = Terms(
            seller, buyer, payer or buyer, base, self.now + int(hours * HOUR), 24 * HOUR, 48 * HOUR,
            review_seconds=72 * HOUR, lines=(line, EMPTY_LINE, EMPTY_LINE), salt=self.salt,
        )  # fmt: skip
        identity = order_id(terms, self.record.chain_id, self.record["Market"].address)
        self.tell("OrderPlaced", id=identity, terms=terms.pack(), hours=hours)
        return identity

    def deliver(self, identity: bytes) -> bytes:
        self.tell("OrderAccepted", id=identity, hours=0.1)
        self.tell("OrderDelivered", id=identity, cid="bafkdelivered", hours=0.1)
        return identity

    def finish(self, identity: bytes, base: int, stars: int = 5) -> None:
        self.deliver(identity)
        self.tell("OrderReleased", id=identity, earned=base, credit=0)
        self.tell("OrderRated", id=identity, stars=stars, hours=0)


@contextmanager
def indexed(scene: Scene, database_url: str):
    """The index of a scene, and a function that has it follow what was told since."""
    node = FakeNode(scene.chain)
    index = Index.open(database_url, scene.record)
    follower = Follower(index.engine, scene.record, (node.url,), confirmations=4)
    try:
        follower.follow_to_head()
        yield index, follower.follow_to_head
    finally:
        follower.stop()
        index.engine.dispose()
        node.close()
