# evaluate
# ├── each form of a condition → what it adds or multiplies, with its line of arithmetic
# ├── a requirement that doesn't hold → nothing
# └── any rule and values → whatever the conditions' order, within the rule's most and cap, signed as its type

from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.credit import load_rules
from dapp.credit.checks import most_points
from dapp.credit.evaluation import evaluate, points_of
from dapp.credit.rules import Condition, Field, FieldType, Range, Rule
from dapp.domain.credit import Dimension

RULES = load_rules()
NEVER = Fraction(0)
ALL = ("ISO 27001", "ISO 9001", "SOC 2")


@pytest.mark.parametrize(
    ("kind", "values", "delta"),
    [
        ("identity", {"level": Fraction(3), "until": NEVER}, 12_000),
        ("certificate", {"standards": (), "audited": False, "until": NEVER}, 2_000),
        ("certificate", {"standards": ("ISO 27001", "SOC 2"), "audited": False, "until": NEVER}, 12_000),
        ("certificate", {"standards": ("ISO 27001",), "audited": True, "until": NEVER}, 10_000),
        ("certificate", {"standards": ALL, "audited": True, "until": NEVER}, 15_000),
        ("violation", {"severity": Fraction("3.999"), "repeated": False}, -3_000),
        ("violation", {"severity": Fraction(4), "repeated": True}, -16_000),
        ("violation", {"severity": Fraction(10), "repeated": True}, -20_000),
        ("knowledge", {"format": "answer", "readers": Fraction(99)}, 1_000),
        ("knowledge", {"format": "course", "readers": Fraction(1_000)}, 5_000),
        ("mentoring", {"hours": Fraction("0.5"), "rating": Fraction("2.9")}, 0),
        ("mentoring", {"hours": Fraction("1.333"), "rating": Fraction(3)}, 333),
        ("mentoring", {"hours": Fraction(40), "rating": Fraction(5)}, 8_000),
        ("two-factor", {"method": "sms", "until": NEVER}, 4_000),
        ("two-factor", {"method": "passkey", "until": NEVER}, 14_000),
        ("log-in-anomalies", {"attempts": Fraction(4), "succeeded": True}, 0),
        ("log-in-anomalies", {"attempts": Fraction(100), "succeeded": True}, -15_000),
    ],
)  # fmt: skip
def test_evaluate__a_shipped_rule__its_points_and_sign(kind, values, delta):
    assert evaluate(RULES.for_report(kind), values).delta == delta


def test_evaluate__arithmetic__says_each_step():
    certificate = RULES.for_report("certificate")
    values = {"standards": ALL, "audited": True, "until": NEVER}
    assert evaluate(certificate, values).arithmetic == (
        "2 to begin with",
        "standards contains ISO 27001: + 6",
        "standards contains ISO 9001: + 4",
        "standards contains SOC 2: + 4",
        "audited == true: × 1.25",
        "16 × 1.25 = 20",
        "at most 15",
    )
    mentoring = RULES.for_report("mentoring")
    refused = evaluate(mentoring, {"hours": Fraction(1), "rating": Fraction(2)})
    assert refused.arithmetic == ("rating >= 3 doesn't hold for 2",)
    taken = evaluate(mentoring, {"hours": Fraction("1.333"), "rating": Fraction(3)})
    assert taken.arithmetic == (
        "rating >= 3 holds",
        "hours 1.333 × 0.25: + 1333/4000",
        "1333/4000 × 1 = 1333/4000",
    )


# -- any rule ---------------------------------------------------------------------------------

numbers = st.integers(0, 12_000).map(lambda thousandths: Fraction(thousandths, 1_000))
factors = st.integers(0, 3_000).map(lambda thousandths: Fraction(thousandths, 1_000))
FIELDS = {
    "n": Field("n", FieldType.NUMBER, Fraction(0), Fraction(12)),
    "m": Field("m", FieldType.NUMBER, Fraction(0), Fraction(12)),
    "t": Field("t", FieldType.TEXT),
    "l": Field("l", FieldType.LIST),
    "f": Field("f", FieldType.FLAG),
}
words = st.sampled_from(["a", "b", "ab"])
effects = st.one_of(
    st.just({}), factors.map(lambda x: {"multiplier": x}), numbers.map(lambda x: {"amount": x})
)


def compared(name, operators, values):
    return st.builds(
        lambda operator, value, effect: Condition(name, 1, operator, value, **effect),
        st.sampled_from(operators),
        values,
        effects,
    )


@st.composite
def ranged(draw):
    edges = sorted(draw(st.sets(st.integers(0, 12), min_size=2, max_size=5)))
    ends = [*edges[1:], None]
    ranges = [Range(Fraction(low), None if high is None else Fraction(high), draw(numbers), 1)
              for low, high in zip(edges, ends, strict=True)]  # fmt: skip
    return Condition("n", 1, ranges=tuple(ranges))


conditions = st.one_of(
    compared("n", ["==", "!=", ">=", ">", "<=", "<"], numbers),
    compared("t", ["==", "!=", "contains"], words),
    compared("l", ["contains"], words),
    compared("f", ["=="], st.booleans()),
    factors.map(lambda x: Condition("m", 1, multiplier=x)),
    ranged(),
)
rules = st.builds(
    lambda sign, given, points, cap: Rule(
        "r", sign, Dimension.SECURITY, tuple(given), 1, report="r", fields=FIELDS, points=points, cap=cap
    ),
    st.sampled_from([1, -1]),
    st.lists(conditions, min_size=1, max_size=6),
    numbers,
    st.none() | numbers.filter(bool),
)
values = st.fixed_dictionaries(
    {"n": numbers, "m": numbers, "t": words, "l": st.lists(words).map(tuple), "f": st.booleans()}
)


@given(rules, values, st.randoms(use_true_random=False))
def test_evaluate__conditions_in_any_order__the_same_points(rule, given_values, random):
    mixed = list(rule.conditions)
    random.shuffle(mixed)
    other = evaluate(replace(rule, conditions=tuple(mixed)), given_values)
    assert other.delta == evaluate(rule, given_values).delta


@given(rules, values)
def test_evaluate__any_rule__signed_within_its_most_and_its_cap(rule, given_values):
    outcome = evaluate(rule, given_values)
    most = most_points(rule)
    assert 0 <= points_of(rule, given_values) <= most
    bound = most if rule.cap is None else min(most, rule.cap)
    assert 0 <= outcome.delta * rule.sign <= bound * 1_000
    assert outcome.arithmetic
