"""The values of a report's fields, as its rule declares them."""

from datetime import UTC, datetime
from fractions import Fraction
from typing import Final

from dapp.credit.errors import BadField
from dapp.credit.report import Report
from dapp.credit.rules import Field, FieldType, Rule, Value
from dapp.lined_yaml import NUMBER, decimal

_TIMES: Final = ("%Y-%m-%d", "%Y-%m-%dT%H:%M:%SZ")
_MOST_ITEMS: Final = 32
_FLAGS: Final = {"true": True, "false": False}


def values_of(report: Report, rule: Rule) -> dict[str, Value]:
    """The report's values by field, all that the rule declares and no others. Raises BadField."""
    given = dict(report.fields)
    for name, text in given.items():
        if name not in rule.fields:
            raise BadField(name=name, value=text, expected=f"one of {', '.join(rule.fields)}")
    for name in rule.fields:
        if name not in given:
            raise BadField(name=name, value="", expected="given")
    return {name: value_of(field, given[name]) for name, field in rule.fields.items()}


def value_of(field: Field, text: str) -> Value:
    """A field's value. Raises BadField."""
    if field.type is FieldType.NUMBER:
        return _number(field, text)
    if field.type is FieldType.TIME:
        return _time(field, text)
    if field.type is FieldType.FLAG:
        if text not in _FLAGS:
            raise BadField(name=field.name, value=text, expected="true or false")
        return _FLAGS[text]
    if field.type is FieldType.LIST:
        items = tuple(item.strip() for item in text.split(",") if item.strip())
        if len(items) > _MOST_ITEMS:
            raise BadField(name=field.name, value=text, expected=f"at most {_MOST_ITEMS} texts")
        return tuple(_option(field, item) for item in items)
    return _option(field, text)


def _option(field: Field, text: str) -> str:
    if field.one_of and text not in field.one_of:
        raise BadField(name=field.name, value=text, expected=f"one of {', '.join(field.one_of)}")
    return text


def _number(field: Field, text: str) -> Fraction:
    number = Fraction(text) if NUMBER.fullmatch(text) else None
    if number is None or not field.low <= number <= field.high:
        wanted = f"a number from {decimal(field.low)} to {decimal(field.high)}, with at most three decimals"
        raise BadField(name=field.name, value=text, expected=wanted)
    return number


def _time(field: Field, text: str) -> Fraction:
    for pattern in _TIMES:
        try:
            moment = datetime.strptime(text, pattern).replace(tzinfo=UTC)
        except ValueError:
            continue
        if 1970 <= moment.year < 2200:
            return Fraction(int(moment.timestamp()))
    raise BadField(name=field.name, value=text, expected="a day as 2027-03-31, or 2027-03-31T12:00:00Z")
