"""What people do on the dApp's pages, and when a page is ready for it."""

import re
import time
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.dapp.market_at import RunningMarket
from tests.e2e.servers import Server
from tests.e2e.wallet_driver import press

HANDLE = ".wallet button.handle"
SEALED = "Sealed evidence"


def settled(page: Page) -> None:
    """Wait until the page is drawn."""
    expect(page.locator('[data-testid="stApp"][data-test-script-state="notRunning"]')).to_be_visible()


def visit(page: Page, server: Server, path: str = "/") -> None:
    """Go to a page of the dApp."""
    page.goto(server.url + path)
    settled(page)


def choose_role(page: Page, role: str) -> None:
    """Be one of the development wallets: `buyer`, `second_arbiter`."""
    label = role.replace("_", " ").capitalize()
    page.locator(HANDLE).click()
    button = page.get_by_role("button", name=label, exact=True)
    if not button.is_visible():
        page.get_by_text("More roles").click()
    button.click()
    expect(page.locator(HANDLE)).to_contain_text(label)
    settled(page)


def role_of(market: RunningMarket, account: str) -> str:
    """The development wallet that has an account."""
    return next(name for name, known in market.actors.items() if known == account)


def order_in(page: Page) -> str:
    """The order that the page shows."""
    expect(page).to_have_url(re.compile(r"/orders\?.*order=0x[0-9a-f]{64}"))
    found = re.search(r"order=(0x[0-9a-f]{64})", page.url)
    assert found
    return found[1]


def place(page: Page) -> str:
    """Order the service of the page; the order's id."""
    page.get_by_role("button", name=re.compile("^Order for")).click()
    return order_in(page)


def make_key(page: Page) -> None:
    """Make and publish the account's key for sealed evidence; the button is on the page."""
    press(page, "Make my key for sealed evidence")
    press(page, "Publish my key")
    expect(page.get_by_role("button", name="Publish my key", exact=True)).to_have_count(0)
    settled(page)


def opened_file(page: Page, place: int = 0) -> tuple[str, str]:
    """Open the sealed file of the page that comes at this place: its name and text."""
    page.get_by_role("button", name="Open", exact=True).nth(place).click()
    dialog = page.locator("dialog.hanse-dialog")
    expect(dialog).to_be_visible()
    name = dialog.get_by_role("heading").inner_text()
    text = dialog.locator("pre").inner_text()
    dialog.get_by_text("Close").click()
    expect(dialog).to_have_count(0)
    return name, text


def choose_sealed(page: Page) -> None:
    """Turn the sealing of evidence on, and wait until the form says who can read it."""
    settled(page)
    switch = page.get_by_role("switch", name="Seal it")
    deadline = time.monotonic() + 20
    while not switch.is_checked() and time.monotonic() < deadline:
        page.get_by_text("Seal it", exact=True).click()  # which misses it while the form still unfolds
        page.wait_for_timeout(500)
    expect(page.get_by_text(re.compile("Sealed for|published no key yet")).first).to_be_visible()
    settled(page)


def attach(page: Page, path: Path) -> None:
    """Choose a file for the page's last field, and wait until the server has it."""
    with page.expect_response(lambda reply: "upload_file" in reply.url and reply.request.method == "PUT"):
        page.locator("input[type=file]").last.set_input_files(path)
    expect(page.get_by_text(path.name).first).to_be_visible()
    settled(page)


def submit_sealed(page: Page) -> None:
    """Submit the evidence of the form, and wait until the page shows the piece."""
    before = page.get_by_text(SEALED, exact=True).count()
    press(page, "Submit evidence")
    expect(page.get_by_text(SEALED, exact=True)).to_have_count(before + 1)
    settled(page)
