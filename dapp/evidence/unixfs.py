"""UnixFS files: from bytes to the root's CID, exactly as an IPFS node makes it, block by block.

A profile fixes everything that the CID depends on (IPIP-499). New content gets `unixfs-v1-2025`; the older
profiles are here to check what others have made. A file of one chunk is that block itself.
"""

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from dapp.evidence.cid import DAG_PB, RAW, SHA2_256, Cid, uvarint

Buffer = bytes | bytearray | memoryview
Sink = Callable[[Cid, tuple[Buffer, ...]], None]
"""Takes each block as it is made: its CID and the pieces of its bytes. Children come before their parents."""


@dataclass(frozen=True)
class Profile:
    """How content becomes blocks: chunks of `chunk` bytes, at most `width` links a node."""

    name: str
    version: int
    chunk: int
    width: int
    raw_leaves: bool


V1_2025: Final = Profile("unixfs-v1-2025", 1, 1 << 20, 1024, True)
V0_2015: Final = Profile("unixfs-v0-2015", 0, 1 << 18, 174, False)
V1_LEGACY: Final = Profile("kubo-v1-legacy", 1, 1 << 18, 174, True)
"""What `ipfs add --cid-version=1` gave before there were profiles."""
V1_WRAPPED: Final = Profile("v1-wrapped-leaves", 1, 1 << 18, 174, False)
"""What clients give that ask for version 1 and switch raw leaves off."""
PROFILES: Final = (V1_2025, V0_2015, V1_LEGACY, V1_WRAPPED)


@dataclass(frozen=True)
class Link:
    """A block as its parent sees it: `size` content bytes below it, `total` bytes of blocks with itself."""

    cid: Cid
    size: int
    total: int


def cid_of(data: Buffer, profile: Profile = V1_2025) -> str:
    """The CID of content that is in memory."""
    return str(build(memory_chunks(data, profile.chunk), profile).cid)


def cid_of_stream(stream: BinaryIO, profile: Profile = V1_2025) -> str:
    """The CID of a stream, read from where it stands to its end."""
    return str(build(stream_chunks(stream, profile.chunk), profile).cid)


def build(chunks: Iterable[Buffer], profile: Profile = V1_2025, sink: Sink | None = None) -> Link:
    """The root of content that comes in the profile's chunks.

    One thread: hashing is all there is to do, and on files of the sizes that evidence has, more threads cost
    more than they bring.
    """
    tree = _Tree(profile, sink)
    empty = True
    for chunk in chunks:
        tree.add(_leaf(chunk, profile))
        empty = False
    if empty:
        tree.add(_leaf(b"", profile))
    return tree.finish()


def memory_chunks(data: Buffer, size: int) -> Iterator[memoryview]:
    """Content in memory in chunks, without copying it."""
    view = memoryview(data)
    for start in range(0, len(view), size):
        yield view[start : start + size]


def stream_chunks(stream: BinaryIO, size: int) -> Iterator[bytes]:
    """A stream in chunks of exactly `size` bytes but for the last, however few a read returns."""
    while chunk := stream.read(size):
        while len(chunk) < size and (more := stream.read(size - len(chunk))):
            chunk += more
        yield chunk


_Leaf = tuple[Link, tuple[Buffer, ...]]


class _Tree:
    """A balanced tree that grows from the left: a level that is full becomes a node of the next one."""

    def __init__(self, profile: Profile, sink: Sink | None) -> None:
        self._profile, self._sink = profile, sink
        self._levels: list[list[Link]] = [[]]

    def add(self, leaf: _Leaf) -> None:
        link, pieces = leaf
        if self._sink:
            self._sink(link.cid, pieces)
        self._push(0, link)

    def finish(self) -> Link:
        level = 0
        while level < len(self._levels) - 1 or len(self._levels[level]) > 1:
            if self._levels[level]:
                self._close(level)
            level += 1
        return self._levels[level][0]

    def _push(self, level: int, link: Link) -> None:
        if level == len(self._levels):
            self._levels.append([])
        self._levels[level].append(link)
        if len(self._levels[level]) == self._profile.width:
            self._close(level)

    def _close(self, level: int) -> None:
        links, self._levels[level] = self._levels[level], []
        block = _node(links)
        cid = Cid.of_block(block, DAG_PB, self._profile.version)
        if self._sink:
            self._sink(cid, (block,))
        total = len(block) + sum(link.total for link in links)
        self._push(level + 1, Link(cid, sum(link.size for link in links), total))


def _leaf(chunk: Buffer, profile: Profile) -> _Leaf:
    size = len(chunk)
    if profile.raw_leaves:
        cid = Cid(profile.version, RAW, SHA2_256, hashlib.sha256(chunk).digest())
        return Link(cid, size, size), (chunk,)
    before, after = _frame(size)
    digest = hashlib.sha256(before)
    digest.update(chunk)
    digest.update(after)
    cid = Cid(profile.version, DAG_PB, SHA2_256, digest.digest())
    return Link(cid, size, len(before) + size + len(after)), (before, chunk, after)


def _frame(size: int) -> tuple[bytes, bytes]:
    """What stands around the content in a wrapped leaf: dag-pb field 1, UnixFS fields 1, 2 and 3."""
    data = b"\x08\x02" + (b"\x12" + uvarint(size) if size else b"")
    after = b"\x18" + uvarint(size)
    return b"\x0a" + uvarint(len(data) + size + len(after)) + data, after


def _node(links: list[Link]) -> bytes:
    """A dag-pb node: its links first, then UnixFS data with the sizes below each of them."""
    out = bytearray()
    for link in links:
        cid = bytes(link.cid)
        body = b"\x0a" + uvarint(len(cid)) + cid + b"\x12\x00\x18" + uvarint(link.total)
        out += b"\x12" + uvarint(len(body)) + body
    data = b"\x08\x02\x18" + uvarint(sum(link.size for link in links))
    data += b"".join(b"\x20" + uvarint(link.size) for link in links)
    return bytes(out + b"\x0a" + uvarint(len(data)) + data)
