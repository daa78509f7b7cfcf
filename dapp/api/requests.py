"""Reading what a request asks for; whatever can't be read is refused with its value."""

import re

from eth_utils.address import is_address, to_checksum_address
from starlette.requests import Request

_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
_WHOLE = re.compile(r"[0-9]{1,78}")
MOST = 100
FIRST = 20
LONGEST_TEXT = 200
MAX_OFFSET = 10**9


class BadRequest(Exception):  # noqa: N818
    """A parameter that can't be used; the message names it with its value."""


class NotThere(Exception):  # noqa: N818
    """What was asked for doesn't exist."""


def address_in(request: Request, name: str) -> str:
    """An address of the path. Raises BadRequest."""
    return _address(name, request.path_params[name])


def address_of(request: Request, name: str) -> str | None:
    """An address of the query, None without one. Raises BadRequest."""
    given = request.query_params.get(name)
    return None if given is None else _address(name, given)


def hash_in(request: Request, name: str) -> bytes:
    """A hash of the path. Raises BadRequest."""
    given = request.path_params[name]
    if not _HASH.fullmatch(given):
        raise BadRequest(f"{name} is {given[:80]!r}: give 0x and 64 hexadecimal digits.")
    return bytes.fromhex(given[2:])


def whole_of(request: Request, name: str, most: int, otherwise: int | None = None) -> int | None:
    """A whole number of the query from 0 to `most`. Raises BadRequest."""
    given = request.query_params.get(name)
    if given is None:
        return otherwise
    if not _WHOLE.fullmatch(given) or int(given) > most:
        raise BadRequest(f"{name} is {given[:80]!r}: give a whole number from 0 to {most}.")
    return int(given)


def page_of(request: Request) -> tuple[int, int]:
    """`limit` (1 to 100) and `offset` of the query. Raises BadRequest."""
    limit = whole_of(request, "limit", MOST, FIRST) or 0
    if limit == 0:
        raise BadRequest(f"limit is '0': give a whole number from 1 to {MOST}.")
    return limit, whole_of(request, "offset", MAX_OFFSET, 0) or 0


def choice_of(request: Request, name: str, choices: tuple[str, ...], otherwise: str) -> str:
    """One of several words of the query. Raises BadRequest."""
    given = request.query_params.get(name, otherwise)
    if given not in choices:
        raise BadRequest(f"{name} is {given[:80]!r}: give one of {', '.join(choices)}.")
    return given


def text_of(request: Request, name: str) -> str:
    """A text of the query. Raises BadRequest."""
    given = request.query_params.get(name, "")
    if len(given) > LONGEST_TEXT:
        raise BadRequest(f"{name} has {len(given)} characters: give at most {LONGEST_TEXT}.")
    return given


def _address(name: str, given: str) -> str:
    if not given.startswith("0x") or not is_address(given):
        raise BadRequest(f"{name} is {given[:80]!r}: give an address, 0x and 40 hexadecimal digits.")
    return str(to_checksum_address(given))
