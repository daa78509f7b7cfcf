"""Who gets what of an order's money; mirrors `contracts/libraries/Lines.sol` and `Bps.sol`."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from dapp.domain.bounds import (
    BPS,
    MAX_COMMISSION_BPS,
    MAX_FEE_BPS,
    REFERRAL_COOLDOWN,
    ZERO_ADDRESS,
)
from dapp.domain.errors import RateTooHigh, WrongSplit

LEVELS = 3
MAX_CAP = 2**80 - 1


@dataclass(frozen=True)
class CommissionLine:
    """A sealed commission: `rate_bps` of the base, at most `cap` token units (0 = no cap), to `referrer`."""

    referrer: str = ZERO_ADDRESS
    rate_bps: int = 0
    cap: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether nobody earns on this level."""
        return self.rate_bps == 0

    def amount(self, base: int, earned: int) -> int:
        """min(⌊base · rate / 10⁴⌋, cap) token units, scaled down to what was `earned` of the `base`."""
        full = mul_down(base, self.rate_bps)
        return scale_down(min(full, self.cap) if self.cap else full, earned, base)


EMPTY_LINE = CommissionLine()


@dataclass(frozen=True)
class Referrer:
    """One level of an upline: an account and when it joined the tree (Unix seconds)."""

    account: str = ZERO_ADDRESS
    registered_at: int = 0


@dataclass(frozen=True)
class Split:
    """The parts of an order's money in token units; `commissions` in the order of the lines."""

    fee: int
    commissions: tuple[int, ...]
    to_seller: int

    @property
    def total(self) -> int:
        """What was split."""
        return self.fee + sum(self.commissions) + self.to_seller


def mul_down(amount: int, rate_bps: int) -> int:
    """⌊amount · rate / 10⁴⌋ token units."""
    return amount * rate_bps // BPS


def scale_down(amount: int, earned: int, base: int) -> int:
    """⌊amount · earned / base⌋ token units; the whole amount if all of the base was earned."""
    return amount if earned == base else amount * earned // base


def split(base: int, earned: int, fee_bps: int, lines: Sequence[CommissionLine]) -> Split:
    """Divide what was earned of an order between platform, referrers and seller.

    base: what the buyer paid after discounts, in token units.
    earned: the part of it that is split now; the rest went back to the buyer.
    Every share rounds down; the seller gets the remainder, so the parts always sum to `earned`.

    Raises RateTooHigh above the hard caps, WrongSplit unless 0 <= earned <= base and base > 0.
    """
    if base <= 0 or not 0 <= earned <= base:
        raise WrongSplit(f"{earned} of {base}")
    if fee_bps > MAX_FEE_BPS:
        raise RateTooHigh(fee_bps, MAX_FEE_BPS)
    total_bps = sum(line.rate_bps for line in lines)
    if total_bps > MAX_COMMISSION_BPS:
        raise RateTooHigh(total_bps, MAX_COMMISSION_BPS)
    fee = scale_down(mul_down(base, fee_bps), earned, base)
    commissions = tuple(line.amount(base, earned) for line in lines)
    return Split(fee, commissions, earned - fee - sum(commissions))


def commission_lines(
    rule_rates: Sequence[int],
    caps: Sequence[int],
    max_commission_bps: int,
    upline: Sequence[Referrer],
    *,
    placed_at: int,
    parties: Collection[str],
) -> tuple[CommissionLine, ...]:
    """The three lines sealed at placement.

    rule_rates: the category's basis points of levels 1 to 3; caps: token units, 0 = none.
    max_commission_bps: the share that the listing offers. Each level uses up its rate of it, also one that
    earns nothing (empty, registered less than a cool-down before `placed_at`, or a party of the order): what
    such a level would have had stays with the seller.
    """
    offered = max_commission_bps
    excluded = {party.lower() for party in parties} | {ZERO_ADDRESS}
    lines = []
    for rule_bps, cap, level in zip(rule_rates, caps, upline, strict=True):
        rate_bps = min(rule_bps, offered)
        offered -= rate_bps
        eligible = (
            rate_bps > 0
            and level.account.lower() not in excluded
            and level.registered_at + REFERRAL_COOLDOWN <= placed_at
        )
        lines.append(CommissionLine(level.account, rate_bps, cap) if eligible else EMPTY_LINE)
    return tuple(lines)
