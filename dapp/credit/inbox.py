"""The reports that wait to be counted: a folder that several processes may use.

    <data>/reports/waiting/<digest>.json    signed reports; whoever can write here may put any file
    <data>/reports/refused/<name>           what doesn't count, and <name>.reason why

A report leaves `waiting` when it was refused, or when its attestation can't be undone any more: until then
its file is what a lost transaction or a reorganisation is made good from.
"""

import contextlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dapp.credit.errors import BadReport, CreditError, Refusal
from dapp.credit.report import Report
from dapp.evidence.fields import DOCUMENT_LIMIT
from dapp.mentions import file_mentions

FOLDER: Final = "reports"
_REASON: Final = ".reason"
MOST: Final = 2_000
"""The most files that are looked at in one round; the others wait for those to go."""


class InboxUnavailable(CreditError):  # noqa: N818
    """The folder can't be read or written."""


@dataclass(frozen=True)
class Waiting:
    """A file in the inbox and the report in it."""

    path: Path
    report: Report


class Inbox:
    """The inbox below the data folder, which is made when it isn't there."""

    def __init__(self, data: Path) -> None:
        self._waiting, self._refused = (data / FOLDER / name for name in ("waiting", "refused"))
        self._read: dict[Path, tuple[tuple[int, int], Report]] = {}
        try:
            for folder in (self._waiting, self._refused):
                folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise InboxUnavailable(f"{error.filename} can't be made: {error.strerror}.") from error

    def put(self, report: Report) -> Path:
        """Keep a report, whole or not at all; the same one again changes nothing. Raises InboxUnavailable."""
        path = self._waiting / f"{report.digest.hex()}.json"
        _write(path, report.to_json())
        return path

    def waiting(self) -> list[Waiting]:
        """The reports that wait, by the names of their files."""
        return self.look()[0]

    def look(self) -> tuple[list[Waiting], list[tuple[Path, Refusal]]]:
        """The reports that wait, by their files' names, and what isn't a report. Raises InboxUnavailable."""
        found, faulty = list[Waiting](), list[tuple[Path, Refusal]]()
        try:
            paths = sorted(self._waiting.glob("*.json"))[:MOST]
        except OSError as error:
            raise InboxUnavailable(f"{self._waiting} can't be read: {error.strerror}.") from error
        for path in paths:
            try:
                found.append(Waiting(path, self._report(path)))
            except FileNotFoundError:
                continue  # another process took it
            except OSError as error:
                faulty.append((path, BadReport(reason=f"its file can't be read ({error.strerror})")))
            except Refusal as refusal:
                faulty.append((path, refusal))
        self._read = {path: self._read[path] for path in (each.path for each in found)}
        return found, faulty

    def refuse(self, path: Path, refusal: Refusal) -> None:
        """Put a file aside, with the reason beside it."""
        reason = f"{type(refusal).__name__}: {refusal.sentence()}\n{refusal.sentence('zh')}\n"
        _write(self._refused / f"{path.name}{_REASON}", reason.encode())
        with contextlib.suppress(FileNotFoundError):
            path.replace(self._refused / path.name)

    def done(self, path: Path) -> None:
        """Forget a report that counts for good."""
        path.unlink(missing_ok=True)

    def naming(self, account: str) -> list[Path]:
        """Every file with an account's address in it: reports and others, waiting, refused or left over."""
        paths = [path for folder in (self._waiting, self._refused) for path in sorted(folder.iterdir())]
        found = []
        for path in paths:
            with contextlib.suppress(FileNotFoundError):  # another process took it
                if path.is_file() and file_mentions(path, account):
                    found.append(path)
        return found

    def forget(self, path: Path) -> None:
        """Erase a file, and before it why it was refused."""
        for each in (path.with_name(f"{path.name}{_REASON}"), path):
            each.unlink(missing_ok=True)

    def _report(self, path: Path) -> Report:
        state = path.stat()
        key = (state.st_mtime_ns, state.st_size)
        if (known := self._read.get(path)) is not None and known[0] == key:
            return known[1]
        if state.st_size > DOCUMENT_LIMIT:
            raise BadReport(reason=f"its file has {state.st_size:,} bytes")
        report = Report.parse(path.read_bytes())
        self._read[path] = (key, report)
        return report


def _write(path: Path, content: bytes) -> None:
    """Write a file aside, flush it to the disk and rename it."""
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, suffix=".part")
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).replace(path)
    except OSError as error:
        raise InboxUnavailable(f"{path.name} can't be kept: {error.strerror}.") from error
