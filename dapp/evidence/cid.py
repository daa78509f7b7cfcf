"""Content identifiers: every text form that the contracts accept, read strictly and written in one form."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final

from dapp.evidence.errors import NotACid

RAW: Final = 0x55
DAG_PB: Final = 0x70
SHA2_256: Final = 0x12
IDENTITY: Final = 0x00
MAX_LENGTH: Final = 128

_BASE58: Final = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE36: Final = "0123456789abcdefghijklmnopqrstuvwxyz"
_REFERENCE = re.compile(r"(?:ipfs://(?:ipfs/)?|/ipfs/)?([A-Za-z0-9]{1,128})")


@dataclass(frozen=True)
class Cid:
    """A parsed identifier: `codec` of the block it names, and its multihash as code and digest."""

    version: int
    codec: int
    hash_code: int
    digest: bytes

    @classmethod
    def parse(cls, text: str) -> "Cid":
        """Read CIDv0, or CIDv1 in base32, base58btc, base36 or hex. Raises NotACid."""
        if not 9 <= len(text) <= MAX_LENGTH or not text.isascii():
            raise NotACid(text=text)
        try:
            if len(text) == 46 and text.startswith("Qm"):
                return cls._of_multihash(_decode(text, _BASE58), 0, DAG_PB)
            return cls.from_bytes(_MULTIBASES[text[0]](text[1:]))
        except (KeyError, ValueError, binascii.Error) as error:
            raise NotACid(text=text) from error

    @classmethod
    def from_bytes(cls, data: bytes) -> "Cid":
        """Read the binary form. Raises ValueError."""
        if data[:2] == b"\x12\x20":
            return cls._of_multihash(data, 0, DAG_PB)
        version, at = read_uvarint(data, 0)
        codec, at = read_uvarint(data, at)
        if version != 1:
            raise ValueError(f"version {version}")
        return cls._of_multihash(data[at:], 1, codec)

    @classmethod
    def _of_multihash(cls, data: bytes, version: int, codec: int) -> "Cid":
        code, at = read_uvarint(data, 0)
        length, at = read_uvarint(data, at)
        if len(data) - at != length or (code == SHA2_256 and length != 32):
            raise ValueError("the digest's length is wrong")
        if version == 0 and code != SHA2_256:
            raise ValueError("version 0 has sha2-256 digests")
        return cls(version, codec, code, data[at:])

    @classmethod
    def of_block(cls, block: bytes, codec: int = RAW, version: int = 1) -> "Cid":
        """The identifier of a block, by its sha2-256 digest."""
        return cls(version, codec, SHA2_256, hashlib.sha256(block).digest())

    @property
    def is_checkable(self) -> bool:
        """Whether this code can check bytes against it: raw or dag-pb, sha2-256 or inline."""
        return self.codec in (RAW, DAG_PB) and self.hash_code in (SHA2_256, IDENTITY)

    def names(self, block: bytes) -> bool:
        """Whether it is the identifier of these bytes as one block."""
        if self.hash_code == IDENTITY:
            return self.digest == block
        return self.hash_code == SHA2_256 and hashlib.sha256(block).digest() == self.digest

    def __bytes__(self) -> bytes:
        """The binary form."""
        multihash = uvarint(self.hash_code) + uvarint(len(self.digest)) + self.digest
        return multihash if self.version == 0 else b"\1" + uvarint(self.codec) + multihash

    def __str__(self) -> str:
        """The canonical text: base58btc for version 0, lower-case base32 for version 1."""
        if self.version == 0:
            return _encode58(bytes(self))
        return "b" + base64.b32encode(bytes(self)).decode().rstrip("=").lower()


def cid_in(reference: str) -> str:
    """The canonical CID text of `/ipfs/<CID>`, `ipfs://<CID>` or a bare CID. Raises NotACid."""
    match = _REFERENCE.fullmatch(reference.strip())
    if match is None:
        raise NotACid(text=reference)
    return str(Cid.parse(match[1]))


def uvarint(number: int) -> bytes:
    """A number as unsigned varint, seven bits a byte."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    out.append(number)
    return bytes(out)


def read_uvarint(data: bytes | memoryview, at: int) -> tuple[int, int]:
    """The unsigned varint at an offset, at most nine bytes, and the offset behind it. Raises ValueError."""
    number = 0
    for index in range(9):
        if at + index >= len(data):
            raise ValueError("cut off inside a number")
        byte = data[at + index]
        number |= (byte & 0x7F) << 7 * index
        if byte < 0x80:
            if index and not byte:
                raise ValueError("a number with superfluous bytes")
            return number, at + index + 1
    raise ValueError("a number that is too long")


def _decode(text: str, alphabet: str) -> bytes:
    number = 0
    for character in text:
        number = number * len(alphabet) + alphabet.index(character)
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _decode32(text: str) -> bytes:
    if text != text.lower() or "=" in text:
        raise ValueError("base32 here is lower-case without padding")
    data = base64.b32decode(text.upper() + "=" * (-len(text) % 8))
    if base64.b32encode(data).decode().rstrip("=").lower() != text:
        raise ValueError("bits are left over")
    return data


def _encode58(data: bytes) -> str:
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, 58)
        text = _BASE58[digit] + text
    return "1" * (len(data) - len(data.lstrip(b"\0"))) + text


_MULTIBASES = {
    "b": _decode32,
    "z": lambda text: _decode(text, _BASE58),
    "k": lambda text: _decode(text, _BASE36),
    "f": bytes.fromhex,
}
