"""The events of a deployed market, and decoders for what their logs carry.

A log's payload is its indexed arguments' words, then its data. Events of static types are decoded by
functions made from their ABI: every word is checked (length, padding, range). The others go through the ABI
library, their indexed words through the same checks; a text at the end needs it only if it is laid out oddly.
"""

import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dapp.chain.records import DeploymentRecord
from dapp.domain.hashing import keccak
from dapp.index.failures import MalformedLog

WORD = 32
Argument = Mapping[str, Any]
Values = tuple[Any, ...]
Decoder = Callable[[bytes], Values]


@dataclass(frozen=True)
class EventDefinition:
    """An event of one contract. `indexed` words precede the data in a payload; names and types in this order.

    `decode` gives values in ABI order of declaration: addresses 20 bytes, structs flattened to their fields.
    """

    signature: int
    contract: str
    address: str
    name: str
    topic: str
    indexed: int
    inputs: tuple[Argument, ...]
    decode: Decoder


class EventBook:
    """The events of a deployment by address and topic; signatures are numbered by contract and name."""

    def __init__(self, record: DeploymentRecord) -> None:
        self.credit_table = record.credit_table
        self.by_address: dict[str, dict[str, EventDefinition]] = {}
        self.by_signature: dict[int, EventDefinition] = {}
        found = sorted(_events_of(record), key=lambda event: (event[0], event[2]["name"], event[3]))
        for number, (contract, address, item, topic) in enumerate(found):
            inputs = tuple(item["inputs"])
            indexed = sum(1 for argument in inputs if argument["indexed"])
            definition = EventDefinition(
                number, contract, address, item["name"], topic, indexed, inputs, make_decoder(inputs)
            )
            self.by_address.setdefault(address.lower(), {})[topic] = definition
            self.by_signature[number] = definition
        told = [f"{contract} {address} {topic}" for contract, address, _item, topic in found]
        told.append(f"{record.chain_id} {record.first_block}")
        self.fingerprint = keccak("\n".join(told).encode()).hex()

    @property
    def addresses(self) -> list[str]:
        """Every contract that has events."""
        return sorted(self.by_address)


def make_decoder(inputs: Sequence[Argument]) -> Decoder:
    """A decoder of payloads. It raises MalformedLog for what isn't exactly what the ABI says."""
    indexed = [argument for argument in inputs if argument["indexed"]]
    plain = [argument for argument in inputs if not argument["indexed"]]
    if any((_words(argument) or 2) > 1 for argument in indexed):
        raise ValueError(
            "an event with an indexed argument of several words keeps only its hash: no row can be made of it"
        )
    fixed = [argument for argument in plain if _words(argument) is not None]
    if len(fixed) == len(plain):
        return _compile(inputs, [*indexed, *plain])
    decode = _through_library(inputs, indexed, plain)
    if plain[:-1] == fixed and plain[-1]["type"] == "string" and inputs[-1] is plain[-1]:
        return _ending_in_text(_compile(inputs[:-1], [*indexed, *fixed]), indexed, fixed, decode)
    return decode


def _ending_in_text(
    head: Decoder, indexed: Sequence[Argument], fixed: Sequence[Argument], otherwise: Decoder
) -> Decoder:
    """For a single text at the end, laid out as every compiler does; anything else goes the long way."""
    place = WORD * (1 + _size(fixed))
    where = WORD * _size([*indexed, *fixed])
    start = where + 2 * WORD
    first = place.to_bytes(WORD, "big")

    def decode(payload: bytes) -> Values:
        size = int.from_bytes(payload[where + WORD : start], "big")
        end = start + size
        if payload[where : where + WORD] != first or end + -size % WORD != len(payload) or any(payload[end:]):
            return otherwise(payload)
        return (*head(payload[:where]), payload[start:end].decode("utf-8", "replace"))

    return decode


def _through_library(
    inputs: Sequence[Argument], indexed: Sequence[Argument], plain: Sequence[Argument]
) -> Decoder:
    # A text is laid out like bytes; whoever writes something else than UTF-8 must not stop the index.
    types = [canonical_type(argument).replace("string", "bytes") for argument in plain]
    head, offset = _compile(indexed, indexed), WORD * _size(indexed)

    def decode(payload: bytes) -> Values:
        from faster_eth_abi.abi import decode as decode_abi  # few events need it, and it is long to load

        first = iter(head(payload[:offset]))
        try:
            rest = iter(decode_abi(types, payload[offset:]))
        except Exception as error:  # the library has many, one for each way of being malformed
            raise MalformedLog(f"not {types}: {error}") from error
        values: list[Any] = []
        for argument in inputs:
            if argument["indexed"]:
                values.append(next(first))
            else:
                values.extend(_flat(argument, next(rest)))
        return tuple(values)

    return decode


