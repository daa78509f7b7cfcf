"""Who trades on the made-up market: kinds of merchants, and how the trade of each goes."""

import random
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction

from dapp.credit import RuleBook
from dapp.credit.evaluation import evaluate
from dapp.credit.rules import Value
from dapp.domain.bounds import DAY
from dapp.domain.credit import Dimension

UNIT = 10**18


class Kind(StrEnum):
    """What a merchant is."""

    HONEST = "honest"
    LAZY = "lazy"
    WASH = "wash trading"
    FARM = "reputation farming"
    EXIT = "burst, then exit"


FRAUDS = (Kind.WASH, Kind.FARM, Kind.EXIT)


@dataclass(frozen=True)
class Habits:
    """How orders fare: shares of all of them, and the weights of one to five stars among the rated ones.

    lost: how many of the disputed ones the arbiters give to the buyer.
    """

    missed: float
    refunded: float
    partly: float
    disputed: float
    lost: float
    rated: float
    stars: tuple[int, int, int, int, int]


GOOD = Habits(0.004, 0.015, 0.02, 0.004, 0.4, 0.55, (0, 1, 3, 16, 80))
POOR = Habits(0.06, 0.07, 0.08, 0.03, 0.7, 0.55, (10, 15, 20, 30, 25))


@dataclass
class Merchant:
    """A merchant. pace: orders a day; price: the middle one, in coins; since, turns: days of the year."""

    account: str
    kind: Kind
    pace: float
    price: float
    since: int
    turns: int
    habits: Habits
    regulars: list[str]


def draw_merchants(rng: random.Random, count: int, fraud_share: float, buyers: list[str]) -> list[Merchant]:
    """`count` merchants: frauds of each kind alike, one in five of the others lazy."""
    frauds = round(count * fraud_share)
    kinds = [FRAUDS[place % len(FRAUDS)] for place in range(frauds)]
    kinds += [Kind.LAZY if place % 5 == 0 else Kind.HONEST for place in range(count - frauds)]
    return [_draw(rng, f"merchant {number}", kind, buyers) for number, kind in enumerate(kinds, 1)]


def _draw(rng: random.Random, account: str, kind: Kind, buyers: list[str]) -> Merchant:
    since = int(rng.random() ** 2 * 180)
    return Merchant(
        account,
        kind,
        pace=min(rng.lognormvariate(-1.6, 0.8), 2.0),
        price=min(rng.lognormvariate(-2.3, 0.8), 2.0),
        since=since,
        turns=since + rng.randrange(120, 180),
        habits=POOR if kind in (Kind.LAZY, Kind.FARM) else GOOD,
        regulars=rng.sample(buyers, rng.randrange(4, 30)),
    )


Report = tuple[int, Dimension, int]
"""When (seconds from the merchant's first day), which dimension, thousandths of a point."""


def draw_reports(rng: random.Random, merchant: Merchant, rules: RuleBook, days: int) -> list[Report]:
    """What attestors report of the merchant in `days` days, as the rule file makes points of it.

    Within the daily bound: each kind has a day of its own, and no rule gives more than a day allows.
    """
    care = {Kind.HONEST: 0.7, Kind.LAZY: 0.45}.get(merchant.kind, 0.3)
    found: list[Report] = []

    def report(day: int, kind: str, **values: Value) -> None:
        rule = rules.for_report(kind)
        if rule is not None and day < days and (delta := evaluate(rule, values).delta):
            found.append((day * DAY, rule.dimension, delta))

    if rng.random() < care:
        report(3, "identity", level=Fraction(rng.choice((1, 2, 3))), until=Fraction(0))
    if rng.random() < care:
        report(5, "two-factor", method=rng.choice(("totp", "passkey", "sms")), until=Fraction(0))
    if rng.random() < care / 3:
        report(30, "certificate", standards=("ISO 9001",), audited=rng.random() < 0.5, until=Fraction(0))
    for month in range(days // 30):
        if rng.random() < care / 3:
            talk = rng.choice(("article", "talk"))
            report(30 * month + 8, "knowledge", format=talk, readers=Fraction(rng.randrange(2_000)))
        if rng.random() < (0.005 if merchant.kind is Kind.HONEST else 0.04):
            report(30 * month + 20, "violation", severity=Fraction(rng.randrange(1, 8)), repeated=False)
    return found
