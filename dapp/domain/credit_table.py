"""The numbers of the score's formula as one packed word; mirrors `contracts/libraries/CreditTable.sol`."""

from collections.abc import Iterator
from dataclasses import dataclass

from dapp.domain.bounds import DAY
from dapp.domain.errors import DomainError, FieldOverflow, TableOutOfBounds
from dapp.domain.split import mul_down
from dapp.domain.words import pack, unpack

TENTHS = 10
"""Factors of a table are kept in tenths."""

_STARS = tuple(f"star{number}" for number in range(1, 6))
_TABLE = (
    ("max_weight", 24),
    ("pair_cap", 24),
    ("epoch_days", 8),
    ("seasoned", 24),
    *((name, 8) for name in ("refund", "missed", "ruled_trade", "ruled_service", *_STARS)),
)


@dataclass(frozen=True)
class CreditTable:
    """The numbers of the formula: what a market is deployed with, for ever.

    max_weight: the most that one order can weigh; pair_cap: the most that a pair of seller and buyer can gain
    in an epoch of epoch_days; seasoned: weight earned until a newcomer is no newcomer any more, all three in
    thousandths of a point. The others are factors in tenths: losses of the order's weight, and what 1 to 5
    stars move per gain, losses negative.
    """

    max_weight: int = 10_000
    pair_cap: int = 30_000
    epoch_days: int = 30
    seasoned: int = 20_000
    refund: int = 10
    missed: int = 50
    ruled_trade: int = 50
    ruled_service: int = 30
    stars: tuple[int, int, int, int, int] = (-30, -15, 0, 5, 10)

    @property
    def epoch(self) -> int:
        """The length of an epoch in seconds."""
        return self.epoch_days * DAY

    def pack(self) -> int:
        """The table as the market's constructor takes it. Raises FieldOverflow, TableOutOfBounds."""
        for number, tenths in zip(_STARS, self.stars, strict=True):
            if not -128 <= tenths <= 127:
                raise FieldOverflow(number, tenths, 8)
        fields = {
            **vars(self),
            **{name: tenths & 0xFF for name, tenths in zip(_STARS, self.stars, strict=True)},
        }
        word = pack(_TABLE, fields)
        self.check()
        return word

    @classmethod
    def unpack(cls, word: int) -> "CreditTable":
        """The table of a packed word. Raises FieldOverflow if it has bits of no field."""
        fields = unpack(_TABLE, word)
        first, second, third, fourth, fifth = (_signed(fields.pop(name)) for name in _STARS)
        return cls(**fields, stars=(first, second, third, fourth, fifth))

    def check(self) -> None:
        """Refuse numbers by which a score would be cheaper to buy; the contract does the same.

        Raises TableOutOfBounds for the first that is out of bounds.
        """
        for fault in self.faults():
            raise fault

    def faults(self) -> Iterator[TableOutOfBounds]:
        """Every number that is out of bounds."""
        if self.max_weight < 1:
            yield TableOutOfBounds("max_weight", self.max_weight, "at least 1")
        if self.pair_cap < self.max_weight:
            yield TableOutOfBounds(
                "pair_cap", self.pair_cap, f"at least max_weight, {self.max_weight} thousandths"
            )
        if self.epoch_days < 1:
            yield TableOutOfBounds("epoch_days", self.epoch_days, "at least 1")
        for name in ("refund", "missed", "ruled_trade"):
            if (loss := getattr(self, name)) < TENTHS:
                yield TableOutOfBounds(name, loss, f"at least {TENTHS} tenths, what the order would gain")
        if self.stars[4] > TENTHS:
            yield TableOutOfBounds("star5", self.stars[4], f"at most {TENTHS} tenths, what the order gained")
        for number, (worse, better) in enumerate(zip(self.stars, self.stars[1:], strict=False), 1):
            if worse > better:
                yield TableOutOfBounds(f"star{number}", worse, f"at most that of one star more, {better}")

    def weight_of(self, base: int, fee_bps: int, unit: int) -> int:
        """The credit weight of an order: one point per `unit` token units of fee, capped; 0 if `unit` is."""
        return min(mul_down(base, fee_bps) * 1_000 // unit, self.max_weight) if unit else 0

    def rating_delta(self, stars: int, gained: int) -> int:
        """What a rating of 1 to 5 stars moves in the service dimension, for an order that gained `gained`.

        Rounds toward zero. Raises DomainError for other numbers of stars.
        """
        if not 1 <= stars <= 5:
            raise DomainError(f"{stars} stars: 1 to 5 there are")
        tenths = self.stars[stars - 1]
        size = abs(tenths) * gained // TENTHS
        return size if tenths > 0 else -size


TABLE = CreditTable()
"""The shipped table: what `dapp/credit/rules.yaml` compiles to."""


def _signed(byte: int) -> int:
    return byte - (byte >> 7 << 8)
