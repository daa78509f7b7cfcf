"""Every text that the dApp's source asks for exists, in both languages.

t("…") with a whole key
└── the key is in both languages, and the call gives each placeholder of the text
t(f"…{…}…")
└── some key of the file fits, in both languages
keys
└── each key of a file is asked for somewhere
"""

import ast
import re
import string
from functools import cache

import pytest

from dapp.widgets.i18n import LANGUAGES, LOCALES, texts

DAPP = LOCALES.parent
FILES = sorted({path.name.split(".")[0] for path in LOCALES.glob("*.yaml")} - {"errors"})
SPOKEN = {
    name
    for path in DAPP.rglob("*.py")
    for name in re.findall(r'texts: ClassVar\[str\] = "(\w+)"', path.read_text(encoding="utf-8"))
}
"""Whose texts are the sentences of errors, see `dapp.sentences`."""
ASKING = ("t", "text_of", "has_text")


def calls():
    """Every call of t and its kin: the place, the first argument's node, the names of what is given."""
    for path in sorted(DAPP.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ASKING:
                place = f"{path.relative_to(DAPP)}:{node.lineno}"
                names = {keyword.arg for keyword in node.keywords}
                for argument in branches(node.args[0]):
                    yield place, argument, names


def branches(node):
    """A choice between two keys is both."""
    if isinstance(node, ast.IfExp):
        return [*branches(node.body), *branches(node.orelse)]
    return [node]


def pattern_of(node):
    """A regular expression for the keys that an f-string may ask for; None for any other expression."""
    if not isinstance(node, ast.JoinedStr):
        return None
    parts = (
        re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[^{}]+" for part in node.values
    )
    return re.compile("".join(parts))


@cache
def keys(language):
    return {f"{file}.{name}": text for file in FILES for name, text in texts(file, language).items()}


def placeholders(text):
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}


WHOLE = [
    (place, node.value, names)
    for place, node, names in calls()
    if isinstance(node, ast.Constant) and isinstance(node.value, str)
]
MADE = [(place, pattern) for place, node, _names in calls() if (pattern := pattern_of(node)) is not None]


@pytest.mark.parametrize("language", LANGUAGES)
def test_t__whole_keys__exist_and_are_filled_in(language):
    assert len(WHOLE) > 200
    missing = [(place, key) for place, key, _names in WHOLE if key not in keys(language)]
    assert not missing
    unfilled = [
        (place, key, placeholders(keys(language)[key]) - names)
        for place, key, names in WHOLE
        if None not in names and placeholders(keys(language)[key]) - names
    ]
    assert not unfilled


@pytest.mark.parametrize("language", LANGUAGES)
def test_t__keys_that_are_put_together__fit_some_text(language):
    assert len(MADE) > 50
    unknown = [
        (place, pattern.pattern)
        for place, pattern in MADE
        if not any(pattern.fullmatch(key) for key in keys(language))
    ]
    assert not unknown


def test_texts__each_key__is_asked_for():
    """The sentences of errors are found by the names of the errors' classes."""
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in DAPP.rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    whole = {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}
    made = [pattern_of(node) for node in nodes if isinstance(node, ast.JoinedStr)]
    named = [each for each in made if each.pattern.partition(r"\.")[0] in FILES]
    classes = {node.name for node in nodes if isinstance(node, ast.ClassDef)}
    unused = [
        key
        for key in keys("en")
        if (key.partition(".")[2] not in classes if key.partition(".")[0] in SPOKEN else key not in whole)
        if not any(each.fullmatch(key) for each in named)
    ]
    assert len(SPOKEN) >= 2
    assert not unused
