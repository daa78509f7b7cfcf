"""What becomes of a transaction: confirmed, reverted with a reason, replaced, dropped or still pending.

simulate · build
├── a call that works: its result; a whole transaction
└── one that fails: Reverted with the contract's reason
look · await_outcome
├── mined: confirmed, or reverted with the reason
├── another one with its nonce was mined: replaced
├── the node forgot it, its nonce is free: dropped
└── else: pending, until the time is over
"""

import pytest
from eth_account import Account

from dapp.chain.transactions import (
    Fate,
    Reverted,
    Sent,
    await_outcome,
    build,
    look,
    send_raw,
    simulate,
)
from dapp.domain.bounds import ZERO_ADDRESS
from tests.dapp.chain.conftest import PRICE


@pytest.fixture
def web3(contracts):
    return contracts.web3


@pytest.fixture
def buyer(actors):
    """The buyer's key, as a wallet holds it."""
    return Account.from_key(actors["buyer"].private_key)


@pytest.fixture
def paused_mining(web3):
    """No block comes by itself."""
    _request(web3, "evm_setAutomine", False)
    yield
    _request(web3, "anvil_dropAllTransactions")
    _request(web3, "evm_setAutomine", True)


def _request(web3, method, *parameters):
    answer = web3.provider.make_request(method, list(parameters))
    assert "error" not in answer, answer


def _sign(account, transaction):
    return bytes(account.sign_transaction(transaction).raw_transaction)


def _deposit(contracts, book, buyer, amount=7):
    call = contracts.market.functions.deposit(ZERO_ADDRESS, amount, buyer.address)
    return build(call, buyer.address, book, value=amount)


def _send(web3, buyer, transaction):
    return send_raw(web3, _sign(buyer, transaction), buyer.address, transaction["nonce"])


def test_simulate__works__its_result(contracts, book, buyer):
    call, value = contracts.place(1, buyer.address)
    assert value == PRICE
    assert len(simulate(call, buyer.address, book, value)) == 32


def test_build__fails_now__reverted_with_the_reason(contracts, book, buyer):
    call, value = contracts.place(1, buyer.address)
    with pytest.raises(Reverted) as caught:
        build(call, buyer.address, book, value - 1)
    assert caught.value.error.name == "Ledger_WrongValue"
    assert caught.value.error.args == {"sent": PRICE - 1, "needed": PRICE}
    assert str(caught.value).startswith("0.100000000000000002 ETH were sent and 0.1")


def test_await_outcome__mined__confirmed(contracts, book, buyer, web3):
    before = contracts.market.functions.balanceOf(buyer.address, ZERO_ADDRESS).call()
    sent = _send(web3, buyer, _deposit(contracts, book, buyer))
    outcome = await_outcome(web3, sent, book)
    assert outcome.fate is Fate.CONFIRMED
    assert outcome.receipt["transactionHash"] == sent.hash
    assert contracts.market.functions.balanceOf(buyer.address, ZERO_ADDRESS).call() == before + 7


def test_look__mined_and_failed__reverted_with_the_reason(contracts, book, buyer, web3):
    transaction = _deposit(contracts, book, buyer) | {"value": 6}
    outcome = await_outcome(web3, _send(web3, buyer, transaction), book)
    assert outcome.fate is Fate.REVERTED
    assert outcome.error.name == "Ledger_WrongValue"
    assert outcome.error.args == {"sent": 6, "needed": 7}


@pytest.mark.usefixtures("paused_mining")
def test_look__same_nonce_with_a_higher_fee__replaced(contracts, book, buyer, web3):
    transaction = _deposit(contracts, book, buyer)
    first = _send(web3, buyer, transaction)
    assert look(web3, first, book).fate is Fate.PENDING
    fees = {key: price * 3 + 10**9 for key, price in transaction.items() if "Fee" in key or key == "gasPrice"}
    assert fees
    second = _send(web3, buyer, transaction | fees)
    _request(web3, "evm_mine")
    assert look(web3, first, book).fate is Fate.REPLACED
    assert look(web3, second, book).fate is Fate.CONFIRMED


@pytest.mark.usefixtures("paused_mining")
def test_look__forgotten_by_the_node__dropped(contracts, book, buyer, web3):
    sent = _send(web3, buyer, _deposit(contracts, book, buyer))
    _request(web3, "anvil_dropTransaction", sent.hash.to_0x_hex())
    assert look(web3, sent, book).fate is Fate.DROPPED


@pytest.mark.usefixtures("paused_mining")
def test_await_outcome__nothing_mined__pending_at_the_end(contracts, book, buyer, web3):
    sent = _send(web3, buyer, _deposit(contracts, book, buyer))
    outcome = await_outcome(web3, sent, book, timeout_seconds=0)
    assert (outcome.fate, outcome.receipt, outcome.error) == (Fate.PENDING, None, None)


@pytest.mark.usefixtures("paused_mining")
def test_await_outcome__mined_while_waiting__confirmed(contracts, book, buyer, web3):
    sent = _send(web3, buyer, _deposit(contracts, book, buyer))
    slept = []

    def mine(seconds):
        slept.append(seconds)
        _request(web3, "evm_mine")

    assert await_outcome(web3, sent, book, poll_seconds=9, sleep=mine).fate is Fate.CONFIRMED
    assert slept == [9]


@pytest.mark.usefixtures("paused_mining")
def test_send_raw__known_already__same_transaction(contracts, book, buyer, web3):
    transaction = _deposit(contracts, book, buyer)
    assert _send(web3, buyer, transaction) == _send(web3, buyer, transaction)


def test_look__never_sent__dropped(book, buyer, web3):
    nonce = web3.eth.get_transaction_count(buyer.address)
    sent = Sent(web3.keccak(text="nothing"), buyer.address, nonce)
    assert look(web3, sent, book).fate is Fate.DROPPED
