# withdraw
# ├── zero amount, zero receiver, more than available, receiver refuses → its error, nothing moves
# └── else → the amount (or all) leaves the market for the receiver
# transfer: zero amount, zero account, more than available → its error · else → moves between accounts
# mature: not due, unknown day, twice → nothing · else → becomes available, called by anyone
# withdrawTreasury: not the treasurer → its error · else → the platform's money leaves

import pytest

from dapp.domain.bounds import DAY, MONTH_END
from dapp.domain.maturity import day_of, due_day
from tests.reverts import error_data, reverts
from tests.stage import TOKEN_UNIT
from tests.trade import ALL, FEE, NATIVE, PRICE

# -- withdraw ---------------------------------------------------------------------------------


@pytest.fixture
def funded(trade, market, token):
    """The outsider has 100 of the native coin and of the token available."""
    market.deposit(NATIVE, 100, trade.outsider, sender=trade.payer, value=100)
    market.deposit(token, 100, trade.outsider, sender=trade.payer)


@pytest.mark.second_evm
@pytest.mark.usefixtures("funded")
def test_withdraw__native_to_himself__leaves_the_market(trade, market, move):
    with move(outsider=-40, outsider_wallet=40, vault=-40):
        receipt = market.withdraw(NATIVE, 40, trade.outsider, sender=trade.outsider)
    assert receipt.events == [
        market.Withdrawn(account=trade.outsider, token=NATIVE, amount=40, to=trade.outsider)
    ]


@pytest.mark.second_evm
@pytest.mark.usefixtures("funded")
def test_withdraw__all_of_a_token_to_another__leaves_the_market(trade, market, move, token):
    with move(token, outsider=-100, arbiter_wallet=100, vault=-100):
        receipt = market.withdraw(token, ALL, trade.arbiter, sender=trade.outsider)
    assert (
        market.Withdrawn(account=trade.outsider, token=token, amount=100, to=trade.arbiter) in receipt.events
    )


@pytest.mark.usefixtures("funded")
def test_withdraw__several_tokens_one_of_them_refused__the_others_leave(trade, market, move, odd_token):
    blocking = odd_token("BlacklistingToken")
    market.deposit(blocking, 30, trade.outsider, sender=trade.buyer)
    blocking.setBlocked(trade.outsider, True, sender=trade.admin)
    calls = [market.withdraw.encode_input(t, ALL, trade.outsider) for t in (NATIVE, blocking)]
    with move(blocking), move(outsider=-100, outsider_wallet=100, vault=-100):
        receipt = market.batch(calls, sender=trade.outsider)
    fault = error_data(blocking.BlacklistingToken_Blocked, account=trade.outsider)
    assert market.BatchSkipped(caller=trade.outsider, index=1, fault=fault) in receipt.events


@pytest.mark.usefixtures("funded")
@pytest.mark.parametrize("amount", [101, 2**128])
def test_withdraw__more_than_available__reverts(trade, market, move, token, amount):
    for money in (NATIVE, token):
        expected = {"account": trade.outsider, "token": money, "available": 100, "needed": amount}
        with move(money), reverts(market.Ledger_InsufficientBalance, **expected):
            market.withdraw(money, amount, trade.outsider, sender=trade.outsider)


@pytest.mark.usefixtures("funded")
def test_withdraw__to_the_zero_address__reverts(trade, market, move):
    with move(), reverts(market.Ledger_ZeroAddress):
        market.withdraw(NATIVE, 40, NATIVE, sender=trade.outsider)


@pytest.mark.parametrize("amount", [0, ALL], ids=["zero", "all of nothing"])
def test_withdraw__nothing__reverts(trade, market, move, amount):
    with move(), reverts(market.Ledger_ZeroAmount):
        market.withdraw(NATIVE, amount, trade.outsider, sender=trade.outsider)


@pytest.mark.usefixtures("funded")
def test_withdraw__receiver_refuses__reverts_and_can_go_elsewhere(trade, market, move, receiver):
    receiver.setRefuses(True, sender=trade.admin)
    with move(), reverts(market.Ledger_SendFailed, to=receiver, amount=40):
        market.withdraw(NATIVE, 40, receiver, sender=trade.outsider)
    with move(outsider=-40, arbiter_wallet=40, vault=-40):
        market.withdraw(NATIVE, 40, trade.arbiter, sender=trade.outsider)


@pytest.mark.usefixtures("funded")
def test_withdraw__to_the_market_itself__reverts(trade, market, move):
    with move(), reverts(market.Ledger_SendFailed, to=market, amount=40):
        market.withdraw(NATIVE, 40, market, sender=trade.outsider)


@pytest.mark.usefixtures("funded")
def test_withdraw__escrowed_and_maturing_money__stays(trade, market, move):
    order = trade.delivered(trade.list(trade.newcomer))
    trade.release(order)
    expected = {"account": trade.newcomer, "token": NATIVE, "available": 0, "needed": 1}
    with move(), reverts(market.Ledger_InsufficientBalance, **expected):
        market.withdraw(NATIVE, 1, trade.newcomer, sender=trade.newcomer)


# -- transfer ---------------------------------------------------------------------------------


@pytest.mark.second_evm
@pytest.mark.usefixtures("funded")
def test_transfer__available_money__moves_inside(trade, market, move, token):
    for money in (NATIVE, token):
        with move(money, outsider=-30, buyer=30):
            receipt = market.transfer(money, trade.buyer, 30, sender=trade.outsider)
        event = market.Transferred(**{"from": trade.outsider}, to=trade.buyer, token=money, amount=30)
        assert receipt.events == [event]


