"""The rules of the two market dimensions as the contract's table of numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from fractions import Fraction
from typing import Final

from dapp.credit.errors import BadRules
from dapp.credit.evaluation import points_of
from dapp.credit.rules import GAINED, STARS, WEIGHT, Condition, Event, Rule, RuleBook, Value
from dapp.domain.credit import Dimension
from dapp.domain.credit_table import TENTHS, CreditTable
from dapp.lined_yaml import Mistakes, decimal

_Slot = tuple[Event, Dimension]
_LOSSES: Final[Mapping[_Slot, str]] = {
    (Event.REFUNDED, Dimension.TRADE): "refund",
    (Event.MISSED, Dimension.TRADE): "missed",
    (Event.RULED, Dimension.TRADE): "ruled_trade",
    (Event.RULED, Dimension.SERVICE): "ruled_service",
}
_SETTLED: Final[_Slot] = (Event.SETTLED, Dimension.TRADE)
_RATED: Final[_Slot] = (Event.RATED, Dimension.SERVICE)
_CANT: Final = "the market's table can't express it: "


def compile_table(rules: RuleBook) -> CreditTable:
    """The table that a market of these rules is deployed with; `.pack()` is its constructor's word.

    Raises BadRules for what the table can't express, with the lines.
    """
    mistakes = Mistakes()
    table = check_table(rules, mistakes, complete=True)
    if mistakes.found:
        raise BadRules(rules.name, mistakes.found)
    return table


def check_table(book: RuleBook, mistakes: Mistakes, *, complete: bool) -> CreditTable:
    """The table, with everything noted that it can't express. complete: a missing rule is a mistake."""
    slots = _slots(book, mistakes)
    if complete:
        for slot in (_SETTLED, *_LOSSES, _RATED):
            if not slots.get(slot):
                what = f"no rule of the event `{slot[0].value}` for `{slot[1].name.lower()}`"
                mistakes.note(
                    book.market.lines[""], "rules", what, "must be one: the market's table has a place for it"
                )
    factors = {name: _loss(slots.get(slot, []), mistakes) for slot, name in _LOSSES.items()}
    for rule in slots.get(_SETTLED, []):
        if _points(rule, {WEIGHT: Fraction(1)}, mistakes) not in (None, 1):
            mistakes.note(
                rule.line, _path(rule), "another factor than 1", f"{_CANT}an order gains its weight"
            )
    given = {name: factor for name, factor in factors.items() if factor is not None}
    numbers = book.market
    table = CreditTable(numbers.max_weight, numbers.pair_cap, numbers.epoch_days, numbers.seasoned)
    table = replace(table, **given, stars=_stars(slots.get(_RATED, []), mistakes, table.stars))
    _check_bounds(table, slots, book, mistakes)
    return table


def _slots(book: RuleBook, mistakes: Mistakes) -> dict[_Slot, list[Rule]]:
    """The rules by their place in the table: one each, but for ratings one that adds and one that takes."""
    slots: dict[_Slot, list[Rule]] = {}
    for rule in book.rules:
        if rule.event is None:
            continue
        slot = (rule.event, rule.dimension)
        if slot != _RATED and slot != _SETTLED and slot not in _LOSSES:
            where = f"“{rule.event.value}” for `{rule.dimension.name.lower()}`"
            places = ", ".join(
                f"{event.value}: {side.name.lower()}" for event, side in (_SETTLED, *_LOSSES, _RATED)
            )
            mistakes.note(rule.at("event"), f"{_path(rule)}.event", where, f"{_CANT}it has {places}")
            continue
        if slot != _RATED and rule.sign != (1 if slot == _SETTLED else -1):
            wanted = "additive" if slot == _SETTLED else "subtractive"
            mistakes.note(
                rule.at("type"), f"{_path(rule)}.type", "the other type", f"{_CANT}must be `{wanted}`"
            )
            continue
        taken = [each for each in slots.get(slot, []) if slot != _RATED or each.sign == rule.sign]
        if taken:
            first = f"contradicts `{taken[0].name}` of line {taken[0].line}: one rule has this place"
            mistakes.note(rule.at("event"), f"{_path(rule)}.event", f"“{rule.event.value}” again", first)
            continue
        slots.setdefault(slot, []).append(rule)
    return slots


