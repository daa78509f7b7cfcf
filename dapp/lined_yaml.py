"""Rule files: YAML whose values know their lines and paths, so that all that is wrong is told at once.

A getter that finds something wrong notes it and returns a harmless value, so that reading goes on. A key that
is there twice is a mistake, and so is any tag that a value mustn't have.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Final

import yaml

from dapp.plain_yaml import LARGEST, PlainLoader

NUMBER: Final = re.compile(r"-?[0-9]{1,12}(\.[0-9]{1,3})?")
_NUMERIC: Final = ("tag:yaml.org,2002:int", "tag:yaml.org,2002:float")
_FLAG: Final = "tag:yaml.org,2002:bool"
_TEXT: Final = "tag:yaml.org,2002:str"
_FLAGS: Final = {"true": True, "false": False}


class BadRuleFile(ValueError):  # noqa: N818
    """A rule file that can't be used: its name, the line, and why, in one sentence."""

    def __init__(self, name: str, line: int | None, reason: str) -> None:
        self.name, self.line, self.reason = name, line, reason
        super().__init__(f"{name}, line {line}: {reason}" if line else f"{name}: {reason}")

    @classmethod
    def of(cls, name: str, mistakes: "Mistakes") -> "BadRuleFile":
        """With every mistake, the line of the first."""
        first, *others = sorted(set(mistakes.found))
        return cls(name, first.line, "; ".join([first.told, *map(str, others)]))


@dataclass(frozen=True, order=True)
class Mistake:
    """One mistake in a rule file: where it is, what stands there and what would be right."""

    line: int
    path: str
    value: str
    expected: str

    @property
    def told(self) -> str:
        """The mistake without its line."""
        found = f"{self.path} is {self.value}" if self.path else self.value
        return f"{found}: {self.expected}"

    def __str__(self) -> str:
        """The mistake on one line."""
        return f"line {self.line}: {self.told}"


@dataclass
class Mistakes:
    """The mistakes found so far in one file."""

    found: list[Mistake] = field(default_factory=list)

    def note(self, line: int, path: str, value: str, expected: str) -> None:
        """Add one: `value` as it stands at `path`, and what would be right."""
        self.found.append(Mistake(line, path, value, expected))


