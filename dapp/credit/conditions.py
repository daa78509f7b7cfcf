"""Reads one condition of a rule: which of its forms it has, and whether it fits its field."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Final

from dapp.credit.rules import Condition, Field, FieldType, Range, Single, Value
from dapp.lined_yaml import Place, decimal

_MOST: Final = 1_000
_COMPARED: Final = ("==", "!=", ">=", ">", "<=", "<", "in")
_FITTING: Final[Mapping[FieldType, tuple[str, ...]]] = {
    FieldType.NUMBER: _COMPARED,
    FieldType.TEXT: ("==", "!=", "in"),
    FieldType.FLAG: ("==",),
    FieldType.LIST: (),
    FieldType.TIME: (),
}
_FORMS: Final = "give `operator` and `value`, `contains`, `multiplier` or `ranges`"


def read_condition(place: Place, fields: Mapping[str, Field], sign: int) -> Condition:
    """A condition on one of `fields`, in a rule that adds (sign +1) or subtracts (−1); mistakes are noted."""
    amount, other = ("bonus", "penalty") if sign > 0 else ("penalty", "bonus")
    keys = ("operator", "value", "contains", "multiplier", "bonus", "penalty", "ranges")
    before = len(place.mistakes.found)
    given = place.fields(("field",), keys)
    if "field" not in given or not fields:
        return Condition("", place.line)
    name = given["field"].choice(*fields)
    field = fields[name]
    if other in given:
        rule = "an additive rule adds" if sign > 0 else "a subtractive rule takes"
        given[other].wrong(f"contradicts the rule's type: {rule}, so write `{amount}`")
    if len(place.mistakes.found) == before:
        _one_form(place, given, amount)
    operator, value = _comparison(given, field)
    return Condition(
        field=name,
        line=place.line,
        operator=operator,
        value=value,
        multiplier=_multiplier(given["multiplier"], field, operator) if "multiplier" in given else None,
        amount=given[amount].number(0, _MOST) if amount in given else None,
        ranges=_ranges(given["ranges"], field, amount) if "ranges" in given else (),
    )


def _one_form(place: Place, given: Mapping[str, Place], amount: str) -> None:
    """A condition has one of the forms that there are."""
    compares = "operator" in given or "value" in given
    if sum((compares, "contains" in given, "ranges" in given)) > 1:
        place.wrong("mixes forms: one of `operator` with `value`, `contains` and `ranges`")
    elif "ranges" in given and ("multiplier" in given or amount in given):
        place.wrong(f"mixes forms: ranges carry their own `{amount}`")
    elif "multiplier" in given and amount in given:
        place.wrong(f"mixes forms: `multiplier` or `{amount}`, not both")
    elif amount in given and not compares and "contains" not in given:
        place.wrong(f"must say when: a `{amount}` needs `operator` and `value`, or `contains`")
    elif not compares and not any(key in given for key in ("contains", "multiplier", "ranges")):
        place.wrong(f"says nothing: {_FORMS}")
    for key, partner in (("operator", "value"), ("value", "operator")):
        if key in given and partner not in given:
            place.mistakes.note(place.line, f"{place.path}.{partner}", "missing", f"belongs to `{key}`")


def _comparison(given: Mapping[str, Place], field: Field) -> tuple[str, Value]:
    if "contains" in given:
        if field.type not in (FieldType.TEXT, FieldType.LIST):
            given["contains"].wrong(f"means nothing: `{field.name}` is a {field.type.value}")
            return "contains", ""
        return "contains", _fitting(given["contains"], field)
    if "operator" not in given or "value" not in given:
        return "", False
    operator = given["operator"].choice(*_COMPARED)
    if operator not in _FITTING[field.type]:
        given["operator"].wrong(f"can't compare `{field.name}`, which is a {field.type.value}")
        return operator, False
    if operator == "in":
        return operator, _options(given["value"], field)
    return operator, _fitting(given["value"], field)


def _fitting(place: Place, field: Field) -> Single:
    """A value that the field can have, or for `contains` a part of one."""
    if field.type is FieldType.NUMBER:
        return place.number(field.low, field.high)
    value = place.scalar()
    if field.type is FieldType.FLAG:
        if not isinstance(value, bool):
            place.wrong("must be true or false")
        return value is True
    if not isinstance(value, str):
        place.wrong(f"must be a text, in quotes: `{field.name}` is a {field.type.value}")
        return ""
    if field.one_of and value not in field.one_of:
        place.wrong(f"is nothing that `{field.name}` can be: {', '.join(field.one_of)}")
    return value


def _options(place: Place, field: Field) -> Value:
    """The options of `in`, as the texts or numbers they are compared with."""
    return tuple(_fitting(each, field) for each in place.items(64))


def _multiplier(place: Place, field: Field, operator: str) -> Fraction:
    if not operator and field.type is not FieldType.NUMBER:
        place.wrong(f"multiplies a number, and `{field.name}` is a {field.type.value}: add `operator`")
    return place.number(0, _MOST)


def _ranges(place: Place, field: Field, amount: str) -> tuple[Range, ...]:
    if field.type is not FieldType.NUMBER:
        place.wrong(f"are of numbers, and `{field.name}` is a {field.type.value}")
        return ()
    ranges: list[Range] = []
    for each in place.items(32):
        other = "penalty" if amount == "bonus" else "bonus"
        before = len(each.mistakes.found)
        given = each.fields(("from",), ("to", "bonus", "penalty"))
        if other in given:
            given[other].wrong(f"contradicts the rule's type: write `{amount}`")
        elif amount not in given:
            each.wrong(f"must have a `{amount}`")
        low = given["from"].number(field.low, field.high) if "from" in given else Fraction(0)
        high = given["to"].number(field.low, field.high) if "to" in given else None
        worth = given[amount].number(0, _MOST) if amount in given else Fraction(0)
        if len(each.mistakes.found) > before:
            continue
        if high is not None and high <= low:
            given["to"].wrong(f"must be more than `from`, {decimal(low)}")
        found = Range(low, high, worth, each.line)
        _apart(each, found, ranges)
        ranges.append(found)
    return tuple(ranges)


def _apart(place: Place, found: Range, ranges: list[Range]) -> None:
    for before in ranges:
        starts = before.high is None or found.low < before.high
        ends = found.high is None or before.low < found.high
        if starts and ends:
            place.wrong(f"overlaps the range of line {before.line}: a value would be in both")
