"""Reward points: what orders earned, and what merchants spent."""

from dapp.index.amounts import pack_amount
from dapp.index.court_records import PointsRecord
from dapp.index.failures import ForeignHistory
from dapp.index.market_state import MarketState


def on_points_earned(s: MarketState, merchant: bytes, order_id: bytes, points: int) -> int | None:
    """PointsEarned."""
    s.concerns(merchant)
    record = _points(s, merchant)
    record.balance += points
    record.earned += points
    _note(s, record, points, order_id=order_id)
    return s.order_key(order_id)


def on_points_spent(s: MarketState, merchant: bytes, token: bytes, points: int, amount: int) -> None:
    """PointsSpent."""
    s.concerns(merchant)
    record = _points(s, merchant)
    if points > record.balance:
        raise ForeignHistory(f"0x{merchant.hex()} spends {points} points and has {record.balance}.")
    record.balance -= points
    record.spent += points
    _note(s, record, -points, token=token, amount=amount)


def _points(s: MarketState, merchant: bytes) -> PointsRecord:
    return s.points.edit(merchant) or s.points.add(merchant, PointsRecord(merchant))


def _note(
    s: MarketState,
    record: PointsRecord,
    points: int,
    *,
    order_id: bytes | None = None,
    token: bytes | None = None,
    amount: int | None = None,
) -> None:
    units = None if amount is None else pack_amount(amount)
    row = (s.key, record.merchant, pack_amount(points), pack_amount(record.balance), order_id, token, units)
    s.point_moves.append(row)
