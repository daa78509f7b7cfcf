"""What a bot wants done and what became of it: plain values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Protocol


@dataclass(frozen=True)
class Moment:
    """Where the chain stands as a plan sees it.

    number, hash: the last indexed block, which the plan is made from. head: the chain's latest block.
    now: the chain's time in Unix seconds; this machine's clock plays no part.
    """

    number: int
    hash: bytes
    head: int
    now: int


@dataclass(frozen=True)
class Money:
    """An amount in token units that an action sets free or moves on."""

    token: str
    amount: int


@dataclass(frozen=True)
class Call:
    """A function of a contract of the deployment, by their names."""

    contract: str
    function: str
    arguments: tuple[Any, ...]


class Item(Protocol):
    """What a plan consists of: `kind` and `subject` identify it; due since `due_at` (Unix seconds)."""

    @property
    def kind(self) -> str: ...
    @property
    def subject(self) -> str: ...
    @property
    def due_at(self) -> int: ...


@dataclass(frozen=True)
class Action:
    """A call that anyone may make now. `sure` False: whether it is due, only the chain can tell."""

    kind: str
    subject: str
    due_at: int
    call: Call
    money: Money
    sure: bool = True


class Outcome(StrEnum):
    """What became of an item.

    lost: somebody else did it first. not_due: the chain says not yet, or not at all. blocked: it is due but
    can't be done now (no arbiter can be drawn). deferred: later, as fees, funds or the round's limit say.
    too_dear: its fee would be too much for what it moves. refused: the contract says no, for a reason that a
    keeper doesn't expect. failed: it was mined and failed. pending: it is on its way.
    """

    DONE = "done"
    LOST = "lost"
    NOT_DUE = "not_due"
    BLOCKED = "blocked"
    DEFERRED = "deferred"
    TOO_DEAR = "too_dear"
    REFUSED = "refused"
    FAILED = "failed"
    PENDING = "pending"


@dataclass(frozen=True)
class Result:
    """What became of one item; `reason` in a sentence, `facts` for the journal."""

    item: Item
    outcome: Outcome
    reason: str = ""
    facts: Mapping[str, Any] = field(default_factory=dict)
