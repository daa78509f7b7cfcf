"""Bech32 (BIP 173) as age writes its keys: 32 bytes behind a prefix, with a checksum."""

from typing import Final

_ALPHABET: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def encode(prefix: str, data: bytes) -> str:
    """Bytes behind a lower-case prefix."""
    digits = _regroup(data, 8, 5)
    checksum = _checksum([*_expanded(prefix), *digits, *[0] * 6]) ^ 1
    digits += [checksum >> 5 * (5 - index) & 31 for index in range(6)]
    return prefix + "1" + "".join(_ALPHABET[digit] for digit in digits)


def decode(prefix: str, text: str) -> bytes:
    """The bytes of a text with this prefix, all in one case. Raises ValueError."""
    found, separator, tail = text.lower().rpartition("1")
    if text not in (text.lower(), text.upper()) or not separator or found != prefix:
        raise ValueError("another prefix, or mixed case")
    digits = [_ALPHABET.index(character) for character in tail]
    if len(digits) < 6 or _checksum([*_expanded(prefix), *digits]) != 1:
        raise ValueError("the checksum doesn't fit")
    count = (len(digits) - 6) * 5 // 8
    data = bytes(_regroup(digits[:-6], 5, 8)[:count])
    if _regroup(data, 8, 5) != digits[:-6]:
        raise ValueError("bits are left over")
    return data


def _regroup(values: bytes | list[int], from_bits: int, to_bits: int) -> list[int]:
    """The same bits in groups of another size, padded with zeros."""
    bits = "".join(f"{value:0{from_bits}b}" for value in values)
    bits += "0" * (-len(bits) % to_bits)
    return [int(bits[at : at + to_bits], 2) for at in range(0, len(bits), to_bits)]


def _expanded(prefix: str) -> list[int]:
    return [*(ord(c) >> 5 for c in prefix), 0, *(ord(c) & 31 for c in prefix)]


def _checksum(values: list[int]) -> int:
    checksum = 1
    for value in values:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for index, term in enumerate(_GENERATOR):
            if top >> index & 1:
                checksum ^= term
    return checksum
