"""One thing that is held about an account."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Record:
    """content: as JSON has it. erase: erases it, and does nothing where it is erased; None where it stays.

    stays: why, then. Where it is a thing of another account's, too, `erase` takes the address out of it.
    """

    content: Mapping[str, Any]
    erase: Callable[[], object] | None = None
    stays: str = ""
