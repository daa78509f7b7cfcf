"""Exactly once: whatever happens while the wallet is asked, it is asked once and its answer arrives.

given a connected wallet, when an action's button is pressed
    and the user confirms               → sent once, told once, also after page switches
    and the user rejects                → he may try again, as a new request
    and the contract would refuse       → its sentence, in the page's language; no wallet opens
    and the wallet is on another chain  → switched first
    from within a fragment              → asked all the same
given the wallet's prompt is open
    when the user goes to another page  → the answer is there when he is back
    when the socket is cut              → the answer arrives after the reconnect
    when the server restarts            → the fresh session has the answer
    when the page is reloaded           → told that nobody knows; found on the chain, or tried again
    when a second tab is opened, or this one is duplicated → it asks for nothing
given a sent transaction, when the server restarts before it is mined → it is still known
"""

import pytest
from playwright.sync_api import expect

from tests.e2e.wallet_driver import (
    answer_prompt,
    connect,
    connected_page,
    expect_prompt,
    hold_prompt,
    open_page,
    press,
)

SEND = "eth_sendTransaction"
CONFIRMED_ONCE = "Confirmed here: 1"
CUT_OFF = [
    r"WebSocket",
    r"ERR_CONNECTION_REFUSED",
    r"_stcore/",
    r"Failed to fetch",
    r"when disconnected",
    r"not responding",
    r"DoInitPings",  # what the page says when the server was away for long
]


@pytest.fixture
def page(new_context, wallet_page, mock_wallet):
    return connected_page(new_context(), wallet_page, mock_wallet)


@pytest.fixture
def received(bare_token):
    """How much the receiver has got since the test began."""
    receiver = "0x" + "11" * 20
    before = bare_token.functions.balanceOf(receiver).call()
    return lambda: bare_token.functions.balanceOf(receiver).call() - before


def test_send__confirmed__once_and_told_once(page, mock_wallet, received, screenshot):
    press(page, "Send one token")
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()
    expect(page.get_by_text("Confirmed in block").first).to_be_visible()
    screenshot(page, "wallet_confirmed")
    page.get_by_role("link", name="Other").click()
    expect(page.get_by_role("heading", name="Other")).to_be_visible()
    page.get_by_role("link", name="Send").click()
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()
    assert (mock_wallet.count(SEND), received()) == (1, 1)


def test_send__rejected__may_be_tried_again(page, mock_wallet, received, screenshot):
    mock_wallet.rejects = {SEND}
    press(page, "Send one token")
    expect(page.get_by_text("You rejected it in your wallet. You can try again.")).to_be_visible()
    screenshot(page, "wallet_rejected")
    mock_wallet.rejects = set()
    press(page, "Send one token")
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()
    assert (mock_wallet.count(SEND), received()) == (2, 1)


@pytest.mark.parametrize(("path", "sentence"), [("", "are needed"), ("/?lang=zh", "只有")], ids=["en", "zh"])
def test_send__contract_would_refuse__sentence_and_no_wallet(
    new_context, wallet_page, mock_wallet, screenshot, path, sentence
):
    page = open_page(new_context(), wallet_page, mock_wallet, path=path)
    connect(page)
    press(page, "Send too much")
    expect(page.get_by_text(sentence)).to_be_visible()
    screenshot(page, f"wallet_refused{'_zh' if path else ''}")
    assert mock_wallet.count(SEND) == 0


def test_send__wallet_on_another_chain__switched_first(page, mock_wallet, received):
    home, mock_wallet.chain_id = mock_wallet.chain_id, 1
    mock_wallet.known = {1}
    press(page, "Send one token")
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()
    assert mock_wallet.chain_id == home
    assert [mock_wallet.count(method) for method in ("wallet_addEthereumChain", SEND)] == [1, 1]
    assert received() == 1


def test_send__from_a_fragment__asked(page, mock_wallet, received):
    press(page, "Send from a fragment")
    expect(page.get_by_text("Confirmed in block").first).to_be_visible()
    assert (mock_wallet.count(SEND), received()) == (1, 2)


