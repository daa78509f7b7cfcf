"""Orders, from placement to rating."""

from dapp.domain.bounds import DAY
from dapp.domain.orders import Resolution, Status
from dapp.domain.terms import Flag
from dapp.index.failures import ForeignHistory
from dapp.index.handlers.ledger import move_in
from dapp.index.handlers.payouts import gain, give_back, pay_out
from dapp.index.kinds import EntryKind
from dapp.index.market_state import MarketState
from dapp.index.records import OrderRecord

_24, _40 = (1 << 24) - 1, (1 << 40) - 1
_FROM_LEDGER, _STOCK_COUNTED = int(Flag.FROM_LEDGER), int(Flag.STOCK_COUNTED)
_PLACED, _IN_PROGRESS, _DELIVERED = int(Status.PLACED), int(Status.IN_PROGRESS), int(Status.DELIVERED)
_DISPUTED, _COMPLETED, _CANCELLED = int(Status.DISPUTED), int(Status.COMPLETED), int(Status.CANCELLED)
_LIVE = (_PLACED, _IN_PROGRESS, _DELIVERED, _DISPUTED)
_PAYMENT = int(EntryKind.PAYMENT)
_RULING, _FALLBACK = int(Resolution.RULING), int(Resolution.FALLBACK)


def on_placed(
    s: MarketState,
    order_id: bytes,
    clocks: int,
    seller: bytes,
    base: int,
    buyer: bytes,
    payer: bytes,
    line1: int,
    line2: int,
    line3: int,
    token: bytes,
    _arbitrator: bytes,
    rates: int,
    origin: int,
) -> int:
    """OrderPlaced."""
    listing_id, version = origin & _40, origin >> 40 & _24
    accept_seconds = clocks >> 40 & _24
    until = (clocks & _40) + accept_seconds
    order = OrderRecord(
        s.key, order_id, buyer, seller, listing_id, version, _PLACED, until, base, 0, None, 0, 0, s.now,
        clocks, base, payer, (line1, line2, line3), token, rates,
    )  # fmt: skip
    s.orders.add(order_id, order)
    flags, total = clocks >> 120 & 255, s.total(token)
    if flags & _FROM_LEDGER:
        move_in(s, total, payer, _PAYMENT, -base)
    total.ordered += base
    total.escrowed += base
    day = s.seller_day(seller, token)
    day.placed += 1
    day.ordered += base
    if flags & _STOCK_COUNTED:
        _count_sold(s, order, 1)
    _keep_stake(s, seller, until + (clocks >> 64 & _24) + (clocks >> 88 & _24))
    return order.placed_key


def on_accepted(s: MarketState, order_id: bytes) -> int:
    """OrderAccepted."""
    order = _at(s, order_id, (_PLACED,))
    order.status, order.until = _IN_PROGRESS, s.now + (order.clocks >> 64 & _24)
    return order.placed_key


def on_delivered(s: MarketState, order_id: bytes, cid: str) -> int:
    """OrderDelivered."""
    order = _at(s, order_id, (_PLACED, _IN_PROGRESS))
    order.status, order.until = _DELIVERED, s.now + (order.clocks >> 88 & _24)
    order.delivered_cid = cid
    return order.placed_key


def on_review_set(s: MarketState, order_id: bytes, until: int) -> int:
    """OrderReviewSet."""
    order = _at(s, order_id, (_DELIVERED,))
    order.until = until
    _keep_stake(s, order.seller, until)
    return order.placed_key


def on_disputed(s: MarketState, order_id: bytes, ends_at: int) -> int:
    """OrderDisputed."""
    order = _at(s, order_id, (_IN_PROGRESS, _DELIVERED))
    order.status, order.until = _DISPUTED, ends_at
    s.merchant(order.seller).disputed += 1
    s.seller_day(order.seller, order.token).disputed += 1
    _keep_stake(s, order.seller, ends_at)
    return order.placed_key


