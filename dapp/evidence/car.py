"""CAR archives (version 1): a file's blocks written for a node, and a node's blocks read back, each checked.

Whatever layout a file has, its content is proved block by block from the root's CID; nothing is trusted.
"""

from collections.abc import Iterable, Iterator
from typing import IO, BinaryIO, Final

from dapp.evidence.cid import DAG_PB, IDENTITY, RAW, Cid, read_uvarint, uvarint
from dapp.evidence.errors import BrokenCar, EvidenceTooLarge, NotACid, NotAFile, WrongContent
from dapp.evidence.unixfs import Buffer, Link, Profile, build, stream_chunks

_LARGEST_BLOCK: Final = 4 << 20
_OVERHEAD: Final = 1 << 20
_FILE_TYPES: Final = (0, 2)  # UnixFS raw and file
_DEPTH: Final = 32


def write_car(content: BinaryIO, profile: Profile, out: IO[bytes]) -> Link:
    """Write a file's blocks; `content` must be able to seek, since the header names the root. Returns it."""
    root = build(stream_chunks(content, profile.chunk), profile)
    content.seek(0)
    binary = bytes(root.cid)
    # DAG-CBOR: {"roots": [CID], "version": 1}; a CID is tag 42 with a zero byte before it
    tagged = b"\xd8\x2a\x58" + bytes([len(binary) + 1]) + b"\0" + binary
    header = b"\xa2\x65roots\x81" + tagged + b"\x67version\x01"
    out.write(uvarint(len(header)) + header)

    def keep(cid: Cid, pieces: tuple[Buffer, ...]) -> None:
        name = bytes(cid)
        out.write(uvarint(len(name) + sum(map(len, pieces))) + name)
        for piece in pieces:
            out.write(piece)

    return build(stream_chunks(content, profile.chunk), profile, keep)


def read_car(parts: Iterable[bytes], root: str, limit: int) -> bytes:
    """The content of the file `root` out of an archive that comes in parts.

    Raises EvidenceTooLarge (before more than that is held), WrongContent if a block isn't what its CID says,
    BrokenCar if the archive can't be read or lacks a block, NotAFile.
    """
    wanted = Cid.parse(root)
    if not wanted.is_checkable:
        raise NotACid(text=root)
    reader = _Reader(parts)
    header = reader.block()
    if header is None:
        raise BrokenCar(reason="it is empty")
    blocks: dict[bytes, bytes] = {}
    total = 0
    while (block := reader.block()) is not None:
        cid, data = _split(block)
        total += len(data)
        if total > limit + limit // 50 + _OVERHEAD:
            raise EvidenceTooLarge(limit=limit)
        if not cid.names(data):
            raise WrongContent(cid=str(cid))
        blocks[cid.digest] = data
    out = bytearray()
    for piece in _pieces(wanted, blocks, root, 0):
        out += piece
        if len(out) > limit:
            raise EvidenceTooLarge(limit=limit)
    return bytes(out)


def inline_content(cid: Cid) -> bytes:
    """The content of a CID that carries it in itself. Raises BrokenCar, NotAFile."""
    return b"".join(_pieces(cid, {}, str(cid), 0))


def _pieces(cid: Cid, blocks: dict[bytes, bytes], root: str, depth: int) -> Iterator[bytes]:
    """The content below a block, in order."""
    block = cid.digest if cid.hash_code == IDENTITY else blocks.get(cid.digest)
    if block is None:
        raise BrokenCar(reason=f"the block {cid} isn't in it")
    if cid.codec == RAW:
        yield block
        return
    if cid.codec != DAG_PB or depth > _DEPTH:
        raise NotAFile(cid=root)
    try:
        links, data = _dag_pb(block)
        kind, content = _unixfs(data)
    except ValueError as error:
        raise BrokenCar(reason=f"the block {cid} is malformed") from error
    if kind not in _FILE_TYPES:
        raise NotAFile(cid=root)
    if content:
        yield content
    for link in links:
        yield from _pieces(link, blocks, root, depth + 1)


class _Reader:
    """Cuts a stream into the archive's length-prefixed blocks."""

    def __init__(self, parts: Iterable[bytes]) -> None:
        self._parts, self._buffer = iter(parts), bytearray()

    def block(self) -> bytes | None:
        """The next block, None at the end. Raises BrokenCar."""
        length = 0
        for index in range(5):
            if not self._has(index + 1):
                if index:
                    raise BrokenCar(reason="it is cut off")
                return None
            length |= (self._buffer[index] & 0x7F) << 7 * index
            if self._buffer[index] < 0x80:
                break
        if not 0 < length <= _LARGEST_BLOCK:
            raise BrokenCar(reason="a block of it is empty or too large")
        if not self._has(index + 1 + length):
            raise BrokenCar(reason="it is cut off")
        block = bytes(self._buffer[index + 1 : index + 1 + length])
        del self._buffer[: index + 1 + length]
        return block

    def _has(self, count: int) -> bool:
        while len(self._buffer) < count:
            part = next(self._parts, None)
            if part is None:
                return False
            self._buffer += part
        return True


def _split(block: bytes) -> tuple[Cid, bytes]:
    """A block's CID and its bytes."""
    try:
        if block[:2] == b"\x12\x20":
            end = 34
        else:
            at = 0
            for _ in range(3):  # version, codec, hash function
                _value, at = read_uvarint(block, at)
            length, at = read_uvarint(block, at)
            end = at + length
        return Cid.from_bytes(block[:end]), block[end:]
    except ValueError as error:
        raise BrokenCar(reason="a block of it has no readable CID") from error


def _fields(message: bytes) -> Iterator[tuple[int, int | bytes]]:
    """The fields of a protobuf message that has varints and byte strings only. Raises ValueError."""
    at = 0
    while at < len(message):
        key, at = read_uvarint(message, at)
        if key & 7 == 0:
            number, at = read_uvarint(message, at)
            yield key >> 3, number
        elif key & 7 == 2:
            length, at = read_uvarint(message, at)
            if at + length > len(message):
                raise ValueError("cut off inside a field")
            yield key >> 3, message[at : at + length]
            at += length
        else:
            raise ValueError("an unknown kind of field")


def _dag_pb(block: bytes) -> tuple[list[Cid], bytes]:
    """A node's links and its data."""
    links, data = [], b""
    for number, value in _fields(block):
        if number == 2 and isinstance(value, bytes):
            (target,) = (part for field, part in _fields(value) if field == 1 and isinstance(part, bytes))
            links.append(Cid.from_bytes(target))
        elif number == 1 and isinstance(value, bytes):
            data = value
    return links, data


def _unixfs(message: bytes) -> tuple[int, bytes]:
    """The kind of a UnixFS node, and the content that it holds itself."""
    kind, content = -1, b""
    for number, value in _fields(message):
        if number == 1 and isinstance(value, int):
            kind = value
        elif number == 2 and isinstance(value, bytes):
            content = value
    return kind, content
