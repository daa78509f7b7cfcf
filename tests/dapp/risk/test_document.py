# document_of, keep, read_assessment
# ├── the document → ERC-1497 with every factor in words, and its arithmetic; read back → the same assessment
# ├── what only the server knows → points alone, under no name, in words neither
# ├── any amount → exact
# ├── every factor → a sentence in both languages
# └── foreign bytes → BadDocument, or what they say, never more

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dapp.domain.bounds import ZERO_ADDRESS
from dapp.evidence.box import EvidenceBox
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import BadDocument
from dapp.evidence.store import LocalStore
from dapp.index.rows import Head
from dapp.risk.document import Finding, Origin, document_of, keep, read_assessment
from dapp.risk.engine import PRIVATE, assess
from dapp.risk.features import FEATURES
from dapp.risk.rules import RuleSet, load_rules
from dapp.risk.wording import feature_words, sentence, words
from tests.dapp.risk.sales import BUYER, COIN, NOW, SELLER, sale
from tests.dapp.risk.test_engine import TRIGGERS, dossier, merged

RULES = load_rules()
ORIGIN = Origin(31_337, SELLER)
PUBLIC = sorted(set(TRIGGERS) - PRIVATE - {"referral_circle"})


def finding(names, **facts):
    found = dossier(**{**merged(names), **facts})
    return Finding(assess(found, RULES), found.sale, Head(7, b"\x11" * 32, NOW))


def test_document__factors__are_told_in_words_and_figures():
    found = finding(PUBLIC)
    data = document_of(found, ORIGIN)
    document, fields = EvidenceDocument.parse(data), json.loads(data)
    assert document.name == f"Risk of order 0x{found.sale.id.hex()[:8]}…"
    told = document.description.split("\n")
    assert told[0] == "100 of 100 points; from 75 on, the review is held."
    assert [int(line.partition(":")[0]) for line in told[1:]] == [
        each.points for each in found.assessment.factors
    ]
    assert (
        "30: The order's 1 ETH is more than 5 times what the buyer paid on average: 0.1999"
        in document.description
    )
    assert fields["arithmetic"] == "min(100 + 50 + 45 + 30 + 25 + 15 + 10, 100) = 100"
    assert fields["block"] == {"number": 7, "hash": "0x" + "11" * 32, "timestamp": NOW}
    assert (fields["chainId"], fields["market"], fields["rules"]) == (31_337, SELLER, RULES.digest)
    assert (fields["buyer"], fields["seller"], fields["token"]) == (BUYER, SELLER, ZERO_ADDRESS)


def test_document__read_back__is_the_same_assessment():
    found = finding(PUBLIC)
    assert read_assessment(document_of(found, ORIGIN)) == found.assessment


def test_document__nothing_against_it__says_so():
    document = EvidenceDocument.parse(document_of(finding([]), ORIGIN))
    assert document.description.split("\n")[1:] == ["Nothing speaks against the order."]


def test_document__what_only_the_server_knows__is_points_alone():
    data = document_of(finding(["new_device", "shared_device"]), ORIGIN)
    factors = json.loads(data)["factors"]
    assert factors == [{"name": "private", "points": 60}, {"name": "private", "points": 20}]
    assert b"device" not in data
    read = read_assessment(data)
    assert [(each.name, each.points, dict(each.values)) for each in read.factors] == [
        ("private", 60, {}), ("private", 20, {}),
    ]  # fmt: skip


@given(st.integers(1, 2**128 - 1))
def test_document__any_amount__is_exact(base):
    found = finding([], sale=sale(100, base=base), bought=tuple(sale(n, base=1) for n in (1, 2, 3)))
    data = document_of(found, ORIGIN)
    assert json.loads(data)["amount"] == str(base)
    assert read_assessment(data) == found.assessment


def test_keep__document__is_in_the_store_under_its_cid(tmp_path):
    box = EvidenceBox(LocalStore(tmp_path))
    cid = keep(finding(["blocked"]), box, ORIGIN)
    assert box.get(cid) == document_of(finding(["blocked"]), ORIGIN)
    assert keep(finding(["blocked"]), box, ORIGIN) == cid
    assert [waiting.cid for waiting in box.waiting()] == [cid]


@pytest.mark.parametrize("language", ["en", "zh"])
def test_words__every_factor_and_feature__has_a_sentence(language):
    for name in RuleSet.__struct_fields__:
        [factor] = assess(dossier(**TRIGGERS[name]), RULES).factors
        told = sentence(factor, lambda units: f"{units // COIN} coins", language, public=False)
        assert told != name
        assert "{" not in told
        assert (sentence(factor, str, language) == words("private", language)) == factor.is_private
    assert all(feature_words(name, language) != f"feature_{name}" for name in FEATURES)


GOOD = json.loads(document_of(finding(["payment_ring", "amount_jump"]), ORIGIN))


@pytest.mark.parametrize(
    "change",
    [
        {"schema": "capture"},
        {"order": "0x12"},
        {"order": "0x" + "G" * 64},
        {"score": 101},
        {"score": -1},
        {"score": "75"},
        {"score": 7.5},
        {"threshold": None},
        {"assessedAt": -5},
        {"factors": "many"},
        {"factors": [{"name": "x" * 201, "points": 1}]},
        {"factors": [{"name": "x", "points": 10**30}]},
        {"factors": [{"name": "x", "points": 1, "values": {"a": {"b": 1}}}]},
        {"factors": [{"name": "amount_jump", "points": 1, "values": {"amount": "much"}}]},
        {"factors": [{"name": "x", "points": 1}] * 51},
    ],
)
def test_read__other_than_an_assessment__is_refused(change):
    with pytest.raises(BadDocument):
        read_assessment(json.dumps({**GOOD, **change}).encode())


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"\xff", b"[" * 100_000, b"x" * 300_000])
def test_read__no_document__is_refused(data):
    with pytest.raises(BadDocument):
        read_assessment(data)


values = st.dictionaries(st.text(max_size=9), st.text(max_size=9) | st.lists(st.text(max_size=9), max_size=3))


@given(st.sampled_from([*RuleSet.__struct_fields__, "unheard_of"]), values)
@settings(max_examples=60)
def test_sentence__foreign_values__never_fail(name, given_values):
    factor = {"name": name, "points": 5, "values": given_values}
    try:
        read = read_assessment(json.dumps({**GOOD, "factors": [factor]}).encode())
    except BadDocument:
        return
    assert sentence(read.factors[0], str, public=False)