def on_refunded(s: MarketState, order_id: bytes, amount: int, left: int) -> int:
    """OrderRefunded."""
    order = _at(s, order_id, _LIVE)
    before = order.status
    give_back(s, order, amount)
    if order.held != left:
        raise ForeignHistory(f"Order 0x{order_id.hex()} has {order.held} left, its event says {left}.")
    if not left:
        _cancel(s, order)
        if before != _PLACED:
            s.merchant(order.seller).refunded += 1
    return order.placed_key


def on_cancelled(s: MarketState, order_id: bytes, refunded: int) -> int:
    """OrderCancelled and OrderDeclined."""
    order = _at(s, order_id, (_PLACED,))
    give_back(s, order, refunded)
    _cancel(s, order)
    return order.placed_key


def on_reclaimed(s: MarketState, order_id: bytes, refunded: int) -> int:
    """OrderReclaimed."""
    order = _at(s, order_id, (_PLACED, _IN_PROGRESS))
    if order.status == _IN_PROGRESS:
        s.merchant(order.seller).missed += 1
    give_back(s, order, refunded)
    _cancel(s, order)
    return order.placed_key


def on_released(s: MarketState, order_id: bytes, earned: int, credit: int) -> int:
    """OrderReleased."""
    order = _at(s, order_id, (_DELIVERED,))
    merchant = s.merchant(order.seller)
    merchant.settled += 1
    pay_out(s, order, 0, earned)
    gain(s, merchant, order, earned, credit, scores=True)
    return order.placed_key


def on_resolved(s: MarketState, order_id: bytes, how: int, to_buyer: int, earned: int, credit: int) -> int:
    """OrderResolved."""
    order = _at(s, order_id, _LIVE)
    merchant = s.merchant(order.seller)
    if how == _RULING:
        if 2 * to_buyer > order.held:
            merchant.lost += 1
        elif 2 * to_buyer < order.held:
            merchant.won += 1
    elif how != _FALLBACK:
        merchant.settled += 1
    pay_out(s, order, to_buyer, earned)
    gain(s, merchant, order, earned, credit, scores=how != _FALLBACK)
    dispute = s.disputes.edit(order_id)
    if dispute is not None:
        dispute.resolution, dispute.to_buyer, dispute.earned = how, to_buyer, earned
    return order.placed_key


def on_rated(s: MarketState, order_id: bytes, stars: int) -> int:
    """OrderRated."""
    order = _at(s, order_id, (_COMPLETED,))
    order.stars = stars
    merchant, listing = s.merchant(order.seller), s.listings.edit(order.listing_id)
    merchant.ratings += 1
    merchant.stars += stars
    if listing is not None:
        listing.ratings += 1
        listing.stars += stars
    return order.placed_key


def _at(s: MarketState, order_id: bytes, statuses: tuple[int, ...]) -> OrderRecord:
    """The order, which must be in one of these states: else events are missing."""
    order = s.order(order_id)
    if order.status not in statuses:
        raise ForeignHistory(f"Order 0x{order_id.hex()} is {Status(order.status).name}.")
    order.changed_at = s.now
    return order


def _cancel(s: MarketState, order: OrderRecord) -> None:
    if order.held:
        raise ForeignHistory(f"Order 0x{order.id.hex()} ended with {order.held} in escrow.")
    order.status, order.until = _CANCELLED, 0
    s.seller_day(order.seller, order.token).cancelled += 1
    if order.clocks >> 120 & _STOCK_COUNTED:
        _count_sold(s, order, -1)


def _count_sold(s: MarketState, order: OrderRecord, sign: int) -> None:
    listing = s.listings.edit(order.listing_id)
    if listing is not None:
        listing.sold += sign * (order.clocks >> 128 & _40)


def _keep_stake(s: MarketState, seller: bytes, until: int) -> None:
    merchant = s.merchant(seller)
    day = until // DAY + 1
    if day > merchant.busy_until_day:
        merchant.busy_until_day = day
