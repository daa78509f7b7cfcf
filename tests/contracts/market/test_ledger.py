# deposit
# ├── zero amount, zero account, wrong value, address without code → its error, nothing moves
# ├── the market is paused → still credited
# └── else → credits what arrived to the account named, from the caller
# depositWithPermit
# ├── valid permit, or one that was used already → as a deposit
# └── expired or foreign-chain permit, native coin → its error
# withdraw
# ├── zero amount, zero receiver, more than available, receiver refuses → its error, nothing moves
# └── else → the amount (or all) leaves the market for the receiver
# transfer: zero amount, zero account, more than available → its error · else → moves between accounts
# mature: not due, unknown day, twice → nothing · else → becomes available, called by anyone
# withdrawTreasury: not the treasurer → its error · else → the platform's money leaves
# receive: ether without a purpose → its error

import pytest
from eth_account import Account
from eth_account.messages import encode_typed_data

from dapp.domain.bounds import DAY, MONTH_END
from dapp.domain.maturity import day_of, due_day
from tests.reverts import error_data, reverts, reverts_without_reason
from tests.stage import TOKEN_UNIT
from tests.trade import NATIVE, PRICE

ALL = 2**256 - 1
NOBODY = "0x000000000000000000000000000000000000dEaD"


def permit(token, owner, spender, value, deadline, chain_id):
    """The v, r, s of an ERC-2612 permit."""
    domain = {"name": token.name(), "version": "1", "chainId": chain_id, "verifyingContract": token.address}
    fields = ("owner", "address"), ("spender", "address"), ("value", "uint256")
    types = {
        "Permit": [
            {"name": n, "type": t} for n, t in (*fields, ("nonce", "uint256"), ("deadline", "uint256"))
        ]
    }
    message = {"owner": owner.address, "spender": spender.address, "value": value, "deadline": deadline}
    message["nonce"] = token.nonces(owner)
    signed = Account.sign_message(encode_typed_data(domain, types, message), owner.private_key)
    return signed.v, signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big")


# -- deposit ----------------------------------------------------------------------------------


@pytest.mark.second_evm
def test_deposit__native__credits_the_account_named(trade, market, move):
    with move(seller=5, payer_wallet=-5, vault=5):
        receipt = market.deposit(NATIVE, 5, trade.seller, sender=trade.payer, value=5)
    assert receipt.events == [
        market.Deposited(account=trade.seller, token=NATIVE, amount=5, **{"from": trade.payer})
    ]


@pytest.mark.second_evm
def test_deposit__token__credits_the_account_named(trade, market, move, token):
    with move(token, seller=7, payer_wallet=-7, vault=7):
        receipt = market.deposit(token, 7, trade.seller, sender=trade.payer)
    assert market.Deposited(account=trade.seller, token=token, amount=7) in receipt.events


@pytest.mark.second_evm
def test_deposit__paused__still_credited(trade, market, move):
    market.pause(sender=trade.pauser)
    with move(payer=5, payer_wallet=-5, vault=5):
        market.deposit(NATIVE, 5, trade.payer, sender=trade.payer, value=5)


@pytest.mark.parametrize("value", [0, 4, 6])
def test_deposit__value_differs_from_amount__reverts(trade, market, move, value):
    with move(), reverts(market.Ledger_WrongValue, sent=value, needed=5):
        market.deposit(NATIVE, 5, trade.payer, sender=trade.payer, value=value)


def test_deposit__token_with_ether__reverts(trade, market, move, token):
    with move(), reverts(market.Ledger_WrongValue, sent=1, needed=0):
        market.deposit(token, 5, trade.payer, sender=trade.payer, value=1)


def test_deposit__zero_amount__reverts(trade, market, move):
    with move(), reverts(market.Ledger_ZeroAmount):
        market.deposit(NATIVE, 0, trade.payer, sender=trade.payer)


def test_deposit__for_the_zero_address__reverts(trade, market, move):
    with move(), reverts(market.Ledger_ZeroAddress):
        market.deposit(NATIVE, 5, NATIVE, sender=trade.payer, value=5)


def test_deposit__address_without_code__reverts(trade, market):
    with reverts(market.Ledger_UnsupportedToken, token=NOBODY):
        market.deposit(NOBODY, 5, trade.payer, sender=trade.payer)
    assert market.balanceOf(trade.payer, NOBODY) == 0


