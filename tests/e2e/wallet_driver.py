"""What a user does with the wallet on a page."""

from typing import Any

from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.mock_wallet import MockWallet
from tests.e2e.servers import Server


def open_page(
    context: BrowserContext,
    server: Server,
    wallet: MockWallet | None = None,
    *,
    path: str = "",
    **options: Any,
) -> Page:
    """A page of the server in a browser with this wallet; options are `MockWallet.inject`'s."""
    if wallet is not None:
        wallet.inject(context, **options)
    page = context.new_page()
    page.goto(server.url + path)
    return page


def choose(page: Page, name: str) -> None:
    """Open the wallet's panel and press a button in it."""
    page.locator(".wallet button.handle").click()
    page.get_by_role("button", name=name, exact=True).click()


def connect(page: Page, name: str = "MockWallet") -> None:
    choose(page, name)
    expect(page.get_by_text("Connected: 0x")).to_be_visible()


def connected_page(context: BrowserContext, server: Server, wallet: MockWallet, **options: Any) -> Page:
    page = open_page(context, server, wallet, **options)
    connect(page)
    return page


def hold_prompt(page: Page) -> None:
    """The wallet's prompt stays open until `answer_prompt`."""
    page.evaluate("mockWallet.close()")


def answer_prompt(page: Page) -> None:
    page.evaluate("mockWallet.open()")


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def expect_prompt(page: Page) -> None:
    """The page says that the wallet is being asked."""
    expect(page.get_by_text("Waiting for you to confirm in your wallet")).to_be_visible()
