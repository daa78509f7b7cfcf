"""Integers of any size as bytes that sort like the numbers, on every database.

The first byte tells the sign and the length, the rest is big-endian without leading zeros: 0x80 + length for
numbers from zero up, 0x80 - length for negative ones, whose bytes are 256^length + the number.
"""

from typing import Any

from sqlalchemy import Dialect, LargeBinary
from sqlalchemy.types import TypeDecorator

_ZERO = 0x80
_POSITIVE = [bytes([_ZERO + size]) for size in range(33)]
_NEGATIVE = [bytes([_ZERO - size]) for size in range(33)]


def pack_amount(value: int) -> bytes:
    """An integer of at most 256 bits, and its sign, as sortable bytes. Raises IndexError for larger ones."""
    if value >= 0:
        size = (value.bit_length() + 7) >> 3
        return _POSITIVE[size] + value.to_bytes(size, "big")
    size = (value.bit_length() + 7) >> 3
    return _NEGATIVE[size] + ((1 << (size << 3)) + value).to_bytes(size, "big")


def unpack_amount(packed: bytes) -> int:
    """The integer of these bytes."""
    number = int.from_bytes(packed[1:], "big")
    return number if packed[0] >= _ZERO else number - (1 << ((_ZERO - packed[0]) << 3))


class Amount(TypeDecorator[int]):
    """A column of integers of up to 256 bits."""

    impl = LargeBinary(33)
    cache_ok = True

    def process_bind_param(self, value: int | None, _dialect: Dialect) -> bytes | None:
        """To the database."""
        return None if value is None else pack_amount(value)

    def process_result_value(self, value: Any, _dialect: Dialect) -> int | None:
        """From the database."""
        return None if value is None else unpack_amount(bytes(value))
