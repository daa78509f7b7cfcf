"""Texts in the session's language.

`t("orders.accept", amount=…)` reads `accept` from `dapp/locales/orders.<language>.yaml`; nested keys are
joined by dots. A placeholder may choose by number: `{blocks} {blocks:block|blocks}`.
"""

import string
import threading
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
import yaml
from streamlit.runtime.scriptrunner import get_script_run_ctx

LOCALES = Path(__file__).resolve().parent.parent / "locales"
LANGUAGES = {"en": "English", "zh": "中文"}
KEY = "language"
PARAMETER = "lang"


class _Spoken(threading.local):
    """What this thread's run speaks. A screen asks for a hundred texts, the session's state is slow."""

    run: object = None
    language: str = ""


_SPOKEN = _Spoken()


class MissingText(KeyError):  # noqa: N818
    """A key that the language's file doesn't have."""


class _Formatter(string.Formatter):
    def format_field(self, value: Any, format_spec: str) -> str:
        if "|" not in format_spec:
            return str(super().format_field(value, format_spec))
        one, many = format_spec.split("|")
        return one if value == 1 else many


_FORMATTER = _Formatter()


def t(key: str, /, **values: Any) -> str:
    """The text of `key` in the session's language, its placeholders filled in. Raises MissingText."""
    return text_of(key, language(), **values)


def text_of(key: str, in_language: str, /, **values: Any) -> str:
    """The text of `key` in a language. Raises MissingText."""
    file, _, name = key.partition(".")
    text = texts(file, in_language).get(name)
    if text is None:
        raise MissingText(f"{file}.{in_language}.yaml has no {name!r}")
    return _FORMATTER.format(text, **values) if values else text


def has_text(key: str) -> bool:
    """Whether both languages have the key."""
    file, _, name = key.partition(".")
    return all(name in texts(file, each) for each in LANGUAGES)


@cache
def texts(file: str, in_language: str) -> Mapping[str, str]:
    """All texts of one file by key. Raises MissingText if there is no such file."""
    path = LOCALES / f"{file}.{in_language}.yaml"
    try:
        return dict(_flat(yaml.safe_load(path.read_text(encoding="utf-8")) or {}, ""))
    except FileNotFoundError as error:
        raise MissingText(f"dapp/locales has no {path.name}") from error


def language() -> str:
    """The session's language: the user's choice, else the address's, else the browser's, else English."""
    run = get_script_run_ctx(suppress_warning=True)
    if run is None:
        return "en"
    if _SPOKEN.run is not run:
        _speak(run, _asked_for())
    return _SPOKEN.language


def choose_language(chosen: str) -> None:
    """Use a language from now on, in this session and in the page's address."""
    _speak(get_script_run_ctx(), chosen)
    st.query_params[PARAMETER] = chosen


def _asked_for() -> str:
    chosen = st.session_state.get(KEY)
    if chosen not in LANGUAGES:
        chosen = st.query_params.get(PARAMETER)
    if chosen not in LANGUAGES:
        chosen = "zh" if str(st.context.locale or "").lower().startswith("zh") else "en"
    return str(chosen)


def _speak(run: object, chosen: str) -> None:
    st.session_state[KEY] = chosen
    _SPOKEN.run, _SPOKEN.language = run, chosen


def _flat(node: Mapping[Any, Any], prefix: str) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for name, value in node.items():
        if isinstance(value, Mapping):
            flat += _flat(value, f"{prefix}{name}.")
        else:
            flat.append((f"{prefix}{name}", str(value)))
    return flat
