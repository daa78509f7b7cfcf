# assess
# ├── nothing against it → 0, no factor, no hold
# ├── each rule: just enough → its points and values · just not → nothing · 0 points → nothing
# ├── the seed: amount > 5 × average is 30, new device 20, model × 50, threshold 75
# ├── sum → never above 100, holds from the threshold on, most points first
# ├── what only the server knows → marked private
# ├── more facts, a larger amount, a higher model score, more points → never a lower score
# ├── facts in any order → the same assessment
# └── an order that no market had → BadSale

import random
from dataclasses import replace

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.dealings import MoneyKind, MoneyLink
from dapp.domain.orders import Status
from dapp.risk.engine import Device, Dossier, assess, hold_until
from dapp.risk.failures import BadSale
from dapp.risk.features import HOUR
from dapp.risk.model import Reason, Verdict
from dapp.risk.rules import RuleSet, load_rules
from tests.dapp.risk.sales import BUYER, COIN, NOW, SELLER, account, sale

RULES = load_rules()
EARNER, PURSE, STRANGER = account(3), account(4), account(5)


def dossier(**facts):
    order = facts.pop("sale", sale(100))
    return Dossier(order, NOW, **facts)


def found(facts, rules=RULES):
    return {factor.name: factor for factor in assess(facts, rules).factors}


def earlier(*amounts, **more):
    return tuple(sale(n, days_ago=5, base=amount, **more) for n, amount in enumerate(amounts, 1))


def money(source, target, amount=COIN):
    return MoneyLink(source, target, MoneyKind.DEPOSIT, ZERO_ADDRESS, amount, NOW - DAY)


def device(who, name, hours_before):
    at = sale(100).placed_at - hours_before * HOUR
    return Device(who, name, at, at)


def verdict(score):
    return Verdict(score, (Reason("praise", 0.6, 1.0, 0.5), Reason("rhythm", 0.4, -2.0, 0.0)))


def crowd(count, age_hours=71, hours_ago=23):
    """Orders of young accounts, and when those were first seen."""
    orders = [
        sale(200 + n, buyer=account(50 + n), placed_at=sale(100).placed_at - hours_ago * HOUR, changed_at=0)
        for n in range(count)
    ]
    return {
        "sold": tuple(orders),
        "first_seen": {order.buyer: order.placed_at - age_hours * HOUR for order in orders},
    }


