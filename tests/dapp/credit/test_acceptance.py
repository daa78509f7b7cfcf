# examine
# ├── a sound report → accepted with its rule and worth
# └── foreign, unknown, of oneself, too early, too late, over, worth nothing → its refusal with the values
# within_bounds
# ├── up to an attestor's bound of a day → kept, by their times; beyond → OverDailyBound with what is left
# └── in any order → the same reports kept

import random
from dataclasses import replace

import pytest

from dapp.credit import load_rules, parse_rules
from dapp.credit.acceptance import ROLES, examine, within_bounds
from dapp.credit.errors import (
    AlreadyOver,
    BadField,
    Expired,
    ForeignReport,
    FromTheFuture,
    NoEffect,
    OverDailyBound,
    SelfReport,
    Stale,
    UnknownKind,
)
from dapp.credit.loading import SHIPPED
from dapp.domain.bounds import DAY
from dapp.domain.credit import Dimension
from operations.roles import ATTESTORS, Role

from .reports import FIELDS, NOON, OUTSIDER, SELLER, report

RULES = load_rules()
HERE = report().credit


def examined(made, now=NOON):
    return examine(made, RULES, 31337, HERE, now)


@pytest.mark.parametrize("kind", FIELDS)
def test_examine__a_sound_report__its_rules_worth(kind):
    accepted = examined(report(kind))
    assert accepted.rule is RULES.for_report(kind)
    assert accepted.outcome.delta * accepted.rule.sign > 0


@pytest.mark.parametrize(
    ("made", "now", "refusal", "text"),
    [
        (report(chain_id=1), NOON, ForeignReport, "its chain id is 1, and this market's is 31337"),
        (report(credit="0x" + "d" * 40), NOON, ForeignReport, "its Credit contract is 0x"),
        (report("gossip"), NOON, UnknownKind, "of the kind “gossip”; read are: identity, certificate"),
        (report(signer=SELLER), NOON, SelfReport, f"{SELLER.address} reports on himself"),
        (report(issued_at=NOON + 301), NOON, FromTheFuture, "issued at 2079-07-08 12:05:01 UTC"),
        (report(), NOON + 7 * DAY, Expired, "valid until 2079-07-15 12:00:00 UTC"),
        (report(valid_until=NOON - 1), NOON, Expired, "valid until 2079-07-08 11:59:59 UTC"),
        (report(valid_until=NOON + 99 * DAY), NOON + 7 * DAY + 1, Stale, "more than 168 hours before"),
        (report("identity", fields={"until": "2079-07-08"}), NOON, AlreadyOver, "ended at 2079-07-08 00:"),
        (report("mentoring", fields={"rating": "2"}), NOON, NoEffect, "By the rule “mentoring”"),
        (report("mentoring", fields={"hours": "NaN"}), NOON, BadField, "“hours” is “NaN”"),
        (report("mentoring", fields={"hours": "-3"}), NOON, BadField, "“hours” is “-3”"),
        (report("mentoring", fields={"hours": "1" * 90}), NOON, BadField, "from 0.5 to 40"),
    ],
)  # fmt: skip
def test_examine__what_doesnt_count__refused_with_the_values(made, now, refusal, text):
    with pytest.raises(refusal) as refused:
        examined(made, now)
    assert text in str(refused.value)
    assert refused.value.sentence("zh") != refused.value.sentence("en")


def test_examine__the_attestors_clock_a_little_ahead__accepted():
    assert examined(report(issued_at=NOON + 300))
    assert examined(report(valid_until=NOON + 99 * DAY), NOON + 7 * DAY)


def test_roles__of_the_three_dimensions__the_contracts():
    named = {Role(role).label: dimension for dimension, role in ROLES.items()}
    assert named == {role.label: Dimension[role.name.removeprefix("ATTESTOR_")] for role in ATTESTORS}


def test_within_bounds__more_than_a_day_allows__the_later_ones_refused_whatever_their_order():
    book = parse_rules(SHIPPED.read_bytes().replace(b"attestor_daily: 200", b"attestor_daily: 30"))
    made = [examined(report("two-factor", f"key-{n}", issued_at=NOON + n), NOON + 10) for n in range(6)]
    other = examined(report("two-factor", "key-9", signer=OUTSIDER), NOON)
    mixed = [*made, other]
    random.Random(4).shuffle(mixed)
    kept, refused = within_bounds(
        mixed, {(made[0].report.attestor, NOON // DAY): 6_000}, book.reports.attestor_daily
    )
    assert kept == [other, *made[:3]] or kept == [made[0], other, *made[1:3]]
    assert [each for each, _ in refused] == made[3:]
    assert all(isinstance(refusal, OverDailyBound) for _, refusal in refused)
    assert "8 points more on 2079-07-08: of 30 a day, 0 are left" in str(refused[0][1])


def test_within_bounds__another_day__anew():
    late = examined(report("two-factor", "key-2", issued_at=NOON + DAY), NOON + DAY)
    kept, refused = within_bounds([late], {(late.report.attestor, NOON // DAY): 30_000}, 30_000)
    assert (kept, refused) == ([late], [])


def test_within_bounds__one_too_large__a_smaller_later_one_still_fits():
    large = examined(report("violation", "a", fields={"severity": "9"}), NOON)
    small = examined(report("violation", "b", issued_at=NOON + 1), NOON + 1)
    kept, refused = within_bounds([small, large], {}, 14_000)
    assert kept == [small]
    assert [each for each, _ in refused] == [large]
    assert replace(large) == large
