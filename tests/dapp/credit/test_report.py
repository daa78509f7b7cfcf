# Report
# ├── to_json, parse → the same report
# ├── signed_by, check_signature → the attestor's alone, over every part of it
# ├── fact_key → merchant, kind and fact, whoever reports it and when
# └── parse: what no report is → BadReport with the part and its value
# values_of: a field's value that its rule doesn't allow → BadField with name, value and what would be right

import contextlib
import json
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from web3 import Web3

from dapp.credit import load_rules
from dapp.credit.errors import BadField, BadReport, Refusal, Unsigned, WrongSignature
from dapp.credit.fields import value_of, values_of
from dapp.credit.report import Report
from dapp.credit.rules import Field, FieldType

from .reports import FIELDS, NOON, OUTSIDER, SELLER, report

RULES = load_rules()
NO_CHAIN = Web3(Web3.HTTPProvider("http://127.0.0.1:9"))


@pytest.mark.parametrize("kind", FIELDS)
def test_parse__what_was_written__the_same_report(kind):
    made = report(kind)
    again = Report.parse(made.to_json())
    assert again == made
    assert again.digest == made.digest
    assert set(values_of(again, RULES.for_report(kind))) == set(FIELDS[kind])


def test_check_signature__the_attestors__good_and_no_other():
    made = report()
    made.check_signature(NO_CHAIN)
    with pytest.raises(Unsigned):
        replace(made, signature=b"").check_signature(NO_CHAIN)
    forged = report(signer=OUTSIDER)
    with pytest.raises(WrongSignature):
        made.signed_by(OUTSIDER)
    assert forged.digest != made.digest


@pytest.mark.parametrize(
    "change",
    [
        {"chain_id": 1},
        {"credit": "0x" + "D" * 40},
        {"merchant": OUTSIDER.address},
        {"kind": "knowledge"},
        {"fact": "fact-2"},
        {"fields": (("hours", "40"), ("rating", "4"))},
        {"issued_at": NOON + 1},
        {"valid_until": NOON + 1},
    ],
)
def test_digest__one_part_changed__another(change):
    made = report()
    assert replace(made, **change).digest != made.digest


def test_fact_key__reported_again_by_another__the_same():
    first, again = report(), report(signer=OUTSIDER, issued_at=NOON + 5, fields={"hours": "9"})
    assert first.fact_key == again.fact_key
    others = (report(fact="fact-2"), report("knowledge"), report(merchant=OUTSIDER.address))
    assert len({first.fact_key, *(each.fact_key for each in others)}) == 4


# -- bad files --------------------------------------------------------------------------------


def changed(**changes):
    """A report's JSON with some keys set, or taken out with None."""
    plain = report().to_plain() | changes
    return json.dumps({key: value for key, value in plain.items() if value is not None}).encode()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "it isn't JSON"),
        (b"[]", "it isn't a JSON object"),
        (b"[" * 5_000, "it is nested too deeply"),
        (b'{"a": ' * 100 + b"1" + b"}" * 100, "it is nested too deeply"),
        (b"\xff{}", "it isn't text"),
        (b" " * 300_000, "it has 300,000 bytes"),
        (changed(schema="offer"), "its “schema” isn't “credit-report”"),
        (changed(fact=None), "it lacks “fact”"),
        (changed(points=20), "it has “points”, which means nothing"),
        (changed(chainId="31337"), "“chainId” is “31337”: it must be a whole number"),
        (changed(chainId=True), "“chainId” is True"),
        (changed(issuedAt=-5), "“issuedAt” is -5: it must be a whole number"),
        (changed(issuedAt=1.5), "“issuedAt” is 1.5: it must be a whole number"),
        (changed(validUntil=10**30), "“validUntil” is 1" + "0" * 30),
        (changed(issuedAt=float("nan")), "“issuedAt” is nan"),
        (changed(merchant="0x1234"), "“merchant” is “0x1234”: it must be an address"),
        (changed(merchant="0x" + "0" * 40), "it must be an address"),
        (changed(attestor=7), "“attestor” is 7"),
        (changed(fact="a b"), "“fact” is “a b”"),
        (changed(fact="x" * 65), "“fact” is “xxx"),
        (changed(fact="a\nb"), "“fact” is"),
        (changed(kind=["identity"]), "“kind” is ['identity']"),
        (changed(fields=[1]), "“fields” must be an object"),
        (changed(fields={"Bad Name": "1"}), "“Bad Name” is no field's name"),
        (changed(fields={str(n): "1" for n in range(33)}), "of at most 32"),
        (changed(fields={"hours": float("nan")}), "the field “hours” is nan: it must be a text in quotes"),
        (changed(fields={"hours": float("inf")}), "the field “hours” is inf"),
        (changed(fields={"hours": 1.5}), "the field “hours” is 1.5"),
        (changed(fields={"hours": 10**40}), "the field “hours”"),
        (changed(fields={"hours": None}), "the field “hours” is None"),
        (changed(fields={"hours": {"a": 1}}), "the field “hours” is {'a': 1}"),
        (changed(fields={"hours": "1\u202e2"}), "the field “hours”"),
        (changed(fields={"hours": "1" * 501}), "the field “hours”"),
        (changed(fields={"standards": ["a,b"]}), "the field “standards”"),
        (changed(signature="0xzz"), "“signature” must be a text of hexadecimal digits"),
        (changed(signature=12), "“signature” must be"),
        (changed(signature="0x" + "00" * 5_000), "“signature” has more than 4,096 bytes"),
    ],
)
def test_parse__no_report__refused_with_the_part(data, reason):
    with pytest.raises(BadReport) as refused:
        Report.parse(data)
    assert reason in refused.value.values["reason"]
    assert refused.value.sentence("zh").startswith("这不是一份报告")


