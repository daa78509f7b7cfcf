# stake: zero, not in thousandths, more than is kept → its error · else → locked, a request withdrawn
# requestUnstake: no stake → its error · else → counts as none for new orders
# unstake: not asked for, before the cool-down or an order's clocks are over → its error · else → available
# slashing: by a ruling, by the share that went to the buyer
# attestCredit: not the credit role, trade or service → its error · else → moves within 0 to 300 points
# pair's cap: what a buyer and a seller can gain in an epoch ends at 30 points

import pytest

from dapp.domain.bounds import DAY, STAKE_UNIT
from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.credit_table import TABLE
from dapp.domain.maturity import day_of
from dapp.domain.orders import Resolution
from dapp.domain.terms import Flag
from tests.reverts import reverts
from tests.stage import CREDIT_UNIT, WATCH_STAKE
from tests.trade import ACCEPT, DELIVER, PRICE, REVIEW

REF = b"\x07" * 32


def record(market, account):
    """An account's packed record: (native, trade, service, attested, earned, busy, stake, unstake day)."""
    word = market.accountOf(account)
    signed = [word >> shift & 0xFFFFF for shift in (112, 132, 152)]
    moved = [value - (value >> 19 << 20) for value in signed]
    rest = (word >> 172 & 0xFFFFFF, word >> 196 & 0xFFFF, word >> 212 & 0xFFFFFF, word >> 236 & 0xFFFF)
    return (word & (2**112 - 1), *moved, *rest)


def stake_of(market, account):
    return record(market, account)[6] * STAKE_UNIT


# -- stake ------------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_stake__whole_units__locked(trade, market, move):
    with move(outsider_wallet=-7 * STAKE_UNIT, vault=7 * STAKE_UNIT):
        receipt = market.stake(sender=trade.outsider, value=7 * STAKE_UNIT)
    assert receipt.events == [market.Staked(merchant=trade.outsider, amount=7 * STAKE_UNIT)]
    assert record(market, trade.outsider) == (0, 0, 0, 0, 0, 0, 7, 0)


def test_stake__twice__adds_up_beside_the_balance(trade, market):
    market.deposit("0x" + "0" * 40, 5, trade.outsider, sender=trade.outsider, value=5)
    for _ in range(2):
        market.stake(sender=trade.outsider, value=STAKE_UNIT)
    assert record(market, trade.outsider) == (5, 0, 0, 0, 0, 0, 2, 0)


@pytest.mark.parametrize("value", [0, 1, STAKE_UNIT - 1, STAKE_UNIT + 1])
def test_stake__not_in_thousandths__reverts(trade, market, move, value):
    with move(), reverts(market.Merchants_StakeNotKept, amount=value, unit=STAKE_UNIT):
        market.stake(sender=trade.outsider, value=value)


def test_stake__more_than_is_kept__reverts(trade, market, chain):
    chain.set_balance(trade.outsider, 2**25 * STAKE_UNIT)
    most = (2**24 - 1) * STAKE_UNIT
    market.stake(sender=trade.outsider, value=most)
    with reverts(market.Merchants_StakeNotKept, amount=STAKE_UNIT, unit=STAKE_UNIT):
        market.stake(sender=trade.outsider, value=STAKE_UNIT)
    assert stake_of(market, trade.outsider) == most


# -- unstake ----------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_unstake__cool_down_over__available(trade, market, move):
    with move():
        receipt = market.requestUnstake(sender=trade.newcomer)
    day = day_of(trade.now) + 7
    assert receipt.events == [market.UnstakeRequested(merchant=trade.newcomer, availableFromDay=day)]
    trade.at(day * DAY - 1)
    expected = {"today": day - 1, "availableFromDay": day}
    with move(), reverts(market.Merchants_UnstakeTooEarly, **expected):
        market.unstake(sender=trade.newcomer)
    trade.at(day * DAY)
    with move(newcomer=WATCH_STAKE):
        receipt = market.unstake(sender=trade.newcomer)
    assert receipt.events == [market.Unstaked(merchant=trade.newcomer, amount=WATCH_STAKE)]
    assert record(market, trade.newcomer)[6:] == (0, 0)


def test_unstake__orders_clocks_still_run__reverts(trade, market, move):
    order = trade.placed(trade.list(deliver_seconds=40 * DAY))
    market.requestUnstake(sender=trade.seller)
    busy = (order.terms.placed_at + ACCEPT + 40 * DAY + REVIEW) // DAY + 1
    trade.at(busy * DAY - 1)
    expected = {"today": busy - 1, "availableFromDay": busy}
    with move(), reverts(market.Merchants_UnstakeTooEarly, **expected):
        market.unstake(sender=trade.seller)
    trade.at(busy * DAY)
    with move(seller=WATCH_STAKE):
        market.unstake(sender=trade.seller)


def test_unstake__not_asked_for__reverts(trade, market, move):
    with move(), reverts(market.Merchants_NoUnstakeRequested, merchant=trade.seller):
        market.unstake(sender=trade.seller)


def test_unstake__staked_again_meanwhile__request_is_void(trade, market, move):
    market.requestUnstake(sender=trade.newcomer)
    market.stake(sender=trade.newcomer, value=STAKE_UNIT)
    trade.wait(30 * DAY)
    with move(), reverts(market.Merchants_NoUnstakeRequested, merchant=trade.newcomer):
        market.unstake(sender=trade.newcomer)
    assert stake_of(market, trade.newcomer) == WATCH_STAKE + STAKE_UNIT


