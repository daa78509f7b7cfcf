"""Orders, from placement to rating, and how their money is paid out."""

from functools import lru_cache

from dapp.domain.bounds import BPS, DAY, RATING_WINDOW
from dapp.domain.credit import MAX_EARNED, CreditReason, Dimension
from dapp.domain.maturity import due_day
from dapp.domain.orders import Resolution, Status
from dapp.domain.terms import Flag
from dapp.index.failures import ForeignHistory
from dapp.index.handlers.ledger import add_maturing, move_in
from dapp.index.handlers.merchants import note_credit
from dapp.index.kinds import EntryKind
from dapp.index.market_state import MarketState
from dapp.index.records import EarningRecord, MerchantRecord, OrderRecord, PairRecord

_24, _40, _80 = (1 << 24) - 1, (1 << 40) - 1, (1 << 80) - 1
_FROM_LEDGER, _STOCK_COUNTED = int(Flag.FROM_LEDGER), int(Flag.STOCK_COUNTED)
_PLACED, _IN_PROGRESS, _DELIVERED = int(Status.PLACED), int(Status.IN_PROGRESS), int(Status.DELIVERED)
_DISPUTED, _COMPLETED, _CANCELLED = int(Status.DISPUTED), int(Status.COMPLETED), int(Status.CANCELLED)
_LIVE = (_PLACED, _IN_PROGRESS, _DELIVERED, _DISPUTED)
_PAYMENT, _REFUND = int(EntryKind.PAYMENT), int(EntryKind.REFUND)
_SALE, _COMMISSION, _FEE = int(EntryKind.SALE), int(EntryKind.COMMISSION), int(EntryKind.FEE)
_TRADE, _SETTLEMENT = int(Dimension.TRADE), int(CreditReason.SETTLEMENT)
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
    _give_back(s, order, amount)
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
    _give_back(s, order, refunded)
    _cancel(s, order)
    return order.placed_key


def on_reclaimed(s: MarketState, order_id: bytes, refunded: int) -> int:
    """OrderReclaimed."""
    order = _at(s, order_id, (_PLACED, _IN_PROGRESS))
    if order.status == _IN_PROGRESS:
        s.merchant(order.seller).missed += 1
    _give_back(s, order, refunded)
    _cancel(s, order)
    return order.placed_key


def on_released(s: MarketState, order_id: bytes, earned: int, credit: int) -> int:
    """OrderReleased."""
    order = _at(s, order_id, (_DELIVERED,))
    merchant = s.merchant(order.seller)
    merchant.settled += 1
    _complete(s, order, 0, earned)
    _gain(s, merchant, order, earned, credit, scores=True)
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
    _complete(s, order, to_buyer, earned)
    _gain(s, merchant, order, earned, credit, scores=how != _FALLBACK)
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


# -- money ------------------------------------------------------------------------------------------


def _complete(s: MarketState, order: OrderRecord, to_buyer: int, earned: int) -> None:
    """Pay an order out by its sealed lines; mirrors `dapp.domain.split`."""
    if to_buyer + earned != order.held:
        raise ForeignHistory(f"{to_buyer} + {earned} of {order.held} were paid out.")
    token, base, seller = order.token, order.base, order.seller
    if to_buyer:
        _give_back(s, order, to_buyer)
    order.held, order.status, order.until = 0, _COMPLETED, s.now + RATING_WINDOW
    order.earned += earned
    total = s.total(token)
    fee = _scaled(base * (order.rates & 0xFFFF) // BPS, earned, base)
    move_in(s, total, s.market, _FEE, fee)
    commissions = 0
    for level, referrer, rate, cap in _commission_lines(order.lines):
        full = base * rate // BPS
        paid = _scaled(min(full, cap) if cap else full, earned, base)
        if paid:
            commissions += paid
            move_in(s, total, referrer, _COMMISSION, paid)
            key = (referrer, s.day, level, token)
            earning = s.earnings.edit(key) or s.earnings.add(key, EarningRecord(*key))
            earning.amount += paid
            earning.orders += 1
    rest = earned - fee - commissions
    settle_days = order.clocks >> 112 & 255
    if settle_days:
        add_maturing(s, seller, token, due_day(s.day, settle_days), rest)
    else:
        move_in(s, total, seller, _SALE, rest)
    day = s.seller_day(seller, token)
    day.completed += 1
    day.sold += earned
    day.received += rest
    total.sold += earned
    total.escrowed -= earned
    total.fees += fee
    total.commissions += commissions
    listing = s.listings.edit(order.listing_id)
    if listing is not None:
        listing.completed += 1


def _scaled(amount: int, earned: int, base: int) -> int:
    return amount if earned == base else amount * earned // base


@lru_cache(65_536)  # the orders of a buyer have the same
def _commission_lines(lines: tuple[int, int, int]) -> list[tuple[int, bytes, int, int]]:
    """The level, referrer, rate in basis points and cap (0: none) of each line that is taken."""
    return [
        (level, (line >> 96).to_bytes(20, "big"), line & 0xFFFF, line >> 16 & _80)
        for level, line in enumerate(lines, 1)
        if line & 0xFFFF
    ]


def _give_back(s: MarketState, order: OrderRecord, amount: int) -> None:
    if not 0 <= amount <= order.held:
        raise ForeignHistory(f"{amount} of {order.held} went back.")
    order.held -= amount
    order.returned += amount
    total = s.total(order.token)
    move_in(s, total, order.buyer, _REFUND, amount)
    s.seller_day(order.seller, order.token).returned += amount
    total.returned += amount
    total.escrowed -= amount


# -- the rest ---------------------------------------------------------------------------------------


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


def _gain(
    s: MarketState, merchant: MerchantRecord, order: OrderRecord, earned: int, credit: int, *, scores: bool
) -> None:
    """Count what a completed order gained its seller; mirrors `Books.complete`."""
    if scores:
        weight = _scaled(order.rates >> 16 & _24, earned, order.base)
        key, epoch = (order.seller, order.buyer), s.now // s.epoch
        pair = s.pairs.edit(key) or s.pairs.add(key, PairRecord(*key))
        if pair.epoch != epoch:
            pair.epoch, pair.gained = epoch, 0
        granted = min(weight, s.pair_cap - pair.gained)
        pair.gained += granted
        merchant.earned = min(merchant.earned + granted, MAX_EARNED)
    if credit:
        note_credit(s, merchant, _TRADE, _SETTLEMENT, credit, order.id)
