# split
# ├── rates above the hard caps → RateTooHigh
# ├── earned above the base, negative, or no base → WrongSplit
# └── else → the parts sum to what was earned, the seller has the remainder
# commission_lines
# ├── a level within the offered share → its rate
# ├── the offered share runs out → what is left of it, then nothing
# └── a level is empty, too young or a party → zero line, its rate stays used up

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.domain.bounds import MAX_COMMISSION_BPS, MAX_FEE_BPS, REFERRAL_COOLDOWN
from dapp.domain.errors import RateTooHigh, WrongSplit
from dapp.domain.split import EMPTY_LINE, CommissionLine, Referrer, commission_lines, split

ALICE, BOB, CAROL = ("0x" + digit * 40 for digit in "123")
UPLINE = tuple(Referrer(account, 1_000) for account in (ALICE, BOB, CAROL))
OLD_ENOUGH = 1_000 + REFERRAL_COOLDOWN


@st.composite
def orders(draw):
    base = draw(st.integers(1, 2**128 - 1))
    earned = draw(st.integers(0, base) | st.just(base))
    left, lines = MAX_COMMISSION_BPS, []
    for _ in range(3):
        rate = draw(st.integers(0, left))
        left -= rate
        lines.append(CommissionLine(ALICE, rate, draw(st.just(0) | st.integers(0, 2**80 - 1))))
    return base, earned, draw(st.integers(0, MAX_FEE_BPS)), lines


@given(orders())
def test_split__any_rates_and_caps__parts_sum_and_each_is_bounded(order):
    base, earned, fee_bps, lines = order
    parts = split(base, earned, fee_bps, lines)
    assert parts.total == earned
    assert parts.to_seller >= 0
    assert parts.fee <= base * fee_bps // 10_000
    for commission, line in zip(parts.commissions, lines, strict=True):
        assert 0 <= commission <= (line.cap or base)
        assert commission * 10_000 <= base * line.rate_bps
        assert commission * base <= line.amount(base, base) * earned


@given(orders())
def test_split__in_two_parts__never_pays_referrers_more_than_at_once(order):
    base, earned, fee_bps, lines = order
    whole = split(base, base, fee_bps, lines)
    first, second = split(base, earned, fee_bps, lines), split(base, base - earned, fee_bps, lines)
    assert whole.fee - 1 <= first.fee + second.fee <= whole.fee
    for total, one, other in zip(whole.commissions, first.commissions, second.commissions, strict=True):
        assert total - 1 <= one + other <= total


def test_split__example_of_the_docs__to_the_wei():
    lines = [CommissionLine(ALICE, 1_000, 0), CommissionLine(BOB, 500, 30), CommissionLine(CAROL, 250, 0)]
    parts = split(1_001, 1_001, 200, lines)
    assert (parts.fee, parts.commissions, parts.to_seller) == (20, (100, 30, 25), 826)
    half = split(1_001, 500, 200, lines)
    assert (half.fee, half.commissions, half.to_seller) == (9, (49, 14, 12), 416)


def test_split__nothing_earned__nobody_gets_anything():
    parts = split(1_000, 0, 200, [CommissionLine(ALICE, 1_000, 0)])
    assert (parts.fee, parts.commissions, parts.to_seller) == (0, (0,), 0)


@pytest.mark.parametrize(("base", "earned"), [(0, 0), (10, 11), (10, -1), (-1, -1)])
def test_split__earned_out_of_range__raises(base, earned):
    with pytest.raises(WrongSplit):
        split(base, earned, 200, [])


def test_split__fee_above_cap__raises():
    with pytest.raises(RateTooHigh) as fault:
        split(1_000, 1_000, MAX_FEE_BPS + 1, [])
    assert (fault.value.rate_bps, fault.value.max_bps) == (1_001, 1_000)


def test_split__commissions_above_cap__raises():
    with pytest.raises(RateTooHigh) as fault:
        split(1_000, 1_000, 0, [CommissionLine(ALICE, 2_000, 0), CommissionLine(BOB, 1_001, 0)])
    assert (fault.value.rate_bps, fault.value.max_bps) == (3_001, 3_000)


def lines_of(upline=UPLINE, offered=3_000, placed_at=OLD_ENOUGH, parties=(), caps=(0, 0, 0)):
    return commission_lines((1_000, 500, 250), caps, offered, upline, placed_at=placed_at, parties=parties)


def test_commission_lines__share_covers_all__rule_rates_and_caps():
    assert lines_of(caps=(7, 0, 9)) == (
        CommissionLine(ALICE, 1_000, 7),
        CommissionLine(BOB, 500, 0),
        CommissionLine(CAROL, 250, 9),
    )


def test_commission_lines__share_runs_out__later_levels_get_the_rest():
    assert [line.rate_bps for line in lines_of(offered=1_200)] == [1_000, 200, 0]
    assert lines_of(offered=1_200)[2] == EMPTY_LINE
    assert lines_of(offered=0) == (EMPTY_LINE,) * 3


def test_commission_lines__first_level_is_a_party__its_rate_stays_with_the_seller():
    assert lines_of(offered=1_200, parties=[ALICE.upper().replace("X", "x")]) == (
        EMPTY_LINE,
        CommissionLine(BOB, 200, 0),
        EMPTY_LINE,
    )


def test_commission_lines__level_empty__zero_line():
    assert lines_of(upline=(UPLINE[0], Referrer(), Referrer()))[1:] == (EMPTY_LINE, EMPTY_LINE)


def test_commission_lines__second_before_cooldown_ends__zero_lines():
    assert lines_of(placed_at=OLD_ENOUGH - 1) == (EMPTY_LINE,) * 3
    assert EMPTY_LINE not in lines_of(placed_at=OLD_ENOUGH)
