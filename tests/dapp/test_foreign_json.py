"""
JSON that anybody may have written
├── what is meant: parsed as ever
├── brackets in texts: don't count
└── nested too deeply: refused, also where the recursion limit is far above the stack
"""

import json
import subprocess
import sys

import pytest

from dapp.foreign_json import LIMIT, NestedTooDeeply, nesting, parse_json

BOMB = """
import sys
sys.setrecursionlimit(10**6)
from dapp.foreign_json import NestedTooDeeply, parse_json
for bomb in (b"[" * 200_000, b'{"a":' * 40_000, "[" * 200_000):
    try:
        parse_json(bomb)
    except NestedTooDeeply:
        print("refused")
"""


@pytest.mark.parametrize("value", [1, "a", [], {"a": [1, {"b": None}]}, [[[[]]]], "[" * 1_000])
def test_parse__what_is_meant__parsed(value):
    assert parse_json(json.dumps(value)) == parse_json(json.dumps(value).encode()) == value


def test_nesting__brackets_in_texts__dont_count():
    text = json.dumps({"a": "[" * 200 + '\\" [' + "\\" * 3, "b": [[]]})
    assert nesting(text.encode()) == 3


def test_parse__at_the_limit__parsed_and_one_deeper_refused():
    assert parse_json("[" * LIMIT + "]" * LIMIT)
    with pytest.raises(NestedTooDeeply):
        parse_json("[" * (LIMIT + 1) + "]" * (LIMIT + 1))


@pytest.mark.parametrize("data", [b"", b"{", b"\xff", b"]" * 500])
def test_parse__no_json__value_error(data):
    with pytest.raises(ValueError, match=r"."):
        parse_json(data)


def test_parse__bombs_with_the_limit_raised__refused():
    said = subprocess.run([sys.executable, "-c", BOMB], capture_output=True, text=True, check=True).stdout
    assert said.split() == ["refused"] * 3
