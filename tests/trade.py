"""A trade in words: lists, places, delivers and releases without packed words, and watches every balance."""

from dataclasses import dataclass, fields, replace
from itertools import count
from typing import Any

from dapp.domain.bounds import COOLING_OFF, DAY, ZERO_ADDRESS
from dapp.domain.orders import OrderState, Resolution, Status
from dapp.domain.split import Referrer
from dapp.domain.terms import Flag, Listing, Placement, Terms, Upline, metadata_hash
from tests.stage import BASE_FEE_BPS, CREDIT_UNIT, Stage

NATIVE = ZERO_ADDRESS
CID = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
PROOF = "bafybeigdyrzt5sfp7udm7hu76uh7y26nf3efuylqabf3oclgtqy55fbzdi"
PRICE = 40 * CREDIT_UNIT
FEE = PRICE * BASE_FEE_BPS // 10_000
"""What the platform takes of an ordinary order, in wei."""
ALL = 2**256 - 1
"""All that is available, as the amount of a withdrawal."""
HOUR = 3_600
ACCEPT, DELIVER, REVIEW = 2 * DAY, 5 * DAY, DAY


@dataclass(frozen=True)
class Offer:
    """A listing on the market."""

    id: int
    listing: Listing
    receipt: Any


@dataclass(frozen=True)
class Order:
    """An order on the market."""

    id: bytes
    terms: Terms
    receipt: Any


