# AnomalyModel
# ├── fit: fewer than 50 merchants → TooFewMerchants; NaN, infinite, huge, too short → BadFeatures
# ├── scores: any features → in [0, 1]; the same seed → the same; another → another forest
# ├── judge: the score is that of `scores`; reasons are of what is odd, their shares sum to 1
# ├── usual merchant → nearly 0, and few honest ones want a review
# └── each kind of fraud in a market that the model hasn't seen → found better than by chance, by far

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dapp.risk.failures import BadFeatures, TooFewMerchants
from dapp.risk.features import FEATURES
from dapp.risk.model import FEWEST, AnomalyModel
from dapp.risk.simulation import FRAUDS

anything = st.tuples(*[st.floats(-1e6, 1e6) for _name in FEATURES])


def fitted(rows, seed=5):
    return AnomalyModel.fit(rows, seed, "test", 0)


def test_fit__too_few_merchants__says_how_many(known):
    rows = list(known.features.values())[: FEWEST - 1]
    with pytest.raises(TooFewMerchants, match=f"{FEWEST - 1} merchants"):
        fitted(rows)
    fitted([*rows, rows[0]])


@pytest.mark.parametrize("value", [float("nan"), float("inf"), float("-inf"), 1e7])
def test_features__not_a_merchant_s__are_refused(known, model, value):
    rows = list(known.features.values())
    bad = (*rows[0][:3], value, *rows[0][4:])
    with pytest.raises(BadFeatures, match=f"{FEATURES[3]} is {value}"):
        fitted([*rows, bad])
    with pytest.raises(BadFeatures, match=FEATURES[3]):
        model.judge(bad)


def test_features__one_missing__is_refused(model, known):
    row = next(iter(known.features.values()))
    with pytest.raises(BadFeatures, match=f"{len(FEATURES) - 1} features"):
        model.scores([row[1:]])


@given(st.lists(anything, max_size=4))
@settings(max_examples=25, deadline=None)
def test_scores__any_features__are_between_0_and_1_and_always_the_same(model, rows):
    scores = model.scores(rows)
    assert all(0 <= score <= 1 for score in scores)
    assert model.scores(rows) == scores
    for row, score in zip(rows, scores, strict=True):
        assert model.judge(row).score == score


def test_scores__seed__decides_the_forest(known, model):
    rows = list(known.features.values())
    assert fitted(rows).scores(rows) == model.scores(rows)
    assert fitted(rows, seed=6).scores(rows) != model.scores(rows)


def test_scores__merchants_all_alike__are_usual():
    rows = [tuple(0.0 for _ in FEATURES)] * FEWEST
    assert fitted(rows).scores(rows) == [0.0] * FEWEST


def test_judge__reasons__name_what_is_odd(model):
    odd = FEATURES.index("dispute_share")
    row = (*model.medians[:odd], 0.6, *model.medians[odd + 1 :])
    verdict = model.judge(row)
    assert [reason.feature for reason in verdict.reasons] == ["dispute_share"]
    [reason] = verdict.reasons
    assert (reason.share, reason.value, reason.usual) == (1.0, 0.6, model.medians[odd])


def test_judge__every_merchant__has_shares_that_sum_to_1_strongest_first(model, unknown):
    for row in list(unknown.features.values())[:40]:
        verdict = model.judge(row)
        shares = [reason.share for reason in verdict.reasons]
        assert shares == sorted(shares, reverse=True)
        if verdict.score:
            assert sum(shares) == pytest.approx(1, abs=1e-4)
        else:
            assert not shares


def test_model__usual_merchant__scores_nearly_0_and_few_honest_ones_are_reviewed(model, unknown):
    assert model.scores([model.medians])[0] < 0.1
    honest = [row for seller, row in unknown.features.items() if unknown.market.kinds[seller] not in FRAUDS]
    reviewed = sum(score >= 0.5 for score in model.scores(honest))
    assert reviewed <= 0.05 * len(honest)


@pytest.mark.parametrize("kind", FRAUDS)
def test_model__fraud_it_has_not_seen__ranks_above_honest_trade(model, unknown, kind):
    kinds = unknown.market.kinds
    honest = model.scores([row for seller, row in unknown.features.items() if kinds[seller] not in FRAUDS])
    frauds = model.scores([row for seller, row in unknown.features.items() if kinds[seller] is kind])
    pairs = [(fraud > other) + (fraud == other) / 2 for fraud in frauds for other in honest]
    assert sum(pairs) / len(pairs) > 0.75
