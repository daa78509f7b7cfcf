"""The clocks of a dispute; mirrors `contracts/market/Disputes.sol`. Half-open, counted from its opening."""

from dapp.domain.bounds import DAY

DEPOSIT_WINDOW = 3 * DAY
ARBITRATION_SECONDS = 30 * DAY
FINAL_SECONDS = 60 * DAY

CHOICES = 5
REFUSED = 0
APPEAL_FEES = 5
"""What an appeal costs at the market's panels, in fees of the dispute: three for the panel, two as a bond."""


def awarded(held: int, ruling: int) -> int:
    """Token units of `held` that a ruling from 1 to 5 gives the buyer: quarters, rounded down."""
    return held * (ruling - 1) // 4


def percent_of(ruling: int) -> int:
    """The share that a ruling from 1 to 5 gives the buyer."""
    return (ruling - 1) * 25
