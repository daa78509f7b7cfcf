"""Hand-made decoders agree with the ABI library on every event of the deployment, and refuse what it refuses.

every event
├── random values: the library's values
└── cut, lengthened, or with padding that isn't zero: refused
texts
└── not UTF-8: shown with marks, never an error
"""

import pytest
from eth_abi.abi import decode as decode_abi
from eth_abi.abi import encode
from eth_utils.abi import collapse_if_tuple
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dapp.index.amounts import pack_amount, unpack_amount
from dapp.index.decode import EventBook, make_decoder
from dapp.index.failures import MalformedLog

UNHURRIED = settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def book(running_market):
    return EventBook(running_market.contracts.record)


def values_of(kind, components=()):
    """Random values of an ABI type."""
    if kind.endswith("]"):
        element, count = kind[:-1].rsplit("[", 1)
        size = {"min_size": int(count), "max_size": int(count)} if count else {"max_size": 3}
        return st.lists(values_of(element, components), **size).map(tuple)
    if kind == "tuple":
        return st.tuples(*(values_of(part["type"], part.get("components", ())) for part in components))
    if kind == "address":
        return st.binary(min_size=20, max_size=20).map(lambda value: "0x" + value.hex())
    if kind == "bool":
        return st.booleans()
    if kind == "string":
        return st.text(max_size=70)
    if kind == "bytes":
        return st.binary(max_size=70)
    if kind.startswith("bytes"):
        return st.binary(min_size=int(kind[5:]), max_size=int(kind[5:]))
    if kind.startswith("uint"):
        return st.integers(0, 2 ** int(kind[4:]) - 1)
    bits = int(kind[3:])
    return st.integers(-(2 ** (bits - 1)), 2 ** (bits - 1) - 1)


def flat(argument, value):
    """A library value as our decoders give it."""
    kind = argument["type"]
    if kind == "address":
        return [bytes.fromhex(value[2:])]
    if kind == "tuple":
        return [
            leaf for part, one in zip(argument["components"], value, strict=True) for leaf in flat(part, one)
        ]
    if kind.endswith("]") and not kind.endswith("[]"):
        element = {**argument, "type": kind.rsplit("[", 1)[0]}
        return [leaf for one in value for leaf in flat(element, one)]
    return [value]


@UNHURRIED
@given(data=st.data())
def test_decode__random_values__as_the_library(book, data):
    event = data.draw(st.sampled_from(list(book.by_signature.values())))
    values = {
        argument["name"]: data.draw(values_of(argument["type"], argument.get("components", ())))
        for argument in event.inputs
    }
    indexed = [argument for argument in event.inputs if argument["indexed"]]
    plain = [argument for argument in event.inputs if not argument["indexed"]]
    types = [collapse_if_tuple(dict(argument)) for argument in plain]
    head = b"".join(encode([argument["type"]], [values[argument["name"]]]) for argument in indexed)
    body = encode(types, [values[argument["name"]] for argument in plain])
    told = dict(zip((argument["name"] for argument in plain), decode_abi(types, body), strict=True))
    for at, argument in enumerate(indexed):
        told[argument["name"]] = decode_abi([argument["type"]], head[32 * at : 32 * at + 32])[0]
    expected = [leaf for argument in event.inputs for leaf in flat(argument, told[argument["name"]])]
    assert list(event.decode(head + body)) == expected


@UNHURRIED
@given(data=st.data())
def test_decode__static_payload_of_other_length__refused(book, data):
    events = [event for event in book.by_signature.values() if event.inputs]
    static = [e for e in events if not any(a["type"] in ("string", "bytes") for a in e.inputs)]
    event = data.draw(st.sampled_from([e for e in static if e.name != "OperationScheduled"]))
    length = len(encode([collapse_if_tuple(dict(a)) for a in event.inputs], _zeros(event.inputs)))
    wrong = data.draw(st.integers(0, length + 96).filter(lambda size: size != length))
    event.decode(bytes(length))
    with pytest.raises(MalformedLog):
        event.decode(bytes(wrong))


def _zeros(inputs):
    return [st_zero(argument) for argument in inputs]


def st_zero(argument):
    """The zero of a type."""
    kind = argument["type"]
    if kind.endswith("]"):
        element, count = kind[:-1].rsplit("[", 1)
        return tuple(st_zero({**argument, "type": element}) for _ in range(int(count)))
    if kind == "tuple":
        return tuple(st_zero(part) for part in argument["components"])
    if kind == "address":
        return "0x" + "00" * 20
    return bytes(int(kind[5:])) if kind.startswith("bytes") else False if kind == "bool" else 0


@pytest.mark.parametrize(
    ("kind", "word"),
    [
        ("address", b"\x01" + bytes(31)),
        ("address", bytes(11) + b"\x01" + b"\xff" * 20),
        ("bool", bytes(31) + b"\x02"),
        ("uint8", bytes(30) + b"\x01\x00"),
        ("uint48", b"\x80" + bytes(31)),
        ("int32", b"\x00" * 27 + b"\x01" + bytes(4)),
        ("bytes4", bytes(4) + b"\x01" + bytes(27)),
    ],
)
@pytest.mark.parametrize("indexed", [True, False])
def test_decode__padding_not_zero__refused(kind, word, indexed):
    decode = make_decoder([{"name": "value", "type": kind, "indexed": indexed}])
    with pytest.raises(MalformedLog):
        decode(word)


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33])
def test_decode__text_not_utf8_or_badly_laid_out__marks_or_refused(size):
    decode = make_decoder([{"name": "text", "type": "string", "indexed": False}])
    body = encode(["bytes"], [b"\xff" * size])
    assert decode(body) == ("�" * size,)
    with pytest.raises(MalformedLog):
        decode(body[:32] + b"\xff" * 32 + body[64:])
    if size % 32:
        with pytest.raises(MalformedLog):
            decode(body[:-1] + b"\x01")


@UNHURRIED
@given(st.lists(st.integers(-(2**255), 2**256 - 1), min_size=2))
def test_amounts__any_integers__exact_and_in_order(values):
    packed = [pack_amount(value) for value in values]
    assert [unpack_amount(value) for value in packed] == values
    assert sorted(packed) == [pack_amount(value) for value in sorted(values)]