@pytest.mark.usefixtures("funded")
def test_transfer__to_himself__nothing_moves(trade, market, move):
    with move():
        market.transfer(NATIVE, trade.outsider, 30, sender=trade.outsider)


@pytest.mark.usefixtures("funded")
def test_transfer__more_than_available__reverts(trade, market, move, token):
    for money in (NATIVE, token):
        expected = {"account": trade.outsider, "token": money, "available": 100, "needed": 101}
        with move(money), reverts(market.Ledger_InsufficientBalance, **expected):
            market.transfer(money, trade.buyer, 101, sender=trade.outsider)


def test_transfer__zero_amount__reverts(trade, market):
    with reverts(market.Ledger_ZeroAmount):
        market.transfer(NATIVE, trade.buyer, 0, sender=trade.outsider)


@pytest.mark.usefixtures("funded")
def test_transfer__to_the_zero_address__reverts(trade, market, move):
    with move(), reverts(market.Ledger_ZeroAddress):
        market.transfer(NATIVE, NATIVE, 5, sender=trade.outsider)


# -- mature -----------------------------------------------------------------------------------


def release_maturing(trade, settle_days=1, price=PRICE, **changes):
    """Release an order that settles later; returns the day it is due and what the seller gets."""
    order = trade.delivered(trade.list(settle_days=settle_days, price=price, **changes))
    trade.release(order)
    return due_day(day_of(trade.now), settle_days), price - price // 50


@pytest.mark.second_evm
def test_mature__on_the_day__becomes_available(trade, market, move):
    day, amount = release_maturing(trade)
    trade.at(day * DAY)
    with move(seller=amount, seller_maturing=-amount):
        receipt = market.mature(trade.seller, NATIVE, [day], sender=trade.outsider)
    assert receipt.events == [market.Matured(account=trade.seller, token=NATIVE, day=day, amount=amount)]


def test_mature__a_second_before_the_day__nothing_moves(trade, market, move):
    day, _ = release_maturing(trade)
    trade.at(day * DAY - 1)
    with move():
        receipt = market.mature(trade.seller, NATIVE, [day], sender=trade.seller)
    assert receipt.events == []


def test_mature__same_day_twice_and_days_without_money__counted_once(trade, market, move):
    day, amount = release_maturing(trade)
    trade.at((day + 1) * DAY)
    with move(seller=amount, seller_maturing=-amount):
        market.mature(trade.seller, NATIVE, [day - 1, day, day, day + 64], sender=trade.outsider)
    with move():
        market.mature(trade.seller, NATIVE, [day], sender=trade.outsider)


def test_mature__two_orders_of_a_day__one_bucket(trade, market, move, token):
    day, amount = release_maturing(trade, token=token.address, price=50 * TOKEN_UNIT)
    later, other = release_maturing(trade, token=token.address, price=70 * TOKEN_UNIT)
    assert day == later
    assert [word >> 32 for word in market.bucketsOf(trade.seller, token) if word] == [amount + other]
    trade.at(day * DAY)
    with move(token, seller=amount + other, seller_maturing=-amount - other):
        market.mature(trade.seller, token, [day], sender=trade.outsider)


def test_mature__bucket_needed_for_a_later_day__paid_out_first(trade, market, move):
    day, amount = release_maturing(trade, settle_days=1)
    order = trade.delivered(trade.list(settle_days=1), value=None)
    trade.at((day + 63) * DAY)  # The bucket of day + 64 is the same one.
    with move(seller=amount, seller_maturing=PRICE - FEE - amount, platform=FEE):
        receipt = trade.release(order, by=trade.outsider)
    matured = market.Matured(account=trade.seller, token=NATIVE, day=day, amount=amount)
    assert receipt.events == [matured, market.OrderReleased(id=order.id, earned=PRICE)]


def test_mature__month_end__due_on_the_first(trade, market, move):
    day, amount = release_maturing(trade, settle_days=MONTH_END)
    trade.at(day * DAY - 1)
    with move():
        market.mature(trade.seller, NATIVE, [day], sender=trade.outsider)
    trade.at(day * DAY)
    with move(seller=amount, seller_maturing=-amount):
        market.mature(trade.seller, NATIVE, [day], sender=trade.outsider)


# -- the treasury -----------------------------------------------------------------------------


def test_withdraw_treasury__by_the_treasurer__platforms_money_leaves(trade, market, move):
    trade.completed()
    fees = market.balanceOf(market, NATIVE)
    assert fees >= FEE
    with move(platform=-fees, arbiter_wallet=fees, vault=-fees):
        receipt = market.withdrawTreasury(NATIVE, ALL, trade.arbiter, sender=trade.treasurer)
    assert receipt.events == [market.Withdrawn(account=market, token=NATIVE, amount=fees, to=trade.arbiter)]


@pytest.mark.parametrize("role", ["outsider", "admin", "pauser", "rater"])
def test_withdraw_treasury__by_another__reverts(trade, market, move, role):
    caller = getattr(trade, role)
    with move(), reverts(market.AccessManagedUnauthorized, caller=caller):
        market.withdrawTreasury(NATIVE, 1, trade.arbiter, sender=caller)


def test_withdraw_treasury__more_than_the_platform_has__reverts(trade, market, move):
    has = market.balanceOf(market, NATIVE)
    expected = {"account": market, "token": NATIVE, "available": has, "needed": has + 1}
    with move(), reverts(market.Ledger_InsufficientBalance, **expected):
        market.withdrawTreasury(NATIVE, has + 1, trade.arbiter, sender=trade.treasurer)
