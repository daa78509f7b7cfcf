"""The frame that all screens stand in.

run
└── each of the ten screens, in both languages, for nobody and for a wallet: it draws
texts
└── each key of each file exists in both languages, with the same placeholders
"""

import re
import string

import pytest

from dapp.widgets.i18n import LANGUAGES, LOCALES, texts
from dapp.widgets.links import SCREENS

PAIRS = sorted({path.name.split(".")[0] for path in LOCALES.glob("*.yaml")} - {"errors"})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", SCREENS)
def test_run__each_screen__draws(screen, name, language):
    for account in (None, "buyer"):
        at = screen(name, account=account, language=language)
        assert not at.exception
        assert at.main.children


@pytest.mark.parametrize("file", PAIRS)
def test_texts__both_languages__same_keys_and_placeholders(file):
    english, chinese = (texts(file, language) for language in LANGUAGES)
    assert english.keys() == chinese.keys()
    for key, text in english.items():
        assert text.strip(), key
        assert chinese[key].strip(), key
        assert placeholders(text) == placeholders(chinese[key]), key


def placeholders(text):
    if not re.search(r"[{}]", text):
        return set()
    return {name for _text, name, _spec, _conversion in string.Formatter().parse(text) if name}
