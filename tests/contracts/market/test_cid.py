# list, deliver
# ├── any CIDv0, any CIDv1 in base32, base58btc, base36 or hex → taken as it is
# ├── longer than 128 characters → Cid_TooLong
# └── wrong length, multibase, version or character → Cid_Malformed, nothing is listed or delivered

import base64
import hashlib

import pytest

from tests.reverts import reverts

DIGEST = hashlib.sha256(b"a delivery").digest()
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


def in_base(alphabet, data):
    """`data` as a number; leading zero bytes become the first letter."""
    number, text = int.from_bytes(data, "big"), ""
    while number:
        number, digit = divmod(number, len(alphabet))
        text = alphabet[digit] + text
    return alphabet[0] * (len(data) - len(data.lstrip(b"\0"))) + text


def base32(data):
    return base64.b32encode(data).decode().lower().rstrip("=")


def varint(number):
    """Unsigned LEB128, as multicodecs are written."""
    low, rest = number & 0x7F, number >> 7
    return bytes([low | 0x80]) + varint(rest) if rest else bytes([low])


def cid_bytes(codec, digest=DIGEST, hash_code=0x12):
    return b"\1" + varint(codec) + varint(hash_code) + varint(len(digest)) + digest


RAW, DAG_PB, DAG_CBOR, DAG_JSON, LIBP2P_KEY, GIT_RAW = 0x55, 0x70, 0x71, 0x0129, 0x72, 0x78
MULTIHASH = b"\x12\x20" + DIGEST

VALID = {
    "v0": in_base(BASE58, MULTIHASH),
    "v0 of an empty file": "QmbFMke1KXqnYyBBWxB74N4c5SBnJMVAiMNRcGu6x1AwQH",
    **{
        f"base32 codec {codec:#x}": "b" + base32(cid_bytes(codec))
        for codec in (RAW, DAG_PB, DAG_CBOR, DAG_JSON, LIBP2P_KEY, GIT_RAW)
    },
    "base58": "z" + in_base(BASE58, cid_bytes(DAG_PB)),
    "base36": "k" + in_base(BASE36, cid_bytes(LIBP2P_KEY)),
    "hex": "f" + cid_bytes(RAW).hex(),
    "sha1": "b" + base32(cid_bytes(GIT_RAW, hashlib.sha1(b"").digest(), 0x11)),
    "sha3-384": "b" + base32(cid_bytes(RAW, hashlib.sha3_384(b"").digest(), 0x15)),
    "sha512": "b" + base32(cid_bytes(RAW, hashlib.sha512(b"").digest(), 0x13)),
    "blake2b-256": "b" + base32(cid_bytes(RAW, hashlib.blake2b(b"", digest_size=32).digest(), 0xB220)),
    "one byte of identity": "b" + base32(cid_bytes(RAW, b"x", 0)),
    "identity that fills 128 characters": ("b" + base32(cid_bytes(RAW, b"x" * 75, 0))),
}

V0, V1 = VALID["v0"], VALID["base32 codec 0x55"]

MALFORMED = {
    "empty": "",
    "one letter": "b",
    "a word": "hello, market",
    "path": f"/ipfs/{V1}"[:60],
    "address": "ipfs://" + V1,
    "v0 one short": V0[:-1],
    "v0 one long": V0 + "1",
    "v0 with a zero": V0[:-1] + "0",
    "v0 with an I": V0[:-1] + "I",
    "v0 with an l": V0[:20] + "l" + V0[21:],
    "v0 of another hash": "QN" + V0[2:],
    "base32 in capitals": V1.upper(),
    "base32 with a capital in the middle": V1[:30] + "A" + V1[31:],
    "base32 with a one": V1[:-1] + "1",
    "base32 with an eight": V1[:40] + "8" + V1[41:],
    "base32 with padding": V1 + "=",
    "base32 with a space at the end": V1 + " ",
    "base32 with a line feed": V1[:31] + "\n" + V1[32:],
    "base32 with a byte above 127": V1[:-2] + "é",
    "base32 of version 2": "b" + base32(b"\2" + cid_bytes(RAW)[1:]),
    "base32 of version 0": "b" + base32(b"\0" + cid_bytes(RAW)[1:]),
    "base58 with a zero": VALID["base58"][:-1] + "0",
    "base36 with a capital": VALID["base36"][:-1] + "A",
    "base36 with a hyphen": VALID["base36"][:-1] + "-",
    "hex of odd digits": VALID["hex"][:-1],
    "hex in capitals": "f" + cid_bytes(RAW).hex().upper(),
    "hex of version 2": "f02" + VALID["hex"][3:],
    "hex with a g": VALID["hex"][:-1] + "g",
    "unknown multibase": "x" + V1[1:],
    "bare multihash in hex": MULTIHASH.hex(),
    "zero bytes": "\0" * 46,
}


def test_vectors__lengths__are_what_they_say():
    assert len(V0) == 46
    assert len(VALID["identity that fills 128 characters"]) == 128
    assert len({len(cid) for cid in VALID.values()}) >= 8


@pytest.mark.second_evm
@pytest.mark.parametrize("cid", VALID.values(), ids=VALID)
def test_list_and_deliver__valid__taken_as_it_is(trade, market, cid):
    offer = trade.list(cid=cid)
    assert market.Listed.from_receipt(offer.receipt)[0].cid == cid
    order = trade.accepted(offer)
    receipt = trade.deliver(order, cid=cid)
    assert receipt.events == [market.OrderDelivered(id=order.id, cid=cid)]


@pytest.mark.parametrize("cid", MALFORMED.values(), ids=MALFORMED)
def test_list__malformed__reverts(trade, market, cid):
    with reverts(market.Cid_Malformed, cid=cid):
        trade.list(cid=cid)


@pytest.mark.parametrize("name", ["empty", "v0 one short", "base32 in capitals", "hex of odd digits"])
def test_deliver__malformed__reverts(trade, market, move, name):
    order = trade.accepted()
    before = trade.state(order)
    with move(), reverts(market.Cid_Malformed, cid=MALFORMED[name]):
        trade.deliver(order, cid=MALFORMED[name])
    assert trade.state(order) == before


@pytest.mark.parametrize("length", [129, 1_000])
def test_list_and_deliver__too_long__reverts(trade, market, length):
    order = trade.accepted()
    cid = V1.ljust(length, "a")
    with reverts(market.Cid_TooLong, length=length, max=128):
        trade.list(cid=cid)
    with reverts(market.Cid_TooLong, length=length, max=128):
        trade.deliver(order, cid=cid)
