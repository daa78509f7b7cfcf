"""A merchant's score; mirrors `contracts/libraries/CreditFormula.sol`, `CreditTable.sol` and `Account.sol`.

Scores and weights are thousandths of a point. With `w` an order's credit weight and the names of CreditTable:

    released, settled     trade   + min(w · share earned, what the pair may still gain in this epoch)
    refunded, accepted    trade   − refund · w · share that went back, once, when the order ends
    deadline missed       trade   − missed · w
    ruled for the buyer   trade   − ruled_trade · w · share awarded
                          service − ruled_service · w · share awarded
    rated 1 … 5           service + stars · g                    (g: what the order gained at its end)
"""

from dataclasses import dataclass, field
from enum import IntEnum

from dapp.domain.bounds import MAX_FEE_BPS, SLASH_BPS, STAKE_UNIT
from dapp.domain.credit_table import TABLE, TENTHS, CreditTable
from dapp.domain.errors import RateTooHigh
from dapp.domain.split import mul_down, scale_down

TRADE_BASE, TRADE_MAX = 240_000, 400_000
SERVICE_BASE, SERVICE_MAX = 180_000, 300_000
ATTESTED_BASE, ATTESTED_MAX = 180_000, 300_000
BASE = TRADE_BASE + SERVICE_BASE + ATTESTED_BASE

SILVER = 600_000
GOLD = 800_000
DIAMOND = 900_000

MAX_EARNED = 2**24 - 1


class Tier(IntEnum):
    """What a score earns, worst first; the numbers are the contract's."""

    WATCH = 0
    SILVER = 1
    GOLD = 2
    DIAMOND = 3


class Dimension(IntEnum):
    """The five dimensions; the last three move by attestations alone and share one stored sum."""

    TRADE = 0
    SERVICE = 1
    COMPLIANCE = 2
    COMMUNITY = 3
    SECURITY = 4


class CreditReason(IntEnum):
    """Why a score moved; the numbers are the contract's."""

    SETTLEMENT = 0
    REFUND = 1
    DEADLINE_MISSED = 2
    DISPUTE_RULED = 3
    RATING = 4
    ATTESTATION = 5
    REVERSAL = 6


TIER_FEE_PERCENT = {Tier.WATCH: 120, Tier.SILVER: 100, Tier.GOLD: 90, Tier.DIAMOND: 80}


def tier_of(score: int) -> Tier:
    """The tier of a score in thousandths of a point."""
    if score >= DIAMOND:
        return Tier.DIAMOND
    if score >= GOLD:
        return Tier.GOLD
    return Tier.SILVER if score >= SILVER else Tier.WATCH


def fee_bps_of(tier: Tier, base_fee_bps: int) -> int:
    """The platform fee of a tier in basis points.

    Raises RateTooHigh if the highest tier fee, that of Watch, would exceed the hard cap.
    """
    highest = base_fee_bps * max(TIER_FEE_PERCENT.values()) // 100
    if highest > MAX_FEE_BPS:
        raise RateTooHigh(highest, MAX_FEE_BPS)
    return base_fee_bps * TIER_FEE_PERCENT[tier] // 100


def slashed(stake: int, awarded: int, held: int) -> int:
    """Wei that a ruling takes of `stake` wei when it awards the buyer `awarded` of `held` token units."""
    return mul_down(stake // STAKE_UNIT, SLASH_BPS) * awarded // held * STAKE_UNIT


@dataclass
class PairEpochs:
    """What each (seller, buyer) pair gained in each epoch, in thousandths of a point."""

    table: CreditTable = TABLE
    gained: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def take(self, seller: str, buyer: str, timestamp: int, weight: int) -> int:
        """Grant as much of `weight` as the pair may still gain in the epoch of `timestamp`, and count it."""
        key = (seller, buyer, timestamp // self.table.epoch)
        before = self.gained.get(key, 0)
        granted = min(weight, self.table.pair_cap - before)
        self.gained[key] = before + granted
        return granted


@dataclass
class MerchantScore:
    """A merchant's record. Every transition returns what it applied after clamping."""

    trade: int = TRADE_BASE
    service: int = SERVICE_BASE
    attested: int = ATTESTED_BASE
    earned: int = 0
    table: CreditTable = TABLE

    @property
    def score(self) -> int:
        """The total, 0 to 1,000,000."""
        return self.trade + self.service + self.attested

    @property
    def tier(self) -> Tier:
        """The tier of the total."""
        return tier_of(self.score)

    @property
    def is_limited(self) -> bool:
        """Whether the limits of Watch apply: by tier, or because too little was earned so far."""
        return self.tier is Tier.WATCH or self.earned < self.table.seasoned

    def move(self, dimension: Dimension, delta: int) -> int:
        """Add `delta` to a dimension within its bounds; the last three share one sum."""
        if dimension is Dimension.TRADE:
            before, self.trade = self.trade, min(max(self.trade + delta, 0), TRADE_MAX)
            return self.trade - before
        if dimension is Dimension.SERVICE:
            before, self.service = self.service, min(max(self.service + delta, 0), SERVICE_MAX)
            return self.service - before
        before, self.attested = self.attested, min(max(self.attested + delta, 0), ATTESTED_MAX)
        return self.attested - before

    def gain(self, granted: int) -> int:
        """An order ended well: `granted` is its weighted share within the pair's cap."""
        self.earned = min(self.earned + granted, MAX_EARNED)
        return self.move(Dimension.TRADE, granted)

    def lose_refund(self, weight: int, refunded: int, base: int) -> int:
        """An accepted order ended and `refunded` of its `base` token units went back."""
        return self.move(Dimension.TRADE, -(scale_down(weight, refunded, base) * self.table.refund // TENTHS))

    def lose_deadline(self, weight: int) -> int:
        """An accepted order was never delivered."""
        return self.move(Dimension.TRADE, -(weight * self.table.missed // TENTHS))

    def lose_ruling(self, weight: int, awarded: int, base: int) -> tuple[int, int]:
        """A ruling awarded the buyer `awarded` of `base`. Returns what moved trade and service."""
        share = scale_down(weight, awarded, base)
        trade = self.move(Dimension.TRADE, -(share * self.table.ruled_trade // TENTHS))
        return trade, self.move(Dimension.SERVICE, -(share * self.table.ruled_service // TENTHS))

    def rate(self, stars: int, gained: int) -> int:
        """The buyer rated an order that gained `gained` when it ended."""
        return self.move(Dimension.SERVICE, self.table.rating_delta(stars, gained))

    def reverse(self, trade_loss: int, service_loss: int) -> tuple[int, int]:
        """Give back what an order took, each as a positive number, within the bounds."""
        return self.move(Dimension.TRADE, trade_loss), self.move(Dimension.SERVICE, service_loss)
