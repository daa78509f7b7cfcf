"""Files that people upload: which are taken, how large, under what name."""

from dataclasses import dataclass
from typing import Final

from dapp.evidence.errors import ContentNotType, EvidenceEmpty, EvidenceTooLarge, TypeNotAllowed
from dapp.evidence.text import file_name
from dapp.foreign_json import parse_json

MIB: Final = 1 << 20
FILE_LIMIT: Final = 25 * MIB
"""The most bytes of any file."""


@dataclass(frozen=True)
class FileKind:
    """A type that is taken: media type, most bytes, and what stands at `offset`, where that is fixed."""

    extension: str
    media_type: str
    limit: int = FILE_LIMIT
    starts: tuple[bytes, ...] = ()
    offset: int = 0

    @property
    def is_picture(self) -> bool:
        """Whether a view may show it, once it went through `images.safe_picture`."""
        return self.media_type.startswith("image/")


_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_OFFICE = "application/vnd.openxmlformats-officedocument."
KINDS: Final = {
    kind.extension: kind
    for kind in (
        FileKind("png", "image/png", 10 * MIB, (b"\x89PNG\r\n\x1a\n",)),
        FileKind("jpg", "image/jpeg", 10 * MIB, (b"\xff\xd8\xff",)),
        FileKind("webp", "image/webp", 10 * MIB, (b"WEBP",), 8),
        FileKind("gif", "image/gif", 10 * MIB, (b"GIF87a", b"GIF89a")),
        FileKind("pdf", "application/pdf", starts=(b"%PDF-",)),
        FileKind("txt", "text/plain", 2 * MIB),
        FileKind("md", "text/plain", 2 * MIB),
        FileKind("csv", "text/csv", 10 * MIB),
        FileKind("json", "application/json", 2 * MIB),
        FileKind("zip", "application/zip", starts=_ZIP),
        FileKind("docx", f"{_OFFICE}wordprocessingml.document", starts=_ZIP),
        FileKind("xlsx", f"{_OFFICE}spreadsheetml.sheet", starts=_ZIP),
        FileKind("pptx", f"{_OFFICE}presentationml.presentation", starts=_ZIP),
        FileKind("mp3", "audio/mpeg", starts=(b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")),
        FileKind("wav", "audio/wav", starts=(b"RIFF",)),
        FileKind("ogg", "audio/ogg", starts=(b"OggS",)),
        FileKind("flac", "audio/flac", starts=(b"fLaC",)),
        FileKind("mp4", "video/mp4", starts=(b"ftyp",), offset=4),
        FileKind("webm", "video/webm", starts=(b"\x1aE\xdf\xa3",)),
        FileKind("age", "application/octet-stream", starts=(b"age-encryption.org/v1\n",)),
    )
}
"""What is taken, by extension. Nothing that a browser runs: no HTML, no SVG, no scripts."""
_OTHER_NAMES: Final = {"jpeg": "jpg", "markdown": "md"}
_TEXTS: Final = ("txt", "md", "csv", "json")


@dataclass(frozen=True)
class Upload:
    """A file that was looked at and is taken: a harmless name, its kind, its bytes."""

    name: str
    kind: FileKind
    data: bytes


def check_upload(data: bytes, name: str) -> Upload:
    """Look at a file that somebody uploads, by its name's ending and its first bytes.

    Raises TypeNotAllowed, EvidenceEmpty, EvidenceTooLarge, ContentNotType.
    """
    harmless = file_name(name)
    extension = harmless.rpartition(".")[2].lower() if "." in harmless else ""
    kind = KINDS.get(_OTHER_NAMES.get(extension, extension))
    if kind is None:
        raise TypeNotAllowed(name=harmless, allowed=", ".join(sorted(KINDS)))
    if not data:
        raise EvidenceEmpty
    if len(data) > kind.limit:
        raise EvidenceTooLarge(limit=kind.limit)
    if not _is(kind, data):
        raise ContentNotType(name=harmless, type=kind.extension)
    return Upload(harmless, kind, data)


def _is(kind: FileKind, data: bytes) -> bool:
    if kind.starts:
        return data[kind.offset :].startswith(kind.starts)
    try:
        text = data.decode("utf-8-sig")
        if kind.extension == "json":
            parse_json(text)
    except (ValueError, RecursionError):
        return False
    return kind.extension in _TEXTS and "\0" not in text
