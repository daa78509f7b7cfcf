"""What a rule gives for some values, with its arithmetic."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from operator import eq, ge, gt, le, lt, ne
from typing import Any, Final

from dapp.credit.rules import Condition, Rule, Value
from dapp.lined_yaml import decimal

THOUSANDTHS: Final = 1_000

OPERATORS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "==": eq,
    "!=": ne,
    ">=": ge,
    ">": gt,
    "<=": le,
    "<": lt,
    "in": lambda value, options: value in options,
    "contains": lambda value, part: part in value,
}
"""How a field's value and a condition's are compared. A text contains a part, a list an item."""


@dataclass(frozen=True)
class Outcome:
    """What a rule asks for: thousandths of a point with their sign, and how they came about, step by step."""

    delta: int
    arithmetic: tuple[str, ...]


def evaluate(rule: Rule, values: Mapping[str, Value]) -> Outcome:
    """What the rule gives for the values of its fields, all of which must be there.

    Exact until the end, where it is rounded toward zero to thousandths of a point; within the rule's cap.
    """
    if (failed := _failed(rule, values)) is not None:
        return Outcome(0, (f"{text_of(failed)} doesn't hold for {shown(values[failed.field])}",))
    lines = [f"{decimal(rule.points)} to begin with"] if rule.points else []
    lines += [step for each in rule.conditions if (step := _step(each, values))]
    total, factor = _sums(rule, values)
    points = total * factor
    lines.append(f"{_fraction(total)} × {_fraction(factor)} = {_fraction(points)}")
    if rule.cap is not None and points > rule.cap:
        points = rule.cap
        lines.append(f"at most {decimal(points)}")
    return Outcome(rule.sign * int(points * THOUSANDTHS), tuple(lines))


def points_of(rule: Rule, values: Mapping[str, Value]) -> Fraction:
    """The rule's points without sign, cap and rounding."""
    if _failed(rule, values) is not None:
        return Fraction(0)
    total, factor = _sums(rule, values)
    return total * factor


def _failed(rule: Rule, values: Mapping[str, Value]) -> Condition | None:
    """The first requirement that doesn't hold."""
    return next((each for each in rule.conditions if each.is_requirement and not holds(each, values)), None)


def _sums(rule: Rule, values: Mapping[str, Value]) -> tuple[Fraction, Fraction]:
    total, factor = rule.points, Fraction(1)
    for condition in rule.conditions:
        added, scaled = effect(condition, values)
        total, factor = total + added, factor * scaled
    return total, factor


def effect(condition: Condition, values: Mapping[str, Value]) -> tuple[Fraction, Fraction]:
    """What a condition adds to the points, and what it multiplies them by."""
    value = values[condition.field]
    if condition.scales and isinstance(value, Fraction) and condition.multiplier is not None:
        return value * condition.multiplier, Fraction(1)
    if condition.ranges and isinstance(value, Fraction):
        return sum((each.amount for each in condition.ranges if each.holds(value)), Fraction(0)), Fraction(1)
    if condition.is_requirement or not holds(condition, values):
        return Fraction(0), Fraction(1)
    return condition.amount or Fraction(0), Fraction(
        1
    ) if condition.multiplier is None else condition.multiplier


def holds(condition: Condition, values: Mapping[str, Value]) -> bool:
    """Whether a condition with an operator holds."""
    return OPERATORS[condition.operator](values[condition.field], condition.value)


def text_of(condition: Condition) -> str:
    """A condition's comparison as it reads."""
    return f"{condition.field} {condition.operator} {shown(condition.value)}"


def shown(value: Value) -> str:
    """A value as a report writes it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Fraction):
        return decimal(value)
    return value if isinstance(value, str) else ", ".join(shown(each) for each in value)


def _step(condition: Condition, values: Mapping[str, Value]) -> str:
    """What a condition does, as a line; empty where it does nothing."""
    added, scaled = effect(condition, values)
    if condition.is_requirement:
        return f"{text_of(condition)} holds"
    if condition.scales and condition.multiplier is not None:
        value, times = shown(values[condition.field]), decimal(condition.multiplier)
        return f"{condition.field} {value} × {times}: + {_fraction(added)}"
    if condition.ranges:
        return f"{condition.field} {shown(values[condition.field])}: + {decimal(added)}"
    if not holds(condition, values):
        return ""
    return f"{text_of(condition)}: " + (
        f"+ {decimal(added)}" if condition.multiplier is None else f"× {decimal(scaled)}"
    )


def _fraction(number: Fraction) -> str:
    """A number exactly: as a decimal where three places hold it, else as a fraction."""
    return decimal(number) if (number * THOUSANDTHS).denominator == 1 else str(number)
