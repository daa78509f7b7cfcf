# read: one plain document → its top; else one mistake with its line (each way: credit/test_loading.py)
# fields, items, flag, whole → values with their lines and paths; every mistake noted, none raised
# BadRuleFile.of → all mistakes in one sentence, the first one's line

import pytest

from dapp.lined_yaml import BadRuleFile, Mistakes, read
from dapp.plain_yaml import LARGEST

GOOD = b"""\
# what a file says
threshold: 75
rules:
  - name: jump
    on: true

  - name: circle
"""


def top_of(source):
    mistakes = Mistakes()
    return read(source, mistakes), mistakes


def test_fields__of_a_file__have_values_lines_and_paths():
    top, mistakes = top_of(GOOD)
    given = top.fields(("threshold", "rules"))
    first, second = given["rules"].items(5)
    parts = first.fields(("name", "on"))
    assert (given["threshold"].whole(1, 100), parts["on"].flag()) == (75, True)
    assert (given["threshold"].line, first.line, parts["on"].line, second.line) == (2, 4, 5, 7)
    assert (parts["on"].path, mistakes.found) == ("rules[0].on", [])


def test_fields__that_arent_right__are_all_noted():
    top, mistakes = top_of(GOOD.replace(b"75", b"7.5").replace(b"on: true", b"no: 1\n    name: 2"))
    given = top.fields(("threshold", "rules", "more"))
    given["threshold"].whole(1, 100)
    first, _second = given["rules"].items(5)
    first.fields(("name", "on"))["name"].flag()
    assert str(BadRuleFile.of("rules.yaml", mistakes)) == (
        "rules.yaml, line 2: more is missing: must be given; "
        "line 2: threshold is “7.5”: must be a whole number from 1 to 100; "
        "line 4: rules[0].name is “jump”: must be true or false; "
        "line 4: rules[0].on is missing: must be given; "
        "line 5: rules[0].no is “1”: means nothing here: known here are `name`, `on`; "
        "line 6: rules[0].name is “2”: stands here twice: keep one"
    )


@pytest.mark.parametrize("source", [b"", b"a: \xff", b"#" * (LARGEST + 1), b"a: [", b"a: &x 1", b"[" * 5_000])
def test_read__no_document__is_one_mistake(source):
    top, mistakes = top_of(source)
    assert top is None
    assert len(mistakes.found) == 1
