"""The market's events as tables: a follower that writes them and `Index`, which screens and the API read.

Amounts are token units (wei for the native coin), times Unix seconds, days days since the epoch (UTC),
addresses EIP-55 strings, order ids 32 bytes. An event's key is `block << 20 | log index`.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dapp.index.index import Index

__all__ = ["Index"]


def __getattr__(name: str) -> Any:
    """`Index`, when it is first asked for: the follower alone doesn't need the queries."""
    if name != "Index":
        raise AttributeError(name)
    from dapp.index.index import Index

    return Index
