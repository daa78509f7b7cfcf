"""What a process and those that it starts use."""

import os
import time
from dataclasses import dataclass
from pathlib import Path

LOOK_SECONDS = 0.5  # between two looks for new processes, which cost something themselves


@dataclass(frozen=True)
class Usage:
    """Until now: seconds on a processor, and the most memory, in MiB."""

    processor: float = 0.0
    memory: float = 0.0


class Meter:
    """Watches a process and its children; of those that ended, too, as long as the process lives."""

    def __init__(self, pid: int) -> None:
        self._pid = pid
        self._children: list[int] = []
        self._looked_at = 0.0
        self.used = Usage()

    def look(self) -> None:
        """Read what was used until now; leaves it as it was where this system doesn't tell."""
        now = time.monotonic()
        if now - self._looked_at >= LOOK_SECONDS:
            self._looked_at, self._children = now, children(self._pid)
        own = usage(self._pid)
        if own is None:
            return
        others = [used for child in self._children if (used := usage(child)) is not None]
        processor = own.processor + sum(used.processor for used in others)
        memory = own.memory + sum(used.memory for used in others)
        self.used = Usage(max(processor, self.used.processor), max(memory, self.used.memory))


def usage(pid: int) -> Usage | None:
    """What a process used, and those of its children that ended; None if it is gone."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return None
    found = [line for line in status.splitlines() if line.startswith("VmHWM")]
    fields = _stat(pid)
    if not found or not fields:
        return None
    ticks = sum(map(int, fields[11:15]))
    return Usage(ticks / os.sysconf("SC_CLK_TCK"), int(found[0].split()[1]) / 1024)


def children(pid: int) -> list[int]:
    """The processes that a process started and that live."""
    alive = [int(folder.name) for folder in Path("/proc").iterdir() if folder.name.isdigit()]
    return [other for other in alive if _stat(other)[1:2] == [str(pid)]]


def _stat(pid: int) -> list[str]:
    """The fields of `/proc/<pid>/stat` from the state on; none if the process is gone."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []
