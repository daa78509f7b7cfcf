# figures
# ├── counts by cell of orders, turnover, ratings, tiers, proofs; what has no cell of its own is "other"
# └── any account taken away from any week → all cells of each figure together move by its sensitivity at most
# noise (OpenDP's)
# ├── the loss between neighbours is the epsilon that is stated, by OpenDP's own proof
# ├── accuracy: 95 of 100 errors are below the stated one, none is biased, and halves are hit exactly
# └── neighbours: no outcome is more than e^epsilon times likelier, and half the noise would be found out
# weeks: names, bounds, the last that is over

import math
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.index.queries.spans import Dealing, Span
from dapp.privacy.errors import BadWeek
from dapp.privacy.issued import Issued
from dapp.privacy.proof import Claim
from dapp.privacy.statistics.figures import COIN, Record, figures, turnover_cell
from dapp.privacy.statistics.noise import mechanism
from dapp.privacy.statistics.week import Week

ACCOUNTS = [f"account {number}" for number in range(6)]
TOKEN = "0x" + "11" * 20
FIGURES = figures(2)
BY_NAME = {figure.name: figure for figure in FIGURES}
DRAWS = 40_000


def dealing(buyer, seller, category=1, base=COIN // 2, stars=5, token=ZERO_ADDRESS):
    return Dealing(buyer, seller, category, token, base, stars)


def record(placed=(), rated=(), scores=None, issued=()):
    return Record(Span(list(placed), list(rated), scores or {}), list(issued))


def exact(name, given):
    figure = BY_NAME[name]
    return dict(zip(figure.cells, figure.exact(given), strict=True))


# -- what is counted --------------------------------------------------------------------------


def test_orders__by_category__two_of_an_account_in_each():
    a, b, c, *_ = ACCOUNTS
    placed = [dealing(a, b, 1), dealing(c, b, 1), dealing(a, b, 4), dealing(a, b, 77), dealing(b, c, 65_535)]
    assert exact("orders", record(placed)) == {"1": 4, "2": 0, "3": 0, "4": 2, "other": 4}
    assert exact("orders", record([dealing(a, b)] * 9))["1"] == 4


def test_turnover__native_coin_alone__by_bucket():
    a, b, *_ = ACCOUNTS
    bases = (0, COIN // 100 - 1, COIN // 100, COIN - 1, COIN, 10 * COIN, 10**30)
    cells = [turnover_cell(base) for base in bases]
    assert cells == ["below 0.01"] * 2 + ["below 0.1", "below 1", "below 10", "10 and more", "10 and more"]
    placed = [dealing(a, b, base=base) for base in bases[:1]] + [dealing(a, b, token=TOKEN)]
    assert exact("turnover", record(placed)) == {
        **dict.fromkeys(BY_NAME["turnover"].cells, 0),
        "below 0.01": 2,
    }


def test_ratings_tiers_proofs__by_cell():
    a, b, c, d, *_ = ACCOUNTS
    assert exact("ratings", record(rated=[dealing(a, b, stars=5), dealing(c, b, stars=1)])) == {
        "1": 2, "2": 0, "3": 0, "4": 0, "5": 2,
    }  # fmt: skip
    scores = {a: 599_999, b: 600_000, c: 899_999, d: 1_000_000}
    assert exact("tiers", record(scores=scores)) == {"watch": 1, "silver": 1, "gold": 1, "diamond": 1}
    issued = [
        Issued(a, 1, Claim.SCORE_AT_LEAST, 2),
        Issued(a, 2, Claim.TIER_IS, 9),
        Issued(b, 1, Claim.TIER_IS, 1),
    ]
    assert exact("proofs", record(issued=issued)) == {"score at least": 2, "tier is": 2}


accounts = st.sampled_from(ACCOUNTS)
dealings = st.lists(
    st.builds(
        dealing,
        accounts,
        accounts,
        category=st.integers(0, 6),
        base=st.sampled_from([0, COIN // 50, COIN // 2, 3 * COIN, 99 * COIN]),
        stars=st.integers(1, 5),
        token=st.sampled_from([ZERO_ADDRESS, TOKEN]),
    ).filter(lambda each: each.buyer != each.seller),
    max_size=60,
)
weeks = st.builds(
    record,
    dealings,
    dealings,
    st.dictionaries(accounts, st.integers(0, 1_000_000)),
    st.lists(
        st.builds(Issued, accounts, st.integers(0, 6), st.sampled_from(Claim), st.integers(1, 20)),
        max_size=20,
    ),
)


def without(week, gone):
    """The week as if an account had not been there."""
    placed, rated = (
        [each for each in dealings if gone not in (each.buyer, each.seller)]
        for dealings in (week.span.placed, week.span.rated)
    )
    scores = {account: score for account, score in week.span.scores.items() if account != gone}
    return record(placed, rated, scores, [each for each in week.issued if each.merchant != gone])


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
@given(weeks, accounts)
@settings(max_examples=150, deadline=None)
def test_exact__any_account_taken_away__moves_by_the_sensitivity_at_most(figure, week, gone):
    before, after = figure.exact(week), figure.exact(without(week, gone))
    assert sum(abs(one - other) for one, other in zip(before, after, strict=True)) <= figure.sensitivity


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_sensitivity__some_account__reaches_it(figure):
    """So it isn't larger than it must be: noise is drawn for what can happen."""
    a, others = "hub", [f"other {number}" for number in range(9)]
    bases = (COIN // 200, COIN // 20, COIN // 2, 5 * COIN, 50 * COIN)
    everything = [
        dealing(a, other, category, base, stars)
        for category, base, stars in zip((1, 2, 3, 4, 5), bases, (1, 2, 3, 4, 5), strict=True)
        for other in others
    ]
    issued = [Issued(a, 1, Claim.TIER_IS, 20)]
    week = record(everything, everything, {a: 700_000}, issued)
    before, after = figure.exact(week), figure.exact(without(week, a))
    assert sum(before) - sum(after) == figure.sensitivity


# -- noise ------------------------------------------------------------------------------------


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_epsilon__between_neighbours__what_is_stated(figure):
    noisy, stated = mechanism(figure.sensitivity, figure.epsilon_milli), figure.epsilon_milli / 1_000
    assert noisy.epsilon(figure.sensitivity) <= stated
    assert noisy.epsilon(figure.sensitivity) == pytest.approx(stated, rel=1e-6)
    assert noisy.epsilon(0) == 0
    assert noisy.scale == pytest.approx(figure.sensitivity / stated, rel=1e-6)


@pytest.mark.parametrize("figure", FIGURES, ids=lambda figure: figure.name)
def test_error__many_draws__within_the_stated_bound(figure):
    """Each bound holds with a chance of a false alarm below one in a million."""
    noisy = mechanism(figure.sensitivity, figure.epsilon_milli)
    errors = noisy([0] * DRAWS)
    beyond = sum(abs(error) >= noisy.error for error in errors) / DRAWS
    assert beyond <= 0.05 + 5 * math.sqrt(0.05 * 0.95 / DRAWS)
    assert beyond >= 0.03  # no needless noise either
    mean, spread = sum(errors) / DRAWS, noisy.scale * math.sqrt(2)
    assert abs(mean) <= 5 * spread / math.sqrt(DRAWS)
    assert max(map(abs, errors)) <= noisy.scale * (math.log(DRAWS) + 14)


def excess(one, other, epsilon):
    """By how many standard deviations some event is likelier under `one` than e^epsilon times under `other`.

    The events: being at most, or at least, any value. Noise of a Laplace kind has its worst ratio there.
    """
    worst = -math.inf
    for sign in (1, -1):
        first, second = (Counter(sign * value for value in values) for values in (one, other))
        seen = [0, 0]
        for value in sorted({*first, *second}):
            seen[0] += first[value]
            seen[1] += second[value]
            p, q = seen[0] / len(one), seen[1] / len(other)
            if min(seen) < 200:
                continue
            deviation = math.sqrt(p * (1 - p) / len(one) + math.exp(2 * epsilon) * q * (1 - q) / len(other))
            worst = max(worst, (p - math.exp(epsilon) * q) / max(deviation, 1e-12))
    return worst


@pytest.mark.parametrize("name", ["tiers", "proofs", "orders"])
def test_noise__neighbouring_weeks__no_outcome_much_likelier(name):
    """The whole sensitivity in one cell: the worst that one account can do to what is seen."""
    figure = BY_NAME[name]
    epsilon = figure.epsilon_milli / 1_000
    noisy = mechanism(figure.sensitivity, figure.epsilon_milli)
    with_it, without_it = noisy([figure.sensitivity] * DRAWS), noisy([0] * DRAWS)
    assert excess(with_it, without_it, epsilon) < 5
    assert excess(without_it, with_it, epsilon) < 5


@pytest.mark.parametrize("name", ["tiers", "proofs", "orders"])
def test_noise__a_mechanism_with_half_the_noise__would_be_found_out(name):
    """The test above has teeth: half the noise, or twice the account's weight, doesn't pass it."""
    figure = BY_NAME[name]
    careless = mechanism(figure.sensitivity, 2 * figure.epsilon_milli)
    with_it, without_it = careless([figure.sensitivity] * DRAWS), careless([0] * DRAWS)
    assert excess(with_it, without_it, figure.epsilon_milli / 1_000) > 5


def test_noise__huge_counts__still_whole_and_unbroken():
    """No float is ever in between: a count beyond 2**53 keeps its last digit."""
    noisy = mechanism(1, 1_000)
    values = noisy([2**60 + 1] * 2_000)
    assert all(isinstance(value, int) for value in values)
    assert {(value - 2**60) % 2 for value in values} == {0, 1}
    assert Counter(values).most_common(1)[0][0] == 2**60 + 1


# -- weeks ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "start"), [("1970-W02", 4 * DAY), ("2026-W53", 1_798_416_000), ("2027-W01", 1_799_020_800)]
)
def test_week__named__starts_on_its_monday(name, start):
    week = Week.named(name)
    assert (week.start, week.end, week.name) == (start, start + 7 * DAY, name)
    assert Week.before(week.end) == week
    assert Week.before(week.end - 1) == Week(start - 7 * DAY)
    assert Week.before(week.end + 7 * DAY - 1) == week


@pytest.mark.parametrize(
    "name", ["", "2026-W00", "2026-W54", "2025-W53", "2026W47", "2026-47", "0000-W01", "٢٠٢٦-W01"]
)
def test_week__no_such__refused(name):
    with pytest.raises(BadWeek, match="is no calendar week"):
        Week.named(name)