def _loss(rules: Iterable[Rule], mistakes: Mistakes) -> int | None:
    for rule in rules:
        points = _points(rule, {WEIGHT: Fraction(1)}, mistakes)
        return None if points is None else _tenths(rule, points, 255, mistakes)
    return None


def _stars(
    rules: list[Rule], mistakes: Mistakes, default: tuple[int, int, int, int, int]
) -> tuple[int, int, int, int, int]:
    """What each number of stars moves, in tenths of what the order gained."""
    found = list(default)
    for number in range(1, 6):
        parts = []
        for rule in rules:
            points = _points(rule, {GAINED: Fraction(1), STARS: Fraction(number)}, mistakes)
            tenths = None if points is None else _tenths(rule, points, 127, mistakes)
            if tenths is None:
                return default
            parts += [(rule, rule.sign * tenths)] if tenths else []
        if len(parts) > 1:
            both = f"contradicts `{parts[0][0].name}` of line {parts[0][0].line}: both move something"
            mistakes.note(parts[1][0].line, _path(parts[1][0]), f"{number} stars", both)
        found[number - 1] = sum(tenths for _, tenths in parts)
    first, second, third, fourth, fifth = found
    return first, second, third, fourth, fifth


def _points(rule: Rule, values: Mapping[str, Value], mistakes: Mistakes) -> Fraction | None:
    """The rule's factor, if it is one; else noted, and None."""
    base = GAINED if rule.event is Event.RATED else WEIGHT
    if rule.points or rule.cap is not None:
        key = "points" if rule.points else "max"
        mistakes.note(
            rule.at(key), f"{_path(rule)}.{key}", "a number of points", f"{_CANT}only factors of `{base}`"
        )
        return None
    odd = [each for each in rule.conditions if not _is_factor(each, base)]
    for condition in odd:
        kind = f"a condition on `{condition.field}`"
        wanted = f"`{base}` times a multiplier" + (", and comparisons of `stars`" if base == GAINED else "")
        mistakes.note(condition.line, _path(rule), kind, f"{_CANT}it has {wanted}")
    scaled = [each for each in rule.conditions if each.scales and each.field == base]
    if len(scaled) != 1 and not odd:
        times = f"{len(scaled)} conditions that multiply `{base}`"
        mistakes.note(rule.line, _path(rule), times, f"{_CANT}it has exactly one")
        return None
    return None if odd else points_of(rule, values)


def _is_factor(condition: Condition, base: str) -> bool:
    if condition.amount is not None or condition.ranges:
        return False
    return condition.scales if condition.field == base else condition.field == STARS and not condition.scales


def _tenths(rule: Rule, points: Fraction, most: int, mistakes: Mistakes) -> int | None:
    tenths = points * TENTHS
    if tenths.denominator != 1 or tenths > most:
        allowed = f"{_CANT}whole tenths, at most {decimal(Fraction(most, TENTHS))}"
        mistakes.note(rule.line, _path(rule), f"× {decimal(points)}", allowed)
        return None
    return int(tenths)


def _check_bounds(
    table: CreditTable, slots: Mapping[_Slot, list[Rule]], book: RuleBook, mistakes: Mistakes
) -> None:
    """The bounds that the contract refuses a table by, at the lines that its numbers come from."""
    by_name = {name: slots[slot][0] for slot, name in _LOSSES.items() if slots.get(slot)}
    told = {each.path for each in mistakes.found}
    for fault in table.faults():
        if f"market.{fault.field}" in told:
            continue
        rule = by_name.get(fault.field)
        if fault.field.startswith("star") and slots.get(_RATED):
            rule = next((each for each in slots[_RATED] if each.sign * fault.value > 0), slots[_RATED][0])
        line, path = (
            (rule.line, _path(rule))
            if rule
            else (book.market.lines.get(fault.field, 0), f"market.{fault.field}")
        )
        mistakes.note(line, path, f"{fault.value}", f"must be {fault.allowed}")


def _path(rule: Rule) -> str:
    return f"rules.{rule.name}"
