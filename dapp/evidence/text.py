"""Text and names that came from outside, made harmless to show and to save under."""

import re
import unicodedata
from typing import Final

_KEPT: Final = "\n\t"
_UNSEEN: Final = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}  # controls, bidi and zero-width marks, surrogates
_JOINERS: Final = "\u200c\u200d"  # part of words and emoji
_RESERVED: Final = re.compile(r"^(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
_NAME_BYTES: Final = 120


def plain_text(text: str, *, lines: bool = True) -> str:
    """Text without control characters, direction marks and half characters; on one line if not `lines`.

    What it gives, it gives back unchanged.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not lines:
        text = " ".join(text.split())
    kept = (c for c in text if c in _KEPT or c in _JOINERS or unicodedata.category(c) not in _UNSEEN)
    text = unicodedata.normalize("NFC", "".join(kept)).strip()
    return text if lines else " ".join(text.split())  # what was left out may have stood between spaces


def file_name(name: str, fallback: str = "file") -> str:
    """A name without folders that any file system takes: at most 120 bytes, the ending kept."""
    last = re.split(r"[/\\]", plain_text(name, lines=False))[-1]
    last = re.sub(r'[<>:"|?*]', "_", last).strip(" .")
    if not last or _RESERVED.match(last):
        last = f"{fallback}_{last}" if last else fallback
    stem, dot, ending = last.rpartition(".")
    if not dot or len(ending) > 10:
        stem, ending = last, ""
    room = _NAME_BYTES - len(ending.encode()) - len(dot)
    stem = stem.encode()[:room].decode(errors="ignore").rstrip(" .")
    return f"{stem}.{ending}" if ending else stem
