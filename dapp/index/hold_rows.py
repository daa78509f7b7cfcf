"""What the index answers with: holds on deliveries, and reward points."""

from dataclasses import dataclass
from enum import StrEnum

from dapp.domain.orders import Status
from dapp.index.kinds import HoldStatus as HoldStatus
from dapp.index.rows import OrderRow


class HoldState(StrEnum):
    """Where a hold stands. LAPSED: nobody decided before it was over, or a party was faster."""

    HELD = "held"
    CLEARED = "cleared"
    CONFIRMED = "confirmed"
    LAPSED = "lapsed"


@dataclass(frozen=True)
class HoldRow:
    """A hold on a delivered order. score 0 to 100; cid of the assessment that it rests on.

    sealed_until, until: the end of the review without and with it. reviewer, decision_cid (his grounds) and
    decided_at None until somebody cleared or confirmed it.
    """

    order: OrderRow
    status: HoldStatus
    placed_by: str
    score: int
    cid: str
    sealed_until: int
    until: int
    placed_at: int
    placed_key: int
    reviewer: str | None
    decision_cid: str | None
    decided_at: int | None

    def state_at(self, now: int) -> HoldState:
        """Where it stands at `now` (Unix seconds)."""
        if self.status is HoldStatus.CLEARED:
            return HoldState.CLEARED
        if self.status is HoldStatus.CONFIRMED:
            return HoldState.CONFIRMED
        runs = self.order.status is Status.DELIVERED and now < self.until
        return HoldState.HELD if runs else HoldState.LAPSED


@dataclass(frozen=True)
class HoldQueue:
    """The holds that wait for a reviewer: how many, and when the oldest of them was placed."""

    count: int
    oldest_at: int | None


@dataclass(frozen=True)
class Points:
    """A merchant's reward points: what he can spend now, and all he ever earned and spent."""

    balance: int = 0
    earned: int = 0
    spent: int = 0


@dataclass(frozen=True)
class PointMove:
    """Points that an order earned (order_id), or that were spent (negative) for `amount` units of a token."""

    key: int
    points: int
    balance: int
    order_id: bytes | None
    token: str | None
    amount: int | None
    timestamp: int
    transaction: bytes
