# parse_document
# ├── what the type says → content, and the line of every key and item
# ├── wrong type, out of bounds, unknown key, missing key, key twice, not YAML, alias, tag → the line and why
# └── fault: a place that is there → its line · one that isn't → the nearest around it
# read_document: no file, too large, not UTF-8 → BadRuleFile

from typing import Annotated

import msgspec
import pytest

from dapp.lined_yaml import LARGEST, BadRuleFile, parse_document, read_document


class Rule(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    points: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0


class File(msgspec.Struct, forbid_unknown_fields=True):
    threshold: int
    rules: list[Rule] = []
    more: dict[str, Rule] = {}


GOOD = """\
# what a file says
threshold: 75
rules:
  - name: jump
    points: 30

  - name: circle
more:
  first: {name: other}
"""


def parse(text):
    return parse_document(text, File, "rules.yaml")


def refused(text):
    with pytest.raises(BadRuleFile) as caught:
        parse(text)
    return caught.value


def test_parse__file_as_its_type_has_it__gives_content_and_lines():
    document = parse(GOOD)
    assert document.content == File(75, [Rule("jump", 30), Rule("circle")], {"first": Rule("other")})
    places = [("threshold",), ("rules", 0), ("rules", 0, "points"), ("rules", 1, "name"), ("more", "first")]
    assert [document.line_of(*place) for place in places] == [2, 4, 5, 7, 9]


def test_fault__place__has_its_line_or_that_of_the_nearest():
    document = parse(GOOD)
    assert str(document.fault("too many.", "rules", 1)) == "rules.yaml, line 7: too many."
    assert document.fault("x", "rules", 1, "points").line == 7
    assert document.fault("x", "nowhere").line == document.fault("x").line == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("75", "many", 2, "threshold: Expected `int`, got `str`."),
        ("75", "75.5", 2, "threshold: Expected `int`, got `float`."),
        ("75", ".nan", 2, "threshold: Expected `int`, got `float`."),
        ("30", "-1", 5, "rules.0.points: Expected `int` >= 0."),
        ("30", "1" + "0" * 30, 5, "rules.0.points:"),
        ("    points: 30", "    point: 30", 5, "rules.0: Object contains unknown field `point`."),
        ("  - name: jump\n    points", "  - points", 4, "rules.0: Object missing required field `name`."),
        ("threshold: 75\n", "", 2, "Object missing required field `threshold`."),
        ("    points: 30\n", "    points: 30\n    points: 31\n", 6, "`points` is there twice."),
        ("{name: other}", "{name: other", 10, "expected ',' or '}'"),
        ("name: jump", "name: &a jump", 4, "anchors and aliases"),
        ("name: jump", "name: *a", 4, "anchors and aliases"),
        ("name: jump", "name: !!python/object/apply:os.system [x]", 4, ""),
        ("  first:", "  7:", 9, "the key 7 isn't a word."),
        ("name: jump", "name: " + "[" * 5_000 + "]" * 5_000, 4, "it is nested deeper than 32 levels"),
        ("name: other", "name: 5", 8, "more: Expected `str`, got `int`."),
        ("name: jump", "name: \x00", None, "it isn't YAML"),
    ],
)
def test_parse__what_the_type_forbids__is_refused_with_its_line(old, new, line, reason):
    assert old in GOOD
    fault = refused(GOOD.replace(old, new, 1))
    assert (fault.line, fault.name) == (line, "rules.yaml")
    assert fault.reason.startswith(reason)


@pytest.mark.parametrize("text", ["", "# nothing", "- 1", "[" * 5_000, "just words"])
def test_parse__no_mapping__is_refused(text):
    assert refused(text).name == "rules.yaml"


def test_read__file__is_read_or_refused(tmp_path):
    path = tmp_path / "rules.yaml"
    with pytest.raises(BadRuleFile, match="can't be read: No such file"):
        read_document(path, File)
    path.write_text(GOOD)
    assert read_document(path, File).content.threshold == 75
    path.write_bytes(b"threshold: \xff")
    with pytest.raises(BadRuleFile, match="UTF-8"):
        read_document(path, File)
    path.write_bytes(b"#" * (LARGEST + 1))
    with pytest.raises(BadRuleFile, match="more than"):
        read_document(path, File)
