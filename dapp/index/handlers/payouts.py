"""What ends of orders pay: the split of their money, refunds, and what a sale gains its seller's score."""

from functools import lru_cache

from dapp.domain.bounds import BPS, RATING_WINDOW
from dapp.domain.credit import MAX_EARNED, CreditReason, Dimension
from dapp.domain.maturity import due_day
from dapp.domain.orders import Status
from dapp.index.failures import ForeignHistory
from dapp.index.handlers.ledger import add_maturing, move_in
from dapp.index.handlers.merchants import note_credit
from dapp.index.kinds import EntryKind
from dapp.index.market_state import MarketState
from dapp.index.records import EarningRecord, MerchantRecord, OrderRecord, PairRecord

_24, _80 = (1 << 24) - 1, (1 << 80) - 1
_COMPLETED = int(Status.COMPLETED)
_REFUND, _SALE = int(EntryKind.REFUND), int(EntryKind.SALE)
_COMMISSION, _FEE = int(EntryKind.COMMISSION), int(EntryKind.FEE)
_TRADE, _SETTLEMENT = int(Dimension.TRADE), int(CreditReason.SETTLEMENT)


def pay_out(s: MarketState, order: OrderRecord, to_buyer: int, earned: int) -> None:
    """Pay an order out by its sealed lines; mirrors `dapp.domain.split`."""
    if to_buyer + earned != order.held:
        raise ForeignHistory(f"{to_buyer} + {earned} of {order.held} were paid out.")
    token, base, seller = order.token, order.base, order.seller
    if to_buyer:
        give_back(s, order, to_buyer)
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


def give_back(s: MarketState, order: OrderRecord, amount: int) -> None:
    """Return `amount` of what an order holds to its buyer."""
    if not 0 <= amount <= order.held:
        raise ForeignHistory(f"{amount} of {order.held} went back.")
    order.held -= amount
    order.returned += amount
    total = s.total(order.token)
    move_in(s, total, order.buyer, _REFUND, amount)
    s.seller_day(order.seller, order.token).returned += amount
    total.returned += amount
    total.escrowed -= amount


def gain(
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
