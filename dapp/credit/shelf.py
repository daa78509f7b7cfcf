"""Rule files by their versions: today's, and those of before that claims were counted by."""

from dapp.credit.errors import BadRules, CreditError
from dapp.credit.loading import parse_rules
from dapp.credit.rules import Rule, RuleBook
from dapp.evidence.box import EvidenceBox
from dapp.evidence.errors import EvidenceError
from dapp.plain_yaml import LARGEST


class RulesMissing(CreditError):  # noqa: N818
    """The rules of an older version, or a rule in them, can't be found."""


class Shelf:
    """Looks rule files up in the evidence store, where each was put when it was first used."""

    def __init__(self, box: EvidenceBox, today: RuleBook) -> None:
        self._box = box
        self._books = {today.version: today}

    def book(self, version: str) -> RuleBook:
        """The rules of a version. Raises RulesMissing."""
        if version not in self._books:
            try:
                self._books[version] = parse_rules(self._box.get(version, LARGEST), version)
            except (EvidenceError, BadRules) as error:
                raise RulesMissing(f"The rules {version} can't be read: {error}") from error
        return self._books[version]

    def rule(self, version: str, name: str) -> Rule:
        """A rule of a version. Raises RulesMissing."""
        rule = self.book(version).named(name)
        if rule is None:
            raise RulesMissing(f"The rules {version} have no rule “{name}”.")
        return rule
