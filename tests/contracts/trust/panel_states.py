"""Where a dispute and its chairs stand at the panel; the numbers are the contract's."""

from enum import IntEnum


class Stage(IntEnum):
    OPEN = 1
    APPEALED = 2
    FINAL = 3
    EXECUTED = 4


class Step(IntEnum):
    DRAWING = 0
    DRAWN = 1
    ACCEPTED = 2
    RULED = 3
