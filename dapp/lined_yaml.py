"""Rule files: YAML that is checked against a type, with the line in every complaint.

The type is a `msgspec.Struct`: its fields, their types and bounds are the schema. What a type can't say is
said by `Document.fault`, with the place it is about. Aliases, repeated keys and other tags than YAML's own
are refused: a rule file says each thing once.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import msgspec
import yaml

T = TypeVar("T")
LARGEST: Final = 256 * 1024
DEEPEST: Final = 32
Place = tuple[str | int, ...]
_STEP: Final = re.compile(r"\.([^.\[\]`]+)|\[(\d+)\]|\[\.\.\.\]")
_PLACE: Final = re.compile(r" - at `(?:key in )?\$([^`]*)`$")
_UNKNOWN: Final = re.compile(r"unknown field `([^`]+)`")


class BadRuleFile(ValueError):  # noqa: N818
    """A rule file that can't be used: its name, the line, and why, in one sentence."""

    def __init__(self, name: str, line: int | None, reason: str) -> None:
        self.name, self.line, self.reason = name, line, reason
        super().__init__(f"{name}, line {line}: {reason}" if line else f"{name}: {reason}")


@dataclass(frozen=True)
class Document(Generic[T]):
    """A file's content as its type has it, and where each part of it stands."""

    name: str
    content: T
    lines: Mapping[Place, int]

    def line_of(self, *place: str | int) -> int | None:
        """The line (from 1) of a key or an item of a list; of the nearest one around it if it isn't there."""
        while place not in self.lines and place:
            place = place[:-1]
        return self.lines.get(place)

    def fault(self, reason: str, *place: str | int) -> BadRuleFile:
        """A complaint about a place, to be raised."""
        return BadRuleFile(self.name, self.line_of(*place), reason)


def read_document(path: Path, kind: type[T]) -> Document[T]:
    """A file's content as `kind`. Raises BadRuleFile."""
    try:
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except OSError as error:
        raise BadRuleFile(str(path), None, f"it can't be read: {error.strerror}.") from error
    if len(data) > LARGEST:
        raise BadRuleFile(path.name, None, f"it has more than {LARGEST:,} bytes.")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise BadRuleFile(path.name, None, "it isn't UTF-8.") from error
    return parse_document(text, kind, path.name)


def parse_document(text: str, kind: type[T], name: str) -> Document[T]:
    """A text's content as `kind`; `name` for complaints. Raises BadRuleFile."""
    lines: dict[Place, int] = {}
    try:
        root = yaml.compose(text, Loader=PlainLoader)
        plain = None if root is None else _Builder(name, lines).plain(root, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise BadRuleFile(
            name, mark.line + 1 if mark else None, f"{error.problem or error.context}."
        ) from error
    except yaml.YAMLError as error:
        raise BadRuleFile(name, None, f"it isn't YAML: {error}.") from error
    unchecked = Document(name, plain, lines)
    try:
        return Document(name, msgspec.convert(plain, type=kind, strict=True), lines)
    except msgspec.ValidationError as error:
        told, place = _placed(str(error))
        raise unchecked.fault(told, *place) from error


class PlainLoader(yaml.SafeLoader):
    """YAML's own, at most DEEPEST levels deep, without aliases: a few lines could unfold into gigabytes.

    Python's recursion limit is no bound: libraries raise it until the stack overflows.
    """

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.composer.ComposerError(
                None, None, "anchors and aliases (& and *) aren't allowed", event.start_mark
            )
        if self._depth == DEEPEST:
            raise yaml.composer.ComposerError(
                None, None, f"it is nested deeper than {DEEPEST} levels", event.start_mark
            )
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node


class _Builder:
    """Makes plain values of a document's nodes and notes their lines."""

    def __init__(self, name: str, lines: dict[Place, int]) -> None:
        self.name, self.lines = name, lines
        self._constructor = yaml.constructor.SafeConstructor()

    def plain(self, node: yaml.Node, place: Place) -> Any:
        self.lines.setdefault(place, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self.plain(item, (*place, number)) for number, item in enumerate(node.value)]
        return self._constructor.construct_object(node)

    def _mapping(self, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key, value in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode) or key.tag != "tag:yaml.org,2002:str":
                raise BadRuleFile(self.name, line, f"the key {getattr(key, 'value', '')!s:.40} isn't a word.")
            if key.value in found:
                raise BadRuleFile(self.name, line, f"`{key.value:.40}` is there twice.")
            self.lines[(*place, key.value)] = line
            found[key.value] = self.plain(value, (*place, key.value))
        return found


def _placed(message: str) -> tuple[str, Place]:
    """What is wrong, and where, of a message such as "Expected `int`, got `str` - at `$.rules[0].points`"."""
    found = _PLACE.search(message)
    told = message[: found.start()] if found else message
    place: Place = ()
    for name, number in _STEP.findall(found[1] if found else ""):
        if not name and not number:
            break  # a value of a mapping, whose key isn't told
        place = (*place, name or int(number))
    unknown = _UNKNOWN.search(told)
    named = ".".join(str(step) for step in place)
    return f"{named}: {told}." if named else f"{told}.", (*place, unknown[1]) if unknown else place
