"""An account's address in what people and programs wrote, in whatever case, with or without 0x."""

import re
from pathlib import Path
from typing import Final

ERASED: Final = "(erased)"
_CHUNK: Final = 1 << 20


def mentions(data: bytes, account: str) -> bool:
    """Whether the address is in these bytes."""
    return _digits(account) in data.lower()


def file_mentions(path: Path, account: str) -> bool:
    """Whether the address is in a file, however large. Raises OSError."""
    digits, before = _digits(account), b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            if digits in (before + chunk).lower():
                return True
            before = chunk[-len(digits) :]
    return False


def struck_out(data: bytes, account: str) -> bytes:
    """The bytes without the address."""
    return re.sub(b"(0x)?" + _digits(account), ERASED.encode(), data, flags=re.IGNORECASE)


def _digits(account: str) -> bytes:
    return account.removeprefix("0x").lower().encode()
