"""Months of trade on the real contracts: at least a number of market events, with orders in every state.

Every order is a real one: placed, accepted, delivered and released by its parties through `batch`, so each
log is what the deployed market emitted.
"""

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from eth_utils.crypto import keccak

from bench.calls import event_topics
from bench.market import CID, Market, Transaction
from dapp.domain.bounds import COOLING_OFF, DAY, ZERO_ADDRESS
from dapp.domain.terms import Flag, Placement, Upline

SEED = 20_261
BUYERS_A_DAY, ORDERS_A_BUYER, TRANSACTIONS_A_BLOCK = 40, 10, 30
FATES = ("cancel", "decline", "reclaim", "refund", "release", "stay")
WEIGHTS = (2, 1, 1, 3, 92, 1)


@dataclass(frozen=True)
class Order:
    """A placed order: the twelve words of its terms as the event carries them."""

    terms: bytes
    buyer: str
    seller: str
    instant: bool

    @property
    def seal(self) -> bytes:
        """The three words that the seller passes."""
        return self.terms[:64] + keccak(self.terms[64:])


class History:
    """Trades day after day; deterministic but for the block times that the deployment left."""

    def __init__(self, market: Market) -> None:
        self.market, self.random = market, random.Random(SEED)
        self.topics = event_topics(market.record["Market"].abi)
        self.salt = 0
        self._stalled: list[Order] = []

    def day(self) -> None:
        """One day: orders, their work, their release and rating, and some traffic on the ledger."""
        market = self.market
        morning = market.now + DAY
        orders = self._place(morning)
        fates = self.random.choices(FATES, WEIGHTS, k=len(orders))
        by_fate: dict[str, list[Order]] = defaultdict(list)
        for order, fate in zip(orders, fates, strict=True):
            by_fate[fate].append(order)
        self._reclaim()
        self._stalled = by_fate["reclaim"]
        self._each(by_fate["cancel"], lambda order: order.buyer, lambda order: [self._of("cancel", order)])
        self._each(by_fate["decline"], lambda order: order.seller, lambda order: [self._of("decline", order)])
        market.block([], market.now + COOLING_OFF)
        worked = by_fate["release"] + by_fate["refund"]
        self._each(worked, lambda order: order.seller, self._work)
        self._each(
            by_fate["refund"],
            lambda order: order.seller,
            lambda order: [self._of("refund", order, self.random.randrange(1, 10**6))],
        )
        self._each(worked, lambda order: order.buyer, self._end)
        market.block(self._ledger())

    def _place(self, at: int) -> list[Order]:
        market, first = self.market, self.market.node.head() + 1
        buyers = self.random.sample(market.buyers, BUYERS_A_DAY)
        placements = [
            market.batch(buyer, [self._placement(buyer) for _ in range(ORDERS_A_BUYER)]) for buyer in buyers
        ]
        market.block([], at)
        for chunk in _chunks(placements):
            market.block(chunk)
        wanted = {"address": market.address, "fromBlock": hex(first), "topics": [self.topics["OrderPlaced"]]}
        return [_order(bytes.fromhex(log["data"][2:])) for log in market.node.ask("eth_getLogs", wanted)]

    def _placement(self, buyer: str) -> bytes:
        self.salt += 1
        listing_id = self.random.randrange(len(self.market.listings)) + 1
        listing = self.market.listings[listing_id]
        placement = Placement(listing_id, listing.price, salt=self.salt, options=Flag.FROM_LEDGER)
        upline = self.market.uplines.get(buyer, Upline())
        return self.market.calls.encode("place", placement.pack(), listing.pack(), upline.pack(), b"")

    def _work(self, order: Order) -> list[bytes]:
        accept, deliver = self.market.calls.selector("accept"), self.market.calls.selector("deliver")
        cid = CID.encode()
        head = (128).to_bytes(32, "big") + order.seal + len(cid).to_bytes(32, "big")
        delivered = deliver + head + cid.ljust(-(-len(cid) // 32) * 32, b"\0")
        return [delivered] if order.instant else [accept + order.seal, delivered]

    def _end(self, order: Order) -> list[bytes]:
        released = [self._of("release", order)]
        if self.random.random() < 0.65:
            released.append(self._of("rate", order, self.random.choice((1, 2, 3, 4, 4, 5, 5, 5, 5))))
        return released

    def _reclaim(self) -> None:
        """What sellers left lying a day ago."""
        self._each(self._stalled, lambda order: order.buyer, lambda order: [self._of("reclaim", order)])

    def _of(self, name: str, order: Order, *words: int) -> bytes:
        tail = b"".join(word.to_bytes(32, "big") for word in words)
        return self.market.calls.selector(name) + order.terms + tail

    def _each(
        self, orders: Iterable[Order], actor: Callable[[Order], str], acts: Callable[[Order], list[bytes]]
    ) -> None:
        """What each order's actor does about it, one transaction an actor."""
        calls: dict[str, list[bytes]] = defaultdict(list)
        for order in orders:
            calls[actor(order)] += acts(order)
        for chunk in _chunks([self.market.batch(account, own) for account, own in calls.items()]):
            self.market.block(chunk)

    def _ledger(self) -> Iterator[Transaction]:
        market = self.market
        for _ in range(4):
            giver, taker = self.random.sample(market.buyers, 2)
            yield market.send(giver, "transfer", ZERO_ADDRESS, taker, self.random.randrange(1, 10**12))
        depositor, leaver = self.random.sample(market.buyers, 2)
        yield market.send(depositor, "deposit", ZERO_ADDRESS, 10**15, depositor, value=10**15)
        yield market.send(leaver, "withdraw", ZERO_ADDRESS, 10**15, leaver)
        today = market.now // DAY
        for seller in self.random.sample(market.sellers, 4):
            token = self.random.choice((ZERO_ADDRESS, market.token))
            yield market.send(seller, "mature", seller, token, [today - days for days in range(6)])


def _chunks(transactions: list[Transaction]) -> Iterator[list[Transaction]]:
    for first in range(0, len(transactions), TRANSACTIONS_A_BLOCK):
        yield transactions[first : first + TRANSACTIONS_A_BLOCK]


def _order(data: bytes) -> Order:
    words = [data[start : start + 32] for start in range(0, len(data), 32)]
    clocks = int.from_bytes(words[0], "big")
    flags = (clocks >> 120) & 0xFF
    return Order(data, "0x" + words[3][12:].hex(), "0x" + words[1][12:].hex(), bool(flags & Flag.INSTANT))
