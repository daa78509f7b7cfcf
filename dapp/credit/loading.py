"""Reads a rule file: its schema. What the rules mean together is `checks`' affair, what the market's table
can express `table`'s; the mistakes of all three are told in one go.
"""

import re
from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from typing import Final

from dapp.credit.checks import check_rules
from dapp.credit.conditions import read_condition
from dapp.credit.errors import BadRules
from dapp.credit.rules import (
    GAINED,
    STARS,
    WEIGHT,
    Decay,
    Event,
    Field,
    FieldType,
    Limit,
    MarketNumbers,
    ReportNumbers,
    Rule,
    RuleBook,
)
from dapp.credit.table import check_table
from dapp.domain.bounds import DAY
from dapp.domain.credit import Dimension
from dapp.evidence.unixfs import cid_of
from dapp.lined_yaml import Mistakes, Place, read

SHIPPED: Final = Path(__file__).with_name("rules.yaml")
SCHEMA: Final = 1
DAILY_POINTS: Final = 20
"""What a merchant's dimension can move in a day, and an attestor in all (2,000): bounds of Credit.sol."""
ATTESTOR_POINTS: Final = 2_000
MOST_POINTS: Final = 1_000
_MOST_RULES: Final = 200
_DAYS: Final = 3_650
_NAME: Final = re.compile(r"[a-z][a-z0-9]*([-_][a-z0-9]+)*")
_NAMED: Final = "a name of small letters, digits and single dashes"
_WORDS: Final = re.compile(r"[^\x00-\x1f\x7f,]{1,64}")
_DIMENSIONS: Final = {dimension.name.lower(): dimension for dimension in Dimension}
_WEIGHT_FIELD: Final = Field(WEIGHT, FieldType.NUMBER, Fraction(0), Fraction(MOST_POINTS))
_EVENT_FIELDS: Final[Mapping[Event, Mapping[str, Field]]] = {
    event: {WEIGHT: _WEIGHT_FIELD} for event in Event if event is not Event.RATED
} | {
    Event.RATED: {
        GAINED: Field(GAINED, FieldType.NUMBER, Fraction(0), Fraction(MOST_POINTS)),
        STARS: Field(STARS, FieldType.NUMBER, Fraction(1), Fraction(5)),
    }
}


def load_rules(path: Path = SHIPPED) -> RuleBook:
    """The rules of a file. Raises BadRules with every mistake, OSError."""
    return parse_rules(path.read_bytes(), path.name)


def parse_rules(source: bytes, name: str = "rules") -> RuleBook:
    """The rules of a file's bytes. Raises BadRules with every mistake, each with its line and path."""
    mistakes = Mistakes()
    top = read(source, mistakes)
    book = _book(top, source, name) if top is not None else None
    if book is None or mistakes.found:
        raise BadRules(name, mistakes.found)
    return book


def _book(top: Place, source: bytes, name: str) -> RuleBook | None:
    fields = top.fields(("schema", "market", "reports", "rules"))
    if len(fields) < 4:
        return None
    fields["schema"].whole(SCHEMA, SCHEMA)
    market, reports = _market(fields["market"]), _reports(fields["reports"])
    sound, broken = [], False
    for place in fields["rules"].items(_MOST_RULES):
        before = len(top.mistakes.found)
        rule = _rule(place)
        if rule is not None and len(top.mistakes.found) == before:
            sound.append(rule)
        else:
            broken = True
    book = RuleBook(name, cid_of(source), source, market, reports, tuple(sound))
    check_rules(book, top.mistakes, DAILY_POINTS)
    # A rule that can't be read isn't missing: then only what the others say is held against them.
    check_table(book, top.mistakes, complete=not broken)
    return book


def _market(place: Place) -> MarketNumbers:
    fields = place.fields(("max_weight", "pair_cap", "epoch_days", "seasoned"))

    def weight(key: str) -> int:
        return int(fields[key].number(0, MOST_POINTS) * 1_000) if key in fields else 0

    days = fields["epoch_days"].whole(1, 255) if "epoch_days" in fields else 1
    lines = {"": place.line} | {key: each.line for key, each in fields.items()}
    return MarketNumbers(weight("max_weight"), weight("pair_cap"), days, weight("seasoned"), lines)


def _reports(place: Place) -> ReportNumbers:
    fields = place.fields(("max_age_hours", "attestor_daily"))
    hours = fields["max_age_hours"].whole(1, 24 * 90) if "max_age_hours" in fields else 1
    points = fields["attestor_daily"].number(1, ATTESTOR_POINTS) if "attestor_daily" in fields else 1
    return ReportNumbers(hours * 3_600, int(points * 1_000))


