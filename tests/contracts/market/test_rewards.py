# claim
# ├── completed order of a Silver merchant → its gain in points · of a Gold one → twice
# ├── by anyone, many at once → each once; what has nothing to count is skipped
# └── unknown, live, cancelled, counted before, older than 30 days, gained nothing → nothing
# spend: more than owned, worth nothing, no unit, budget too low → its error, points stay · else → fees back
# setRebate: not the rates role, above 20 % → its error
# withdrawBudget: not the treasurer → its error · else → to the platform's balance
# points: nothing transfers them

import pytest

from dapp.domain.bounds import RATING_WINDOW, ZERO_ADDRESS
from dapp.domain.credit import Dimension
from tests.reverts import reverts
from tests.stage import CREDIT_UNIT, RATES, TREASURER, allow
from tests.trade import NATIVE

GAINED = 800
"""What an ordinary order gains: a fee of 0.8 credit units, in points."""
BUDGET = CREDIT_UNIT
REASON_ATTESTATION = 5


@pytest.fixture(scope="module")
def rewards(project, stage):
    admin = stage.actors.admin
    contract = admin.deploy(project.Rewards, stage.authority, stage.market)
    allow(stage.authority, admin, contract, RATES, "setRebate")
    allow(stage.authority, admin, contract, TREASURER, "withdrawBudget")
    return contract


@pytest.fixture
def funded(rewards, market, trade):
    """The rewards with a budget of native coin."""
    market.deposit(NATIVE, BUDGET, rewards, sender=trade.treasurer, value=BUDGET)
    return rewards


def claim(rewards, *orders, by):
    return rewards.claim([order.terms.pack() for order in orders], sender=by)


def raise_to_gold(market, trade):
    """Attest the seller up to the borders of the attested dimensions, and count what trade is missing."""
    for dimension in (Dimension.COMPLIANCE, Dimension.COMMUNITY, Dimension.SECURITY):
        market.attestCredit(
            trade.seller, dimension, 200_000, REASON_ATTESTATION, b"\x01" * 32, sender=trade.credit
        )
    offer = trade.list(price=500 * CREDIT_UNIT)
    buyers = (trade.buyer, trade.payer, trade.outsider)
    while score_of(market, trade.seller) < 800_000:
        for buyer in buyers:
            order = trade.completed(offer, payer=buyer)
            trade.rate(order, 5, by=buyer)


def score_of(market, account):
    word = market.accountOf(account)
    signed = [word >> shift & 0xFFFFF for shift in (112, 132, 152)]
    return 600_000 + sum(value - (value >> 19 << 20) for value in signed)


# -- claim ------------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_claim__completed_order__its_gain_in_points(trade, rewards, move):
    order = trade.completed()
    assert rewards.claimable(order.terms.pack()) == GAINED
    with move():
        receipt = claim(rewards, order, by=trade.outsider)
    assert receipt.events == [rewards.PointsEarned(merchant=trade.seller, orderId=order.id, points=GAINED)]
    assert rewards.pointsOf(trade.seller) == GAINED
    assert rewards.isClaimed(order.id)
    assert rewards.claimable(order.terms.pack()) == 0


def test_claim__by_a_gold_merchant__twice_the_gain(trade, market, rewards):
    raise_to_gold(market, trade)
    order = trade.completed(payer=trade.payer)
    gained = market.orderState(order.id) >> 184 & 0xFFFFFF
    claim(rewards, order, by=trade.outsider)
    assert gained > 0
    assert rewards.pointsOf(trade.seller) == 2 * gained


def test_claim__the_same_order_twice__counts_once(trade, rewards):
    order = trade.completed()
    claim(rewards, order, order, by=trade.outsider)
    claim(rewards, order, by=trade.seller)
    assert rewards.pointsOf(trade.seller) == GAINED


@pytest.mark.parametrize("stage_of", ["placed", "accepted", "delivered", "cancelled"])
def test_claim__not_completed__skipped_beside_others(trade, rewards, stage_of):
    other = getattr(trade, stage_of)()
    order = trade.completed()
    receipt = claim(rewards, other, order, by=trade.outsider)
    assert receipt.events == [rewards.PointsEarned(merchant=trade.seller, orderId=order.id, points=GAINED)]
    assert not rewards.isClaimed(other.id)


def test_claim__changed_terms__nothing(trade, rewards):
    order = trade.completed()
    words = list(order.terms.pack())
    words[2] += 1
    assert not rewards.claim([words], sender=trade.outsider).events
    assert rewards.pointsOf(trade.seller) == 0


def test_claim__older_than_thirty_days__nothing(trade, rewards):
    order = trade.completed()
    trade.at(trade.now + RATING_WINDOW)
    assert not claim(rewards, order, by=trade.outsider).events
    assert rewards.pointsOf(trade.seller) == 0


def test_claim__last_second__counts(trade, rewards):
    order = trade.completed()
    trade.at(trade.now + RATING_WINDOW - 1)
    claim(rewards, order, by=trade.outsider)
    assert rewards.pointsOf(trade.seller) == GAINED


