"""Calldata of the deployed contracts, encoded in bulk from the ABI that the deployment recorded."""

from collections.abc import Mapping, Sequence
from typing import Any

from eth_utils.abi import abi_to_signature
from eth_utils.crypto import keccak
from faster_eth_abi import encode


class Calls:
    """Encodes calls of one contract by the function's name."""

    def __init__(self, address: str, abi: Sequence[Any]) -> None:
        self.address = address
        self._functions = {entry["name"]: _function(entry) for entry in abi if entry["type"] == "function"}

    def encode(self, name: str, *arguments: Any) -> bytes:
        """The calldata of one call."""
        selector, types = self._functions[name]
        return selector + encode(types, arguments)

    def selector(self, name: str) -> bytes:
        """The function's selector, for arguments that are encoded already."""
        return self._functions[name][0]


def event_topics(abi: Sequence[Any]) -> dict[str, str]:
    """The first topic of every event, by its name."""
    events = (entry for entry in abi if entry["type"] == "event")
    return {entry["name"]: "0x" + keccak(text=abi_to_signature(entry)).hex() for entry in events}


def _function(entry: Any) -> tuple[bytes, list[str]]:
    return keccak(text=abi_to_signature(entry))[:4], [_type(argument) for argument in entry["inputs"]]


def _type(argument: Mapping[str, Any]) -> str:
    """The canonical type: a struct as the tuple of its members."""
    kind = str(argument["type"])
    if not kind.startswith("tuple"):
        return kind
    members = ",".join(_type(member) for member in argument["components"])
    return f"({members}){kind.removeprefix('tuple')}"
