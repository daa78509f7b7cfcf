"""Errors that speak to a user: one sentence in English or Chinese, found by the error's name."""

from functools import cache
from pathlib import Path
from typing import Any, ClassVar

import yaml

LOCALES = Path(__file__).resolve().parent / "locales"


class SpokenError(Exception):
    """An error whose sentence is in `dapp/locales/<texts>.<language>.yaml`; `values` fill it in."""

    texts: ClassVar[str]

    def __init__(self, **values: Any) -> None:
        self.values = values
        super().__init__(self.sentence())

    def sentence(self, language: str = "en") -> str:
        """One sentence for the user."""
        shown = {name: _shown(value) for name, value in self.values.items()}
        return _sentences(self.texts, language)[type(self).__name__].format(**shown)


def sentence_of(key: str, language: str = "en") -> str | None:
    """The text of `<file>.<name>` in a language, for what draws no page; None if there is none."""
    file, _, name = key.partition(".")
    return _sentences(file, language).get(name)


@cache
def _sentences(texts: str, language: str) -> dict[str, str]:
    text = (LOCALES / f"{texts}.{language}.yaml").read_text(encoding="utf-8")
    return {str(name): str(sentence) for name, sentence in yaml.safe_load(text).items()}


def _shown(value: Any) -> Any:
    """What came from outside, short and on one line."""
    if isinstance(value, str):
        plain = "".join(c if c.isprintable() else "�" for c in value)
        return plain if len(plain) <= 200 else plain[:199] + "…"
    return value
