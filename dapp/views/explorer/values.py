"""Values of the ABI: shown as text, and read from what was typed."""

import json
from collections.abc import Mapping
from typing import Any

from eth_utils.address import is_address, to_checksum_address

from dapp.foreign_json import parse_json
from dapp.widgets.text import clean

LONGEST = 2_000


class BadValue(ValueError):  # noqa: N818
    """What was typed is no value of the type: `what` names the field, `kind` the type."""

    def __init__(self, what: str, kind: str) -> None:
        super().__init__(f"{what}: {kind}")
        self.what, self.kind = what, kind


def value_text(value: Any) -> str:
    """A decoded value as text, no digit lost. Foreign: to be shown as code."""
    if isinstance(value, bytes | bytearray):
        return f"0x{bytes(value).hex()}"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{name}: {value_text(each)}" for name, each in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(value_text(each) for each in value) + "]"
    return clean(value, LONGEST)


def type_text(argument: Mapping[str, Any]) -> str:
    """An argument's type as Solidity writes it; a struct as the list of its fields."""
    kind = str(argument["type"])
    if not kind.startswith("tuple"):
        return kind
    fields = ", ".join(f"{type_text(each)} {each['name']}".strip() for each in argument["components"])
    return f"({fields}){kind.removeprefix('tuple')}"


def parse_value(argument: Mapping[str, Any], typed: str) -> Any:
    """What was typed for an argument. Structs and arrays are JSON lists. Raises BadValue."""
    kind, name = str(argument["type"]), str(argument["name"] or argument["type"])
    text = typed.strip()
    if kind.endswith("]") or kind.startswith("tuple"):
        try:
            return _from_json(argument, parse_json(text or "[]"))
        except (ValueError, RecursionError) as error:
            raise BadValue(name, type_text(argument)) from error
    return _scalar(kind, name, text)


def _from_json(argument: Mapping[str, Any], value: Any) -> Any:
    kind, name = str(argument["type"]), str(argument["name"] or argument["type"])
    if kind.endswith("]"):
        element = {**argument, "type": kind[: kind.rindex("[")]}
        if not isinstance(value, list):
            raise BadValue(name, kind)
        return [_from_json(element, each) for each in value]
    if kind == "tuple":
        fields = argument["components"]
        if not isinstance(value, list) or len(value) != len(fields):
            raise BadValue(name, type_text(argument))
        return tuple(_from_json(field, each) for field, each in zip(fields, value, strict=True))
    return _scalar(kind, name, value if isinstance(value, str) else json.dumps(value))


def _scalar(kind: str, name: str, text: str) -> Any:
    try:
        if kind == "address":
            if not is_address(text):
                raise ValueError(text)
            return to_checksum_address(text)
        if kind == "bool":
            return {"true": True, "false": False, "1": True, "0": False}[text.lower()]
        if kind.startswith(("uint", "int")):
            return int(text, 16) if text.lower().startswith("0x") else int(text.replace("_", ""))
        if kind.startswith("bytes"):
            return bytes.fromhex(text.removeprefix("0x"))
        return text
    except (ValueError, KeyError) as error:
        raise BadValue(name, kind) from error
