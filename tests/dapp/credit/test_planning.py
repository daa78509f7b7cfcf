# plan_of
# ├── reports in any order → the same postings, in the same order
# ├── what is owed → before reports
# ├── more than may move today → deferred, the smaller ones still posted
# ├── a side whose past isn't clear → deferred with the reason
# ├── a rule's limit in its days → cut to what is left, then refused
# └── any state → within every bound, each fact once

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from dapp.credit import load_rules
from dapp.credit.acceptance import examine
from dapp.credit.claims import Claim, Schedule
from dapp.credit.document import AttestationDocument, Change
from dapp.credit.errors import LimitReached
from dapp.credit.planning import DeskState, Owed, plan_of
from dapp.domain.bounds import DAY
from dapp.domain.credit import Dimension

from .reports import FIELDS, NOON, OUTSIDER, SELLER, report

RULES = load_rules()
HERE = report().credit
COMMUNITY, SECURITY = (SELLER.address, Dimension.COMMUNITY), (SELLER.address, Dimension.SECURITY)


def accepted(kind, fact, **changes):
    made = report(kind, fact, **changes)
    return examine(made, RULES, 31337, HERE, made.issued_at)


def state(*reports, claims=(), owed=(), left=None, **changes):
    sides = {(each.report.merchant, each.rule.dimension) for each in reports}
    sides |= {(each.claim.report.merchant, each.claim.dimension) for each in owed}
    return DeskState(
        chain_id=31337,
        credit=HERE,
        rules=RULES.version,
        now=NOON,
        claims=tuple(claims),
        owed=tuple(owed),
        accepted=tuple(reports),
        left=dict.fromkeys(sides, 20_000) | (left or {}),
        **changes,
    )


def claim_of(each, moved=None, number=1):
    moved = each.outcome.delta if moved is None else moved
    return Claim(
        number.to_bytes(32), 1, each.rule.name, RULES.version, each.rule.dimension, each.report, moved, moved
    )


def owed(each, days, number=1):
    schedule, claim = Schedule.of(each.report, each.rule), claim_of(each, number=number)
    return Owed(claim, claim.due(schedule, NOON + days * DAY), schedule)


def test_plan_of__a_report__a_grant_with_all_it_rests_on():
    made = accepted("two-factor", "key-1")
    plan = plan_of(state(made))
    assert (plan.deferred, plan.refused) == ((), ())
    (posting,) = plan.postings
    document = posting.document
    assert (document.change, document.delta, document.rule) == (Change.GRANT, 8_000, "two-factor-on")
    assert (document.report, document.rules) == (made.report, RULES.version)
    assert (posting.kind, posting.subject) == ("attest_grant", f"0x{made.report.fact_key.hex()}")
    assert AttestationDocument.parse(document.to_json()) == document
    plain = document.to_json().decode()
    assert '"name": "two-factor-on: +8 (grant)"' in plain


def test_plan_of__what_is_owed__first_and_with_its_grant():
    old = accepted("mentoring", "talk-1")
    plan = plan_of(state(accepted("knowledge", "post-1"), owed=[owed(old, 190)]))
    taken, granted = (posting.document for posting in plan.postings)
    assert (taken.change, taken.delta, taken.steps) == (Change.DECAY, -500, 1)
    assert taken.grant == (1).to_bytes(32)
    assert AttestationDocument.parse(taken.to_json()) == taken
    assert granted.change is Change.GRANT
    assert plan.postings[0].subject.endswith("/1")


def test_plan_of__more_than_may_move_today__the_rest_waits_and_a_smaller_one_fits():
    large = [accepted("two-factor", f"key-{n}", issued_at=NOON + n) for n in range(3)]
    small = accepted("log-in-anomalies", "week-1", issued_at=NOON + 9, fields={"attempts": "5"})
    plan = plan_of(state(small, *large, left={SECURITY: 17_000}))
    assert [posting.document.report for posting in plan.postings] == [
        large[0].report,
        large[1].report,
        small.report,
    ]
    assert [(posting.document.report, why) for posting, why in plan.deferred] == [
        (large[2].report, "only 1 points may move today")
    ]


def test_plan_of__an_unclear_past__nothing_for_that_side():
    plan = plan_of(
        state(accepted("mentoring", "a"), accepted("two-factor", "b"), blocked={COMMUNITY: "lost"})
    )
    assert [posting.side for posting in plan.postings] == [SECURITY]
    assert [(posting.side, why) for posting, why in plan.deferred] == [(COMMUNITY, "lost")]


def test_plan_of__a_rules_limit__counts_what_was_posted_in_the_same_days():
    window = 30 * DAY
    start = NOON // window * window
    posts = [
        accepted(
            "knowledge", f"post-{n}", issued_at=start + n, fields={"format": "course", "readers": "5000"}
        )
        for n in range(4)
    ]
    before = accepted("knowledge", "old", issued_at=start - 1)
    claims = [claim_of(posts[0], 3_000), claim_of(before, 9_000, 2)]
    plan = plan_of(state(*posts[1:], claims=claims))
    assert [posting.document.delta for posting in plan.postings] == [5_000, 2_000]
    assert plan.postings[1].document.arithmetic[-1] == "2 left of 10 in 30 days"
    ((refused, refusal),) = plan.refused
    assert refused is posts[3]
    assert isinstance(refusal, LimitReached)
    assert "moves at most 10 points" in str(refusal)
    elsewhere = accepted("knowledge", "post-9", merchant=OUTSIDER.address)
    assert len(plan_of(state(elsewhere, claims=claims)).postings) == 1


# -- any state --------------------------------------------------------------------------------

reports = st.lists(
    st.builds(
        lambda kind, fact, at, merchant: accepted(kind, f"fact-{fact}", issued_at=at, merchant=merchant),
        st.sampled_from(sorted(FIELDS)),
        st.integers(0, 10**6),
        st.integers(NOON - 40 * DAY, NOON),
        st.sampled_from([SELLER.address, OUTSIDER.address]),
    ),
    unique_by=lambda each: each.report.fact_key,
    max_size=12,
)


@given(reports, st.integers(0, 20_000), st.randoms(use_true_random=False))
def test_plan_of__in_any_order__the_same_plan_within_every_bound(made, left, random):
    first = state(*made)
    first = replace(first, left=dict.fromkeys(first.left, left))
    mixed = list(made)
    random.shuffle(mixed)
    plan = plan_of(first)
    assert plan_of(replace(first, accepted=tuple(mixed))) == plan
    moved = Counter()
    for posting in plan.postings:
        moved[posting.side] += abs(posting.document.delta)
    assert all(size <= left for size in moved.values())
    keys = [posting.fact_key for posting in (*plan.postings, *(each for each, _ in plan.deferred))]
    keys += [each.report.fact_key for each, _ in plan.refused]
    assert sorted(keys) == sorted(each.report.fact_key for each in made)
