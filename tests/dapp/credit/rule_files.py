"""The shipped rule file as text, and what another one is refused for."""

import pytest

from dapp.credit import BadRules, parse_rules
from dapp.credit.loading import SHIPPED

TEXT = SHIPPED.read_text()


def line_of(text, part):
    """The line of the only place where a part stands."""
    assert text.count(part) == 1, part
    return text[: text.index(part)].count("\n") + 1


def mistakes_of(text):
    """What a rule file is refused for: {(line, path)} with value and expectation."""
    with pytest.raises(BadRules) as refused:
        parse_rules(text.encode(), "rules.yaml")
    found = refused.value.mistakes
    assert str(refused.value).count("\n") + 1 == len(found) == len(set(found))
    return found
