"""What the columns' numbers mean."""

from enum import IntEnum

BLOCK_SHIFT = 20
"""An event's key is `block << BLOCK_SHIFT | log index`."""


class ListingStatus(IntEnum):
    """Where a listing stands; the numbers are the contract's."""

    NONE = 0
    ACTIVE = 1
    PAUSED = 2
    RETIRED = 3


class DocumentStatus(IntEnum):
    """What became of reading a metadata document. MISSING is tried again, BAD is not a service document."""

    UNREAD = 0
    READ = 1
    MISSING = 2
    BAD = 3


class EntryKind(IntEnum):
    """Why an account's balance moved."""

    DEPOSIT = 1
    WITHDRAWAL = 2
    TRANSFER_IN = 3
    TRANSFER_OUT = 4
    MATURED = 5
    PAYMENT = 6
    REFUND = 7
    SALE = 8
    COMMISSION = 9
    FEE = 10
    STAKE_RETURNED = 11
    STAKE_SLASHED = 12


class AppealStatus(IntEnum):
    """Where a credit appeal stands; the numbers are the contract's."""

    NONE = 0
    OPEN = 1
    UPHELD = 2
    REJECTED = 3
    EXPIRED = 4


class Phase(IntEnum):
    """Where a dispute stands; the numbers are the contract's."""

    NONE = 0
    WAITING = 1
    ARBITRATING = 2
    BACKUP = 3
    CLOSED = 4


class Stage(IntEnum):
    """Where a case stands before its panel; the numbers are the contract's."""

    NONE = 0
    OPEN = 1
    APPEALED = 2
    FINAL = 3
    EXECUTED = 4


class ChairStep(IntEnum):
    """Where a chair stands; the numbers are the contract's."""

    DRAWING = 0
    DRAWN = 1
    ACCEPTED = 2
    RULED = 3


class Duty(IntEnum):
    """How an arbiter stands to new cases; the numbers are the contract's."""

    OFF = 0
    ON = 1
    LEAVING = 2


class HoldStatus(IntEnum):
    """What was decided about a hold; the numbers are the contract's."""

    NONE = 0
    HELD = 1
    CLEARED = 2
    CONFIRMED = 3