TRIGGERS = {
    "amount_jump": {"bought": earlier(COIN // 5 - 1, COIN // 5, COIN // 5)},
    "new_device": {"devices": (device(BUYER, "old", 48), device(BUYER, "new", 23))},
    "model": {"verdict": verdict(0.9)},
    "blocked": {"blocked": {SELLER: "fraud"}},
    "self_dealing": {"links": (money(SELLER, PURSE, COIN // 10), money(PURSE, BUYER))},
    "shared_device": {"devices": (device(BUYER, "one", 48), device(SELLER, "one", 0))},
    "referral_circle": {"sale": sale(100, earners=(EARNER,)), "links": (money(EARNER, SELLER),)},
    "lineage": {"referrers": {SELLER: None, EARNER: SELLER, BUYER: EARNER}},
    "payment_ring": {"purchases": (sale(1, days_ago=2, buyer=SELLER, seller=BUYER),)},
    "new_accounts": crowd(5),
}
JUST_NOT = {
    "amount_jump": [
        {"bought": earlier(COIN // 5, COIN // 5, COIN // 5)},
        {"bought": earlier(1, 1)},
        {"bought": earlier(1, 1, 1, token=STRANGER)},
        {"bought": earlier(1, 1, 1, COIN, status=Status.CANCELLED)},
        {"bought": tuple(replace(each, key=101) for each in earlier(1, 1, 1))},
    ],
    "new_device": [
        {"devices": (device(BUYER, "old", 48), device(BUYER, "new", 24))},
        {"devices": (device(BUYER, "first", 1),)},
        {"devices": (device(BUYER, "old", 48), device(BUYER, "after", -1))},
        {"devices": (device(SELLER, "old", 48), device(SELLER, "new", 1))},
    ],
    "model": [{}, {"verdict": verdict(0.0)}, {"verdict": verdict(0.9), "simulated": True}],
    "blocked": [{"blocked": {STRANGER: "fraud"}}],
    "self_dealing": [
        {"links": (money(SELLER, PURSE, COIN // 10 - 1), money(PURSE, BUYER))},
        {"links": (money(SELLER, PURSE), money(PURSE, STRANGER), money(STRANGER, BUYER))},
        {"links": (money(SELLER, PURSE), money(PURSE, BUYER)), "hubs": frozenset({PURSE})},
    ],
    "shared_device": [{"devices": (device(BUYER, "one", 48), device(SELLER, "other", 48))}],
    "referral_circle": [
        {"links": (money(EARNER, SELLER),)},
        {"sale": sale(100, earners=(EARNER,)), "links": (money(EARNER, STRANGER),)},
    ],
    "lineage": [{"referrers": {EARNER: None, SELLER: EARNER, BUYER: EARNER}}],
    "payment_ring": [{"purchases": (sale(1, days_ago=32, buyer=SELLER, seller=BUYER),)}],
    "new_accounts": [crowd(4), crowd(5, age_hours=72), crowd(5, hours_ago=24)],
}


def test_assess__nothing_against_it__is_0_and_no_hold():
    assessment = assess(dossier(), RULES)
    assert (assessment.score, assessment.factors, assessment.proposes_hold) == (0, (), False)
    assert (assessment.order_id, assessment.rules) == (sale(100).id, RULES.digest)


@pytest.mark.parametrize("name", RuleSet.__struct_fields__)
def test_rule__just_enough__gives_its_points_and_0_points_switch_it_off(name):
    expected = getattr(RULES.rules, name).points * (90 if name == "model" else 100) // 100
    factors = found(dossier(**TRIGGERS[name]))
    assert {name: factor.points for name, factor in factors.items()} == {name: expected}
    off = msgspec.structs.replace(getattr(RULES.rules, name), points=0)
    rules = msgspec.structs.replace(RULES, rules=msgspec.structs.replace(RULES.rules, **{name: off}))
    assert found(dossier(**TRIGGERS[name]), rules) == {}


@pytest.mark.parametrize(
    ("name", "facts"), [(name, facts) for name, several in JUST_NOT.items() for facts in several]
)
def test_rule__just_not__says_nothing(name, facts):
    assert name not in found(dossier(**facts))


def test_factors__name_the_values_that_they_rest_on():
    def values(name):
        return dict(found(dossier(**TRIGGERS[name]))[name].values)

    assert values("amount_jump") == {"amount": COIN, "average": COIN // 5 - 1, "orders": 3, "times": 5}
    assert values("model") == {"permille": 900, "features": ("praise", "rhythm")}
    assert values("self_dealing") == {"accounts": (BUYER, PURSE, SELLER)}
    assert values("referral_circle") == {"accounts": (EARNER, SELLER)}
    assert values("lineage") == {"accounts": (SELLER, EARNER, BUYER)}
    assert values("payment_ring") == {"accounts": (BUYER, SELLER, BUYER)}
    assert values("new_accounts") == {"buyers": 5, "hours": 24}
    assert values("blocked") == {"accounts": (SELLER,)}


def test_factors__what_only_the_server_knows__is_private():
    for name in RuleSet.__struct_fields__:
        assert found(dossier(**TRIGGERS[name]))[name].is_private == (name in ("new_device", "shared_device"))


def test_assess__the_seed_s_rules__hold_from_75_on():
    facts = {**TRIGGERS["amount_jump"], **TRIGGERS["new_device"]}
    below = assess(dossier(**facts, verdict=verdict(0.48)), RULES)
    assert (below.score, below.proposes_hold) == (74, False)
    enough = assess(dossier(**facts, verdict=verdict(0.5)), RULES)
    assert (enough.score, enough.proposes_hold) == (75, True)
    assert [factor.name for factor in enough.factors] == ["amount_jump", "model", "new_device"]


def test_assess__everything_against_it__is_100():
    facts = {}
    for trigger in TRIGGERS.values():
        for name, value in trigger.items():
            facts[name] = facts[name] + value if isinstance(value, tuple) and name in facts else value
    assessment = assess(dossier(**facts), RULES)
    assert assessment.score == 100 < sum(factor.points for factor in assessment.factors)


names = st.sets(st.sampled_from(list(TRIGGERS)))


def merged(chosen):
    facts = {}
    for name in sorted(chosen):
        for part, value in TRIGGERS[name].items():
            facts[part] = facts[part] + value if isinstance(value, tuple) and part in facts else value
    return facts


@given(names, names)
def test_score__more_facts__is_never_lower(some, more):
    scores = [assess(dossier(**merged(chosen)), RULES).score for chosen in (some, some | more)]
    assert 0 <= scores[0] <= scores[1] <= 100


@given(
    st.lists(st.integers(1, 2**100), min_size=3, max_size=6), st.integers(1, 2**128), st.integers(0, 2**128)
)
def test_amount_jump__larger_order__is_never_less_of_a_jump(amounts, base, more):
    def points(amount):
        return assess(dossier(sale=sale(100, base=amount), bought=earlier(*amounts)), RULES).score

    assert points(base) <= points(base + more)
    average_times = base * len(amounts) > 5 * sum(amounts)
    assert points(base) == (30 if average_times else 0)


@given(st.floats(0, 1), st.floats(0, 1))
def test_model__higher_score__never_gives_fewer_points(one, other):
    low, high = sorted((one, other))
    scores = [assess(dossier(verdict=verdict(score)), RULES).score for score in (low, high)]
    assert 0 <= scores[0] <= scores[1] <= 50


@given(names, st.randoms(use_true_random=False))
@settings(max_examples=50)
def test_assess__facts_in_any_order__is_the_same(chosen, chance: random.Random):
    facts = merged(chosen)
    shuffled = {
        name: tuple(chance.sample(value, len(value))) if isinstance(value, tuple) else value
        for name, value in facts.items()
    }
    assert assess(dossier(**facts), RULES) == assess(dossier(**shuffled), RULES)


@pytest.mark.parametrize("change", [{"base": 0}, {"base": -1}, {"stars": 9}, {"placed_at": NOW + 1}])
def test_assess__an_order_that_no_market_had__is_refused(change):
    with pytest.raises(BadSale, match="Order 0x"):
        assess(dossier(sale=sale(100, **change)), RULES)


def test_hold_until__is_beyond_the_sealed_end_by_the_hours():
    assert hold_until(NOW, RULES) == NOW + 7 * DAY
