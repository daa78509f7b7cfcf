"""JSON that anybody may have written, parsed without risk.

The standard parser recurses in C: where a library has raised Python's recursion limit, as Ape's do, a few
kilobytes of brackets overflow the stack and end the process.
"""

import json
from typing import Any, Final

LIMIT: Final = 64
_QUOTE: Final = ord('"')
_BACKSLASH: Final = ord("\\")


class NestedTooDeeply(ValueError):  # noqa: N818
    """Lists and objects lie in each other deeper than anything that is meant."""


def parse_json(data: bytes | str) -> Any:
    """`json.loads` for foreign data. Raises NestedTooDeeply, UnicodeDecodeError, ValueError."""
    raw = data.encode(errors="surrogatepass") if isinstance(data, str) else data
    if nesting(raw) > LIMIT:
        raise NestedTooDeeply(f"it is nested deeper than {LIMIT} levels")
    return json.loads(data)


def nesting(data: bytes) -> int:
    """How deep JSON's lists and objects lie in each other; a bound where few brackets tell it at once."""
    most = data.count(b"[") + data.count(b"{")
    if most <= LIMIT:
        return most
    depth = deepest = 0
    in_text = escaped = False
    for byte in data:
        if in_text:
            in_text, escaped = escaped or byte != _QUOTE, byte == _BACKSLASH and not escaped
        elif byte == _QUOTE:
            in_text = True
        elif byte in b"[{":
            depth += 1
            deepest = max(deepest, depth)
        elif byte in b"]}":
            depth -= 1
    return deepest
