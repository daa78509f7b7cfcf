"""Typed fields out of a parsed YAML mapping, with errors that name the place of the fault."""

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from operations.errors import BadParameters

UNITS = {"ether": 10**18, "gwei": 10**9, "wei": 1}
_AMOUNT = re.compile(r"(\d+(?:\.\d+)?)\s*(ether|gwei|wei)?")


class Reader:
    """Takes typed fields out of a mapping; every error says where in the file the fault is."""

    def __init__(self, values: Any, where: str) -> None:
        if not isinstance(values, Mapping):
            raise BadParameters(f"{where} must be a mapping, not {values!r}.")
        self._values, self._where = dict(values), where

    def take(self, key: Any) -> Any:
        if key not in self._values:
            raise BadParameters(f"{self._where} lacks `{key}`.")
        return self._values.pop(key)

    def at(self, key: Any) -> str:
        return f"{self._where}.{key}"

    def number(self, key: str, low: int, high: int) -> int:
        return bounded(self.take(key), self.at(key), low, high)

    def amount(self, key: str, low: int, high: int, *, unit: int = 1) -> int:
        value = parse_amount(self.take(key), self.at(key))
        if value % unit:
            raise BadParameters(f"{self.at(key)} is {value} wei: it must be a multiple of {unit} wei.")
        return bounded(value, self.at(key), low, high)

    def reader(self, key: str) -> "Reader":
        return Reader(self.take(key), self.at(key))

    def done(self) -> None:
        if self._values:
            unknown = ", ".join(f"`{key}`" for key in self._values)
            raise BadParameters(f"{self._where} has {unknown}, which means nothing.")


def bounded(value: Any, where: str, low: int, high: int) -> int:
    """The value, if it is a whole number within its bounds. Raises BadParameters."""
    if not isinstance(value, int) or isinstance(value, bool) or not low <= value <= high:
        raise BadParameters(f"{where} is {value!r}: it must be a whole number from {low} to {high}.")
    return value


def parse_amount(value: Any, where: str = "amount") -> int:
    """Wei of `0.1 ether`, `5 gwei` or a whole number. Raises BadParameters."""
    match = _AMOUNT.fullmatch(str(value).strip())
    try:
        wei = Decimal(match[1]) * UNITS[match[2] or "wei"] if match else Decimal("NaN")
    except InvalidOperation:
        wei = Decimal("NaN")
    if wei.is_nan() or wei != wei.to_integral_value():
        raise BadParameters(f"{where} is {value!r}: write a number with `ether` or `gwei`, or whole wei.")
    return int(wei)