def _compile(inputs: Sequence[Argument], layout: Sequence[Argument]) -> Decoder:
    """A function giving the values of `inputs` from a payload in which their words lie as in `layout`."""
    formats: list[str] = []
    names: list[str] = []
    wrong: list[str] = []
    values: dict[int, list[str]] = {}
    for argument in layout:
        for kind in _leaves(argument):
            number = len(formats)
            form, parts, value, bad = _word(kind, f"v{number}", f"z{number}")
            formats.append(form)
            names += parts
            wrong += [bad] if bad else []
            values.setdefault(id(argument), []).append(value)
    wanted = [value for argument in inputs for value in values.get(id(argument), [])]
    source = (
        f"def decode(p):\n"
        f"    try: [{', '.join(names)}] = unpack(p)\n"
        f"    except Wrong: raise Malformed('%d bytes that are not its words' % len(p)) from None\n"
        f"    if {' or '.join(wrong) or False}: raise Malformed('%d bytes that are not its words' % len(p))\n"
        f"    return ({''.join(value + ', ' for value in wanted)})\n"
    )
    scope: dict[str, Any] = {
        "Malformed": MalformedLog,
        "Wrong": struct.error,
        "unpack": struct.Struct(">" + "".join(formats)).unpack,
        "word": int.from_bytes,
        "signed": _signed,
    }
    exec(source, scope)
    return scope["decode"]  # type: ignore[no-any-return]


def _word(kind: str, value: str, pad: str) -> tuple[str, list[str], str, str]:
    """A word of a static type: its format for `struct`, the names of its parts, then as Python what it is
    worth and what makes it malformed.
    """
    if kind == "bytes32":
        return "32s", [value], value, ""
    if kind == "uint256":
        return "32s", [value], f"word({value}, 'big')", ""
    if kind.startswith("int"):
        return "32s", [value], f"signed({value}, {int(kind[3:])})", ""
    if kind == "bool":
        return "31sB", [pad, value], f"{value} == 1", f"{pad} != {bytes(31)!r} or {value} > 1"
    if kind.startswith("uint") and int(kind[4:]) <= 64:
        too_wide = f" or {value} >> {int(kind[4:])}" if kind != "uint64" else ""
        return "24sQ", [pad, value], value, f"{pad} != {bytes(24)!r}{too_wide}"
    size = 20 if kind == "address" else int(kind[4:]) // 8 if kind.startswith("uint") else int(kind[5:])
    bad = f"{pad} != {bytes(WORD - size)!r}"
    if kind.startswith("bytes"):
        return f"{size}s{WORD - size}s", [value, pad], value, bad
    worth = value if kind == "address" else f"word({value}, 'big')"
    return f"{WORD - size}s{size}s", [pad, value], worth, bad


def _signed(word: bytes, bits: int) -> int:
    value = int.from_bytes(word, "big", signed=True)
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        raise MalformedLog(f"{value} in an int{bits}")
    return value


def canonical_type(argument: Argument) -> str:
    """An argument's type as signatures spell it."""
    kind = str(argument["type"])
    if not kind.startswith("tuple"):
        return kind
    return f"({','.join(map(canonical_type, argument['components']))}){kind[5:]}"


def _size(arguments: Sequence[Argument]) -> int:
    """How many words static arguments take."""
    return sum(_words(argument) or 0 for argument in arguments)


def _leaves(argument: Argument) -> list[str]:
    """The word types of a static argument."""
    kind = str(argument["type"])
    if kind.endswith("]"):
        element, count = kind[:-1].rsplit("[", 1)
        return _leaves({**argument, "type": element}) * int(count)
    if kind == "tuple":
        return [leaf for component in argument["components"] for leaf in _leaves(component)]
    return [kind]


def _words(argument: Argument) -> int | None:
    """How many words an argument takes; None if it is dynamic."""
    kind = str(argument["type"])
    if kind in ("string", "bytes") or kind.endswith("[]"):
        return None
    if kind.endswith("]"):
        element, count = kind[:-1].rsplit("[", 1)
        each = _words({**argument, "type": element})
        return None if each is None else each * int(count)
    if kind == "tuple":
        sizes = [_words(component) for component in argument["components"]]
        return None if None in sizes else sum(size for size in sizes if size is not None)
    return 1


def _flat(argument: Argument, value: Any) -> list[Any]:
    """A library value as this module gives values."""
    kind = str(argument["type"])
    if kind == "address":
        return [bytes.fromhex(value[2:])]
    if kind == "string":
        return [value.decode("utf-8", "replace")]
    if kind == "tuple" and _words(argument) is not None:
        parts = zip(argument["components"], value, strict=True)
        return [leaf for component, part in parts for leaf in _flat(component, part)]
    if kind.endswith("]") and not kind.endswith("[]") and _words(argument) is not None:
        element = {**argument, "type": kind.rsplit("[", 1)[0]}
        return [leaf for part in value for leaf in _flat(element, part)]
    return [value]


def _events_of(record: DeploymentRecord) -> Iterator[tuple[str, str, Argument, str]]:
    for name, contract in record.contracts.items():
        for item in contract.abi:
            if item["type"] == "event" and not item.get("anonymous"):
                types = ",".join(map(canonical_type, item["inputs"]))
                topic = keccak(f"{item['name']}({types})".encode())
                yield name, contract.address, item, "0x" + topic.hex()
