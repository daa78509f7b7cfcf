"""Between what rows hold and what people and contracts use."""

from functools import lru_cache
from typing import Any

from sqlalchemy import Integer, literal

from dapp.domain.hashing import to_checksum_address
from dapp.index.market_state import POSITION_SHIFT
from dapp.index.records import NOBODY
from dapp.index.rows import BLOCK_SHIFT


def account_bytes(address: str) -> bytes:
    """An address in any case as 20 bytes. Raises ValueError for anything else."""
    value = bytes.fromhex(address.removeprefix("0x"))
    if len(value) != 20:
        raise ValueError(f"{address[:64]!r} isn't an address")
    return value


@lru_cache(maxsize=65_536)
def _checksummed(value: bytes) -> str:
    return to_checksum_address(value)


def address_text(value: bytes) -> str:
    """20 bytes as an EIP-55 address."""
    return _checksummed(bytes(value))


def optional_address(value: bytes | None) -> str | None:
    """The same for what may be missing: None for nothing and for the zero address."""
    return None if value is None or bytes(value) == NOBODY else address_text(value)


def optional_bytes(value: bytes | None) -> bytes | None:
    """Bytes, whatever the driver gives."""
    return None if value is None else bytes(value)


def block_of(key: Any) -> Any:
    """The block's number of a column of events' keys."""
    return key.op(">>")(literal(BLOCK_SHIFT, Integer))  # PostgreSQL shifts by no wider integer


def key_of(position: Any) -> Any:
    """The event's key of a column of positions."""
    return position.op(">>")(literal(POSITION_SHIFT, Integer))
