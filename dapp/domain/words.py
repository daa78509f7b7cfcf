"""Packed words: several small fields in one 256-bit integer, listed from bit 0."""

from collections.abc import Mapping, Sequence

from dapp.domain.errors import FieldOverflow
from dapp.domain.hashing import keccak, to_checksum_address

Layout = Sequence[tuple[str, int]]
"""Fields and their widths in bits, from bit 0. A field named "" is unused and zero."""


def pack(layout: Layout, values: Mapping[str, int]) -> int:
    """The word with `values` in the fields of `layout`.

    Raises FieldOverflow for a value that is negative or too wide.
    """
    word = shift = 0
    for name, bits in layout:
        value = values[name] if name else 0
        if not 0 <= value < 1 << bits:
            raise FieldOverflow(name, value, bits)
        word |= value << shift
        shift += bits
    return word


def unpack(layout: Layout, word: int) -> dict[str, int]:
    """The fields of a word. Raises FieldOverflow if bits are set that belong to no field."""
    values = {}
    rest = word
    for name, bits in layout:
        value = rest & ((1 << bits) - 1)
        rest >>= bits
        if name:
            values[name] = value
        elif value:
            raise FieldOverflow("unused bits", value, 0)
    if rest:
        raise FieldOverflow("unused bits", rest, 0)
    return values


def address_word(address: str) -> int:
    """An address as an integer."""
    return int(address, 16)


def word_address(word: int) -> str:
    """The low 160 bits as an EIP-55 address."""
    return to_checksum_address((word & ((1 << 160) - 1)).to_bytes(20, "big"))


def to_word(value: str | int | bytes) -> int:
    """An ABI value of 32 bytes (address, integer or hash) as an integer."""
    if isinstance(value, str):
        return address_word(value)
    return int.from_bytes(value, "big") if isinstance(value, bytes) else value


def hash_words(words: Sequence[int]) -> bytes:
    """keccak256 of 32-byte words in a row, as `abi.encode` of static values lays them out."""
    return keccak(b"".join(word.to_bytes(32, "big") for word in words))
