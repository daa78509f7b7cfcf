"""The fields of a JSON document that came from outside: read strictly, or refused with the reason."""

import json
from collections.abc import Mapping
from typing import Any, Final

from dapp.evidence.cid import cid_in
from dapp.evidence.errors import BadDocument, NotACid
from dapp.evidence.text import plain_text
from dapp.foreign_json import NestedTooDeeply, parse_json

DOCUMENT_LIMIT: Final = 256 * 1024
"""The most bytes of a document that are read."""
TITLE_LIMIT: Final = 120
TEXT_LIMIT: Final = 20_000
TAG_LIMIT: Final = 12


def to_json(document: Mapping[str, Any]) -> bytes:
    """A document's bytes: the same for the same content, readable by a human."""
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode()


def parse_object(data: bytes) -> dict[str, Any]:
    """A JSON object of at most 256 KiB. Raises BadDocument."""
    if len(data) > DOCUMENT_LIMIT:
        raise BadDocument(reason=f"it has {len(data):,} bytes, and a document has at most {DOCUMENT_LIMIT:,}")
    try:
        document = parse_json(data)
    except NestedTooDeeply as error:
        raise BadDocument(reason="it is nested too deeply") from error
    except UnicodeDecodeError as error:
        raise BadDocument(reason="it isn't text") from error
    except ValueError as error:
        raise BadDocument(reason="it isn't JSON") from error
    if not isinstance(document, dict):
        raise BadDocument(reason="it isn't a JSON object")
    return document


def text_in(fields: Mapping[str, Any], key: str, *, lines: bool = True) -> str:
    """A text of a document, empty if it isn't there. Raises BadDocument if it is no text."""
    value = fields.get(key)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise BadDocument(reason=f"“{key}” isn't a text")
    return plain_text(value, lines=lines)


def texts_in(fields: Mapping[str, Any], key: str, limit: int = 300) -> tuple[str, ...]:
    """A list of texts of a document, each on one line; empty if it isn't there. Raises BadDocument."""
    values = fields.get(key, [])
    if not isinstance(values, list) or not all(isinstance(value, str) for value in values):
        raise BadDocument(reason=f"“{key}” isn't a list of texts")
    if len(values) > limit:
        raise BadDocument(reason=f"“{key}” has {len(values):,} entries, and at most {limit} are read")
    return tuple(plain_text(value, lines=False) for value in values)


def cid_or_nothing(reference: str) -> str:
    if not reference:
        return ""
    try:
        return cid_in(reference)
    except NotACid as error:
        raise BadDocument(reason=str(error).rstrip(".")) from error


def check_texts(document: object, keys: tuple[str, ...], limit: int) -> None:
    for key in keys:
        if len(getattr(document, key)) > limit:
            raise BadDocument(reason=f"its {key.replace('_', ' ')} has more than {limit:,} characters")
