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
        raise ValueError(
            "an event with an indexed argument of several words keeps only its hash: no row can be made of it"
        )
    places: dict[int, list[tuple[str, str]]] = {}
    offset = 0
    for argument in (*indexed, *plain) if static else indexed:
        texts = [_word_source(kind, offset + n * WORD) for n, kind in enumerate(_leaves(argument))]
        places[id(argument)] = texts
        offset += WORD * len(texts)
    if static:
        fields = [text for argument in inputs for text in places[id(argument)]]
        return _compile(fields, f"len(p) != {offset}")
    head = _compile([text for argument in indexed for text in places[id(argument)]], f"len(p) < {offset}")
    decode = _through_library(inputs, plain, offset, head)
    if [argument["type"] for argument in plain] == ["string"] and inputs[-1] is plain[0]:
        return _ending_in_text(head, offset, decode)
    return decode


def _ending_in_text(head: Decoder, offset: int, otherwise: Decoder) -> Decoder:
    """For a single text at the end, laid out as every compiler does; anything else goes the long way."""
    first, start = WORD.to_bytes(WORD, "big"), offset + 2 * WORD

    def decode(payload: bytes) -> Values:
        size = int.from_bytes(payload[offset + WORD : start], "big")
        end = start + size
        tail = payload[end:]
        if payload[offset : offset + WORD] != first or end + -size % WORD != len(payload) or any(tail):
            return otherwise(payload)
        return (*head(payload), payload[start:end].decode("utf-8", "replace"))

    return decode


def _through_library(
    inputs: Sequence[Mapping[str, Any]],
    plain: Sequence[Mapping[str, Any]],
    offset: int,
    head: Decoder,
) -> Decoder:
    # A text is laid out like bytes; whoever writes something else than UTF-8 must not stop the index.
    types = [collapse_if_tuple(dict(argument)).replace("string", "bytes") for argument in plain]

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


def _compile(fields: Sequence[tuple[str, str]], wrong_length: str) -> Decoder:
    """A function from fields, each an expression and what must not be."""
    wrong = " or ".join([wrong_length, *(bad for _value, bad in fields if bad)])
    values = ", ".join(value for value, _bad in fields)
    source = (
        f"def decode(p):\n"
        f"    if {wrong}: raise Malformed('%d bytes that are not its words' % len(p))\n"
        f"    return ({values}{',' if fields else ''})\n"
    )
    names: dict[str, Any] = {
        "Malformed": MalformedLog,
        "word": int.from_bytes,
        "signed": _signed,
    }
    exec(source, names)
    return names["decode"]  # type: ignore[no-any-return]


def _word_source(kind: str, at: int) -> tuple[str, str]:
    """How a word of a static type is read, as Python, and what makes it malformed."""
    word = f"p[{at}:{at + WORD}]"
    if kind == "uint256":
        return f"word({word}, 'big')", ""
    if kind == "bytes32":
        return word, ""
    if kind == "address":
        return f"p[{at + 12}:{at + WORD}]", f"p[{at}:{at + 12}] != {bytes(12)!r}"
    if kind.startswith("int"):
        return f"signed({word}, {int(kind[3:])})", ""
    if kind.startswith("bytes"):
        size = int(kind[5:])
        return f"p[{at}:{at + size}]", f"p[{at + size}:{at + WORD}] != {bytes(WORD - size)!r}"
    bits = 1 if kind == "bool" else int(kind[4:])
    value = f"word({word}, 'big')"
    return (f"{value} == 1" if kind == "bool" else value), f"{value} >> {bits}"


def _signed(word: bytes, bits: int) -> int:
    value = int.from_bytes(word, "big", signed=True)
    if not -(1 << (bits - 1)) <= value < 1 << (bits - 1):
        raise MalformedLog(f"{value} in an int{bits}")
    return value


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
    if kind == "string":
        return [value.decode("utf-8", "replace")]
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
