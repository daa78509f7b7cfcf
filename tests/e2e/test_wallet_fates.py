"""What becomes of a transaction, told apart on the page.

given a sent transaction
    when it reverts in its block                  → reverted
    when another one took its nonce               → replaced
    when the user sped it up                      → confirmed under its new hash
    when it is mined and the index lags           → waiting for the index, and nothing of it is told yet
"""

import pytest
from eth_utils.crypto import keccak
from playwright.sync_api import expect

from tests.e2e.wallet_driver import connected_page, press

SENT = "Sent. Waiting to be mined"


@pytest.fixture
def page(new_context, wallet_page, mock_wallet):
    return connected_page(new_context(), wallet_page, mock_wallet)


@pytest.fixture
def node(bare_chain):
    """Calls of the chain's test interface."""

    def call(method, *params):
        reply = bare_chain.provider.make_request(method, list(params))
        assert "error" not in reply, reply
        return reply["result"]

    return call


@pytest.fixture
def held_blocks(node):
    """Transactions wait until the test mines."""
    node("evm_setAutomine", False)
    yield
    node("evm_setAutomine", True)
    node("evm_mine")


def replacement(bare_chain, sender, **changes):
    """Sends a dearer transaction with the nonce of the sender's waiting one."""
    waiting = bare_chain.eth.get_block("pending", full_transactions=True)["transactions"]
    (old,) = (each for each in waiting if each["from"] == sender)
    fields = {"from": sender, "to": old["to"], "data": old["input"], "value": 0, "nonce": old["nonce"]}
    fees = {"maxFeePerGas": old["maxFeePerGas"] * 3, "maxPriorityFeePerGas": old["maxFeePerGas"] * 2}
    return bare_chain.eth.send_transaction({**fields, **fees, "gas": 200_000, **changes})


@pytest.fixture
def empty_account(bare_token, node, mock_wallet):
    """Takes the account's tokens away, behind every simulation's back; given back at the end."""
    owner = bytes.fromhex(mock_wallet.accounts[0][2:]).rjust(32, b"\0")
    slot = "0x" + keccak(owner + bytes(32)).hex()  # the balances are the token's first mapping
    balance = node("eth_getStorageAt", bare_token.address, slot, "latest")
    yield lambda: node("anvil_setStorageAt", bare_token.address, slot, "0x" + "00" * 32)
    node("anvil_setStorageAt", bare_token.address, slot, balance)


@pytest.mark.usefixtures("held_blocks")
def test_sent__reverts_in_its_block__told(page, node, empty_account, screenshot):
    press(page, "Send one token")
    expect(page.get_by_text(SENT).first).to_be_visible()
    empty_account()
    node("evm_mine")
    expect(page.get_by_text("Reverted").first).to_be_visible()
    expect(page.get_by_text("Confirmed here: 0")).to_be_visible()
    screenshot(page, "wallet_reverted")


@pytest.mark.usefixtures("held_blocks")
def test_sent__another_took_its_nonce__replaced(page, mock_wallet, bare_chain, node):
    sender = mock_wallet.accounts[0]
    press(page, "Send one token")
    expect(page.get_by_text(SENT).first).to_be_visible()
    replacement(bare_chain, sender, to=sender, data="0x")
    node("evm_mine")
    expect(page.get_by_text("Replaced. Another transaction").first).to_be_visible()
    expect(page.get_by_text("Confirmed here: 0")).to_be_visible()


@pytest.mark.usefixtures("held_blocks")
def test_sent__sped_up__confirmed(page, mock_wallet, bare_chain, node):
    press(page, "Send one token")
    expect(page.get_by_text(SENT).first).to_be_visible()
    hash_ = replacement(bare_chain, mock_wallet.accounts[0])
    node("evm_mine")
    expect(page.get_by_text("Confirmed here: 1")).to_be_visible()
    expect(page.get_by_text(hash_.to_0x_hex()[:8]).first).to_be_visible()


def test_sent__index_lags__told_when_it_is_there(page, index_held):
    index_held.touch()
    try:
        press(page, "Send one token")
        expect(page.get_by_text("Waiting for the index").first).to_be_visible()
        expect(page.get_by_text("Confirmed here: 0")).to_be_visible()
    finally:
        index_held.unlink()
    expect(page.get_by_text("Confirmed here: 1")).to_be_visible()
