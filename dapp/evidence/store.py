"""The local evidence store: one file an object, named by its CID, never half there.

    <root>/objects/<last two characters>/<cid>   the bytes themselves
    <root>/waiting/<cid>                         empty: this object hasn't reached a node yet
    <root>/incoming/                             what is being written

An object is written aside, flushed to the disk and renamed. Its mark in `waiting` is made before that, so
whatever kills the process, no object is forgotten. Several processes may use one store.
"""

import contextlib
import fcntl
import io
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from dapp.evidence.cid import Cid
from dapp.evidence.errors import EvidenceMissing, EvidenceTooLarge, StoreUnavailable, WrongContent
from dapp.evidence.unixfs import PROFILES, V1_2025, Buffer, Profile, build, memory_chunks, stream_chunks

_ABANDONED_SECONDS: Final = 3600


@dataclass(frozen=True)
class Waiting:
    """An object that no node has confirmed: `size` in bytes, `since` in Unix seconds."""

    cid: str
    size: int
    since: float


class LocalStore:
    """Content by CID below a folder, which is made when it isn't there."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._objects, self._waiting = self.root / "objects", self.root / "waiting"
        self._incoming = self.root / "incoming"
        with _disk():
            for folder in (self._objects, self._waiting, self._incoming):
                folder.mkdir(parents=True, exist_ok=True)
            self._sweep()

    # -- writing --------------------------------------------------------------------------------

    def add(self, source: Buffer | BinaryIO, *, limit: int | None = None) -> str:
        """Keep bytes, or a stream from where it stands to its end; returns the CID.

        limit: the most bytes taken. Raises EvidenceTooLarge, StoreUnavailable.
        """
        with _disk(), self._new_file() as (file, path):
            chunks = _limited(_chunks(source, V1_2025), limit)
            cid = str(build(_tee(chunks, file), V1_2025).cid)
            if not self.has(cid):
                self.mark_waiting(cid)
            self._settle(file, path, cid)
        return cid

    def adopt(self, cid: str, data: Buffer) -> None:
        """Keep bytes that came from elsewhere under the CID they were asked by. Raises WrongContent."""
        name = str(Cid.parse(cid))
        if profile_of(name, data) is None:
            raise WrongContent(cid=cid)
        with _disk(), self._new_file() as (file, path):
            file.write(data)
            self._settle(file, path, name)

    def _settle(self, file: BinaryIO, path: Path, cid: str) -> None:
        file.flush()
        os.fsync(file.fileno())
        target = self._path(cid)
        target.parent.mkdir(exist_ok=True)
        path.replace(target)
        _fsync_folder(target.parent)

    # -- reading --------------------------------------------------------------------------------

    def has(self, cid: str) -> bool:
        """Whether there is an object of this CID. Raises NotACid."""
        return self._path(cid).is_file()

    def size(self, cid: str) -> int:
        """How many bytes an object has. Raises EvidenceMissing."""
        with _disk(), self._opened(cid) as file:
            return os.fstat(file.fileno()).st_size

    def open(self, cid: str) -> BinaryIO:
        """An object as a stream, after its bytes were checked. Raises EvidenceMissing, WrongContent."""
        with _disk():
            file = self._opened(cid)
            try:
                if profile_of(cid, file) is None:
                    raise WrongContent(cid=cid)
                file.seek(0)
            except BaseException:
                file.close()
                raise
            return file

    def read(self, cid: str, limit: int | None = None) -> bytes:
        """An object's bytes, checked. Raises EvidenceMissing, EvidenceTooLarge, WrongContent."""
        with _disk(), self._opened(cid) as file:
            if limit is not None and os.fstat(file.fileno()).st_size > limit:
                raise EvidenceTooLarge(limit=limit)
            data = file.read()
        if profile_of(cid, data) is None:
            raise WrongContent(cid=cid)
        return data

    def verify(self, cid: str) -> int:
        """Check an object's bytes; returns their number. Raises EvidenceMissing, WrongContent."""
        with self.open(cid) as file:
            return file.seek(0, io.SEEK_END)

    def kept_at(self, cid: str) -> float:
        """When an object was put last, in Unix seconds. Raises EvidenceMissing."""
        with _disk(), self._opened(cid) as file:
            return os.fstat(file.fileno()).st_mtime

    def cids(self) -> Iterator[str]:
        """All objects, in no particular order."""
        for folder in self._objects.iterdir():
            yield from (path.name for path in folder.iterdir())

    # -- what waits for a node ------------------------------------------------------------------

    def mark_waiting(self, cid: str) -> None:
        """Note that an object must still go to a node."""
        (self._waiting / _name(cid)).touch()
        _fsync_folder(self._waiting)

    def mark_pushed(self, cid: str) -> None:
        """Note that a node has it."""
        (self._waiting / _name(cid)).unlink(missing_ok=True)

    def is_waiting(self, cid: str) -> bool:
        """Whether no node has it yet. Raises NotACid."""
        return (self._waiting / _name(cid)).exists()

    def forget(self, cid: str) -> None:
        """Delete an object that waits, and then its mark; one that isn't there is none."""
        with _disk():
            self._path(cid).unlink(missing_ok=True)
            self.mark_pushed(cid)

    def waiting(self) -> list[Waiting]:
        """What must still go to a node, oldest first."""
        found = []
        with _disk():
            for mark in self._waiting.iterdir():
                with contextlib.suppress(FileNotFoundError, EvidenceMissing):  # pushed or written meanwhile
                    found.append(Waiting(mark.name, self.size(mark.name), mark.stat().st_mtime))
        return sorted(found, key=lambda item: (item.since, item.cid))

    # -- files ----------------------------------------------------------------------------------

    def _path(self, cid: str) -> Path:
        name = _name(cid)
        return self._objects / name[-2:] / name

    def _opened(self, cid: str) -> BinaryIO:
        try:
            return self._path(cid).open("rb")
        except FileNotFoundError as error:
            raise EvidenceMissing(cid=cid) from error

    @contextlib.contextmanager
    def _new_file(self) -> Iterator[tuple[BinaryIO, Path]]:
        descriptor, name = tempfile.mkstemp(dir=self._incoming)
        path = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                fcntl.flock(file, fcntl.LOCK_EX)
                yield file, path
        finally:
            path.unlink(missing_ok=True)

    def _sweep(self) -> None:
        """Remove what killed processes left half written, and marks of what is gone."""
        for mark in self._waiting.iterdir():
            with contextlib.suppress(OSError):
                if time.time() - mark.stat().st_mtime > _ABANDONED_SECONDS and not self.has(mark.name):
                    mark.unlink()
        for path in self._incoming.iterdir():
            with contextlib.suppress(OSError), path.open("rb") as file:
                if time.time() - os.fstat(file.fileno()).st_mtime > _ABANDONED_SECONDS:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    path.unlink()


