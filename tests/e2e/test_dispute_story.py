"""A dispute from the order to the money, with everything sealed: buyer, seller and arbiter in three browsers.

given a service that is delivered at once
    when the buyer orders and both make keys    → the work is delivered sealed, and the buyer opens it
    when the buyer disputes it, the seller pays → each submits sealed evidence
    when an arbiter is drawn and accepts        → he can open nothing, and his desk says whose pieces they are
    when the buyer lets him read, by one press  → he opens all three pieces and no other's window does
    when he rules by the slider                 → when the appeal window is over, the money arrives
"""

import re
import time

import pytest
from playwright.sync_api import expect
from web3 import Web3

from dapp.domain.disputes import awarded
from dapp.domain.orders import Status
from dapp.evidence.recipients import arbiters_of
from tests.e2e.dapp_driver import (
    attach,
    choose_sealed,
    make_key,
    opened_file,
    place,
    role_of,
    settled,
    submit_sealed,
    visit,
)
from tests.e2e.wallet_driver import press

LESSON = 5  # instant: the seller delivers without accepting first
DAY = 24 * 3_600
WORK = "Recording of the lesson: https is not for everybody"
CLAIMS = {"buyer": "He spoke for five minutes only.", "seller": "She left after five minutes."}
THREE_QUARTERS = 4


@pytest.fixture
def story(party, market, dapp, screenshot):
    return Story(party, market, dapp, screenshot)


class Story:
    """The three people's pages, and what the chain says of their order."""

    def __init__(self, party, market, dapp, screenshot):
        self.party, self.market, self.dapp, self.screenshot = party, market, dapp, screenshot
        self.buyer = party("buyer", f"/service?listing={LESSON}")
        self.order_id = place(self.buyer)
        self.order = market.contracts.order(self.order_id)
        self.seller = party(role_of(market, self.order.terms.seller), f"/orders?order={self.order_id}")
        self.arbiter = None

    @property
    def status(self):
        return self.market.contracts.order_state(Web3.to_bytes(hexstr=self.order_id)).status

    def dispute_page(self, page):
        visit(page, self.dapp, f"/disputes?order={self.order_id}")


def deliver_sealed(story):
    buyer, seller = story.buyer, story.seller
    buyer.get_by_text("Get the work sealed").click()
    make_key(buyer)
    seller.reload()
    settled(seller)
    expect(seller.get_by_text("Only for the buyer")).to_be_visible()
    make_key(seller)
    seller.get_by_label("Note to the buyer").fill(WORK)
    seller.get_by_label("Note to the buyer").press("Control+Enter")
    settled(seller)
    story.screenshot(seller, "story_deliver_sealed")
    press(seller, "Deliver")
    expect(seller.get_by_text("Sealed delivery", exact=True)).to_be_visible()
    assert story.status is Status.DELIVERED
    buyer.reload()
    expect(buyer.get_by_text("Sealed delivery", exact=True)).to_be_visible()
    assert WORK not in buyer.inner_text("body")
    assert opened_file(buyer) == ("Delivery.txt", WORK)


def dispute_with_sealed_evidence(story, folder):
    story.dispute_page(story.buyer)
    state_sealed(story.buyer, "buyer", folder)
    story.buyer.get_by_role("button", name=re.compile("^Open the dispute")).click()
    expect(story.buyer.get_by_text("Deposits", exact=True)).to_be_visible()
    assert story.status is Status.DISPUTED
    story.dispute_page(story.seller)
    story.seller.get_by_role("button", name=re.compile("^Pay your deposit")).click()
    expect(story.seller.get_by_role("button", name=re.compile("^Pay your deposit"))).to_have_count(0)
    story.seller.get_by_text("Add your statement").click()
    state_sealed(story.seller, "seller", folder)


def state_sealed(page, who, folder):
    path = folder / f"{who} says.txt"
    path.write_text(CLAIMS[who])
    choose_sealed(page)
    attach(page, path)
    submit_sealed(page)


def draw_and_accept(story):
    for _block in range(4):
        story.market.rpc("evm_mine")
    # The keeper beside the dApp records the draw.
    by = time.monotonic() + 60
    while not (drawn := arbiters_of(story.market.contracts, story.order)) and time.monotonic() < by:
        time.sleep(0.2)
    (account,) = drawn
    page = story.arbiter = story.party(role_of(story.market, account), "/disputes")
    expect(page.get_by_text(re.compile("2 of Seller, 1 of Buyer"))).to_be_visible()
    make_key(page)
    press(page, "Accept the case")
    expect(page.get_by_role("button", name="Accept the case")).to_have_count(0)
    expect(page.get_by_text("Buyer and seller see that you wait")).to_be_visible()
    story.screenshot(page, "story_desk_closed")
    story.dispute_page(page)
    page.get_by_role("button", name="Open", exact=True).first.click()
    expect(page.get_by_text("It isn't sealed to your key")).to_be_visible()


def let_him_read(story):
    story.dispute_page(story.buyer)
    expect(story.buyer.get_by_role("button", name="Let them read it")).to_be_enabled()
    story.screenshot(story.buyer, "story_let_in")
    press(story.buyer, "Let them read it")
    expect(story.buyer.get_by_role("button", name="Let them read it")).to_have_count(0)
    expect(story.buyer.get_by_text(re.compile("Opens 3 sealed pieces for"))).to_be_visible()
    page = story.arbiter
    story.dispute_page(page)
    opened = dict(opened_file(page, place) for place in range(3))
    assert opened == {
        "Delivery.txt": WORK,
        "buyer says.txt": CLAIMS["buyer"],
        "seller says.txt": CLAIMS["seller"],
    }
    story.screenshot(page, "story_arbiter_reads")


def rule(story):
    page = story.arbiter
    page.get_by_role("slider").press("ArrowRight")
    settled(page)
    page.get_by_role("button", name=re.compile("^Rule: 75 %")).click()
    expect(page.get_by_role("button", name=re.compile("^Rule"))).to_have_count(0)
    story.screenshot(page, "story_ruled")


def told(story, event, key):
    """What the order's one event of a kind says."""
    (found,) = (
        log["args"]
        for log in event().get_logs(from_block=0)
        if log["args"][key].hex() == story.order.id.hex()
    )
    return found


def execute(story):
    terms = story.order.terms
    story.market.advance(DAY)
    # The keeper beside the dApp carries the ruling out.
    by = time.monotonic() + 60
    while story.status is not Status.COMPLETED and time.monotonic() < by:
        time.sleep(0.2)
    assert story.status is Status.COMPLETED
    to_buyer = awarded(terms.base, THREE_QUARTERS)
    # The keeper pays out other orders, too, so this one's events tell, not balances.
    resolved = told(story, story.market.contracts.market.events.OrderResolved, "id")
    assert (resolved["toBuyer"], resolved["earned"]) == (to_buyer, terms.base - to_buyer)
    # The winner has his deposit back, the loser pays the arbiter.
    closed = told(story, story.market.contracts.disputes.events.DisputeClosed, "orderId")
    fee = story.market.contracts.panel.functions.arbitrationCost(b"").call()
    deposit = terms.max_arbitration_cost
    assert (closed["toBuyer"], closed["toSeller"]) == (deposit, deposit - fee)
    visit(story.buyer, story.dapp, "/wallet")
    story.screenshot(story.buyer, "story_money")


def test_dispute__sealed_from_delivery_to_ruling__money_arrives(story, tmp_path):
    deliver_sealed(story)
    dispute_with_sealed_evidence(story, tmp_path)
    draw_and_accept(story)
    let_him_read(story)
    rule(story)
    execute(story)
