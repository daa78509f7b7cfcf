"""Whether the rules fit together: nothing that contradicts itself, nothing that counts twice or overflows."""

from collections.abc import Iterable
from fractions import Fraction
from itertools import pairwise

from dapp.credit.evaluation import holds, text_of
from dapp.credit.rules import Condition, FieldType, Rule, RuleBook, Single
from dapp.lined_yaml import Mistakes, decimal


def check_rules(book: RuleBook, mistakes: Mistakes, daily: int) -> None:
    """Note what is wrong with sound rules together. daily: points that a dimension can move in a day."""
    names: dict[str, Rule] = {}
    kinds: dict[str, Rule] = {}
    for rule in book.rules:
        path = f"rules.{rule.name}"
        if (other := names.setdefault(rule.name, rule)) is not rule:
            mistakes.note(
                rule.at("name"), path, "the same name", f"the rule of line {other.line} has it already"
            )
        if rule.report and (other := kinds.setdefault(rule.report, rule)) is not rule:
            again = f"`{other.name}` of line {other.line} reads them already: a fact would count twice"
            mistakes.note(rule.at("report"), f"{path}.report", f"“{rule.report}”", again)
        _check_requirements(rule, mistakes)
        if rule.report:
            _check_size(rule, mistakes, daily)


def _check_requirements(rule: Rule, mistakes: Mistakes) -> None:
    """No two requirements on a field may shut each other out."""
    for name in {condition.field: None for condition in rule.conditions if condition.is_requirement}:
        required = [each for each in rule.conditions if each.is_requirement and each.field == name]
        if not any(
            all(holds(each, {name: value}) for each in required) for value in _tried(rule, name, required)
        ):
            texts = " and ".join(f"“{text_of(each)}” of line {each.line}" for each in required)
            kind = "contradicts what the field can be" if len(required) == 1 else "contradict each other"
            mistakes.note(
                required[-1].line, f"rules.{rule.name}", texts, f"{kind}: the rule would never apply"
            )


def _tried(rule: Rule, name: str, required: list[Condition]) -> Iterable[Single | tuple[Single, ...]]:
    """Values of a field of which one fulfils the requirements, if any does."""
    field = rule.fields[name]
    given: list[Single] = []
    for each in required:
        given += each.value if isinstance(each.value, tuple) else (each.value,)
    if field.type is FieldType.FLAG:
        return (True, False)
    if field.type is FieldType.LIST:
        return (tuple(given),)
    if field.type is FieldType.NUMBER:
        bounds = sorted({field.low, field.high, *(each for each in given if isinstance(each, Fraction))})
        return [*bounds, *((low + high) / 2 for low, high in pairwise(bounds))]
    texts = [each for each in given if isinstance(each, str)]
    return field.one_of or (*texts, " ".join(texts), "\0".join(texts))


def _check_size(rule: Rule, mistakes: Mistakes, daily: int) -> None:
    """What one report moves must fit into a day, and be something."""
    most = most_points(rule)
    path = f"rules.{rule.name}"
    if rule.cap is not None and rule.cap > daily:
        allowed = f"a merchant's dimension moves by at most {daily} points a day"
        mistakes.note(rule.at("max"), f"{path}.max", f"“{decimal(rule.cap)}”", allowed)
    elif rule.cap is None and most > daily:
        could = f"one report could move up to {decimal(most)} points"
        mistakes.note(rule.line, path, could, f"give `max`, at most {daily}, what may move in a day")
    if most == 0:
        mistakes.note(rule.line, path, "every report", "moves nothing by this rule: take it out")
    given = min(most, rule.cap or most)
    if rule.decay and not rule.decay.points < given * 1_000:
        taken = f"a step takes all of the {decimal(given)} points: use `expires`, or smaller ones"
        mistakes.note(
            rule.at("decay"),
            f"{path}.decay.points",
            f"“{decimal(Fraction(rule.decay.points, 1_000))}”",
            taken,
        )


def most_points(rule: Rule) -> Fraction:
    """An upper bound of what one report can be worth, its cap apart."""
    total, factor = rule.points, Fraction(1)
    for condition in rule.conditions:
        if condition.scales and condition.multiplier is not None:
            total += rule.fields[condition.field].high * condition.multiplier
        elif condition.multiplier is not None:
            factor *= max(condition.multiplier, Fraction(1))
        total += condition.amount or 0
        total += max((each.amount for each in condition.ranges), default=Fraction(0))
    return total * factor
