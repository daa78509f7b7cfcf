"""Factors and features in words, English or Chinese, for documents and screens."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from dapp.chain.formats import short
from dapp.risk.engine import Factor
from dapp.sentences import sentence_of

AMOUNTS: Final = ("amount", "average")
Amount = Callable[[int], str]


def sentence(factor: Factor, amount: Amount, language: str = "en", *, public: bool = True) -> str:
    """What a factor says; `amount` shows token units. public: without what only reviewers see."""
    if factor.is_private and public:
        return words("private", language)
    return words(factor.name, language, **_shown(factor.values, amount, language))


def feature_words(name: str, language: str = "en") -> str:
    """A feature of the anomaly model in words."""
    return words(f"feature_{name}", language)


def words(name: str, language: str = "en", **values: Any) -> str:
    """A text of `dapp/locales/risk.<language>.yaml`; the name itself where none fits, as for foreign ones."""
    text = sentence_of(f"risk.{name}", language)
    try:
        return name if text is None else text.format(**values)
    except KeyError:
        return name


def _shown(values: Mapping[str, Any], amount: Amount, language: str) -> dict[str, Any]:
    shown = dict(values)
    for name in AMOUNTS:
        if name in values:
            shown[name] = amount(values[name])
    for name, value in values.items():
        if isinstance(value, tuple) and name == "features":
            comma = "、" if language == "zh" else ", "
            shown[name] = comma.join(feature_words(feature, language) for feature in value)
        elif isinstance(value, tuple):
            shown[name] = " → ".join(short(account) for account in value)
    return shown
