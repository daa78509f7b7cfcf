"""The risk rules as their file has them: points, bounds and the threshold."""

import hashlib
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar, get_type_hints

import msgspec

from dapp.lined_yaml import BadRuleFile, Mistakes, Place, read

S = TypeVar("S", bound=msgspec.Struct)
DEFAULT: Final = Path(__file__).with_name("rules.yaml")
MOST: Final = 100
"""The highest score; points beyond it change nothing."""

Points = Annotated[int, msgspec.Meta(ge=0, le=MOST)]
Count = Annotated[int, msgspec.Meta(ge=1, le=1_000)]
Percent = Annotated[int, msgspec.Meta(ge=1, le=100)]
Hours = Annotated[int, msgspec.Meta(ge=1, le=90 * 24)]
Steps = Annotated[int, msgspec.Meta(ge=1, le=3)]
HoldHours = Annotated[int, msgspec.Meta(ge=1, le=168)]


class _Rule(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    points: Points


class AmountJump(_Rule, frozen=True, forbid_unknown_fields=True):
    """More than `times` the buyer's average of at least `after_orders` orders in the same token."""

    times: Count
    after_orders: Count


class NewDevice(_Rule, frozen=True, forbid_unknown_fields=True):
    """A device that the buyer's account was first seen with so shortly before."""

    within_hours: Hours


class Model(_Rule, frozen=True, forbid_unknown_fields=True):
    """The anomaly score times the points; `simulated`: also of a model of a made-up market."""

    simulated: bool


class Plain(_Rule, frozen=True, forbid_unknown_fields=True):
    """Nothing to set but the points."""


class Tie(_Rule, frozen=True, forbid_unknown_fields=True):
    """A chain of at most `steps` transfers, each of at least `percent` of the order."""

    steps: Steps
    percent: Percent


class PaymentRing(_Rule, frozen=True, forbid_unknown_fields=True):
    """At most `length` orders in a ring within `days`, none smaller than `percent` of another."""

    length: Annotated[int, msgspec.Meta(ge=2, le=5)]
    days: Annotated[int, msgspec.Meta(ge=1, le=90)]
    percent: Percent


class NewAccounts(_Rule, frozen=True, forbid_unknown_fields=True):
    """So many young accounts that bought from the merchant within the hours."""

    buyers: Count
    within_hours: Hours
    younger_than_hours: Hours


class RuleSet(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Every rule; 0 points switch one off."""

    amount_jump: AmountJump
    new_device: NewDevice
    model: Model
    blocked: Plain
    self_dealing: Tie
    shared_device: Plain
    referral_circle: Tie
    lineage: Plain
    payment_ring: PaymentRing
    new_accounts: NewAccounts


class RiskRules(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A rule file."""

    version: Annotated[int, msgspec.Meta(ge=1, le=1_000_000)]
    threshold: Annotated[int, msgspec.Meta(ge=1, le=MOST)]
    hold_hours: HoldHours
    hub_counterparties: Annotated[int, msgspec.Meta(ge=2, le=10_000)]
    rules: RuleSet

    @property
    def digest(self) -> str:
        """What names exactly these rules: the SHA-256 of their JSON."""
        return hashlib.sha256(msgspec.json.encode(self)).hexdigest()


def load_rules(path: Path = DEFAULT) -> RiskRules:
    """The rules of a file. Raises BadRuleFile, with every mistake and its line."""
    mistakes = Mistakes()
    try:
        top = read(path.read_bytes(), mistakes)
    except OSError as error:
        raise BadRuleFile(str(path), None, f"it can't be read: {error.strerror}.") from error
    rules = _struct(top, RiskRules) if top else None
    if top and rules and not mistakes.found:
        points = [getattr(rules.rules, name).points for name in RuleSet.__struct_fields__]
        if sum(points) < rules.threshold:
            threshold = top.fields(RiskRules.__struct_fields__)["threshold"]
            threshold.wrong("all points together don't reach it: no order could ever be held")
    if rules is None or mistakes.found:
        raise BadRuleFile.of(path.name, mistakes)
    return rules


def _struct(place: Place, kind: type[S]) -> S | None:
    """A struct of whole numbers within bounds, flags and structs; None, noted, if something is missing."""
    given, types = place.fields(kind.__struct_fields__), get_type_hints(kind, include_extras=True)
    values = {name: _value(each, types[name]) for name, each in given.items()}
    return kind(**values) if len(values) == len(types) else None


def _value(place: Place, kind: Any) -> Any:
    if kind is bool:
        return place.flag()
    if isinstance(kind, type):
        return _struct(place, kind)
    (bounds,) = kind.__metadata__
    return place.whole(bounds.ge, bounds.le)
