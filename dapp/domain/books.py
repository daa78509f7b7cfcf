"""The market's books: every balance, order, score and stake, as `dapp.domain.replay` moves them."""

from collections import defaultdict
from dataclasses import dataclass, field, replace

from dapp.domain.bounds import DAY, RATING_WINDOW, ZERO_ADDRESS
from dapp.domain.credit import MAX_EARNED, MerchantScore, PairEpochs
from dapp.domain.credit_table import TABLE, CreditTable
from dapp.domain.errors import InconsistentHistory, UnknownOrder
from dapp.domain.hashing import to_checksum_address
from dapp.domain.maturity import MaturityRing, day_of, due_day
from dapp.domain.orders import OrderState, Status
from dapp.domain.split import scale_down, split
from dapp.domain.terms import Terms


@dataclass
class OrderRecord:
    """An order: sealed terms, state, and in thousandths of a point what it gained and took from the score."""

    terms: Terms
    state: OrderState
    gained: int = 0
    trade_loss: int = 0
    service_loss: int = 0


@dataclass
class Shop:
    """A merchant's stake in wei, and the days (since the epoch) that keep it locked; 0 = none."""

    stake: int = 0
    unstake_day: int = 0
    busy_until_day: int = 0

    def keep_until(self, timestamp: int) -> None:
        """Lock the stake until the day after `timestamp`."""
        self.busy_until_day = max(self.busy_until_day, timestamp // DAY + 1)


@dataclass
class Books:
    """Everything the market owes. `market` is its address, which is also the platform's account; `table` what
    its scores are reckoned by.

    available and maturing are keyed by (account, token), orders by id, scores and shops by merchant.
    """

    market: str
    table: CreditTable = TABLE
    available: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    maturing: dict[tuple[str, str], MaturityRing] = field(default_factory=lambda: defaultdict(MaturityRing))
    orders: dict[bytes, OrderRecord] = field(default_factory=dict)
    scores: dict[str, MerchantScore] = field(init=False)
    shops: dict[str, Shop] = field(default_factory=lambda: defaultdict(Shop))
    pairs: PairEpochs = field(init=False)

    def __post_init__(self) -> None:
        self.scores = defaultdict(lambda: MerchantScore(table=self.table))
        self.pairs = PairEpochs(self.table)

    def order(self, order_id: bytes) -> OrderRecord:
        """The order of this id. Raises UnknownOrder."""
        record = self.orders.get(bytes(order_id))
        if record is None:
            raise UnknownOrder(bytes(order_id).hex())
        return record

    def score(self, merchant: str) -> MerchantScore:
        """A merchant's score."""
        return self.scores[to_checksum_address(merchant)]

    def shop(self, merchant: str) -> Shop:
        """A merchant's stake."""
        return self.shops[to_checksum_address(merchant)]

    def ring(self, account: str, token: str) -> MaturityRing:
        """What matures for an account in a token."""
        return self.maturing[to_checksum_address(account), to_checksum_address(token)]

    def credit(self, account: str, token: str, amount: int) -> None:
        """Change what an account has available. Raises InconsistentHistory below zero."""
        if not amount:
            return
        key = (to_checksum_address(account), to_checksum_address(token))
        balance = self.available[key] + amount
        if balance < 0:
            raise InconsistentHistory(f"{key[0]} has {balance} of {key[1]}")
        self.available[key] = balance

    def give_back(self, order_id: bytes, amount: int, status: Status) -> OrderRecord:
        """Send `amount` of an order to its buyer; `status` is the next one."""
        order = self.order(order_id)
        left = order.state.held - amount
        if left < 0 or (status is Status.CANCELLED and left):
            raise InconsistentHistory(f"{amount} of {order.state.held} went back")
        ended = OrderState(Status.CANCELLED, 0, 0)
        order.state = ended if status is Status.CANCELLED else replace(order.state, status=status, held=left)
        self.credit(order.terms.buyer, order.terms.token, amount)
        return order

    def complete(
        self, order_id: bytes, now: int, to_buyer: int, earned: int, applied: int, *, scores: bool = True
    ) -> None:
        """Pay an order out by its sealed lines at `now` and count what it gained.

        applied: what its seller's trade score rose by, in thousandths of a point; scores: whether it could.
        """
        order = self.order(order_id)
        if to_buyer + earned != order.state.held:
            raise InconsistentHistory(f"{to_buyer} + {earned} of {order.state.held} were paid out")
        terms = order.terms
        order.state = OrderState(Status.COMPLETED, now + RATING_WINDOW, 0)
        parts = split(terms.base, earned, terms.fee_bps, terms.lines)
        self.credit(terms.buyer, terms.token, to_buyer)
        self.credit(self.market, terms.token, parts.fee)
        for line, commission in zip(terms.lines, parts.commissions, strict=True):
            self.credit(line.referrer, terms.token, commission)
        if terms.settle_days:
            due = due_day(day_of(now), terms.settle_days)
            self.ring(terms.seller, terms.token).add(due, parts.to_seller)
        else:
            self.credit(terms.seller, terms.token, parts.to_seller)
        if scores:
            weight = scale_down(terms.weight, earned, terms.base)
            order.gained = self.pairs.take(terms.seller, terms.buyer, now, weight)
        if not 0 <= applied <= order.gained:
            raise InconsistentHistory(f"the score rose by {applied} for a gain of {order.gained}")
        score = self.score(terms.seller)
        score.earned = min(score.earned + order.gained, MAX_EARNED)
        score.trade += applied

    def escrowed(self, token: str) -> int:
        """Token units held by all orders in `token`."""
        return sum(order.state.held for order in self.orders.values() if order.terms.token == token)

    def liabilities(self, token: str) -> int:
        """Token units that the market owes in `token`: available, maturing, escrowed, and native stakes."""
        owed = sum(amount for (_, kind), amount in self.available.items() if kind == token)
        owed += sum(ring.total for (_, kind), ring in self.maturing.items() if kind == token)
        stakes = sum(shop.stake for shop in self.shops.values()) if token == ZERO_ADDRESS else 0
        return owed + self.escrowed(token) + stakes
