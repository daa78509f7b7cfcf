# compile_table
# ├── what the table can't express, or the contract would refuse → refused with the line
# └── other numbers within the bounds → in the table

import re

import pytest

from dapp.credit import compile_table, parse_rules
from dapp.domain.credit_table import CreditTable

from .rule_files import TEXT, mistakes_of


@pytest.mark.parametrize(
    ("found", "written", "value", "expected"),
    [
        ("event: missed\n    conditions:\n      - { field: weight, multiplier: 5 }", None, "10 tenths", None),
        ("field: weight, multiplier: 3", "field: weight, multiplier: 3.05", "× 3.05", "whole tenths"),
        ("field: weight, multiplier: 3", "field: weight, multiplier: 25.6", "× 25.6", "at most 25.5"),
        (
            "field: gained, multiplier: 1 }",
            "field: gained, multiplier: 1.2 }",
            "12",
            "at most 10 tenths",
        ),
        ('"==", value: 4, multiplier: 0.5', '"==", value: 4, multiplier: 1.5', "15", "one star more, 10"),
        ('stars, operator: ">=", value: 4 }', 'stars, operator: ">=", value: 2 }', "2 stars", "both move"),
        ("pair_cap: 30", "pair_cap: 9.999", "9999", "at least max_weight, 10000"),
        ("event: missed", "event: refunded", "“refunded” again", "contradicts `order-refunded` of line"),
        ("event: settled", "event: ruled", "other type", "must be `subtractive`"),
    ],
)
def test_compile_table__not_in_the_table_or_out_of_bounds__refused_with_its_line(
    found, written, value, expected
):
    if written is None:
        written = found.replace("multiplier: 5", "multiplier: 0.9")
        value, expected = "9", "at least 10 tenths"
    told = mistakes_of(TEXT.replace(found, written))
    matching = [each for each in told if value in each.value and re.search(expected, each.expected)]
    assert matching, "\n".join(map(str, told))
    assert all(each.line > 1 for each in matching)


@pytest.mark.parametrize(
    ("found", "written"),
    [
        ("event: missed\n", "event: missed\n    points: 5\n"),
        ("event: missed\n", "event: missed\n    max: 5\n"),
        ('- { field: stars, operator: "<=", value: 2 }', "- { field: stars, multiplier: 2 }"),
        (
            '- { field: stars, operator: "<=", value: 2 }',
            '- { field: stars, operator: "<=", value: 2, penalty: 2 }',
        ),
    ],
)
def test_compile_table__points_that_are_no_factor__refused(found, written):
    told = mistakes_of(TEXT.replace(found, written))
    assert all("the market's table can't express it" in each.expected for each in told)


def test_compile_table__a_place_of_the_table_has_no_rule__refused():
    start, end = TEXT.index("  - name: deadline-missed"), TEXT.index("  - name: ruling-lost\n")
    told = mistakes_of(TEXT[:start] + TEXT[end:])
    assert [(each.path, each.value) for each in told] == [
        ("rules", "no rule of the event `missed` for `trade`")
    ]


def test_compile_table__other_numbers_within_the_bounds__in_the_table():
    text = (
        TEXT.replace("field: weight, multiplier: 3", "field: weight, multiplier: 2.5")
        .replace("max_weight: 10", "max_weight: 12.5")
        .replace("epoch_days: 30", "epoch_days: 7")
        .replace("value: 2, multiplier: 0.5", "value: 2, multiplier: 0.2")
    )
    assert compile_table(parse_rules(text.encode())) == CreditTable(
        max_weight=12_500, epoch_days=7, ruled_service=25, stars=(-30, -6, 0, 5, 10)
    )