def test_deposit__contract_that_is_no_token__reverts(trade, market, move, receiver):
    with move(), reverts_without_reason():  # The contract has no balanceOf, and answers with nothing.
        market.deposit(receiver, 5, trade.payer, sender=trade.payer)
    assert market.balanceOf(trade.payer, receiver) == 0


def test_deposit__native_balance_would_leave_its_field__reverts(trade, market, chain):
    richest = 2**112 - 1
    chain.set_balance(trade.payer, richest + 10**18)
    market.deposit(NATIVE, richest, trade.outsider, sender=trade.payer, value=richest)
    with reverts(market.Ledger_BalanceOverflow, account=trade.outsider):
        market.deposit(NATIVE, 1, trade.outsider, sender=trade.buyer, value=1)
    assert market.balanceOf(trade.outsider, NATIVE) == richest


# -- deposit with permit ----------------------------------------------------------------------


def test_deposit_with_permit__signed_by_the_caller__credits(trade, market, move, token, chain):
    token.mint(trade.outsider, 9, sender=trade.admin)
    signature = permit(token, trade.outsider, market, 9, ALL, chain.chain_id)
    with move(token, seller=9, outsider_wallet=-9, vault=9):
        receipt = market.depositWithPermit(token, 9, trade.seller, ALL, *signature, sender=trade.outsider)
    assert market.Deposited(account=trade.seller, token=token, amount=9) in receipt.events
    assert token.allowance(trade.outsider, market) == 0


def test_deposit_with_permit__somebody_used_it_before__credits(trade, market, move, token, chain):
    token.mint(trade.outsider, 9, sender=trade.admin)
    signature = permit(token, trade.outsider, market, 9, ALL, chain.chain_id)
    token.permit(trade.outsider, market, 9, ALL, *signature, sender=trade.payer)
    with move(token, outsider=9, outsider_wallet=-9, vault=9):
        market.depositWithPermit(token, 9, trade.outsider, ALL, *signature, sender=trade.outsider)


def test_deposit_with_permit__replayed__reverts(trade, market, move, token, chain):
    token.mint(trade.outsider, 18, sender=trade.admin)
    signature = permit(token, trade.outsider, market, 9, ALL, chain.chain_id)
    market.depositWithPermit(token, 9, trade.outsider, ALL, *signature, sender=trade.outsider)
    with move(token), reverts(token.ERC20InsufficientAllowance, spender=market, allowance=0, needed=9):
        market.depositWithPermit(token, 9, trade.outsider, ALL, *signature, sender=trade.outsider)


@pytest.mark.parametrize(("deadline", "other_chain"), [(1, 0), (ALL, 1)], ids=["expired", "foreign chain"])
def test_deposit_with_permit__void_permit__reverts(trade, market, move, token, chain, deadline, other_chain):
    token.mint(trade.outsider, 9, sender=trade.admin)
    signature = permit(token, trade.outsider, market, 9, deadline, chain.chain_id + other_chain)
    with move(token), reverts(token.ERC20InsufficientAllowance, spender=market, allowance=0, needed=9):
        market.depositWithPermit(token, 9, trade.outsider, deadline, *signature, sender=trade.outsider)


@pytest.mark.parametrize("token_address", [NATIVE, NOBODY], ids=["native coin", "no code"])
def test_deposit_with_permit__nothing_with_a_permit__reverts(trade, market, move, token_address):
    with move(), reverts(market.Ledger_UnsupportedToken, token=token_address):
        market.depositWithPermit(token_address, 9, trade.payer, ALL, 27, b"", b"", sender=trade.payer)


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
    with move(seller=amount, seller_maturing=PRICE - PRICE // 50 - amount, platform=PRICE // 50):
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


# -- treasury, ether --------------------------------------------------------------------------


def test_withdraw_treasury__by_the_treasurer__platforms_money_leaves(trade, market, move):
    trade.completed()
    fees = market.balanceOf(market, NATIVE)
    assert fees >= PRICE // 50
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


def test_receive__ether_without_a_purpose__reverts(trade, market, move):
    with move(), reverts(market.Ledger_UnexpectedEther, amount=5, **{"from": trade.payer}):
        trade.payer.transfer(market, 5)


def test_receive__forced_ether__credits_nobody(trade, project, move, market):
    with move(payer_wallet=-5, vault=5):
        trade.payer.deploy(project.ForcedEther, market, value=5)