def test_claim__order_gained_nothing__nothing(trade, rewards):
    offer = trade.list(price=49)
    order = trade.completed(offer)
    assert not claim(rewards, order, by=trade.outsider).events


# -- spend ------------------------------------------------------------------------------------


def test_spend__some__that_part_of_the_fee_comes_back(trade, market, funded, move):
    claim(funded, trade.completed(), by=trade.outsider)
    back = 500 * CREDIT_UNIT // 10_000
    assert funded.worthOf(NATIVE, 500) == back
    with move(seller=back):
        receipt = funded.spend(NATIVE, 500, sender=trade.seller)
    assert receipt.events == [
        funded.PointsSpent(merchant=trade.seller, token=NATIVE, points=500, amount=back),
        market.Transferred(**{"from": funded, "to": trade.seller, "token": NATIVE, "amount": back}),
    ]
    assert funded.pointsOf(trade.seller) == GAINED - 500
    assert market.balanceOf(funded, NATIVE) == BUDGET - back


def test_spend__more_than_owned__reverts(trade, funded, move):
    claim(funded, trade.completed(), by=trade.outsider)
    with move(), reverts(funded.Rewards_TooFewPoints, merchant=trade.seller, points=GAINED, asked=GAINED + 1):
        funded.spend(NATIVE, GAINED + 1, sender=trade.seller)


def test_spend__by_somebody_else__has_none(trade, funded):
    claim(funded, trade.completed(), by=trade.outsider)
    with reverts(funded.Rewards_TooFewPoints, merchant=trade.outsider, points=0, asked=1):
        funded.spend(NATIVE, 1, sender=trade.outsider)


def test_spend__nothing__reverts(trade, funded):
    with reverts(funded.Rewards_WorthNothing, token=NATIVE, points=0):
        funded.spend(NATIVE, 0, sender=trade.seller)


def test_spend__worth_less_than_a_unit__reverts(trade, market, funded, token):
    claim(funded, trade.completed(), by=trade.outsider)
    market.setCreditUnit(token, 9, sender=trade.rater)
    with reverts(funded.Rewards_WorthNothing, token=token, points=GAINED):
        funded.spend(token, GAINED, sender=trade.seller)


def test_spend__token_without_unit__reverts(trade, funded):
    claim(funded, trade.completed(), by=trade.outsider)
    with reverts(funded.Rewards_NoCreditUnit, token=trade.outsider):
        funded.spend(trade.outsider, 1, sender=trade.seller)


def test_spend__budget_too_low__points_stay(trade, rewards):
    claim(rewards, trade.completed(), by=trade.outsider)
    owed = GAINED * CREDIT_UNIT // 10_000
    with reverts(rewards.Rewards_BudgetTooLow, token=NATIVE, budget=0, amount=owed):
        rewards.spend(NATIVE, GAINED, sender=trade.seller)
    assert rewards.pointsOf(trade.seller) == GAINED


def test_spend__paused_market__works(trade, market, funded):
    claim(funded, trade.completed(), by=trade.outsider)
    market.pause(sender=trade.pauser)
    funded.spend(NATIVE, GAINED, sender=trade.seller)
    assert funded.pointsOf(trade.seller) == 0


# -- operators --------------------------------------------------------------------------------


def test_set_rebate__within_bounds__counts_from_now_on(trade, rewards):
    receipt = rewards.setRebate(2_000, sender=trade.rater)
    assert receipt.events == [rewards.RebateSet(rebateBps=2_000)]
    assert rewards.worthOf(NATIVE, 1_000) == CREDIT_UNIT // 5


def test_set_rebate__above_a_fifth__reverts(trade, rewards):
    with reverts(rewards.Rewards_RebateOutOfBounds, rebateBps=2_001, max=2_000):
        rewards.setRebate(2_001, sender=trade.rater)


def test_set_rebate__not_the_rates_role__reverts(trade, rewards):
    with reverts(rewards.AccessManagedUnauthorized, caller=trade.outsider):
        rewards.setRebate(1, sender=trade.outsider)


def test_withdraw_budget__treasurer__to_the_platform(trade, funded, move):
    with move(platform=BUDGET):
        receipt = funded.withdrawBudget(NATIVE, BUDGET, sender=trade.treasurer)
    assert funded.BudgetWithdrawn(token=NATIVE, amount=BUDGET) in receipt.events


def test_withdraw_budget__not_the_treasurer__reverts(trade, funded, move):
    with move(), reverts(funded.AccessManagedUnauthorized, caller=trade.rater):
        funded.withdrawBudget(NATIVE, 1, sender=trade.rater)


@pytest.mark.parametrize("missing", ["authority", "market"])
def test_construction__zero_address__reverts(project, stage, missing):
    authority, market = stage.authority.address, stage.market.address
    given = (ZERO_ADDRESS, market) if missing == "authority" else (authority, ZERO_ADDRESS)
    with reverts(project.Rewards.Rewards_ZeroAddress):
        stage.actors.admin.deploy(project.Rewards, *given)
