"""The pictures of README and user's guide, taken of a running dApp: `make run`, then `make screenshots`.

Same browser, size, language and time zone each time, and the same market. HANSE_DAPP_PORT
says where the dApp is.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDE, PHONE = 1280, 390
LONGEST = 1_600
"""Pixels of a picture's height."""


@dataclass(frozen=True)
class Shot:
    """A picture: its file's name, who is connected (None: nobody), the screen, and how the browser is."""

    name: str
    role: str | None
    path: str
    language: str = "en"
    theme: str = "light"
    width: int = WIDE


SHOTS = (
    Shot("market", None, ""),
    Shot("market-phone-zh", None, "", language="zh", theme="dark", width=PHONE),
    Shot("service", "Buyer", "service?listing=1"),
    Shot("orders", "Buyer", "orders"),
    Shot("wallet", "Seller", "wallet"),
    Shot("sell", "Seller", "sell"),
    Shot("credit", "Seller", "credit"),
    Shot("earn", "Referrer", "earn"),
    Shot("disputes", "Arbiter", "disputes"),
    Shot("operate", "Operator", "operate"),
    Shot("explorer", None, "explorer"),
)


def take(browser: Browser, url: str, shot: Shot) -> None:
    """One picture, of the whole page."""
    context = browser.new_context(
        viewport={"width": shot.width, "height": 900},
        color_scheme="dark" if shot.theme == "dark" else "light",
        locale="zh-CN" if shot.language == "zh" else "en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    )
    page = context.new_page()
    page.goto(f"{url}/{shot.path}")
    settle(page)
    if shot.role:
        connect(page, shot.role)
    height = page.evaluate("document.querySelector('[data-testid=stMain]').scrollHeight")
    page.set_viewport_size({"width": shot.width, "height": min(max(height, 600), LONGEST)})
    settle(page)
    page.screenshot(path=FOLDER / f"{shot.name}.png", animations="disabled")
    context.close()
    shrink(FOLDER / f"{shot.name}.png")


def shrink(path: Path) -> None:
    """Fewer colours, the rare ones kept: much fewer bytes, and nobody sees it."""
    with Image.open(path) as picture:
        small = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
    small.save(path, optimize=True)


def connect(page: Page, role: str) -> None:
    """Connect a development wallet, as a newcomer does."""
    page.locator(".wallet button.handle").click()
    page.get_by_role("button", name=role, exact=True).click()
    page.locator(".wallet button.handle").get_by_text(role).wait_for()
    settle(page)


def settle(page: Page) -> None:
    """Wait until the page is drawn: nothing runs, pictures and charts are there."""
    page.wait_for_selector('[data-test-script-state="notRunning"]')
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_timeout(1_500)


def main() -> int:
    """Take them all, or those that are named."""
    url = f"http://127.0.0.1:{os.environ.get('HANSE_DAPP_PORT', '8501')}"
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        print("screenshots: no Chromium here: install Debian's `chromium`.", file=sys.stderr)
        return 1
    FOLDER.mkdir(parents=True, exist_ok=True)
    wanted = sys.argv[1:]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox", "--disable-gpu"])
        for shot in SHOTS:
            if not wanted or shot.name in wanted:
                take(browser, url, shot)
                print(f"screenshots: docs/images/{shot.name}.png", flush=True)
        browser.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
