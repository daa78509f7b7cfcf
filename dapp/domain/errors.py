# ruff: noqa: N818  (named by what went wrong, as the contracts' errors are)
"""What the reference model raises, under one root."""


class DomainError(ValueError):
    """Root of the reference model's errors."""


class RateTooHigh(DomainError):
    """A fee or the commissions together exceed their hard cap."""

    def __init__(self, rate_bps: int, max_bps: int) -> None:
        super().__init__(f"{rate_bps} basis points are above the cap of {max_bps}")
        self.rate_bps = rate_bps
        self.max_bps = max_bps


class WrongSplit(DomainError):
    """More is refunded, earned or split than there is, or a negative amount."""


class FieldOverflow(DomainError):
    """A value doesn't fit its field of a packed word."""

    def __init__(self, field: str, value: int, bits: int) -> None:
        super().__init__(f"{field} = {value} doesn't fit in {bits} bits")
        self.field = field
        self.value = value
        self.bits = bits


class TableOutOfBounds(DomainError):
    """A number of the credit table lies where a score would be cheaper to buy; `allowed` says what may be."""

    def __init__(self, field: str, value: int, allowed: str) -> None:
        super().__init__(f"{field} = {value} must be {allowed}")
        self.field = field
        self.value = value
        self.allowed = allowed


class IllegalAction(DomainError):
    """The order's status, its clock or the actor's role doesn't allow the action."""


class UnknownOrder(DomainError):
    """An event names an order that was never placed."""


class InconsistentHistory(DomainError):
    """The events can't be the market's: a balance would fall below zero, or a bucket is missing."""
