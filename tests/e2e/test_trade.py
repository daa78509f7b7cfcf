"""The whole trade in a real browser: three parties, each in a profile of their own, on the dApp as it runs.

given the filled market
    when the buyer orders, the seller delivers, the buyer pays and rates
        → each sees it without a reload of the others; the referrer's earnings and the seller's money grow
    when the buyer's wallet says no, and yes the second time → one order
    when a stale page's button is pressed                    → the contract's sentence, no wallet opens
    when it is Chinese, dark, or a phone                     → every screen stands, nothing sticks out
"""

import re

import pytest
from playwright.sync_api import expect
from web3 import Web3

from dapp.domain.orders import Status
from tests.e2e.dapp_driver import choose_role, order_in, place, role_of, settled, visit
from tests.e2e.mock_wallet import MockWallet

SELLER = re.compile("^(Seller|卖家)")
LESSON = 5  # instant: the seller delivers without accepting first
SCREENS = ("market", "orders", "sell", "earn", "wallet", "credit", "disputes", "operate", "explorer")


def status_of(market, order_id):
    return market.contracts.order_state(Web3.to_bytes(hexstr=order_id)).status


def deliver(page, dapp, order_id, note):
    visit(page, dapp, f"/orders?order={order_id}")
    page.get_by_label("Note to the buyer").fill(note)
    page.get_by_label("Note to the buyer").press("Control+Enter")
    settled(page)
    page.get_by_role("button", name="Deliver", exact=True).click()
    expect(page.get_by_text("The seller delivered").or_(page.get_by_text("Delivered")).first).to_be_visible()


def test_trade__three_parties__everybody_paid(party, market, dapp, screenshot):
    buyer = party("buyer", f"/service?listing={LESSON}")
    seller = party("seller", "/wallet")
    referrer = party("referrer", "/earn")
    before = market.contracts.market.functions.balanceOf(market.referrer, "0x" + "0" * 40).call()
    screenshot(buyer, "trade_service")
    order_id = place(buyer)
    assert status_of(market, order_id) is Status.PLACED
    terms = market.contracts.order(order_id).terms
    assert terms.buyer == market.buyer
    choose_role(seller, role_of(market, terms.seller))
    deliver(seller, dapp, order_id, "The lesson took place.")
    buyer.reload()
    settled(buyer)
    screenshot(buyer, "trade_delivered")
    buyer.get_by_role("button", name="Pay the seller").click()
    expect(buyer.get_by_role("button", name="Send my rating")).to_be_visible()
    assert status_of(market, order_id) is Status.COMPLETED
    after = market.contracts.market.functions.balanceOf(market.referrer, "0x" + "0" * 40).call()
    assert after - before == terms.lines[0].amount(terms.base, terms.base) > 0
    visit(referrer, dapp, "/earn")
    screenshot(referrer, "trade_earned")


def test_order__rejected_then_confirmed__one_order(new_context, market, dapp):
    wallet = MockWallet(market.web3, [market.third_buyer])
    context = new_context()
    wallet.inject(context)
    page = context.new_page()
    visit(page, dapp, f"/service?listing={LESSON}")
    page.locator(".wallet button.handle").click()
    page.get_by_role("button", name="MockWallet", exact=True).click()
    settled(page)
    placed = len(market.contracts.order_ids())
    wallet.rejects.add("eth_sendTransaction")
    button = page.get_by_role("button", name=re.compile("^Order for"))
    button.click()
    expect(page.get_by_text(re.compile("rejected|declined|said no", re.IGNORECASE)).first).to_be_visible()
    assert len(market.contracts.order_ids()) == placed
    wallet.rejects.clear()
    page.get_by_role("button", name=re.compile("^Order for")).click()
    order_in(page)
    assert len(market.contracts.order_ids()) == placed + 1


def test_cancel__stale_page__sentence_and_no_wallet(party, market):
    buyer = party("buyer", f"/service?listing={LESSON}")
    order_id = place(buyer)
    expect(buyer.get_by_role("button", name="Cancel and get the money back")).to_be_visible()
    terms = market.contracts.order(order_id).terms
    market.send(market.contracts.market.functions.decline(terms.pack()), terms.seller)
    nonce = market.web3.eth.get_transaction_count(market.buyer)
    buyer.get_by_role("button", name="Cancel and get the money back").click()
    expect(buyer.get_by_role("alert").or_(buyer.get_by_text("The seller declined")).first).to_be_visible()
    assert market.web3.eth.get_transaction_count(market.buyer) == nonce
    assert status_of(market, order_id) is Status.CANCELLED


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("locale", "width"), [("en-US", 1280), ("zh-CN", 390)])
def test_screens__every_language_colour_and_width__stand(
    new_context, dapp, screenshot, locale, width, scheme
):
    context = new_context(viewport={"width": width, "height": 900}, locale=locale, color_scheme=scheme)
    page = context.new_page()
    visit(page, dapp, "/")
    choose_first_role(page)
    for name in SCREENS:
        visit(page, dapp, "/" if name == "market" else f"/{name}")
        expect(page.locator(".wallet button.handle")).to_contain_text(
            SELLER
        )  # the wallet is back after a load
        settled(page)
        expect(page.get_by_test_id("stException")).to_have_count(0)
        overflow = page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert overflow <= 0, f"{name} sticks out by {overflow} pixels"
        screenshot(page, f"screen_{name}_{locale}_{width}_{scheme}")


def choose_first_role(page):
    page.locator(".wallet button.handle").click()
    page.get_by_role("button", name=SELLER).click()
    expect(page.locator(".wallet button.handle")).to_contain_text(SELLER)
    settled(page)
