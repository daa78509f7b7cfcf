# tokens
# ├── takes a fee → a deposit credits what arrived, a placement reverts
# ├── returns nothing, or false → works, or its error
# ├── blocks a payee → only the payee's withdrawal fails
# └── calls back in the middle of a transfer → the call back fails, the money is counted once
# receivers: refuse ether, or call back → only their own withdrawal is affected
# pricing policies: place another order or change the listing in the middle → nothing is counted twice

from dataclasses import replace

import pytest

from dapp.domain.orders import Status
from dapp.domain.terms import Flag
from tests.reverts import error_data, reverts
from tests.stage import TOKEN_UNIT
from tests.trade import ALL, CID, NATIVE, PRICE

AMOUNT = 100 * TOKEN_UNIT


def test_deposit__token_takes_a_fee__credits_what_arrived(trade, market, move, odd_token):
    token = odd_token("FeeOnTransferToken", 100)
    with move(token, seller=AMOUNT * 99 // 100, buyer_wallet=-AMOUNT, vault=AMOUNT * 99 // 100):
        market.deposit(token, AMOUNT, trade.seller, sender=trade.buyer)


def test_place__token_takes_a_fee__reverts(trade, market, move, odd_token):
    token = odd_token("FeeOnTransferToken", 100)
    offer = trade.list(token=token.address, price=AMOUNT)
    expected = {"token": token, "expected": AMOUNT, "arrived": AMOUNT * 99 // 100}
    with move(token), reverts(market.Ledger_TokenTookFee, **expected):
        trade.place(offer)
    market.deposit(token, 2 * AMOUNT, trade.buyer, sender=trade.buyer)
    with move(token, buyer=-AMOUNT):
        trade.place(offer, options=Flag.FROM_LEDGER)


def test_trade__token_that_returns_nothing__works(trade, market, move, odd_token):
    token = odd_token("NoReturnToken")
    order = trade.delivered(trade.list(token=token.address, price=AMOUNT))
    fee = AMOUNT // 50
    with move(token, seller=AMOUNT - fee, platform=fee):
        trade.release(order)
    with move(token, seller=fee - AMOUNT, seller_wallet=AMOUNT - fee, vault=fee - AMOUNT):
        market.withdraw(token, ALL, trade.seller, sender=trade.seller)


def test_deposit_place_withdraw__token_returns_false__reverts(trade, market, move, odd_token):
    token = odd_token("FalseReturningToken")
    offer = trade.list(token=token.address, price=AMOUNT)
    market.deposit(token, AMOUNT, trade.buyer, sender=trade.buyer)
    token.setStuck(True, sender=trade.admin)
    with move(token):
        with reverts(market.SafeERC20FailedOperation, token=token):
            market.deposit(token, AMOUNT, trade.buyer, sender=trade.buyer)
        with reverts(market.SafeERC20FailedOperation, token=token):
            trade.place(offer)
        with reverts(market.SafeERC20FailedOperation, token=token):
            market.withdraw(token, AMOUNT, trade.buyer, sender=trade.buyer)


def test_withdraw__token_blocks_the_payee__goes_elsewhere(trade, market, move, odd_token):
    token = odd_token("BlacklistingToken")
    market.deposit(token, AMOUNT, trade.buyer, sender=trade.buyer)
    token.setBlocked(trade.buyer, True, sender=trade.admin)
    with move(token), reverts(token.BlacklistingToken_Blocked, account=trade.buyer):
        market.withdraw(token, AMOUNT, trade.buyer, sender=trade.buyer)
    with move(token, buyer=-AMOUNT, arbiter_wallet=AMOUNT, vault=-AMOUNT):
        market.withdraw(token, AMOUNT, trade.arbiter, sender=trade.buyer)


@pytest.mark.parametrize("again", ["deposit", "withdraw", "depositWithPermit"])
@pytest.mark.parametrize("during", ["deposit", "withdraw", "place"])
def test_reenter__token_calls_back_while_money_moves__refused(trade, market, move, odd_token, during, again):
    token = odd_token("ReenteringToken")
    market.deposit(token, AMOUNT, token, sender=trade.buyer)  # what the token could take out again
    market.deposit(token, AMOUNT, trade.buyer, sender=trade.buyer)
    offer = trade.list(token=token.address, price=AMOUNT)
    given = {
        "deposit": (token, 1, token),
        "withdraw": (token, 1, token),
        "depositWithPermit": (token, 1, token, ALL, 27, bytes(32), bytes(32)),
    }
    token.arm(market, getattr(market, again).encode_input(*given[again]), sender=trade.admin)
    moved = {
        "deposit": {"buyer": AMOUNT, "buyer_wallet": -AMOUNT, "vault": AMOUNT},
        "withdraw": {"buyer": -AMOUNT, "buyer_wallet": AMOUNT, "vault": -AMOUNT},
        "place": {"buyer_wallet": -AMOUNT, "vault": AMOUNT},
    }
    with move(token, **moved[during]):
        if during == "place":
            trade.place(offer)
        elif during == "deposit":
            market.deposit(token, AMOUNT, trade.buyer, sender=trade.buyer)
        else:
            market.withdraw(token, AMOUNT, trade.buyer, sender=trade.buyer)
    assert not token.succeeded()
    assert bytes(token.result()) == error_data(market.ReentrancyGuardReentrantCall)
    assert market.balanceOf(token, token) == AMOUNT


def test_reenter__receiver_withdraws_again__refused_and_paid_once(trade, market, receiver):
    market.deposit(NATIVE, 100, receiver, sender=trade.payer, value=100)
    again = market.withdraw.encode_input(NATIVE, 50, receiver)
    receiver.arm(market, again, sender=trade.admin)
    receiver.execute(market, market.withdraw.encode_input(NATIVE, 50, receiver), sender=trade.outsider)
    assert not receiver.succeeded()
    assert bytes(receiver.result()) == error_data(market.ReentrancyGuardReentrantCall)
    assert (market.balanceOf(receiver, NATIVE), receiver.balance) == (50, 50)


def test_reenter__receiver_transfers_its_rest__allowed_and_conserved(trade, market, move, receiver):
    market.deposit(NATIVE, 100, receiver, sender=trade.payer, value=100)
    receiver.arm(market, market.transfer.encode_input(NATIVE, trade.arbiter, 50), sender=trade.admin)
    with move(arbiter=50, vault=-50):
        receiver.execute(market, market.withdraw.encode_input(NATIVE, 50, receiver), sender=trade.payer)
    assert receiver.succeeded()
    assert market.balanceOf(receiver, NATIVE) == 0


def test_release__seller_and_buyer_refuse_ether__still_credited(trade, market, move, receiver):
    receiver.setRefuses(True, sender=trade.admin)
    order = trade.placed(payer=trade.payer, buyer=receiver.address)
    with move():
        trade.decline(order)
    assert market.balanceOf(receiver, NATIVE) == PRICE


def test_price__policy_places_the_same_order__second_one_needs_its_own_money(trade, market, move, pricing):
    offer = trade.list(pricing=pricing.address, stock=1)
    wish = (offer.id | 1 << 40, NATIVE, PRICE)
    line = trade.uplines[trade.buyer.address].pack()
    again = market.place.encode_input(wish, offer.listing.pack(), line, b"")
    pricing.arm(market, again, sender=trade.admin)
    with move(buyer_wallet=-PRICE, vault=PRICE):
        trade.place(offer)
    assert not pricing.succeeded()
    assert bytes(pricing.result()) == error_data(market.ReentrancyGuardReentrantCall)
    assert market.listingState(offer.id).sold == 1


def test_price__policy_edits_or_transfers_meanwhile__only_what_is_its_own(trade, market, move, pricing):
    market.deposit(NATIVE, PRICE, pricing, sender=trade.payer, value=PRICE)
    offer = trade.list(pricing=pricing.address)
    dearer = replace(offer.listing, price=2 * PRICE)
    edit = market.edit.encode_input(dearer.pack(), CID, offer.id, offer.listing.pack())
    pricing.arm(market, edit, sender=trade.admin)
    order = trade.place(offer)  # an edit by another than the seller changes nothing
    assert not pricing.succeeded()
    expected = error_data(market.Listings_NotSeller, caller=pricing, seller=trade.seller)
    assert bytes(pricing.result()) == expected
    pricing.arm(market, market.transfer.encode_input(NATIVE, trade.arbiter, PRICE), sender=trade.admin)
    with move(arbiter=PRICE, buyer_wallet=-PRICE, vault=PRICE):
        trade.place(offer)
    assert pricing.succeeded()
    assert trade.state(order).status == Status.PLACED
