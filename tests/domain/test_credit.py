# weight_of: no unit → 0 · within → floor · above ten points → capped
# MerchantScore
# ├── every move → within its dimension's bounds, returns what it applied
# └── gain, lose_refund, lose_deadline, lose_ruling, rate, reverse → the published table
# PairEpochs.take: within the cap → all · above → the rest · next epoch or other pair → anew

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.domain.credit import (
    ATTESTED_MAX,
    EPOCH,
    PAIR_CAP,
    SEASONED,
    SERVICE_MAX,
    TRADE_MAX,
    Dimension,
    MerchantScore,
    PairEpochs,
    Tier,
    fee_bps_of,
    rating_delta,
    slashed,
    tier_of,
    weight_of,
)
from dapp.domain.errors import DomainError, RateTooHigh

moves = st.lists(st.tuples(st.sampled_from(Dimension), st.integers(-700_000, 700_000)))


@given(moves)
def test_move__any_sequence__score_is_600_and_all_that_was_applied(steps):
    merchant = MerchantScore()
    applied = 0
    for dimension, delta in steps:
        moved = merchant.move(dimension, delta)
        assert abs(moved) <= abs(delta)
        assert moved * delta >= 0
        applied += moved
        assert 0 <= merchant.trade <= TRADE_MAX
        assert 0 <= merchant.service <= SERVICE_MAX
        assert 0 <= merchant.attested <= ATTESTED_MAX
    assert merchant.score == 600_000 + applied
    assert 0 <= merchant.score <= 1_000_000


@given(st.integers(0, 10_000), st.integers(0, 10_000), st.integers(1, 10_000))
def test_reverse__after_a_ruling_unclamped__score_is_what_it_was(weight, awarded, base):
    merchant = MerchantScore()
    trade, service = merchant.lose_ruling(weight, min(awarded, base), base)
    assert merchant.reverse(-trade, -service) == (-trade, -service)
    assert merchant == MerchantScore()


def test_losses__weight_of_ten_points__as_the_table_says():
    merchant = MerchantScore()
    assert merchant.lose_refund(10_000, 1, 3) == -3_333
    assert merchant.lose_deadline(10_000) == -50_000
    assert merchant.lose_ruling(10_000, 1, 2) == (-25_000, -15_000)
    assert (merchant.trade, merchant.service, merchant.attested) == (161_667, 165_000, 180_000)


def test_gain__near_the_top__clamped_in_trade_counted_in_full_as_earned():
    merchant = MerchantScore(trade=TRADE_MAX - 1)
    assert merchant.gain(10_000) == 1
    assert (merchant.trade, merchant.earned) == (TRADE_MAX, 10_000)


@pytest.mark.parametrize(("stars", "delta"), [(1, -9_999), (2, -4_999), (3, 0), (4, 1_666), (5, 3_333)])
def test_rating_delta__each_number_of_stars__rounds_towards_zero(stars, delta):
    assert rating_delta(stars, 3_333) == delta


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_rating_delta__out_of_range__raises(stars):
    with pytest.raises(DomainError):
        rating_delta(stars, 1_000)


@pytest.mark.parametrize(
    ("score", "tier"),
    [
        (0, Tier.WATCH),
        (599_999, Tier.WATCH),
        (600_000, Tier.SILVER),
        (799_999, Tier.SILVER),
        (800_000, Tier.GOLD),
        (899_999, Tier.GOLD),
        (900_000, Tier.DIAMOND),
    ],
)
def test_tier_of__at_each_threshold__changes_there(score, tier):
    assert tier_of(score) is tier


def test_fee_bps_of__base_200_and_833__each_tiers_share():
    assert [fee_bps_of(tier, 200) for tier in Tier] == [240, 200, 180, 160]
    assert [fee_bps_of(tier, 833) for tier in Tier] == [999, 833, 749, 666]


def test_fee_bps_of__watch_would_exceed_the_cap__raises_for_every_tier():
    for tier in Tier:
        with pytest.raises(RateTooHigh, match="1002 basis points"):
            fee_bps_of(tier, 835)


def test_weight_of__fee_in_units__one_point_a_unit_capped():
    assert weight_of(10_000, 200, 0) == 0
    assert weight_of(10_000, 200, 300) == 666
    assert weight_of(10_000, 200, 1) == 10_000


def test_is_limited__newcomer_then_seasoned_then_watch__only_in_between_free():
    merchant = MerchantScore()
    assert merchant.is_limited
    merchant.gain(SEASONED)
    assert not merchant.is_limited
    merchant.move(Dimension.COMMUNITY, -(SEASONED + 1))
    assert merchant.is_limited


def test_take__pair_gains_more_than_its_cap__rest_only_until_the_next_epoch():
    pairs = PairEpochs()
    assert pairs.take("seller", "buyer", 0, PAIR_CAP - 1) == PAIR_CAP - 1
    assert pairs.take("seller", "buyer", EPOCH - 1, 10) == 1
    assert pairs.take("seller", "buyer", EPOCH - 1, 10) == 0
    assert pairs.take("seller", "another", EPOCH - 1, 10) == 10
    assert pairs.take("seller", "buyer", EPOCH, 10) == 10


def test_slashed__half_awarded__an_eighth_in_whole_units():
    assert slashed(10**18, 1, 2) == 125 * 10**15
    assert slashed(3 * 10**15, 1, 1) == 0
    assert slashed(7 * 10**15, 1, 1) == 10**15
