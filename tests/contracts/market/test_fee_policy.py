# setBaseFee: not the rates role, above 10 % on Watch → its error · else → four fees by the tiers' percentages
# setStakes, setCreditScale: not the rates role, out of bounds → its error · else → the rest stays
# views: fee and stake of a tier, fee of a merchant, Watch's limit, tier of a score

import pytest

from dapp.domain.credit import Tier, fee_bps_of
from tests.reverts import reverts
from tests.stage import BASE_FEE_BPS, CREDIT_UNIT, GOLD_STAKE, SILVER_STAKE, TOKEN_UNIT, WATCH_STAKE
from tests.trade import NATIVE

COIN = 10**18


@pytest.fixture
def fees(stage):
    return stage.fee_policy


def settings(fees):
    """Everything that the policy says."""
    rates = [fees.feeBpsOf(tier) for tier in Tier]
    return rates, [fees.requiredStake(tier) for tier in Tier], fees.watchOrderLimit(NATIVE)


STAKES = [WATCH_STAKE, SILVER_STAKE, GOLD_STAKE, 0]
LIMIT = 10_000 * CREDIT_UNIT


@pytest.mark.parametrize("base", [0, 1, 199, 200, 333, 834])
def test_set_base_fee__within_the_cap__four_fees_as_the_model_says(trade, market, fees, base):
    receipt = fees.setBaseFee(base, sender=trade.rater)
    assert settings(fees) == ([fee_bps_of(tier, base) for tier in Tier], STAKES, LIMIT)
    assert receipt.events == [market.PolicySet(policy=market.policy())]


@pytest.mark.parametrize(("base", "value"), [(835, 1_002), (1_000, 1_200), (1_001, 1_001)])
def test_set_base_fee__watch_above_ten_percent__reverts(trade, fees, base, value):
    before = settings(fees)
    with reverts(fees.FeePolicy_OutOfBounds, value=value, max=1_000):
        fees.setBaseFee(base, sender=trade.rater)
    assert settings(fees) == before


def test_set_stakes__whole_thousandths__set_and_the_rest_stays(trade, fees):
    fees.setStakes(100 * COIN, 0, COIN, sender=trade.rater)
    assert settings(fees) == ([240, 200, 180, 160], [100 * COIN, 0, COIN, 0], LIMIT)


@pytest.mark.parametrize("tier", range(3))
def test_set_stakes__above_100_coins__reverts(trade, fees, tier):
    stakes = [0, 0, 0]
    stakes[tier] = 100 * COIN + 10**15
    before = settings(fees)
    with reverts(fees.FeePolicy_OutOfBounds, value=100_001, max=100_000):
        fees.setStakes(*stakes, sender=trade.rater)
    assert settings(fees) == before


def test_set_credit_scale__whole_gwei__set_and_the_rest_stays(trade, market, fees, token):
    fees.setCreditScale(3 * 10**9, 65_535, sender=trade.rater)
    assert settings(fees) == ([240, 200, 180, 160], STAKES, 65_535 * 3 * 10**9)
    assert market.creditUnit(NATIVE) == 3 * 10**9
    assert fees.watchOrderLimit(token) == 65_535 * TOKEN_UNIT


@pytest.mark.parametrize(
    ("unit", "units", "value", "highest"),
    [(2**40 * 10**9, 1, 2**40, 2**40 - 1), (10**9, 65_536, 65_536, 65_535)],
)
def test_set_credit_scale__too_large__reverts(trade, fees, unit, units, value, highest):
    before = settings(fees)
    with reverts(fees.FeePolicy_OutOfBounds, value=value, max=highest):
        fees.setCreditScale(unit, units, sender=trade.rater)
    assert settings(fees) == before


@pytest.mark.parametrize("caller", ["outsider", "admin", "pauser", "seller"])
def test_setters__not_the_rates_role__reverts(trade, fees, caller):
    by, before = getattr(trade, caller), settings(fees)
    for call, given in ((fees.setBaseFee, (1,)), (fees.setStakes, (0, 0, 0)), (fees.setCreditScale, (0, 0))):
        with reverts(fees.AccessManagedUnauthorized, caller=by):
            call(*given, sender=by)
    assert settings(fees) == before


@pytest.mark.parametrize(
    ("score", "tier"),
    [
        *((score, Tier.WATCH) for score in (0, 599)),
        *((score, Tier.SILVER) for score in (600, 799)),
        *((score, Tier.GOLD) for score in (800, 899)),
        *((score, Tier.DIAMOND) for score in (900, 1_000)),
    ],
)
def test_tier_of__at_the_borders__as_published(fees, score, tier):
    assert fees.tierOf(score) == tier


def test_tier_of__above_1000__reverts(fees):
    with reverts(fees.FeePolicy_OutOfBounds, value=1_001, max=1_000):
        fees.tierOf(1_001)


def test_fee_bps_for__score_moved__follows_the_tier(trade, market, fees):
    assert fees.feeBpsFor(trade.seller) == BASE_FEE_BPS
    market.attestCredit(trade.seller, 2, -100_000, 5, b"\1" * 32, sender=trade.credit)
    assert fees.feeBpsFor(trade.seller) == fees.feeBpsOf(Tier.WATCH) == 240
