"""Holds on deliveries, and what reviewers decided about them."""

from dapp.index.court_records import HoldRecord
from dapp.index.failures import ForeignHistory
from dapp.index.kinds import HoldStatus
from dapp.index.market_state import MarketState


def on_placed(
    s: MarketState, order_id: bytes, merchant: bytes, by: bytes, until: int, score: int, cid: str
) -> int:
    """HoldPlaced. The market moves the review's end right afterwards."""
    s.concerns(merchant)
    s.concerns(by)
    order = s.orders.find(order_id)
    if order is None:
        raise ForeignHistory(f"Order 0x{order_id.hex()} is held, whose placement isn't indexed.")
    record = HoldRecord(
        order_id, int(HoldStatus.HELD), by, score, cid, order.until, until, s.now, s.key
    )  # fmt: skip
    s.holds.add(order_id, record)
    s.evidence.append((s.key, order_id, "hold", by, cid))
    return order.placed_key


def on_cleared(s: MarketState, order_id: bytes, by: bytes, cid: str) -> int | None:
    """HoldCleared."""
    return _decide(s, order_id, by, cid, HoldStatus.CLEARED)


def on_confirmed(s: MarketState, order_id: bytes, by: bytes, cid: str) -> int | None:
    """HoldConfirmed."""
    return _decide(s, order_id, by, cid, HoldStatus.CONFIRMED)


def _decide(s: MarketState, order_id: bytes, by: bytes, cid: str, status: HoldStatus) -> int | None:
    s.concerns(by)
    hold = s.holds.edit(order_id)
    if hold is None:
        raise ForeignHistory(f"An event names a hold on order 0x{order_id.hex()}, which isn't indexed.")
    hold.status, hold.reviewer, hold.decision_cid, hold.decided_at = int(status), by, cid, s.now
    s.evidence.append((s.key, order_id, "review", by, cid))
    return s.order_key(order_id)