def profile_of(cid: str, source: Buffer | BinaryIO) -> Profile | None:
    """The profile by which these bytes, or this stream from its start, have the CID; None without one."""
    wanted = Cid.parse(cid)
    for profile in sorted(PROFILES, key=lambda known: known.version != wanted.version):
        if not isinstance(source, Buffer):
            source.seek(0)
        root = build(_chunks(source, profile), profile).cid
        if (root.codec, root.hash_code, root.digest) == (wanted.codec, wanted.hash_code, wanted.digest):
            return profile
    return None


def _name(cid: str) -> str:
    return str(Cid.parse(cid))


def _chunks(source: Buffer | BinaryIO, profile: Profile) -> Iterator[Buffer]:
    if isinstance(source, Buffer):
        return memory_chunks(source, profile.chunk)
    return stream_chunks(source, profile.chunk)


def _limited(chunks: Iterator[Buffer], limit: int | None) -> Iterator[Buffer]:
    total = 0
    for chunk in chunks:
        total += len(chunk)
        if limit is not None and total > limit:
            raise EvidenceTooLarge(limit=limit)
        yield chunk


def _tee(chunks: Iterator[Buffer], file: BinaryIO) -> Iterator[Buffer]:
    for chunk in chunks:
        file.write(chunk)
        yield chunk


def _fsync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StoreUnavailable(reason=error.strerror or str(error)) from error
