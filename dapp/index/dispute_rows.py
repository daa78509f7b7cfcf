"""What the index answers with: disputes, the cases before the panels, and the arbiters."""

from dataclasses import dataclass

from dapp.domain.orders import Resolution
from dapp.index.kinds import ChairStep as ChairStep
from dapp.index.kinds import Duty as Duty
from dapp.index.kinds import Phase as Phase
from dapp.index.kinds import Stage as Stage
from dapp.index.rows import OrderRow

BACKUP_PANEL = "BackupPanel"


@dataclass(frozen=True)
class ChairRow:
    """A place before which a case lies: 0 is the first arbiter's, 1 to 3 are the panel's.

    until: Drawn, Accepted: when the arbiter's clock ends; Ruled on chair 0: until when it can be appealed.
    draw_block: Drawing: from the block after this one on an arbiter can be drawn.
    """

    chair: int
    step: ChairStep
    arbiter: str | None
    until: int
    ruling: int | None
    draw_block: int


@dataclass(frozen=True)
class CaseRow:
    """A case before a panel, named ArbiterPanel or BackupPanel. Fee in wei for each arbiter.

    arbitrable, choices and extra_data are the struct `Case` that the panel's functions take.
    expires_at: from when an undecided case, or appeal, can be expired. ruling None while none stands.
    """

    panel: str
    id: int
    order_id: bytes
    arbitrable: str
    choices: int
    extra_data: bytes
    fee: int
    stage: Stage
    ruling: int | None
    appellant: str | None
    opened_at: int
    expires_at: int
    chairs: tuple[ChairRow, ...]


@dataclass(frozen=True)
class DisputeRow:
    """A dispute about an order; deposits in wei. funded_by None until the other side's deposit is in.

    backup_took_it: whether the dispute went on to the backup arbitrator and he took the case.
    meta_cid: the metadata the order was placed on. closed_at None while open; then to_buyer_deposit and
    to_seller_deposit went back, and `resolution` with to_buyer and earned (token units) ended the order.
    """

    order: OrderRow
    phase: Phase
    opener: str
    by_buyer: bool
    deposit: int
    opened_at: int
    fund_until: int
    funded_by: str | None
    backup_took_it: bool
    appellants: tuple[str, ...]
    meta_cid: str | None
    closed_at: int | None
    to_buyer_deposit: int
    to_seller_deposit: int
    resolution: Resolution | None
    to_buyer: int
    earned: int
    cases: tuple[CaseRow, ...]


@dataclass(frozen=True)
class ArbiterRow:
    """An arbiter of a panel; stake in wei."""

    panel: str
    account: str
    seat: int
    duty: Duty
    stake: int
    slashed: int
    ruled: int


@dataclass(frozen=True)
class EvidenceRow:
    """A piece of an order's evidence.

    kind: delivery (OrderDelivered), meta (MetaEvidence), evidence (ERC-1497), appeal and decision (Credit),
    hold and review (RiskHolds: why a delivery is held, and what a reviewer found).
    """

    key: int
    order_id: bytes
    kind: str
    party: str | None
    cid: str
    contract: str
    timestamp: int
    transaction: bytes