class Trade:
    """The market's functions with readable arguments; what isn't said is ordinary."""

    def __init__(self, chain: Any, stage: Stage, uplines: dict[str, Upline] | None = None) -> None:
        self.chain = chain
        self.stage = stage
        self.market = stage.market
        self.actors = stage.actors
        self.uplines = dict(uplines or {})
        self._salts = count(1)

    def __getattr__(self, name: str) -> Any:
        """An actor by the name of the role."""
        return getattr(self.actors, name)

    # -- time ---------------------------------------------------------------------------------

    @property
    def now(self) -> int:
        """The timestamp of the last block."""
        return int(self.chain.blocks.head.timestamp)

    def at(self, timestamp: int) -> None:
        """Let the next transaction happen at `timestamp`."""
        self.chain.pending_timestamp = timestamp

    def wait(self, seconds: int) -> None:
        """Let `seconds` go by."""
        self.at(self.now + seconds)

    # -- listings -----------------------------------------------------------------------------

    def listing(self, seller: Any = None, cid: str = CID, **changes: Any) -> Listing:
        """An ordinary listing of the seller's, with `changes`."""
        plain = Listing(
            seller=(seller or self.seller).address,
            price=PRICE,
            accept_seconds=ACCEPT,
            deliver_seconds=DELIVER,
            review_seconds=REVIEW,
            metadata=metadata_hash(cid),
            max_fee_bps=300,
        )
        return replace(plain, **changes)

    def list(self, seller: Any = None, cid: str = CID, **changes: Any) -> Offer:
        """Put an ordinary listing with `changes` on offer."""
        listing = self.listing(seller, cid, **changes)
        receipt = self.market.list(listing.pack(), cid, sender=seller or self.seller)
        return Offer(self.market.listingCount(), listing, receipt)

    # -- the order's life ---------------------------------------------------------------------

    def place(
        self,
        offer: Offer | None = None,
        *,
        payer: Any = None,
        data: bytes = b"",
        upline: Upline | None = None,
        value: int | None = None,
        **placement: Any,
    ) -> Order:
        """Place an order; `placement` overrides fields of {Placement}. The payer is the buyer if not said."""
        offer = offer or self.list()
        payer = payer or self.buyer
        owed = offer.listing.price * placement.get("quantity", 1)
        plain = {"listing_id": offer.id, "max_amount": owed, "salt": next(self._salts)}
        wish = Placement(**{**plain, **placement})
        buyer = payer.address if wish.buyer == ZERO_ADDRESS else wish.buyer
        line = upline or self.uplines.get(buyer, Upline())
        if value is None:
            value = 0 if offer.listing.token != NATIVE or wish.options & Flag.FROM_LEDGER else owed
        bought = (wish.pack(), offer.listing.pack(), line.pack(), data)
        receipt = self.market.place(*bought, sender=payer, value=value)
        event = self.market.OrderPlaced.from_receipt(receipt)[0]
        return Order(event.id, Terms.unpack(event.terms), receipt)

    def accept(self, order: Order, by: Any = None) -> Any:
        """The seller accepts."""
        return self.market.accept(order.terms.seal().pack(), sender=by or self.seller_of(order))

    def deliver(self, order: Order, by: Any = None, cid: str = PROOF) -> Any:
        """The seller delivers."""
        return self.market.deliver(cid, order.terms.seal().pack(), sender=by or self.seller_of(order))

    def decline(self, order: Order, by: Any = None) -> Any:
        """The seller declines."""
        return self.market.decline(order.terms.pack(), sender=by or self.seller_of(order))

    def refund(self, order: Order, amount: int, by: Any = None) -> Any:
        """The seller gives `amount` back."""
        return self.market.refund(order.terms.pack(), amount, sender=by or self.seller_of(order))

    def cancel(self, order: Order, by: Any = None) -> Any:
        """The buyer cancels."""
        return self.market.cancel(order.terms.pack(), sender=by or self.buyer)

    def release(self, order: Order, by: Any = None) -> Any:
        """The buyer releases."""
        return self.market.release(order.terms.pack(), sender=by or self.buyer)

    def rate(self, order: Order, stars: int, by: Any = None) -> Any:
        """The buyer rates."""
        return self.market.rate(order.terms.pack(), stars, sender=by or self.buyer)

    def reclaim(self, order: Order, by: Any = None) -> Any:
        """Anybody sends the money back after a missed deadline."""
        return self.market.reclaim(order.terms.pack(), sender=by or self.outsider)

    def dispute(self, order: Order, ends_at: int | None = None, by: Any = None) -> Any:
        """The module marks the order as disputed."""
        until = self.now + 30 * DAY if ends_at is None else ends_at
        return self.market.markDisputed(order.terms.pack(), until, sender=by or self.module)

    def resolve(self, order: Order, to_buyer: int, how: Resolution, by: Any = None) -> Any:
        """The module ends the order."""
        return self.market.resolve(order.terms.pack(), to_buyer, how, sender=by or self.module)

    # -- the referral tree --------------------------------------------------------------------

    def register(self, account: Any, referrer: Any = None) -> Any:
        """`account` joins the tree, under `referrer` or as a root; its upline is remembered."""
        above = Upline() if referrer is None else self.uplines[referrer.address]
        parent = NATIVE if referrer is None else referrer.address
        receipt = self.market.register(parent, above.pack(), sender=account)
        joined = Referrer(parent, self.market.nodeOf(parent).registeredAt)
        self.uplines[account.address] = Upline() if referrer is None else above.below(joined)
        return receipt

    # -- shortcuts ----------------------------------------------------------------------------

    def placed(self, offer: Offer | None = None, **placement: Any) -> Order:
        """An order that was just placed."""
        return self.place(offer, **placement)

    def accepted(self, offer: Offer | None = None, **placement: Any) -> Order:
        """An order in progress, accepted when the cooling-off time was over."""
        order = self.place(offer, **placement)
        if not order.terms.has(Flag.INSTANT):
            self.at(order.terms.placed_at + COOLING_OFF)
        self.accept(order)
        return order

    def delivered(self, offer: Offer | None = None, **placement: Any) -> Order:
        """A delivered order."""
        order = self.accepted(offer, **placement)
        self.deliver(order)
        return order

    def disputed(self, offer: Offer | None = None, **placement: Any) -> Order:
        """A delivered order that is disputed."""
        order = self.delivered(offer, **placement)
        self.dispute(order)
        return order

    def completed(self, offer: Offer | None = None, **placement: Any) -> Order:
        """A released order."""
        order = self.delivered(offer, **placement)
        self.release(order, by=self.account(order.terms.buyer))
        return order

    def cancelled(self, offer: Offer | None = None, **placement: Any) -> Order:
        """An order that its seller declined."""
        order = self.place(offer, **placement)
        self.decline(order)
        return order

    def in_status(self, status: Status, offer: Offer | None = None, **placement: Any) -> Order:
        """An order in any status."""
        ways = {
            Status.PLACED: self.placed,
            Status.IN_PROGRESS: self.accepted,
            Status.DELIVERED: self.delivered,
            Status.DISPUTED: self.disputed,
            Status.COMPLETED: self.completed,
            Status.CANCELLED: self.cancelled,
        }
        return ways[status](offer, **placement)

    # -- views --------------------------------------------------------------------------------

    def state(self, order: Order) -> OrderState:
        """The stored state of an order."""
        return OrderState.unpack(self.market.orderState(order.id))

    def account(self, address: str) -> Any:
        """The actor with an address."""
        everyone = (getattr(self.actors, field.name) for field in fields(self.actors))
        return next(actor for actor in everyone if actor.address == address)

    def seller_of(self, order: Order) -> Any:
        """The seller's account."""
        return self.account(order.terms.seller)
