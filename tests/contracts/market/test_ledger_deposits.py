# deposit
# ├── zero amount, zero account, wrong value, address without code → its error, nothing moves
# ├── the market is paused → still credited
# └── else → credits what arrived to the account named, from the caller
# depositWithPermit
# ├── valid permit, or one that was used already → as a deposit
# └── expired or foreign-chain permit, native coin → its error
# receive: ether without a purpose → its error

import pytest

from tests.permit import permit
from tests.reverts import reverts, reverts_without_reason
from tests.trade import ALL, NATIVE

NOBODY = "0x000000000000000000000000000000000000dEaD"


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


# -- ether without a purpose ------------------------------------------------------------------


def test_receive__ether_without_a_purpose__reverts(trade, market, move):
    with move(), reverts(market.Ledger_UnexpectedEther, amount=5, **{"from": trade.payer}):
        trade.payer.transfer(market, 5)


def test_receive__forced_ether__credits_nobody(trade, project, move, market):
    with move(payer_wallet=-5, vault=5):
        trade.payer.deploy(project.ForcedEther, market, value=5)
