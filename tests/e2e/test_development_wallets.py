"""Development wallets and no wallet, in a real browser.

given the local development chain
    when the page is opened         → the roles announce themselves; one is chosen and another, quickly
    in two tabs                     → each keeps its own role, also after a reload
    in Chinese, dark, on a phone    → readable, inside the window
given a market on any other chain
    when a browser has no wallet    → a sentence, and nothing of the development wallets is served
"""

import urllib.error
import urllib.request
from pathlib import Path

import ape
import pytest
from playwright.sync_api import expect

from dapp.chain.actors import ACTORS
from tests.e2e import conftest
from tests.e2e.servers import Server, free_port, streamlit_command
from tests.e2e.wallet_driver import choose, open_page, press

OTHER_CHAIN = 1337
CONFIRMED_ONCE = "Confirmed here: 1"


def account_of(chain, role):
    return chain.eth.accounts[ACTORS.index(role)]


def test_roles__buyer_then_seller__switched(new_context, wallet_page, bare_chain, screenshot):
    page = open_page(new_context(), wallet_page)
    page.locator(".wallet button.handle").click()
    expect(page.get_by_role("button", name="Buyer", exact=True)).to_be_visible()
    screenshot(page, "wallet_roles")
    press(page, "Buyer")
    expect(page.get_by_text(f"Connected: {account_of(bare_chain, 'buyer')}")).to_be_visible()
    choose(page, "Seller")
    expect(page.get_by_text(f"Connected: {account_of(bare_chain, 'seller')}")).to_be_visible()
    press(page, "Send one token")
    expect(page.get_by_text(CONFIRMED_ONCE)).to_be_visible()


def test_roles__two_tabs_reloaded__each_keeps_its_own(new_context, wallet_page, bare_chain):
    context = new_context()
    buyer = open_page(context, wallet_page)
    choose(buyer, "Buyer")
    expect(buyer.get_by_text(f"Connected: {account_of(bare_chain, 'buyer')}")).to_be_visible()
    seller = open_page(context, wallet_page)
    choose(seller, "Seller")
    expect(seller.get_by_text(f"Connected: {account_of(bare_chain, 'seller')}")).to_be_visible()
    buyer.reload()
    expect(buyer.get_by_text(f"Connected: {account_of(bare_chain, 'buyer')}")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_panel__chinese_on_a_phone__inside_the_window(new_context, wallet_page, screenshot, scheme):
    context = new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", color_scheme=scheme)
    page = open_page(context, wallet_page)
    choose(page, "买家")
    expect(page.get_by_text("Connected: 0x")).to_be_visible()
    page.locator(".wallet button.handle").click()
    panel = page.locator(".wallet .panel")
    expect(panel).to_be_visible()
    screenshot(page, f"wallet_phone_zh_{scheme}")
    box = panel.bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@ape.fixture(chain_isolation=False, scope="module")
def page_of_another_chain(bare_chain, bare_token, tmp_path_factory):
    """The wallet's page for a market that is on another chain."""
    port = free_port()
    folder = tmp_path_factory.mktemp("other")
    environment = {
        "HANSE_RPC_URL": bare_chain.provider.endpoint_uri,
        "HANSE_CHAIN_ID": str(OTHER_CHAIN),
        "HANSE_TOKEN": bare_token.address,
        "HANSE_DATA": str(folder),
        "HANSE_INDEX_HELD": str(folder / "held"),
    }
    command = streamlit_command(Path(conftest.__file__).parent / "wallet_page" / "app.py", port)
    with Server(
        command, f"http://127.0.0.1:{port}", folder / "server.log", environment=environment
    ) as server:
        yield server


def test_none__market_on_another_chain__said_and_no_development_code(
    new_context, page_of_another_chain, screenshot
):
    requested = []
    context = new_context()
    context.on("request", lambda request: requested.append(request.url))
    page = open_page(context, page_of_another_chain)
    page.locator(".wallet button.handle").click()
    expect(page.get_by_text("No wallet found")).to_be_visible()
    screenshot(page, "wallet_none")
    assert [url for url in requested if "/dev/" in url] == []
    assert "/dev/wallets.js" not in served(page_of_another_chain.url + "/dev/wallets.js")
    assert "announceProvider" not in served(page_of_another_chain.url + "/dev/wallets.js")
    with pytest.raises(urllib.error.HTTPError):
        urllib.request.urlopen(page_of_another_chain.url + "/dev/rpc", data=b"{}")


def served(url):
    """What the server gives for an address; nothing if it has none."""
    try:
        with urllib.request.urlopen(url) as reply:
            return reply.read().decode()
    except urllib.error.HTTPError:
        return ""