def _rule(place: Place) -> Rule | None:
    needed = ("name", "type", "dimension", "conditions")
    given = place.fields(needed, ("event", "report", "fields", "points", "max", "limit", "expires", "decay"))
    if not all(key in given for key in needed):
        return None
    name = given["name"].text(_NAME, _NAMED)
    sign = 1 if given["type"].choice("additive", "subtractive") == "additive" else -1
    dimension = _DIMENSIONS[given["dimension"].choice(*_DIMENSIONS)]
    event, kind = _source(place, given, dimension)
    fields = _EVENT_FIELDS[event] if event else _fields(given["fields"]) if "fields" in given else {}
    points = given["points"].number(0, MOST_POINTS) if "points" in given else Fraction(0)
    cap = given["max"].number(Fraction(1, 1_000), MOST_POINTS) if "max" in given else None
    conditions = tuple(read_condition(each, fields, sign) for each in given["conditions"].items(32))
    return Rule(
        name=name,
        sign=sign,
        dimension=dimension,
        conditions=conditions,
        line=place.line,
        lines={key: each.line for key, each in given.items()},
        event=event,
        report=kind,
        fields=fields,
        points=points,
        cap=cap,
        limit=_limit(given["limit"]) if "limit" in given else None,
        expires=_expiry(given["expires"], fields) if "expires" in given else "",
        decay=_decay(given["decay"]) if "decay" in given else None,
    )


def _source(place: Place, given: Mapping[str, Place], dimension: Dimension) -> tuple[Event | None, str]:
    """What a rule reads: an event of the market's two dimensions, or reports for the other three."""
    on_chain = dimension in (Dimension.TRADE, Dimension.SERVICE)
    wanted, other = ("event", "report") if on_chain else ("report", "event")
    side = "trade and service move by events on chain" if on_chain else "this dimension moves by reports"
    if wanted not in given:
        place.mistakes.note(place.line, f"{place.path}.{wanted}", "missing", f"must be given: {side}")
    for key in (other, *(("fields", "limit", "expires", "decay") if on_chain else ())):
        if key in given:
            given[key].wrong(f"means nothing here: {side}")
    if wanted not in given:
        return None, ""
    if on_chain:
        return Event(given["event"].choice(*(event.value for event in Event))), ""
    if "fields" not in given:
        place.mistakes.note(place.line, f"{place.path}.fields", "missing", "must say what the report holds")
    return None, given["report"].text(_NAME, _NAMED)


def _fields(place: Place) -> dict[str, Field]:
    return {name: _field(name, each) for name, each in place.named(_NAME, f"must be {_NAMED}").items()}


def _field(name: str, place: Place) -> Field:
    given = place.fields(("type",), ("from", "to", "one_of"))
    if "type" not in given:
        return Field(name, FieldType.TEXT)
    kind = FieldType(given["type"].choice(*(each.value for each in FieldType)))
    bounded, listed = kind is FieldType.NUMBER, kind in (FieldType.TEXT, FieldType.LIST)
    for key in ("from", "to"):
        if bounded and key not in given:
            place.mistakes.note(place.line, f"{place.path}.{key}", "missing", "a number needs its bounds")
        elif not bounded and key in given:
            given[key].wrong(f"means nothing for a {kind.value}")
    if "one_of" in given and not listed:
        given["one_of"].wrong(f"means nothing for a {kind.value}")
    low = given["from"].number(0, 10**9) if bounded and "from" in given else Fraction(0)
    high = given["to"].number(low, 10**9) if bounded and "to" in given else low
    options: tuple[str, ...] = ()
    if listed and "one_of" in given:
        texts = given["one_of"].items(64)
        options = tuple(each.text(_WORDS, "a text of 1 to 64 characters without a comma") for each in texts)
    return Field(name, kind, low, high, options)


def _limit(place: Place) -> Limit | None:
    given = place.fields(("points", "days"))
    if len(given) < 2:
        return None
    return Limit(int(given["points"].number(1, MOST_POINTS) * 1_000), given["days"].whole(1, _DAYS))


def _expiry(place: Place, fields: Mapping[str, Field]) -> str:
    times = [name for name, each in fields.items() if each.type is FieldType.TIME]
    if not times:
        place.wrong("must name a field of the type `time`, and there is none")
        return ""
    return place.choice(*times)


def _decay(place: Place) -> Decay | None:
    given = place.fields(("after_days", "every_days", "points"))
    if len(given) < 3:
        return None
    after, every = given["after_days"].whole(1, _DAYS), given["every_days"].whole(1, _DAYS)
    return Decay(
        after * DAY, every * DAY, int(given["points"].number(Fraction(1, 1_000), DAILY_POINTS) * 1_000)
    )
