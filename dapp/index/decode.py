"""The events of a deployed market, and decoders for what their logs carry.

A log's payload is its indexed arguments' words, then its data. Events of static types are decoded by
functions made from their ABI: every word is checked (length, padding, range). The others go through the ABI
library, their indexed words through the same checks.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eth_utils.abi import collapse_if_tuple
from eth_utils.crypto import keccak
from faster_eth_abi.abi import decode as decode_abi

from dapp.chain.records import DeploymentRecord
from dapp.index.failures import MalformedLog

WORD = 32
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
    inputs: tuple[Mapping[str, Any], ...]
    decode: Decoder


class EventBook:
    """The events of a deployment by address and topic; signatures are numbered by contract and name."""

    def __init__(self, record: DeploymentRecord) -> None:
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
        self.fingerprint = keccak(text="\n".join(told)).hex()

    @property
    def addresses(self) -> list[str]:
        """Every contract that has events."""
        return sorted(self.by_address)


def make_decoder(inputs: Sequence[Mapping[str, Any]]) -> Decoder:
    """A decoder of payloads. It raises MalformedLog for what isn't exactly what the ABI says."""
    indexed = [argument for argument in inputs if argument["indexed"]]
    plain = [argument for argument in inputs if not argument["indexed"]]
    static = all(_words(argument) is not None for argument in plain)
    if any((_words(argument) or 2) > 1 for argument in indexed):
        raise NotImplementedError("an indexed argument that is only a hash")
    places: dict[int, list[str]] = {}
    offset = 0
    for argument in (*indexed, *plain) if static else indexed:
        texts = [_word_source(kind, offset + n * WORD) for n, kind in enumerate(_leaves(argument))]
        places[id(argument)] = texts
        offset += WORD * len(texts)
    if static:
        fields = [text for argument in inputs for text in places[id(argument)]]
        return _compile(fields, f"len(p) != {offset}")
    head = _compile([text for argument in indexed for text in places[id(argument)]], f"len(p) < {offset}")
    return _through_library(inputs, plain, offset, head)


def _through_library(
    inputs: Sequence[Mapping[str, Any]],
    plain: Sequence[Mapping[str, Any]],
    offset: int,
    head: Decoder,
) -> Decoder:
    types = [collapse_if_tuple(dict(argument)) for argument in plain]

    def decode(payload: bytes) -> Values:
        first = iter(head(payload))
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


def _compile(fields: Sequence[str], wrong_length: str) -> Decoder:
    source = (
        f"def decode(p):\n"
        f"    if {wrong_length}: raise Malformed('a payload of %d bytes' % len(p))\n"
        f"    return ({', '.join(fields)}{',' if fields else ''})\n"
    )
    names: dict[str, Any] = {
        "Malformed": MalformedLog, "word": int.from_bytes, "address": _address, "unsigned": _unsigned,
        "signed": _signed, "fixed": _fixed, "boolean": _boolean,
    }  # fmt: skip
    exec(source, names)
    return names["decode"]  # type: ignore[no-any-return]


def _word_source(kind: str, at: int) -> str:
    """How a word of a static type is read, as Python."""
    word = f"p[{at}:{at + WORD}]"
    if kind == "uint256":
        return f"word({word}, 'big')"
    if kind == "bytes32":
        return word
    if kind == "address":
        return f"address({word})"
    if kind == "bool":
        return f"boolean({word})"
    if kind.startswith("uint"):
        return f"unsigned({word}, {int(kind[4:])})"
    if kind.startswith("int"):
        return f"signed({word}, {int(kind[3:])})"
    return f"fixed({word}, {int(kind[5:])})"


_ZEROS = bytes(12)


def _address(word: bytes) -> bytes:
    if word[:12] != _ZEROS:
        raise MalformedLog("an address with padding that isn't zero")
    return word[12:]


def _unsigned(word: bytes, bits: int) -> int:
    value = int.from_bytes(word, "big")
    if value >> bits:
        raise MalformedLog(f"{value} in a uint{bits}")
    return value


def _signed(word: bytes, bits: int) -> int:
    value = int.from_bytes(word, "big", signed=True)
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        raise MalformedLog(f"{value} in an int{bits}")
    return value


def _fixed(word: bytes, size: int) -> bytes:
    if any(word[size:]):
        raise MalformedLog(f"a bytes{size} with padding that isn't zero")
    return word[:size]


def _boolean(word: bytes) -> bool:
    return bool(_unsigned(word, 1))


def _leaves(argument: Mapping[str, Any]) -> list[str]:
    """The word types of a static argument."""
    kind = str(argument["type"])
    if kind.endswith("]"):
        element, count = kind[:-1].rsplit("[", 1)
        return _leaves({**argument, "type": element}) * int(count)
    if kind == "tuple":
        return [leaf for component in argument["components"] for leaf in _leaves(component)]
    return [kind]


def _words(argument: Mapping[str, Any]) -> int | None:
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


def _flat(argument: Mapping[str, Any], value: Any) -> list[Any]:
    """A library value as this module gives values."""
    kind = str(argument["type"])
    if kind == "address":
        return [bytes.fromhex(value[2:])]
    if kind == "tuple" and _words(argument) is not None:
        parts = zip(argument["components"], value, strict=True)
        return [leaf for component, part in parts for leaf in _flat(component, part)]
    if kind.endswith("]") and not kind.endswith("[]") and _words(argument) is not None:
        element = {**argument, "type": kind.rsplit("[", 1)[0]}
        return [leaf for part in value for leaf in _flat(element, part)]
    return [value]


def _events_of(record: DeploymentRecord) -> Iterator[tuple[str, str, Mapping[str, Any], str]]:
    for name, contract in record.contracts.items():
        for item in contract.abi:
            if item["type"] == "event" and not item.get("anonymous"):
                types = ",".join(collapse_if_tuple(argument) for argument in item["inputs"])
                yield name, contract.address, item, "0x" + keccak(text=f"{item['name']}({types})").hex()
