"""A real browser on real servers: Debian's Chromium through Playwright, on loopback.

`visit()` opens a page that is watched: a console error, an uncaught exception or a violation of the content
security policy that the test doesn't expect fails it.
"""

import os
import re
import shutil
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import ape
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright
from web3 import Web3

from tests.bare_chain import deploy_token, start_bare_chain  # noqa: F401  (fixtures)
from tests.dapp.market_at import RunningMarket, run_market
from tests.e2e.dapp_driver import choose_role, visit
from tests.e2e.mock_wallet import MockWallet
from tests.e2e.servers import Server, free_port, streamlit_command

ROOT = Path(__file__).resolve().parents[2]
SCREENSHOTS = ROOT / ".ci" / "artifacts" / "e2e"
CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
ACTION_TIMEOUT_MS = 20_000
FAILED = pytest.StashKey[bool]()


@ape.fixture(chain_isolation=False, scope="session")
def chromium() -> str:
    """The browser's path; without one the browser's tests are skipped."""
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.skip("There is no Chromium on this machine: install the package chromium, or set CHROMIUM.")
    return path


@ape.fixture(chain_isolation=False, scope="package")  # its event loop must not outlive the browser's tests
def browser(chromium: str) -> Iterator[Browser]:
    expect.set_options(timeout=ACTION_TIMEOUT_MS)
    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_FLAGS)
        yield launched
        launched.close()


# Streamlit's page looks for its server below the page's own path first.
STREAMLIT_LOOKS = r"404 \(Not Found\).*_stcore/(health|host-config)"


@dataclass
class Watch:
    """What went wrong in a page without the test asking for it. `expected`: patterns of what may."""

    problems: list[str] = field(default_factory=list)
    expected: list[str] = field(default_factory=lambda: [STREAMLIT_LOOKS])

    def follow(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.problems.append(f"exception: {error}"))
        page.on("console", self._console)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.problems.append(f"console: {message.text} ({message.location.get('url')})")

    def unexpected(self) -> list[str]:
        return [
            text for text in self.problems if not any(re.search(pattern, text) for pattern in self.expected)
        ]


@pytest.fixture
def watch() -> Iterator[Watch]:
    watched = Watch()
    yield watched
    assert watched.unexpected() == []


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let a test's fixtures know that it failed."""
    report = yield
    if call.when == "call":
        item.stash[FAILED] = report.failed
    return report


@pytest.fixture
def new_context(
    browser: Browser, watch: Watch, request: pytest.FixtureRequest
) -> Iterator[Callable[..., BrowserContext]]:
    """Makes browser profiles of their own, whose pages are watched; options are Playwright's.

    When a test fails, a picture of each page is kept beside the screenshots.
    """
    opened: list[BrowserContext] = []

    def make(**options: Any) -> BrowserContext:
        settings = {"viewport": {"width": 1280, "height": 900}, "locale": "en-US", "timezone_id": "UTC"}
        context = browser.new_context(**{**settings, **options})
        context.set_default_timeout(ACTION_TIMEOUT_MS)
        context.on("page", watch.follow)
        opened.append(context)
        return context

    yield make
    for number, context in enumerate(opened):
        if request.node.stash.get(FAILED, False):
            keep_pictures(context, f"failed_{request.node.originalname}_{number}")
        context.close()


def keep_pictures(context: BrowserContext, name: str) -> None:
    """What the pages of a profile show, and what their wallets were asked, for who looks into a failure."""
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    for number, page in enumerate(context.pages):
        page.screenshot(path=SCREENSHOTS / f"{name}_{number}.png", full_page=True)
        asked = page.evaluate("sessionStorage.getItem('hanse.wallet.requests')")
        (SCREENSHOTS / f"{name}_{number}.txt").write_text(f"{page.url}\n{asked}\n{page.inner_text('body')}\n")


@pytest.fixture
def screenshot() -> Callable[[Page, str], Path]:
    """Keeps a picture of the whole page under .ci/artifacts/e2e."""

    def take(page: Page, name: str) -> Path:
        SCREENSHOTS.mkdir(parents=True, exist_ok=True)
        path = SCREENSHOTS / f"{name}.png"
        page.screenshot(path=path, full_page=True, animations="disabled")
        return path

    return take


@ape.fixture(chain_isolation=False, scope="module")
def market(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningMarket]:
    """The filled market on a chain of this module's own."""
    with run_market(tmp_path_factory.mktemp("market")) as running:
        yield running


@ape.fixture(chain_isolation=False, scope="module")
def dapp(market: RunningMarket, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The dApp on that market."""
    port = free_port()
    log = tmp_path_factory.mktemp("dapp") / "server.log"
    command = streamlit_command(ROOT / "dapp" / "app.py", port)
    with Server(command, f"http://127.0.0.1:{port}", log, environment=market.environment) as server:
        yield server


@pytest.fixture
def party(new_context: Callable[..., BrowserContext], dapp: Server) -> Callable[..., Page]:
    """`party("buyer", "/service?listing=5")`: a page of that development wallet, in a profile of its own."""

    def open_as(role: str, path: str = "/", **options: Any) -> Page:
        page = new_context(**options).new_page()
        visit(page, dapp, path)
        choose_role(page, role)
        return page

    return open_as


@ape.fixture(chain_isolation=False, scope="module")
def index_held(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """While this file exists, the wallet page's index stands still."""
    return tmp_path_factory.mktemp("index") / "held"


@ape.fixture(chain_isolation=False, scope="module")
def wallet_page(
    bare_chain: Web3, bare_token: Any, index_held: Path, tmp_path_factory: Any
) -> Iterator[Server]:
    """The server of `wallet_page/`, which a test may stop and start again."""
    port = free_port()
    environment = {
        "HANSE_RPC_URL": bare_chain.provider.endpoint_uri,  # type: ignore[attr-defined]
        "HANSE_CHAIN_ID": str(bare_chain.eth.chain_id),
        "HANSE_TOKEN": bare_token.address,
        "HANSE_INDEX_HELD": str(index_held),
        "HANSE_DATA": str(tmp_path_factory.mktemp("wallet_data")),
    }
    command = streamlit_command(Path(__file__).parent / "wallet_page" / "app.py", port)
    log = tmp_path_factory.mktemp("wallet_page") / "server.log"
    with Server(command, f"http://127.0.0.1:{port}", log, environment=environment) as server:
        yield server


@pytest.fixture
def mock_wallet(bare_chain: Web3) -> MockWallet:
    """A wallet with the chain's last account, which no test's chain state depends on."""
    return MockWallet(bare_chain, [bare_chain.eth.accounts[-1]])
