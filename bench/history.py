"""Months of trade on the real contracts: at least a number of market events, with orders in every state.

Every order is a real one: placed, accepted, delivered and released by its parties through `batch`, so each
log is what the deployed market emitted.
"""

import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from eth_utils.crypto import keccak

from bench.market import CID, Emitted, Market, Transaction
from dapp.domain.bounds import COOLING_OFF, DAY, ZERO_ADDRESS
from dapp.domain.terms import Flag, Placement, Upline

SEED = 20_261
BUYERS_A_DAY, ORDERS_A_BUYER, TRANSACTIONS_A_BLOCK = 40, 10, 20
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
        self.salt = 0
        self._stalled: list[Order] = []

    def day(self) -> None:
        """One day: orders, their work, their release and rating, and some traffic on the ledger."""
        market = self.market
        orders = self._place(market.now + DAY)
        fates = self.random.choices(FATES, WEIGHTS, k=len(orders))
        by_fate: dict[str, list[Order]] = defaultdict(list)
        for order, fate in zip(orders, fates, strict=True):
            by_fate[fate].append(order)
        self._act(
            *((order.buyer, self._of("cancel", order)) for order in by_fate["cancel"]),
            *((order.buyer, self._of("reclaim", order)) for order in self._stalled),
            *((order.seller, self._of("decline", order)) for order in by_fate["decline"]),
        )
        self._stalled = by_fate["reclaim"]  # what sellers leave lying goes back a day later
        refunded, worked = by_fate["refund"], by_fate["release"] + by_fate["refund"]
        self._act(
            *((order.seller, step) for order in worked for step in self._work(order)),
            *((o.seller, self._of("refund", o, self.random.randrange(1, 10**6))) for o in refunded),
            at=market.now + COOLING_OFF,
        )
        self._act(*((order.buyer, step) for order in worked for step in self._end(order)))
        market.block(self._ledger())

    def _place(self, at: int) -> list[Order]:
        buyers = self.random.sample(self.market.buyers, BUYERS_A_DAY)
        placements = ((buyer, self._placement(buyer)) for buyer in buyers for _ in range(ORDERS_A_BUYER))
        return [_order(log.payload) for log in self._act(*placements, at=at) if log.name == "OrderPlaced"]

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

    def _of(self, name: str, order: Order, *words: int) -> bytes:
        tail = b"".join(word.to_bytes(32, "big") for word in words)
        return self.market.calls.selector(name) + order.terms + tail

    def _act(self, *calls: tuple[str, bytes], at: int | None = None) -> list[Emitted]:
        """Calls as (caller, calldata), one transaction a caller, in blocks from `at` on. Gives the events."""
        own: dict[str, list[bytes]] = defaultdict(list)
        for caller, data in calls:
            own[caller].append(data)
        transactions = [self.market.batch(caller, data) for caller, data in own.items()]
        emitted: list[Emitted] = []
        for first in range(0, len(transactions), TRANSACTIONS_A_BLOCK):
            emitted += self.market.block(transactions[first : first + TRANSACTIONS_A_BLOCK], at)
            at = None
        return emitted

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


def _order(data: bytes) -> Order:
    words = [data[start : start + 32] for start in range(0, len(data), 32)]
    clocks = int.from_bytes(words[0], "big")
    flags = (clocks >> 120) & 0xFF
    return Order(data, "0x" + words[3][12:].hex(), "0x" + words[1][12:].hex(), bool(flags & Flag.INSTANT))
