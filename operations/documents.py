"""Small documents under their content identifiers, in `.cache/evidence`."""

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

STORE = Path(__file__).resolve().parent.parent / ".cache" / "evidence"
_RAW_SHA256 = bytes([0x01, 0x55, 0x12, 0x20])  # CIDv1, raw bytes, a sha2-256 hash of 32 bytes


def cid_of(data: bytes) -> str:
    """The CIDv1 of at most 1 MiB of data as one raw leaf: what `unixfs-v1-2025` gives for a small file."""
    if len(data) > 1 << 20:
        raise ValueError(f"{len(data)} bytes are more than one leaf")
    digits = base64.b32encode(_RAW_SHA256 + hashlib.sha256(data).digest())
    return "b" + digits.decode().rstrip("=").lower()


def keep(data: bytes, store: Path = STORE) -> str:
    """Store data under its CID, which is returned."""
    cid = cid_of(data)
    store.mkdir(parents=True, exist_ok=True)
    path = store / cid
    if not path.exists():
        temporary = path.with_suffix(".tmp")
        temporary.write_bytes(data)
        temporary.replace(path)
    return cid


def keep_json(document: Any, store: Path = STORE) -> str:
    """Store a document as JSON, keys in order, under its CID."""
    return keep(json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode(), store)
