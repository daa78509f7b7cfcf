"""A merchant's score; mirrors `contracts/libraries/CreditFormula.sol` and `Account.sol`.

Scores and weights are thousandths of a point. With `w` an order's credit weight:

    released, settled     trade   + min(w · share earned, what the pair may still gain in this epoch)
    refunded, accepted    trade   − w · share that went back, once, when the order ends
    deadline missed       trade   − 5 · w
    ruled for the buyer   trade   − 5 · w · share awarded, service − 3 · w · share awarded
    rated 1 … 5           service − 3 · g, − 1.5 · g, 0, + 0.5 · g, + g   (g: what it gained at its end)
"""

from dataclasses import dataclass, field
from enum import IntEnum

from dapp.domain.bounds import MAX_FEE_BPS, SLASH_BPS, STAKE_UNIT
from dapp.domain.errors import DomainError, RateTooHigh
from dapp.domain.split import mul_down, scale_down

TRADE_BASE, TRADE_MAX = 240_000, 400_000
SERVICE_BASE, SERVICE_MAX = 180_000, 300_000
ATTESTED_BASE, ATTESTED_MAX = 180_000, 300_000
BASE = TRADE_BASE + SERVICE_BASE + ATTESTED_BASE

SILVER = 600_000
GOLD = 800_000
DIAMOND = 900_000

MAX_WEIGHT = 10_000
PAIR_CAP = 30_000
EPOCH = 30 * 86_400
SEASONED = 20_000
MAX_EARNED = 2**24 - 1

MISSED_FACTOR = 5
RULED_TRADE_FACTOR = 5
RULED_SERVICE_FACTOR = 3


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


def weight_of(base: int, fee_bps: int, unit: int) -> int:
    """The credit weight of an order: one point per `unit` token units of fee, at most ten; 0 if `unit` is."""
    return min(mul_down(base, fee_bps) * 1_000 // unit, MAX_WEIGHT) if unit else 0


def slashed(stake: int, awarded: int, held: int) -> int:
    """Wei that a ruling takes of `stake` wei when it awards the buyer `awarded` of `held` token units."""
    return mul_down(stake // STAKE_UNIT, SLASH_BPS) * awarded // held * STAKE_UNIT


def rating_delta(stars: int, gained: int) -> int:
    """What a rating of 1 to 5 stars moves in the service dimension, for an order that gained `gained`.

    Raises DomainError for other numbers of stars.
    """
    if not 1 <= stars <= 5:
        raise DomainError(f"{stars} stars: 1 to 5 there are")
    return (-3 * gained, -(3 * gained // 2), 0, gained // 2, gained)[stars - 1]


@dataclass
class PairEpochs:
    """What each (seller, buyer) pair gained in each epoch, in thousandths of a point."""

    gained: dict[tuple[str, str, int], int] = field(default_factory=dict)

    def take(self, seller: str, buyer: str, timestamp: int, weight: int) -> int:
        """Grant as much of `weight` as the pair may still gain in the epoch of `timestamp`, and count it."""
        key = (seller, buyer, timestamp // EPOCH)
        before = self.gained.get(key, 0)
        granted = min(weight, PAIR_CAP - before)
        self.gained[key] = before + granted
        return granted


@dataclass
class MerchantScore:
    """A merchant's record. Every transition returns what it applied after clamping."""

    trade: int = TRADE_BASE
    service: int = SERVICE_BASE
    attested: int = ATTESTED_BASE
    earned: int = 0

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
        return self.tier is Tier.WATCH or self.earned < SEASONED

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
        return self.move(Dimension.TRADE, -scale_down(weight, refunded, base))

    def lose_deadline(self, weight: int) -> int:
        """An accepted order was never delivered."""
        return self.move(Dimension.TRADE, -MISSED_FACTOR * weight)

    def lose_ruling(self, weight: int, awarded: int, base: int) -> tuple[int, int]:
        """A ruling awarded the buyer `awarded` of `base`. Returns what moved trade and service."""
        share = scale_down(weight, awarded, base)
        trade = self.move(Dimension.TRADE, -RULED_TRADE_FACTOR * share)
        return trade, self.move(Dimension.SERVICE, -RULED_SERVICE_FACTOR * share)

    def rate(self, stars: int, gained: int) -> int:
        """The buyer rated an order that gained `gained` when it ended."""
        return self.move(Dimension.SERVICE, rating_delta(stars, gained))

    def reverse(self, trade_loss: int, service_loss: int) -> tuple[int, int]:
        """Give back what an order took, each as a positive number, within the bounds."""
        return self.move(Dimension.TRADE, trade_loss), self.move(Dimension.SERVICE, service_loss)