@dataclass(frozen=True)
class Place:
    """A value of the file: its node, its path from the top, and where mistakes go."""

    node: yaml.Node
    path: str
    mistakes: Mistakes

    @property
    def line(self) -> int:
        """The line on which the value begins, from 1."""
        return int(self.node.start_mark.line) + 1

    def wrong(self, expected: str) -> None:
        """Note that this value isn't what it must be."""
        self.mistakes.note(self.line, self.path, self._shown(), expected)

    # -- structure ------------------------------------------------------------------------------

    def fields(self, needed: Iterable[str], allowed: Iterable[str] = ()) -> dict[str, "Place"]:
        """The values of a mapping by their keys; keys that are missing, unknown or doubled are noted."""
        needed, known = tuple(needed), (*needed, *allowed)
        if not isinstance(self.node, yaml.MappingNode):
            self.wrong(f"must be a mapping with {_listed(needed or known)}")
            return {}
        values: dict[str, Place] = {}
        for key_node, node in self.node.value:
            key = str(key_node.value)
            place = Place(node, f"{self.path}.{key}".lstrip("."), self.mistakes)
            line = key_node.start_mark.line + 1
            if key in values:
                self.mistakes.note(line, place.path, place._shown(), "stands here twice: keep one")
            elif key not in known:
                near = difflib.get_close_matches(key, known, 1)
                meant = f"did you mean `{near[0]}`?" if near else f"known here are {_listed(known)}"
                self.mistakes.note(line, place.path, place._shown(), f"means nothing here: {meant}")
            else:
                values[key] = place
        for key in needed:
            if key not in values:
                self.mistakes.note(self.line, f"{self.path}.{key}".lstrip("."), "missing", "must be given")
        return values

    def named(self, pattern: re.Pattern[str], expected: str) -> dict[str, "Place"]:
        """The values of a mapping whose keys are free within a pattern."""
        if not isinstance(self.node, yaml.MappingNode):
            self.wrong("must be a mapping")
            return {}
        names = [str(key.value) for key, _ in self.node.value]
        for key, _ in self.node.value:
            if not pattern.fullmatch(str(key.value)):
                path = f"{self.path}.{key.value}"
                self.mistakes.note(key.start_mark.line + 1, path, "a name", expected)
        return self.fields((), [name for name in names if pattern.fullmatch(name)])

    def items(self, most: int) -> list["Place"]:
        """The values of a list that isn't empty."""
        if not isinstance(self.node, yaml.SequenceNode) or not 1 <= len(self.node.value) <= most:
            self.wrong(f"must be a list of 1 to {most}")
            return []
        return [
            Place(node, f"{self.path}[{index}]", self.mistakes) for index, node in enumerate(self.node.value)
        ]

    # -- scalars --------------------------------------------------------------------------------

    def text(self, pattern: re.Pattern[str], expected: str) -> str:
        """A text that fits a pattern."""
        if not self._is(_TEXT) or not pattern.fullmatch(self.node.value):
            self.wrong(f"must be {expected}")
            return ""
        return str(self.node.value)

    def choice(self, *options: str) -> str:
        """One of some words."""
        if not self._is(_TEXT) or self.node.value not in options:
            near = difflib.get_close_matches(self._plain(), options, 1)
            self.wrong(f"must be one of {_listed(options)}" + (f"; {near[0]}?" if near else ""))
            return options[0]
        return str(self.node.value)

    def number(self, low: Fraction | int, high: Fraction | int) -> Fraction:
        """A number with at most three decimals, within its bounds."""
        found = self._number()
        if found is None or not low <= found <= high:
            self.wrong(
                f"must be a number from {decimal(low)} to {decimal(high)}, with at most three decimals"
            )
            return Fraction(low)
        return found

    def whole(self, low: int, high: int) -> int:
        """A whole number within its bounds."""
        found = self._number()
        if found is None or found.denominator != 1 or not low <= found <= high:
            self.wrong(f"must be a whole number from {low} to {high}")
            return low
        return int(found)

    def flag(self) -> bool:
        """True or false."""
        if not self._is(_FLAG) or self.node.value.lower() not in _FLAGS:
            self.wrong("must be true or false")
            return False
        return _FLAGS[self.node.value.lower()]

    def scalar(self) -> Fraction | bool | str | None:
        """A number, flag or text as it stands; None, noted, for anything else."""
        if self._is(_FLAG) and self.node.value.lower() in _FLAGS:
            return _FLAGS[self.node.value.lower()]
        if self._is(_TEXT):
            return str(self.node.value)
        found = self._number()
        if found is None:
            self.wrong("must be a number, true, false or a text")
        return found

    def _number(self) -> Fraction | None:
        written = self._plain().replace("_", "") if self._is(*_NUMERIC) else ""
        return Fraction(written) if NUMBER.fullmatch(written) else None

    def _is(self, *tags: str) -> bool:
        return isinstance(self.node, yaml.ScalarNode) and self.node.tag in tags

    def _plain(self) -> str:
        return str(self.node.value) if isinstance(self.node, yaml.ScalarNode) else ""

    def _shown(self) -> str:
        if isinstance(self.node, yaml.MappingNode):
            return "a mapping"
        if isinstance(self.node, yaml.SequenceNode):
            return f"a list of {len(self.node.value)}"
        plain = " ".join(self._plain().split())
        return f"“{plain if len(plain) <= 60 else plain[:59] + '…'}”"


def read(source: bytes, mistakes: Mistakes) -> Place | None:
    """The top of a file; None, noted, if it can't be read as one plain document."""
    if len(source) > LARGEST:
        mistakes.note(1, "", f"the file has {len(source):,} bytes", f"at most {LARGEST:,} are read")
        return None
    try:
        node = yaml.compose(source.decode(), Loader=PlainLoader)
    except UnicodeDecodeError as error:
        line = source[: error.start].count(b"\n") + 1
        mistakes.note(line, "", "this isn't UTF-8", f"byte {source[error.start]:#04x} begins no character")
        return None
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        mistakes.note(
            mark.line + 1 if mark else 1, "", "this is no YAML", str(error.problem or error.context)
        )
        return None
    except yaml.YAMLError as error:
        mistakes.note(1, "", "this is no YAML", " ".join(str(error).split()))
        return None
    if node is None:
        mistakes.note(1, "", "the file is empty", "it must say something")
        return None
    return Place(node, "", mistakes)


def decimal(number: Fraction | int) -> str:
    """A number of at most three decimals as it is written."""
    thousandths = round(number * 1_000)
    whole, rest = divmod(abs(thousandths), 1_000)
    return f"{'-' if thousandths < 0 else ''}{whole}" + (f".{rest:03d}".rstrip("0") if rest else "")


def _listed(names: Iterable[str] | Mapping[str, object]) -> str:
    return ", ".join(f"`{name}`" for name in names)