@given(st.binary(max_size=200) | st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(
        st.sampled_from([*report().to_plain(), "x"]), inner, max_size=12), max_leaves=20,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_parse__anything__a_report_or_a_refusal(data):
    with contextlib.suppress(Refusal):
        assert Report.parse(data).digest


# -- fields -----------------------------------------------------------------------------------

NUMBER = Field("x", FieldType.NUMBER, Fraction(1), Fraction(10))


@pytest.mark.parametrize(
    "text", ["", "NaN", "nan", "inf", "-1", "0.999", "10.001", "1e1", "1_0", "0x5", "5.", "1.0001", "٣", "99"]
)  # fmt: skip
def test_value_of__no_number_within_its_bounds__refused_with_both(text):
    with pytest.raises(BadField) as refused:
        value_of(NUMBER, text)
    assert refused.value.values["value"] == text
    assert refused.value.values["expected"] == "a number from 1 to 10, with at most three decimals"


@pytest.mark.parametrize(("text", "number"), [("1", 1), ("10.000", 10), ("2.5", Fraction(5, 2))])
def test_value_of__a_number__exact(text, number):
    assert value_of(NUMBER, text) == number


def test_value_of__the_other_types__as_declared():
    assert value_of(Field("x", FieldType.FLAG), "true") is True
    assert value_of(Field("x", FieldType.LIST), " a , b c,") == ("a", "b c")
    assert value_of(Field("x", FieldType.TEXT), "") == ""
    assert value_of(Field("x", FieldType.TIME), "2027-03-31") == 1_806_451_200
    assert value_of(Field("x", FieldType.TIME), "2027-03-31T00:00:01Z") == 1_806_451_201


@pytest.mark.parametrize(
    ("field", "text"),
    [
        (Field("x", FieldType.FLAG), "yes"),
        (Field("x", FieldType.TEXT, one_of=("a", "b")), "c"),
        (Field("x", FieldType.LIST, one_of=("a", "b")), "a, c"),
        (Field("x", FieldType.LIST), ",".join(map(str, range(40)))),
        (Field("x", FieldType.TIME), "tomorrow"),
        (Field("x", FieldType.TIME), "2027-02-30"),
        (Field("x", FieldType.TIME), "9999-01-01"),
        (Field("x", FieldType.TIME), "1800000000"),
    ],
)
def test_value_of__something_else__refused(field, text):
    with pytest.raises(BadField):
        value_of(field, text)


def test_values_of__a_field_too_many_or_too_few__refused_by_name():
    rule = RULES.for_report("mentoring")
    made = report()
    with pytest.raises(BadField, match="“extra” is “1”: it must be one of hours, rating"):
        values_of(replace(made, fields=(*made.fields, ("extra", "1"))), rule)
    with pytest.raises(BadField, match="“rating” is “”: it must be given"):
        values_of(replace(made, fields=(("hours", "1"),)), rule)


def test_report__from_the_merchant_himself__signs_all_the_same():
    assert report(signer=SELLER).attestor == SELLER.address
