"""What would raise a score, by the rules and the merchant's own numbers.

usual_order
└── none → none; some → the median of the token that most are in
orders_until
├── any record: as many as playing them one by one takes, and one fewer doesn't do
└── the dimensions end before → None
buyers_for
└── as many as the pair's cap makes it, each for whole orders
ways
└── the rules of a dimension's reports that add, the most first, no more than there is room for
held_by_rule
└── what was given and not taken back
"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.credit import compile_table, load_rules
from dapp.credit.advice import buyers_for, held_by_rule, orders_until, usual_order, ways
from dapp.domain.credit import GOLD, SERVICE_MAX, TRADE_MAX, Dimension, MerchantScore

RULES = load_rules()
TABLE = compile_table(RULES)
COIN, OTHER = "0x" + "0" * 40, "0x" + "1" * 40


def played(missing, trade, service, weight, stars):
    """The same, one order after the other, by the reference model."""
    merchant = MerchantScore(trade=trade, service=service)
    goal, count = merchant.score + missing, 0
    while merchant.score < goal:
        before = merchant.score
        merchant.gain(weight)
        if stars:
            merchant.rate(stars, weight)
        if merchant.score == before:
            return None
        count += 1
    return count


@given(
    missing=st.integers(1, 300_000),
    trade=st.integers(0, TRADE_MAX),
    service=st.integers(0, SERVICE_MAX),
    weight=st.integers(500, TABLE.max_weight),
    stars=st.sampled_from((0, 3, 4, 5)),
)
def test_orders_until__any_record__as_playing_them(missing, trade, service, weight, stars):
    found = orders_until(missing, trade, service, weight, TABLE, stars=stars)
    assert found == played(missing, trade, service, weight, stars)


def test_orders_until__a_newcomer_to_gold__as_the_credit_page_says():
    """docs/credit.md, washing: 100 points of weight with five stars on each order."""
    missing = GOLD - 600_000
    assert orders_until(missing, 240_000, 180_000, 10_000, TABLE, stars=5) == 10
    assert orders_until(missing, 240_000, 180_000, 10_000, TABLE) is None


def test_orders_until__nothing_is_weighed__none():
    assert orders_until(1, 240_000, 180_000, 0, TABLE) is None


@pytest.mark.parametrize(
    ("orders", "weight", "buyers"), [(9, 10_000, 3), (10, 10_000, 4), (10, 7_000, 3), (1, 1, 1), (5, 0, 5)]
)
def test_buyers_for__the_pairs_cap__whole_orders(orders, weight, buyers):
    assert buyers_for(orders, weight, TABLE) == buyers


def test_usual_order__some__the_median_of_the_commonest_token():
    assert usual_order([]) is None
    assert usual_order([(OTHER, 7)]) == (OTHER, 7)
    assert usual_order([(COIN, 5), (OTHER, 1_000), (COIN, 1), (COIN, 9), (COIN, 2)]) == (COIN, 2)


@pytest.mark.parametrize("dimension", [Dimension.COMPLIANCE, Dimension.COMMUNITY, Dimension.SECURITY])
def test_ways__a_dimension__its_adding_rules_within_the_room(dimension):
    adding = {
        rule.name for rule in RULES.rules if rule.report and rule.sign > 0 and rule.dimension is dimension
    }
    found = ways(RULES, dimension, 100_000)
    assert {way.rule.name for way in found} == adding
    assert [way.most for way in found] == sorted((way.most for way in found), reverse=True)
    assert all(0 < way.most <= 20_000 for way in found)
    assert all(way.most <= 1_500 for way in ways(RULES, dimension, 1_500))
    assert ways(RULES, dimension, 0) == []


def test_ways__compliance__what_the_file_says():
    assert {way.rule.name: way.most for way in ways(RULES, Dimension.COMPLIANCE, 100_000)} == {
        "certificate-held": 15_000,
        "identity-verified": 12_000,
    }


def test_held_by_rule__given_and_taken__the_rest():
    assert held_by_rule([("a", 8_000), ("b", 1_000), ("a", -500)]) == {"a": 7_500, "b": 1_000}
