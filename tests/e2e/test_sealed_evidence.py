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

import pytest
from PIL import Image
from playwright.sync_api import expect

from dapp.domain.orders import Status
from dapp.evidence.recipients import published_recipient
from dapp.evidence.store import LocalStore
from tests.dapp.market_at import run_market
from tests.e2e.conftest import ROOT, SCREENSHOTS
from tests.e2e.servers import Server, free_port, streamlit_command
from tests.e2e.wallet_driver import choose, open_page, press

SECRET = "Our secret plan"
SEALED = "Sealed evidence"


@pytest.fixture(scope="module")
def dapp(tmp_path_factory):
    """The filled market and the dApp on it."""
    folder, port = tmp_path_factory.mktemp("dapp"), free_port()
    command = streamlit_command(ROOT / "dapp" / "app.py", port)
    with run_market(folder) as market:
        url, log = f"http://127.0.0.1:{port}", folder / "dapp.log"
        with Server(command, url, log, environment=market.environment) as server:
            yield market, server


@pytest.fixture(autouse=True)
def expected_noise(watch):
    """Streamlit's page looks for its server below the page's own path first."""
    watch.expected.append(r"404 \(Not Found\).*_stcore/(health|host-config)")


def settled(page):
    """Wait until the page is drawn."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()


def order_page(new_context, server, order, role):
    page = open_page(new_context(), server, path=f"/orders?order=0x{order.id.hex()}")
    expect(page.get_by_text("Evidence", exact=True).first).to_be_visible()
    choose(page, role)
    expect(page.locator(".wallet button.handle")).to_contain_text(role)
    settled(page)
    page.get_by_text("Add evidence").click()
    return page


def choose_sealed(page):
    """Turn sealing on."""
    settled(page)
    page.get_by_text("Seal it", exact=True).click()
    settled(page)


def submit(page):
    """Press the button until the file, which travels by itself, has arrived with the form."""
    for _ in range(10):
        press(page, "Submit evidence")
        refused, sent = page.get_by_text("choose a file first"), page.get_by_text(SEALED, exact=True)
        expect(refused.or_(sent).first).to_be_visible()
        if sent.count():
            return


def test_sealed_evidence__submitted_by_one_party__opened_by_the_other(
    new_context, dapp, screenshot, tmp_path
):
    market, server = dapp
    orders = map(market.contracts.order, market.contracts.order_ids())
    order = next(
        order
        for order in orders
        if order.state.status is Status.DISPUTED and order.terms.buyer == market.buyer
    )
    seller = {account: name for name, account in market.actors.items()}[order.terms.seller]

    buyer_page = order_page(new_context, server, order, "Buyer")
    choose_sealed(buyer_page)
    press(buyer_page, "Make my key for sealed evidence")
    press(buyer_page, "Publish my key")
    expect(buyer_page.get_by_text("Sealed for")).to_be_visible()
    assert published_recipient(market.contracts, market.buyer)
    screenshot(buyer_page, "sealed_key_published")

    seller_page = order_page(new_context, server, order, seller.replace("_", " ").capitalize())
    choose_sealed(seller_page)
    expect(seller_page.get_by_text("published no key yet")).to_be_visible()
    path = tmp_path / "plan b.txt"
    path.write_text(SECRET)
    seller_page.locator("input[type=file]").last.set_input_files(path)
    expect(seller_page.get_by_text("plan b.txt").first).to_be_visible()
    submit(seller_page)
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


def test_capture__order_page_of_the_running_dapp__picture_kept(dapp):
    market, server = dapp
    identity = market.contracts.order_ids()[0].hex()
    done = subprocess.run(
        [sys.executable, "-m", "dapp.cli", "capture", identity, "--origin", server.url],
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
