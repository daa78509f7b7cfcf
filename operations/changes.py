"""Making a change that a role allows: at once, or scheduled at the Authority where the role has a delay."""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from dapp.chain.formats import time
from operations.errors import OperationsError
from operations.roles import Role


class NotAllowed(OperationsError):  # noqa: N818
    """The account holds no role that allows the change."""


class Progress(Enum):
    """What became of a change."""

    DONE = "done"
    SCHEDULED = "scheduled"
    WAITING = "waiting"


@dataclass(frozen=True)
class Change:
    """A call of a restricted function: of a market's contract, or of the Authority itself."""

    contract: Any
    function: str
    arguments: tuple[Any, ...]

    @property
    def data(self) -> bytes:
        """The call as the Authority hashes it."""
        return bytes(getattr(self.contract, self.function).encode_input(*self.arguments))


@dataclass(frozen=True)
class Report:
    """What became of a change, and from when on it can be done (Unix seconds; 0 = at once)."""

    progress: Progress
    ready_at: int = 0

    def __str__(self) -> str:
        """One sentence for the operator."""
        when = time(self.ready_at)
        return {
            Progress.DONE: "done.",
            Progress.SCHEDULED: f"scheduled; run the same command again from {when} on to do it.",
            Progress.WAITING: f"scheduled before; it can be done from {when} on.",
        }[self.progress]


def make_change(authority: Any, account: Any, change: Change, now: int) -> Report:
    """Make a change by `account`; with a delay schedule it first, and do it when the same is asked for again.

    now: the chain's time in Unix seconds. Raises NotAllowed.
    """
    delay = _delay_of(authority, account, change)
    if delay == 0:
        getattr(change.contract, change.function)(*change.arguments, sender=account)
        return Report(Progress.DONE)
    operation = authority.hashOperation(account, change.contract, change.data)
    ready_at = authority.getSchedule(operation)  # 0 if there is none, or if it has expired
    if ready_at == 0:
        authority.schedule(change.contract, change.data, 0, sender=account)
        return Report(Progress.SCHEDULED, authority.getSchedule(operation))
    if now < ready_at:
        return Report(Progress.WAITING, ready_at)
    authority.execute(change.contract, change.data, sender=account)
    return Report(Progress.DONE)


def cancel_change(authority: Any, account: Any, change: Change) -> None:
    """Take a scheduled change back. Raises NotAllowed if it isn't scheduled."""
    if authority.getSchedule(authority.hashOperation(account, change.contract, change.data)) == 0:
        raise NotAllowed("This change isn't scheduled by this account.")
    authority.cancel(account, change.contract, change.data, sender=account)


def _delay_of(authority: Any, account: Any, change: Change) -> int:
    """Seconds that the account must wait for this change."""
    if change.contract.address == authority.address:  # its own functions are the admin's
        allowed, delay = authority.hasRole(Role.ADMIN, account)
        if not allowed:
            raise NotAllowed(f"{account.address} doesn't hold the admin role that `{change.function}` needs.")
        return int(delay)
    selector = change.data[:4]
    immediate, delay = authority.canCall(account, change.contract, selector)
    if not immediate and not delay:
        role = Role(authority.getTargetFunctionRole(change.contract, selector))
        raise NotAllowed(
            f"{account.address} doesn't hold the {role.label} role that `{change.function}` needs."
        )
    return int(delay)
