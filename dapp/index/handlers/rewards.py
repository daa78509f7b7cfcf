"""Reward points: what orders earned, and what merchants spent."""

from dapp.index.market_state import MarketState


def on_points_earned(s: MarketState, merchant: bytes, order_id: bytes, _points: int) -> int | None:
    """PointsEarned."""
    s.concerns(merchant)
    return s.order_key(order_id)


def on_points_spent(s: MarketState, merchant: bytes, _token: bytes, _points: int, _amount: int) -> None:
    """PointsSpent."""
    s.concerns(merchant)
