"""docs/handbook.md and its translation have the shipped rules, and nothing but them.

each rule → its row: dimension, every number that the rule has and no other
the dimensions, tiers and other numbers → as the contracts' mirrors have them
both pages → have the same rules and headings' number
"""

import re
from fractions import Fraction
from pathlib import Path

import pytest

from dapp.credit import compile_table, load_rules
from dapp.credit.evaluation import points_of
from dapp.credit.rules import GAINED, STARS, WEIGHT, Event
from dapp.domain import bounds
from dapp.domain.credit import (
    ATTESTED_BASE,
    ATTESTED_MAX,
    DIAMOND,
    GOLD,
    SERVICE_BASE,
    SERVICE_MAX,
    SILVER,
    TIER_FEE_PERCENT,
    TRADE_BASE,
    TRADE_MAX,
    Dimension,
    Tier,
)
from dapp.widgets.i18n import text_of

DOCS = Path(__file__).parents[3] / "docs"
PAGES = {"en": DOCS / "handbook.md", "zh": DOCS / "handbook.zh-CN.md"}
RULES = load_rules()
TABLE = compile_table(RULES)
NUMBER = re.compile(r"(?<![\w.,])\d+(?:\.\d+)?(?![\w]|\.\d)")
FROM = {Tier.DIAMOND: DIAMOND, Tier.GOLD: GOLD, Tier.SILVER: SILVER, Tier.WATCH: 0}


def page(language):
    return PAGES[language].read_text(encoding="utf-8")


def rows(language):
    lines = re.findall(r"^\|(.*)\|$", page(language), re.M)
    cells = [[cell.strip() for cell in line.split("|")] for line in lines]
    return {each[0].strip("`"): each for each in cells}


def shown(number):
    return f"{float(number):g}"


def said(rule):
    """The numbers that a row must have."""
    if rule.event is Event.RATED:
        stars = [n for n in range(1, 6) if points_of(rule, {STARS: Fraction(n), GAINED: Fraction(1)})]
        return {shown(points_of(rule, {STARS: Fraction(n), GAINED: Fraction(1)})) for n in stars} | {
            str(n) for n in stars
        }
    if rule.event is not None:
        return {shown(points_of(rule, {WEIGHT: Fraction(1)}))}
    found = {rule.points, rule.cap}
    for each in rule.conditions:
        found |= {each.amount, each.multiplier, *(one.amount for one in each.ranges)}
    if rule.limit:
        found |= {Fraction(rule.limit.points, 1_000), Fraction(rule.limit.days)}
    if rule.decay:
        days = (rule.decay.after // bounds.DAY, rule.decay.every // bounds.DAY)
        found |= {Fraction(rule.decay.points, 1_000), *map(Fraction, days)}
    return {shown(number) for number in found if number}


def allowed(rule):
    """What it may have besides: bounds of fields, and what conditions compare with."""
    compared = {each.value for each in rule.conditions if isinstance(each.value, Fraction)}
    ends = {end for field in rule.fields.values() for end in (field.low, field.high)}
    return {shown(number) for number in (*compared, *ends)}


@pytest.mark.parametrize("language", list(PAGES))
@pytest.mark.parametrize("rule", RULES.rules, ids=lambda rule: rule.name)
def test_handbook__a_rule__has_its_numbers_and_no_other(rule, language):
    _name, dimension, when, points, later = rows(language)[rule.name]
    assert dimension == text_of(f"credit.dimensions.{rule.dimension.name.lower()}", language)
    text = f"{when} {points} {later}"
    for each in rule.conditions:
        if isinstance(each.value, str):
            text = text.replace(each.value, "")
    found = set(NUMBER.findall(text))
    assert said(rule) <= found
    assert found <= said(rule) | allowed(rule)
    if rule.event is None:
        sign, other = ("+", "−") if rule.sign > 0 else ("−", "+")
        assert sign in points
        assert other not in points


@pytest.mark.parametrize("language", list(PAGES))
def test_handbook__rules__all_of_them_and_none_besides(language):
    named = re.findall(r"^\| `([a-z-]+)` \|", page(language), re.M)
    assert named == [rule.name for rule in RULES.rules]


@pytest.mark.parametrize("language", list(PAGES))
@pytest.mark.parametrize("dimension", list(Dimension))
def test_handbook__a_dimension__its_bounds(dimension, language):
    first = {Dimension.TRADE: TRADE_BASE, Dimension.SERVICE: SERVICE_BASE}.get(dimension, ATTESTED_BASE // 3)
    most = {Dimension.TRADE: TRADE_MAX, Dimension.SERVICE: SERVICE_MAX}.get(dimension, ATTESTED_MAX // 3)
    row = rows(language)[text_of(f"credit.dimensions.{dimension.name.lower()}", language)]
    assert row[2:] == [str(first // 1_000), str(most // 1_000)]


@pytest.mark.parametrize("language", list(PAGES))
@pytest.mark.parametrize("tier", list(Tier))
def test_handbook__a_tier__what_it_begins_at_costs_and_grants(tier, language):
    row = rows(language)[text_of(f"services.tiers.{tier.name.lower()}", language)]
    assert row[1] == str(FROM[tier] // 1_000)
    assert f"{TIER_FEE_PERCENT[tier]} %" in row[2]
    assert row[4] == ("× 2" if tier >= Tier.GOLD else "× 1")
    limits = (f"{bounds.WATCH_REVIEW_WINDOW // 3_600} ", f" {bounds.WATCH_SETTLE_DAYS} ")
    assert all((limit in row[6]) == (tier is Tier.WATCH) for limit in limits)


@pytest.mark.parametrize("language", list(PAGES))
def test_handbook__the_markets_numbers__as_the_file_has_them(language):
    text = page(language).replace("\n", " ")
    weight, cap = RULES.market.max_weight // 1_000, RULES.market.pair_cap // 1_000
    phrases = {
        "en": (
            f"up to {weight} points",
            f"at most {cap} points in {RULES.market.epoch_days} days",
            f"has earned {RULES.market.seasoned // 1_000} points",
            f"up to {bounds.MAX_HOLD // bounds.DAY} days longer",
            f"never more than {bounds.MAX_REBATE_BPS // 100} %",
            f"within {bounds.RATING_WINDOW // bounds.DAY} days of the order's end",
            f"ends at {(TRADE_MAX + SERVICE_BASE + ATTESTED_BASE) // 1_000} points",
        ),
        "zh": (
            f"最多 {weight} 分",
            f"{RULES.market.epoch_days} 天内最多为您加 {cap} 分",
            f"累积 {RULES.market.seasoned // 1_000} 分",
            f"最多 {bounds.MAX_HOLD // bounds.DAY} 天",
            f"最多 {bounds.MAX_REBATE_BPS // 100} %",
            f"结束后 {bounds.RATING_WINDOW // bounds.DAY} 天内",
            f"最多到 {(TRADE_MAX + SERVICE_BASE + ATTESTED_BASE) // 1_000} 分",
        ),
    }
    assert not [phrase for phrase in phrases[language] if phrase not in text]
    assert TABLE.weight_of(250_000_000_000_000_000, 200, 10**15) == 5_000  # the order of 0.25 ETH


def test_handbook__pages__have_as_many_headings():
    counts = [len(re.findall(r"^## ", page(language), re.M)) for language in PAGES]
    assert counts[0] == counts[1]
