# weight_of: no unit → 0 · within → floor · above ten points → capped
# MerchantScore
# ├── every move → within its dimension's bounds, returns what it applied
# └── gain, lose_refund, lose_deadline, lose_ruling, rate, reverse → the published table
# CreditTable: packed → the contract's layout, and back · a number out of bounds → its error
# PairEpochs.take: within the cap → all · above → the rest · next epoch or other pair → anew

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.domain.credit import (
    ATTESTED_MAX,
    SERVICE_MAX,
    TRADE_MAX,
    Dimension,
    MerchantScore,
    PairEpochs,
    Tier,
    fee_bps_of,
    slashed,
    tier_of,
)
from dapp.domain.credit_table import TABLE, CreditTable
from dapp.domain.errors import DomainError, FieldOverflow, RateTooHigh, TableOutOfBounds

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
    assert TABLE.rating_delta(stars, 3_333) == delta


@pytest.mark.parametrize("stars", [0, 6, -1])
def test_rating_delta__out_of_range__raises(stars):
    with pytest.raises(DomainError):
        TABLE.rating_delta(stars, 1_000)


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
    assert TABLE.weight_of(10_000, 200, 0) == 0
    assert TABLE.weight_of(10_000, 200, 300) == 666
    assert TABLE.weight_of(10_000, 200, 1) == 10_000


def test_is_limited__newcomer_then_seasoned_then_watch__only_in_between_free():
    merchant = MerchantScore()
    assert merchant.is_limited
    merchant.gain(TABLE.seasoned)
    assert not merchant.is_limited
    merchant.move(Dimension.COMMUNITY, -(TABLE.seasoned + 1))
    assert merchant.is_limited


def test_take__pair_gains_more_than_its_cap__rest_only_until_the_next_epoch():
    pairs = PairEpochs()
    assert pairs.take("seller", "buyer", 0, TABLE.pair_cap - 1) == TABLE.pair_cap - 1
    assert pairs.take("seller", "buyer", TABLE.epoch - 1, 10) == 1
    assert pairs.take("seller", "buyer", TABLE.epoch - 1, 10) == 0
    assert pairs.take("seller", "another", TABLE.epoch - 1, 10) == 10
    assert pairs.take("seller", "buyer", TABLE.epoch, 10) == 10


def test_slashed__half_awarded__an_eighth_in_whole_units():
    assert slashed(10**18, 1, 2) == 125 * 10**15
    assert slashed(3 * 10**15, 1, 1) == 0
    assert slashed(7 * 10**15, 1, 1) == 10**15


# -- the table --------------------------------------------------------------------------------

factors = st.integers(10, 255)
tables = st.builds(
    lambda weight, cap, days, seasoned, losses, service, stars: CreditTable(
        weight, max(weight, cap), days, seasoned, *losses, service, tuple(sorted(stars))
    ),
    st.integers(1, 2**24 - 1),
    st.integers(1, 2**24 - 1),
    st.integers(1, 255),
    st.integers(0, 2**24 - 1),
    st.tuples(factors, factors, factors),
    st.integers(0, 255),
    st.lists(st.integers(-128, 10), min_size=5, max_size=5),
)


def test_pack__the_shipped_table__each_field_at_its_place():
    word = TABLE.pack()
    fields = [word & 0xFFFFFF, word >> 24 & 0xFFFFFF, word >> 48 & 0xFF, word >> 56 & 0xFFFFFF]
    assert fields == [10_000, 30_000, 30, 20_000]
    assert list((word >> 80).to_bytes(9, "little", signed=False)) == [10, 50, 50, 30, 226, 241, 0, 5, 10]


@given(tables)
def test_pack__any_table_within_bounds__comes_back(table):
    assert CreditTable.unpack(table.pack()) == table


@pytest.mark.parametrize(
    ("changes", "fault"),
    [
        ({"max_weight": 0}, "max_weight = 0"),
        ({"pair_cap": 9_999}, "pair_cap = 9999 must be at least max_weight, 10000"),
        ({"epoch_days": 0}, "epoch_days = 0"),
        ({"refund": 9}, "refund = 9"),
        ({"missed": 9}, "missed = 9"),
        ({"ruled_trade": 0}, "ruled_trade = 0"),
        ({"stars": (-30, -15, 0, 5, 11)}, "star5 = 11"),
        ({"stars": (-30, -31, 0, 5, 10)}, "star1 = -30 must be at most that of one star more, -31"),
        ({"stars": (-30, -15, 0, 12, 10)}, "star4 = 12"),
    ],
)
def test_pack__a_score_would_be_cheaper__raises_with_the_number(changes, fault):
    with pytest.raises(TableOutOfBounds, match=fault):
        CreditTable(**changes).pack()


@pytest.mark.parametrize(
    "changes", [{"missed": 256}, {"max_weight": 2**24}, {"epoch_days": 256}, {"stars": (-129, 0, 0, 0, 0)}]
)
def test_pack__wider_than_its_field__raises(changes):
    with pytest.raises(FieldOverflow):
        CreditTable(**changes).pack()


def test_unpack__bits_of_no_field__raises():
    with pytest.raises(FieldOverflow):
        CreditTable.unpack(TABLE.pack() | 1 << 152)


def test_losses__by_another_table__its_factors_rounded_down():
    merchant = MerchantScore(table=CreditTable(refund=15, missed=25, ruled_trade=11, ruled_service=0))
    assert merchant.lose_refund(333, 1, 1) == -499
    assert merchant.lose_deadline(333) == -832
    assert merchant.lose_ruling(333, 1, 1) == (-366, 0)