def test_request_unstake__without_a_stake__reverts(trade, market):
    with reverts(market.Merchants_NoStake, merchant=trade.outsider):
        market.requestUnstake(sender=trade.outsider)


# -- slashing ---------------------------------------------------------------------------------


@pytest.mark.parametrize(("share", "taken"), [(100, 75), (50, 37), (1, 0)])
def test_slash__ruling_for_the_buyer__by_his_share(trade, market, move, share, taken):
    order = trade.disputed()
    to_buyer = PRICE * share // 100
    earned = PRICE - to_buyer
    fee = PRICE // 50 * earned // PRICE
    with move(seller=earned - fee, buyer=to_buyer, platform=fee + taken * STAKE_UNIT):
        trade.resolve(order, to_buyer, Resolution.RULING)
    assert stake_of(market, trade.seller) == WATCH_STAKE - taken * STAKE_UNIT


def test_slash__order_that_earns_no_credit__keeps_score_and_stake(trade, market):
    order = trade.disputed(trade.list(arbitrator=trade.arbiter.address), options=Flag.FOREIGN_ARBITRATOR)
    before = record(market, trade.seller)
    receipt = trade.resolve(order, PRICE, Resolution.RULING)
    assert len(receipt.events) == 1
    after = record(market, trade.seller)
    assert (after[1:4], stake_of(market, trade.seller)) == (before[1:4], WATCH_STAKE)


# -- attestCredit -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("delta", "applied"),
    [(5_000, 5_000), (-5_000, -5_000), (500_000, 120_000), (-500_000, -180_000), (0, 0)],
)
def test_attest_credit__by_the_credit_role__moves_within_the_bounds(trade, market, move, delta, applied):
    given = (trade.newcomer, Dimension.SECURITY, delta, CreditReason.ATTESTATION, REF)
    with move():
        receipt = market.attestCredit(*given, sender=trade.credit)
    change = {"dimension": Dimension.SECURITY, "reason": CreditReason.ATTESTATION, "applied": applied}
    assert receipt.events == [market.CreditChanged(merchant=trade.newcomer, ref=REF, **change)]
    assert record(market, trade.newcomer)[1:4] == (0, 0, applied)


@pytest.mark.parametrize("dimension", [Dimension.TRADE, Dimension.SERVICE])
def test_attest_credit__a_dimension_of_settlements__reverts(trade, market, dimension):
    given = (trade.newcomer, dimension, 1, CreditReason.ATTESTATION, REF)
    with reverts(market.Merchants_NotAttested, dimension=dimension):
        market.attestCredit(*given, sender=trade.credit)


@pytest.mark.parametrize("caller", ["outsider", "admin", "rater"])
def test_attest_credit__not_the_credit_role__reverts(trade, market, caller):
    by = getattr(trade, caller)
    given = (trade.newcomer, Dimension.SECURITY, 1, CreditReason.ATTESTATION, REF)
    with reverts(market.AccessManagedUnauthorized, caller=by):
        market.attestCredit(*given, sender=by)
    assert record(market, trade.newcomer)[3] == 0


# -- what a pair can gain ---------------------------------------------------------------------


def test_gain__pair_at_its_cap__nothing_more_until_the_next_epoch(trade, market):
    offer = trade.list(price=500 * CREDIT_UNIT, flags=Flag.INSTANT)
    trade.at((trade.now // TABLE.epoch + 1) * TABLE.epoch)

    def buy(account):
        order = trade.place(offer, payer=account)
        trade.deliver(order)
        return market.OrderReleased.from_receipt(trade.release(order, by=account))[0].credit

    assert [buy(trade.buyer) for _ in range(4)] == [10_000, 10_000, 10_000, 0]
    epoch = trade.now // TABLE.epoch
    assert tuple(market.pairOf(trade.seller, trade.buyer)) == (epoch, 30_000)
    assert buy(trade.payer) == 10_000
    assert tuple(market.pairOf(trade.seller, trade.payer)) == (epoch, 10_000)
    trade.at((epoch + 1) * TABLE.epoch)
    assert buy(trade.buyer) == 10_000
    assert tuple(market.pairOf(trade.seller, trade.buyer)) == (epoch + 1, 10_000)


def test_gain__part_left_of_the_cap__rating_counts_only_what_was_gained(trade, market):
    offer = trade.list(price=400 * CREDIT_UNIT, flags=Flag.INSTANT)
    trade.at((trade.now // TABLE.epoch + 1) * TABLE.epoch)
    for _ in range(4):
        order = trade.place(offer)
        trade.deliver(order)
        receipt = trade.release(order)
    assert market.OrderReleased.from_receipt(receipt)[0].credit == 6_000
    rated = market.CreditChanged.from_receipt(trade.rate(order, 5))
    assert [event.applied for event in rated] == [6_000]


def test_busy__order_placed__until_all_its_windows_are_over(trade, market):
    order = trade.placed(trade.list(trade.newcomer))
    end = order.terms.placed_at + ACCEPT + DELIVER + 3 * DAY
    assert record(market, trade.newcomer)[5] == end // DAY + 1
