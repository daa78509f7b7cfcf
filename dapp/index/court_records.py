"""Rows of disputes, panels, holds, points, appeals and roles, as handlers change them: see `records`."""

from dataclasses import dataclass


@dataclass(slots=True)
class DisputeRecord:
    """A dispute; appellants are 20 bytes each."""

    order_id: bytes
    phase: int
    opener: bytes
    deposit: int
    opened_at: int
    opened_key: int
    funded_by: bytes | None = None
    escalated: int = 0
    appellants: bytes = b""
    meta_cid: str | None = None
    closed_at: int | None = None
    buyer_deposit: int = 0
    seller_deposit: int = 0
    resolution: int | None = None
    to_buyer: int = 0
    earned: int = 0


@dataclass(slots=True)
class CaseRecord:
    """A case before a panel."""

    id: bytes
    panel: str
    order_id: bytes
    arbitrable: bytes
    choices: int
    extra_data: bytes
    fee: int
    stage: int
    ruling: int | None
    appellant: bytes | None
    opened_at: int
    opened_key: int
    expires_at: int


@dataclass(slots=True)
class ChairRecord:
    """A chair of a case."""

    id: bytes
    chair: int
    step: int = 0
    arbiter: bytes | None = None
    until: int = 0
    ruling: int | None = None
    draw_block: int = 0


@dataclass(slots=True)
class ArbiterRecord:
    """An arbiter of a panel."""

    panel: str
    account: bytes
    seat: int = 0
    appointed: int = 0
    duty: int = 0
    stake: int = 0
    slashed: int = 0
    ruled: int = 0


@dataclass(slots=True)
class HoldRecord:
    """A hold on a delivered order."""

    order_id: bytes
    status: int
    placed_by: bytes
    score: int
    cid: str
    sealed_until: int
    until: int
    placed_at: int
    placed_key: int
    reviewer: bytes | None = None
    decision_cid: str | None = None
    decided_at: int | None = None


@dataclass(slots=True)
class PointsRecord:
    """A merchant's reward points."""

    merchant: bytes
    balance: int = 0
    earned: int = 0
    spent: int = 0


@dataclass(slots=True)
class AppealRecord:
    """A credit appeal."""

    ref: bytes
    merchant: bytes
    status: int
    bond: int
    decide_until: int
    cid: str
    decision_cid: str | None
    opened_at: int
    opened_key: int


@dataclass(slots=True)
class RecipientRecord:
    """The key that evidence is sealed to for an account."""

    account: bytes
    recipient: bytes
    published_key: int


@dataclass(slots=True)
class RoleRecord:
    """Whether an account holds a role, since when and with which delay (seconds)."""

    role: bytes
    account: bytes
    held: int = 0
    since: int = 0
    delay: int = 0
