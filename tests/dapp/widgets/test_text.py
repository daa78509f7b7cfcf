"""Foreign text made harmless.

plain
├── markdown, HTML, links, LaTeX, emoji codes, colours: the page shows the letters that were given
├── control and direction characters: gone
└── too long: cut
clean_lines
└── line breaks stay
"""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.widgets.text import clean, clean_lines, plain

HOSTILE = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[click](javascript:alert(1))",
    "![x](https://evil.example/p.png)",
    "**bold** _it_ `code` ~~no~~ # no heading",
    "$x$ :red[alarm] :smile: :material/home:",
    "https://evil.example www.evil.example mailto:a@b",
    "| a | b |\n|---|---|",
]


@pytest.mark.parametrize("text", HOSTILE)
def test_plain__markup__every_mark_is_escaped(text):
    shown = plain(text)
    assert not re.search(r"[!-/:-@\[-`{-~]", re.sub(r"\\[!-/:-@\[-`{-~]", "", shown))
    assert not re.search(r"(https?|www|mailto)\\?[:.]", shown)
    assert unescaped(shown) == clean(text)


@given(st.text(max_size=150))
def test_plain__anything__is_one_line_of_the_same_letters(text):
    shown = plain(text)
    assert "\n" not in shown
    assert unescaped(shown) == clean(text)


def test_clean__controls_and_directions__are_gone():
    assert clean("a\u202eb\u2066c\u0000d\u200be\ue000") == "abcde"
    assert clean("a \t\n  b") == "a b"


def test_clean__long__is_cut():
    assert clean("x" * 300) == "x" * 199 + "…"
    assert clean_lines("a\r\nb\rc") == "a\nb\nc"


def unescaped(shown):
    return re.sub(r"\\(.)", r"\1", shown.replace("\u200b", ""))
