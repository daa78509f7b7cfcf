"""What a bot did, for people: a line of JSON for each step, in files that are turned over.

Nothing is ever decided by it but whether an alarm was told before, so a lost line loses nothing else.
"""

import contextlib
import fcntl
import json
import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dapp.mentions import mentions, struck_out

_LOG = logging.getLogger(__name__)
MOST_BYTES, KEPT_FILES = 4 * 1024 * 1024, 5
TAIL_BYTES = 64 * 1024


class Journal:
    """One bot's journal; processes on one machine may share it. `<name>.jsonl` is the newest file.

    writes: False keeps it as it is, for a rehearsal.
    """

    def __init__(
        self, folder: Path, name: str, *, clock: Callable[[], float] = time.time, writes: bool = True
    ) -> None:
        self._path, self._clock, self._writes = folder / f"{name}.jsonl", clock, writes
        self._failing = False

    @property
    def path(self) -> Path:
        """The newest file."""
        return self._path

    def write(self, event: str, **facts: Any) -> None:
        """Add a line. A disk that is full or gone is told in the log, and stops nobody."""
        if not self._writes:
            return
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._clock()))
        line = json.dumps({"written": stamp, "event": event, **facts}, ensure_ascii=False) + "\n"
        try:
            with self._locked():
                self._turn_over()
                self._append(line.encode())
            self._failing = False
        except OSError as error:
            if not self._failing:
                _LOG.error("bots: the journal %s can't be written: %s", self._path.name, error)
            self._failing = True

    def entries(self) -> Iterator[dict[str, Any]]:
        """Every line, oldest first. One that was cut off by a crash is passed over."""
        yield from _entries(self.lines())

    def tail(self, most: int) -> list[dict[str, Any]]:
        """The last lines of the newest file, oldest first, of its last 64 KiB: cheap, however long it is."""
        try:
            with self._path.open("rb") as file:
                start = max(file.seek(0, os.SEEK_END) - TAIL_BYTES, 0)
                file.seek(start)
                text = file.read(TAIL_BYTES)
        except OSError:
            return []
        whole = text.partition(b"\n")[2] if start else text
        return list(_entries(whole.splitlines()))[-most:]

    def lines(self) -> Iterator[bytes]:
        """The same as they are written."""
        for path in self._files():
            with contextlib.suppress(OSError):
                yield from path.read_bytes().splitlines()

    def strike_out(self, account: str) -> None:
        """Take an account's address out of every line. Raises OSError."""
        with self._locked():
            for path in filter(Path.exists, self._files()):
                written = path.read_bytes()
                if mentions(written, account):
                    aside = path.with_suffix(".part")
                    aside.touch(mode=0o600)
                    aside.write_bytes(struck_out(written, account))
                    aside.replace(path)

    def _files(self) -> list[Path]:
        """Oldest first."""
        return [*(self._older(number) for number in range(KEPT_FILES - 1, 0, -1)), self._path]

    @contextmanager
    def _locked(self) -> Iterator[None]:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)  # freed with the file, and with the process
            yield

    def _append(self, line: bytes) -> None:
        descriptor = os.open(self._path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            cut_off = size and os.pread(descriptor, 1, size - 1) != b"\n"
            os.write(descriptor, b"\n" + line if cut_off else line)
        finally:
            os.close(descriptor)

    def _turn_over(self) -> None:
        if self._path.exists() and self._path.stat().st_size >= MOST_BYTES:
            for number in range(KEPT_FILES - 1, 1, -1):
                if self._older(number - 1).exists():
                    self._older(number - 1).replace(self._older(number))
            self._path.replace(self._older(1))

    def _older(self, number: int) -> Path:
        return self._path.with_suffix(f".{number}.jsonl")


def _entries(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            yield entry
