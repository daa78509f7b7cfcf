"""Sealed evidence through the real dApp, by two parties in two browsers, on the filled market.

given an order between the buyer and the seller
    when the buyer makes and publishes a key → the chain has it
    when the seller submits a sealed file   → its name is nowhere on the page
    when the buyer opens it                 → name, text and bytes, in this browser alone
    when the seller without a key opens it  → told why not
    when the page is captured               → the whole page, kept in the store
"""

import io
import os
import subprocess
import sys

from PIL import Image
from playwright.sync_api import expect

from dapp.domain.orders import Status
from dapp.evidence.recipients import published_recipient
from dapp.evidence.store import LocalStore
from tests.e2e.conftest import ROOT, SCREENSHOTS
from tests.e2e.dapp_driver import SEALED, attach, choose_sealed, make_key, role_of, submit_sealed
from tests.e2e.wallet_driver import press

SECRET = "Our secret plan"


def order_page(party, order, role):
    page = party(role, f"/orders?order=0x{order.id.hex()}")
    page.get_by_text("Add evidence").click()
    return page


def test_sealed_evidence__submitted_by_one_party__opened_by_the_other(party, market, screenshot, tmp_path):
    orders = map(market.contracts.order, market.contracts.order_ids())
    order = next(
        order
        for order in orders
        if order.state.status is Status.DISPUTED and order.terms.buyer == market.buyer
    )

    buyer_page = order_page(party, order, "buyer")
    choose_sealed(buyer_page)
    make_key(buyer_page)
    expect(buyer_page.get_by_text("Sealed for")).to_be_visible()
    assert published_recipient(market.contracts, market.buyer)
    screenshot(buyer_page, "sealed_key_published")

    seller_page = order_page(party, order, role_of(market, order.terms.seller))
    choose_sealed(seller_page)
    expect(seller_page.get_by_text("published no key yet")).to_be_visible()
    path = tmp_path / "plan b.txt"
    path.write_text(SECRET)
    attach(seller_page, path)
    submit_sealed(seller_page)
    expect(seller_page.get_by_text(SEALED, exact=True)).to_be_visible()
    screenshot(seller_page, "sealed_submitted")

    buyer_page.reload()
    expect(buyer_page.get_by_text(SEALED, exact=True)).to_be_visible()
    assert "plan b" not in buyer_page.inner_text("body")
    press(buyer_page, "Open")
    dialog = buyer_page.locator("dialog.hanse-dialog")
    expect(dialog.get_by_role("heading", name="plan b.txt")).to_be_visible()
    expect(dialog.get_by_text(SECRET)).to_be_visible()
    screenshot(buyer_page, "sealed_opened")
    with buyer_page.expect_download() as download:
        dialog.get_by_text("Save").click()
    assert download.value.suggested_filename == "plan b.txt"
    assert download.value.path().read_text() == SECRET
    dialog.get_by_text("Close").click()
    expect(dialog).to_have_count(0)

    press(seller_page, "Open")
    expect(seller_page.get_by_text("It isn't sealed to your key")).to_be_visible()


def test_capture__order_page_of_the_running_dapp__picture_kept(market, dapp):
    identity = market.contracts.order_ids()[0].hex()
    done = subprocess.run(
        [sys.executable, "-m", "dapp.cli", "capture", identity, "--origin", dapp.url],
        cwd=ROOT,
        env={**os.environ, **market.environment},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    cid = done.stdout.split()[1]
    data = LocalStore(market.settings.evidence).read(cid)
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    (SCREENSHOTS / "captured_order.png").write_bytes(data)
    with Image.open(io.BytesIO(data)) as image:
        assert image.size[0] == 1280
        assert image.size[1] > 900  # the whole page, not the window alone
