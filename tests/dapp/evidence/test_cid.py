"""Content identifiers: every form that the contracts take, one canonical text; everything else refused."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.evidence.cid import DAG_PB, RAW, SHA2_256, Cid, cid_in, read_uvarint, uvarint
from dapp.evidence.errors import NotACid

V1 = "bafkreifzjut3te2nhyekklss27nh3k72ysco7y32koao5eei66wof36n5e"  # hello world, as nodes give it
V0 = "QmRtvAAEXmFbEd1WZwQJWeqdMogHEsusJM9ZRs29b7hZ4c"


def base_n(number, alphabet):
    text = ""
    while number:
        number, digit = divmod(number, len(alphabet))
        text = alphabet[digit] + text
    return text


NUMBER = int.from_bytes(bytes(Cid.parse(V1)), "big")
BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"
BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
FORMS = {
    "base32": V1,
    "base58": "z" + base_n(NUMBER, BASE58),
    "base36": "k" + base_n(NUMBER, BASE36),
    "hex": "f" + bytes(Cid.parse(V1)).hex(),
}


@pytest.mark.parametrize("form", FORMS)
def test_parse__every_form__one_canonical_text(form):
    assert str(Cid.parse(FORMS[form])) == V1
    assert cid_in(f"/ipfs/{FORMS[form]}") == V1


def test_parse__both_versions__what_they_name():
    assert Cid.parse(V1).names(b"hello world")
    assert Cid.parse(V1).is_checkable
    assert (str(Cid.parse(V0)), Cid.parse(V0).version, Cid.parse(V0).codec) == (V0, 0, DAG_PB)
    assert not Cid.parse(V1).names(b"hello world!")


@given(
    version=st.sampled_from([0, 1]),
    codec=st.sampled_from([RAW, DAG_PB, 0x71, 0x0129]),
    digest=st.binary(min_size=32, max_size=32),
)
def test_cid__any__reads_back(version, codec, digest):
    cid = Cid(version, codec if version else DAG_PB, SHA2_256, digest)
    assert Cid.parse(str(cid)) == Cid.from_bytes(bytes(cid)) == cid


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Qm",
        V0[:-1],
        V0 + "a",
        V1[:-1],
        V1 + "a",
        V1.upper(),
        V1 + "=",
        V1[:-1] + "f",  # bits left over
        "b" + base64.b32encode(b"\x02" + bytes(Cid.parse(V1))[1:]).decode().rstrip("=").lower(),
        "b" + base64.b32encode(b"\x01\x55\x12\x1f" + bytes(31)).decode().rstrip("=").lower(),
        "m" + base64.b64encode(bytes(Cid.parse(V1))).decode(),
        "f01551220zz" + "0" * 62,
        "z" + "1" * 127 + "1" * 5,
        "/ipfs/" + V1 + "/file.json",
        "ⅠⅡⅢⅣⅤⅥⅦⅧⅨ",
    ],
)
def test_parse__anything_else__refused(text):
    with pytest.raises(NotACid) as caught:
        cid_in(text)
    assert len(str(caught.value)) < 300


@given(st.text(max_size=140) | st.text("bafkrei234567", max_size=140).map(lambda tail: "b" + tail))
def test_cid_in__any_text__cid_or_refused(text):
    try:
        canonical = cid_in(text)
    except NotACid as error:
        canonical, sentence = V1, str(error)
        assert_one_line(sentence)
    assert str(Cid.parse(canonical)) == canonical


def assert_one_line(sentence):
    assert len(sentence) < 300
    assert "\n" not in sentence


@given(st.integers(0, 2**63 - 1))
def test_uvarint__any_number__reads_back(number):
    data = uvarint(number)
    assert read_uvarint(b"\xff" + data, 1) == (number, len(data) + 1)


@pytest.mark.parametrize("data", [b"", b"\x80", b"\x80\x00", b"\xff" * 10])
def test_read_uvarint__malformed__refused(data):
    with pytest.raises(ValueError, match=r".+"):
        read_uvarint(data, 0)