def test_prompt__page_switched__answer_kept(page, mock_wallet, received):
    hold_prompt(page)
    press(page, "Send one token")
    expect_prompt(page)
    page.get_by_role("link", name="Other").click()
    expect(page.get_by_role("heading", name="Other")).to_be_visible()
    answer_prompt(page)
    expect(page.get_by_role("button", name="Transactions")).to_be_visible()
    page.get_by_role("link", name="Send").click()
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()
    assert (mock_wallet.count(SEND), received()) == (1, 1)


def test_prompt__socket_cut__answer_arrives(new_context, wallet_page, mock_wallet, received, watch):
    watch.expected += CUT_OFF
    sockets = []
    context = new_context()
    context.route_web_socket(
        "**/_stcore/stream", lambda socket: (sockets.append(socket), socket.connect_to_server())
    )
    page = connected_page(context, wallet_page, mock_wallet)
    hold_prompt(page)
    press(page, "Send one token")
    expect_prompt(page)
    sockets[-1].close(code=1001)
    answer_prompt(page)  # the user confirms while the page is cut off
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()
    assert len(sockets) == 2
    assert (mock_wallet.count(SEND), received()) == (1, 1)


def test_prompt__server_restarted__fresh_session_has_the_answer(
    page, wallet_page, mock_wallet, received, watch
):
    watch.expected += CUT_OFF
    hold_prompt(page)
    press(page, "Send one token")
    expect_prompt(page)
    wallet_page.stop()
    answer_prompt(page)
    wallet_page.start()
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible(timeout=60_000)
    assert (mock_wallet.count(SEND), received()) == (1, 1)


def test_prompt__reloaded_and_sent_all_the_same__found_on_the_chain(
    page, mock_wallet, received, bare_token, screenshot
):
    hold_prompt(page)
    press(page, "Send one token")
    expect_prompt(page)
    page.reload()
    expect(page.get_by_text("doesn't know whether you confirmed").first).to_be_visible()
    screenshot(page, "wallet_lost")
    press_first(page, "Look on the chain")
    expect(page.get_by_text("The chain has no such transaction so far.").first).to_be_visible()
    bare_token.functions.transfer("0x" + "11" * 20, 1).transact({"from": mock_wallet.accounts[0]})
    press_first(page, "Look on the chain")
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()
    assert (mock_wallet.count(SEND), received()) == (0, 1)  # the held prompt never asked, nor did the reload


def test_prompt__reloaded_and_not_sent__tried_again(page, mock_wallet, received):
    hold_prompt(page)
    press(page, "Send one token")
    expect_prompt(page)
    page.reload()
    press_first(page, "It was not sent")
    expect(page.get_by_text("doesn't know whether you confirmed")).to_be_hidden()
    press(page, "Send one token")
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()
    assert (mock_wallet.count(SEND), received()) == (1, 1)


def test_prompt__second_tab_and_duplicate__they_ask_for_nothing(page, wallet_page, mock_wallet, received):
    hold_prompt(page)
    press(page, "Send one token")
    expect_prompt(page)
    second = page.context.new_page()
    second.goto(wallet_page.url)
    expect(second.get_by_text("Connected: 0x")).to_be_visible()
    with page.expect_popup() as opened:  # a copy of the tab, its session storage included
        page.evaluate("void window.open(location.href)")
    expect(opened.value.get_by_text("Connected: 0x")).to_be_visible()
    expect(opened.value.get_by_text("doesn't know whether you confirmed")).to_be_hidden()
    answer_prompt(page)
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()
    assert (mock_wallet.count(SEND), received()) == (1, 1)


def test_sent__server_restarted_before_it_is_mined__still_known(
    page, wallet_page, mock_wallet, bare_chain, received, watch
):
    watch.expected += CUT_OFF
    bare_chain.provider.make_request("evm_setAutomine", [False])
    try:
        press(page, "Send one token")
        expect(page.get_by_text("Sent. Waiting to be mined").first).to_be_visible()
        wallet_page.stop()
        wallet_page.start()
        page.reload()
        expect(page.get_by_text("Sent. Waiting to be mined").first).to_be_visible(timeout=60_000)
    finally:
        bare_chain.provider.make_request("evm_setAutomine", [True])
        bare_chain.provider.make_request("evm_mine", [])
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()
    assert (mock_wallet.count(SEND), received()) == (1, 1)


def press_first(page, name):
    """The button under the action; the list of transactions has it again."""
    page.get_by_role("button", name=name, exact=True).first.click()
