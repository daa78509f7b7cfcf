"""Signatures in a real browser.

given a connected wallet
    when typed data is signed → the signature is the account's
    when the user signs in    → the page shows what is private to the account, and not to the next one;
                                the browser's random number is reported, the same each time, another elsewhere
"""

import re

from eth_account import Account
from eth_account.messages import encode_typed_data
from playwright.sync_api import expect

from tests.e2e.wallet_driver import connected_page, press
from tests.e2e.wallet_page.note import note


def test_sign_typed__confirmed__signature_of_the_account(new_context, wallet_page, mock_wallet, bare_chain):
    page = connected_page(new_context(), wallet_page, mock_wallet)
    press(page, "Sign a note")
    shown = page.get_by_text(re.compile("Signature: done 0x[0-9a-f]{130}"))
    expect(shown).to_be_visible()
    signature = shown.inner_text().split()[-1]
    message = encode_typed_data(full_message=note(bare_chain.eth.chain_id))
    assert Account.recover_message(message, signature=signature) == mock_wallet.accounts[0]


def test_sign_in__confirmed__this_account_and_no_other(
    new_context, wallet_page, mock_wallet, bare_chain, screenshot
):
    page = connected_page(new_context(), wallet_page, mock_wallet)
    mock_wallet.rejects = {"personal_sign"}
    press(page, "Sign in with your wallet")
    expect(page.get_by_text("You rejected it in your wallet.")).to_be_visible()
    mock_wallet.rejects = set()
    press(page, "Sign in with your wallet")
    expect(page.get_by_text(f"Signed in: {mock_wallet.accounts[0]}")).to_be_visible()
    screenshot(page, "wallet_signed_in")
    number = page.evaluate("localStorage.getItem('hanse.device')")
    assert re.fullmatch("[0-9a-f]{32}", number)
    expect(page.get_by_text(re.compile("Browsers of this account: [1-9]"))).to_be_visible()
    signed = bytes.fromhex(mock_wallet.calls[-1][1][0][2:]).decode()
    assert signed.startswith(wallet_page.url.removeprefix("http://") + " wants you to sign in")
    page.evaluate("account => mockWallet.emit('accountsChanged', [account])", bare_chain.eth.accounts[-2])
    expect(page.get_by_text("Only you may see this.")).to_be_visible()


def test_sign_in__again_and_from_another_browser__is_the_same_number_or_another(
    new_context, wallet_page, mock_wallet, bare_chain
):
    mock_wallet.accounts = [bare_chain.eth.accounts[-3]]  # which signed in nowhere yet
    seen = []
    for browsers, context in enumerate((new_context(), new_context()), 1):
        page = connected_page(context, wallet_page, mock_wallet)
        for _again in range(3):
            press(page, "Sign in with your wallet")
            expect(page.get_by_text(f"Browsers of this account: {browsers}", exact=True)).to_be_visible()
            seen.append(page.evaluate("localStorage.getItem('hanse.device')"))
            page.reload()
    assert seen == [seen[0]] * 3 + [seen[3]] * 3
    assert seen[0] != seen[3]
