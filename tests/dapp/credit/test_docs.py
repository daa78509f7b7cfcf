# docs/credit.md → has the shipped rules: each kind with its rule and dimension, and the numbers of the table

import re
from pathlib import Path

import pytest

from dapp.credit import load_rules

PAGE = (Path(__file__).parents[3] / "docs" / "credit.md").read_text()
RULES = load_rules()
CELLS = [[cell.strip() for cell in line.split("|")] for line in re.findall(r"^\|(.*)\|$", PAGE, re.M)]
ROWS = {cells[0].strip("`"): cells for cells in CELLS}


@pytest.mark.parametrize("rule", [rule for rule in RULES.rules if rule.report], ids=lambda rule: rule.name)
def test_credit_md__a_kind_of_report__as_its_rule_has_it(rule):
    _kind, name, dimension, points, later = ROWS[rule.report]
    assert (name, dimension) == (f"`{rule.name}`", rule.dimension.name.capitalize())
    assert points.startswith("+" if rule.sign > 0 else "−")
    for each in rule.conditions:
        given = [each.amount or 0, *(one.amount for one in each.ranges)]
        assert all(f" {float(amount):g}" in f" {points}" for amount in given if amount), each
    if rule.cap:
        assert f"at most {float(rule.cap):g}" in points
    if rule.limit:
        assert f"{rule.limit.points / 1_000:g} in {rule.limit.days} days" in points
    if rule.expires:
        assert later == f"ends at `{rule.expires}`"
    if rule.decay:
        step, every, after = rule.decay.points / 1_000, rule.decay.every // 86_400, rule.decay.after // 86_400
        assert later == f"{step:g} {'off' if rule.sign > 0 else 'back'} each {every} days from day {after}"


def test_credit_md__the_markets_numbers__as_the_file_has_them():
    assert f"`w = min(fee / unit, {RULES.market.max_weight // 1_000})` points" in PAGE
    pair = f"{RULES.market.pair_cap // 1_000} points in an epoch of {RULES.market.epoch_days} days"
    assert pair in PAGE
    assert f"until they have earned {RULES.market.seasoned // 1_000} points of weight" in PAGE.replace(
        "\n", " "
    )
    assert f"older than {RULES.reports.max_age // 86_400} days" in PAGE
    assert f"more than {RULES.reports.attestor_daily // 1_000} points of one attestor on a day" in PAGE
