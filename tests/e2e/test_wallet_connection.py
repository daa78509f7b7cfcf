"""The wallet in a real browser: finding it, connecting, its account and its chain.

given a browser with a wallet
    when the user connects              → the page knows the account, also after a reload
    when the user refuses               → a sentence, and connecting works afterwards
    when the account changes            → the page knows the new one; none disconnects
    when the user disconnects           → the page knows nobody, also after a reload
    when the wallet is on another chain → the page says so and switches, adding the chain if it must
    when it only sets window.ethereum   → it is found all the same
"""

import pytest
from playwright.sync_api import expect

from tests.e2e.wallet_driver import choose, connect, connected_page, open_page, press

FOREIGN_CHAIN = 1


def test_connect__wallet_announced__page_knows_the_account(new_context, wallet_page, mock_wallet, screenshot):
    page = open_page(new_context(), wallet_page, mock_wallet)
    connect(page)
    expect(page.get_by_text(f"Connected: {mock_wallet.accounts[0]}")).to_be_visible()
    page.locator(".wallet button.handle").click()
    expect(page.get_by_text("Connected through MockWallet")).to_be_visible()
    screenshot(page, "wallet_connected")


def test_connect__reloaded__resumed_without_asking(new_context, wallet_page, mock_wallet):
    page = connected_page(new_context(), wallet_page, mock_wallet)
    page.reload()
    expect(page.get_by_text(f"Connected: {mock_wallet.accounts[0]}")).to_be_visible()
    assert mock_wallet.count("eth_requestAccounts") == 1


def test_connect__user_refuses__said_and_tried_again(new_context, wallet_page, mock_wallet):
    mock_wallet.rejects = {"eth_requestAccounts"}
    page = open_page(new_context(), wallet_page, mock_wallet)
    choose(page, "MockWallet")
    expect(page.get_by_text("You rejected the request in your wallet.")).to_be_visible()
    expect(page.get_by_text("Connected: None")).to_be_visible()
    mock_wallet.rejects = set()
    press(page, "MockWallet")
    expect(page.get_by_text(f"Connected: {mock_wallet.accounts[0]}")).to_be_visible()


def test_accounts_changed__another_account__page_follows(new_context, wallet_page, mock_wallet, bare_chain):
    page = connected_page(new_context(), wallet_page, mock_wallet)
    other = bare_chain.eth.accounts[-2]
    page.evaluate("account => mockWallet.emit('accountsChanged', [account])", other)
    expect(page.get_by_text(f"Connected: {other}")).to_be_visible()
    page.evaluate("mockWallet.emit('accountsChanged', [])")
    expect(page.get_by_text("Connected: None")).to_be_visible()


def test_disconnect__reloaded__nobody(new_context, wallet_page, mock_wallet):
    page = connected_page(new_context(), wallet_page, mock_wallet)
    choose(page, "Disconnect")
    expect(page.get_by_text("Connected: None")).to_be_visible()
    page.reload()
    expect(page.get_by_text("Connected: None")).to_be_visible()
    expect(page.locator(".wallet button.handle")).to_have_text("Connect wallet")


@pytest.mark.parametrize("known", [True, False], ids=["known", "unknown"])
def test_switch__wallet_on_another_chain__switched(new_context, wallet_page, mock_wallet, screenshot, known):
    home = mock_wallet.chain_id
    mock_wallet.chain_id = FOREIGN_CHAIN
    mock_wallet.known = {FOREIGN_CHAIN, home} if known else {FOREIGN_CHAIN}
    page = connected_page(new_context(), wallet_page, mock_wallet)
    expect(page.get_by_text("Your wallet is on another network.")).to_be_visible()
    screenshot(page, "wallet_wrong_chain")
    press(page, "Switch to Local chain")
    expect(page.get_by_text("Your wallet is on another network.")).to_be_hidden()
    assert mock_wallet.chain_id == home
    assert mock_wallet.count("wallet_addEthereumChain") == (0 if known else 1)


def test_legacy__window_ethereum_alone__found(new_context, wallet_page, mock_wallet):
    page = open_page(new_context(), wallet_page, mock_wallet, legacy=True)
    connect(page, "Browser wallet")
    expect(page.get_by_text(f"Connected: {mock_wallet.accounts[0]}")).to_be_visible()
