"""keccak256 and EIP-55 addresses, by the hash library alone: eth_utils is longer to load than the domain."""

from typing import TYPE_CHECKING, cast

from eth_hash.auto import keccak

if TYPE_CHECKING:
    from eth_typing import ChecksumAddress

__all__ = ["keccak", "to_checksum_address"]


def to_checksum_address(address: str | bytes) -> "ChecksumAddress":
    """An address (20 bytes, or 0x and 40 digits in any case) as EIP-55 has it. Raises ValueError."""
    value = bytes.fromhex(address[2:]) if isinstance(address, str) else address
    digits = value.hex()
    if len(digits) != 40 or (isinstance(address, str) and (len(address) != 42 or address[:2] != "0x")):
        raise ValueError(f"{address[:64]!r} isn't an address")
    large = keccak(digits.encode()).hex()
    pairs = zip(digits, large, strict=False)
    text = "0x" + "".join(digit.upper() if of_hash >= "8" else digit for digit, of_hash in pairs)
    return cast("ChecksumAddress", text)
