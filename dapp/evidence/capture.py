"""What an order's page showed: a picture of it, and beside it what the chain said at that moment.

The side-car is an ERC-1497 document whose file is the picture, so that it can be submitted as evidence as it
is. It names the block, the transactions and the CIDs, by which anyone can check what the picture shows.
"""

import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from dapp.chain.contracts import MarketContracts
from dapp.evidence.box import EvidenceBox
from dapp.evidence.cid import cid_in
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import CaptureFailed, NoBrowser, NotACid
from dapp.evidence.fields import parse_object, to_json
from dapp.evidence.trail import Piece, pieces_of

_NAMES: Final = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_WIDTH: Final = 1280
_TALLEST: Final = 12_000
_READY: Final = "[data-test-script-state='notRunning']"


@dataclass(frozen=True)
class Capture:
    """The CIDs of the picture and of the document beside it."""

    picture: str
    document: str


def capture_order(
    contracts: MarketContracts, box: EvidenceBox, identity: bytes | str, origin: str, *, seconds: float = 30
) -> Capture:
    """Take a picture of an order's page at a running dApp, and keep both parts.

    origin: where the dApp is, as in `http://127.0.0.1:8501`; seconds: how long the page may take.
    Raises NotFound, NoBrowser, CaptureFailed, StoreUnavailable.
    """
    order = contracts.order(identity)
    block: Any = contracts.web3.eth.get_block("latest")
    address = page_address(origin, order.id)
    picture = box.put(screenshot(address, seconds))
    name = f"Order 0x{order.id.hex()[:8]}… at block {block['number']}"
    seen = (
        f"The order's page as it was shown at block {block['number']} of chain {contracts.record.chain_id}."
    )
    document = EvidenceDocument(name, seen, file=picture, file_type="png")
    facts = {
        "schema": "capture",
        "address": address,
        "takenAt": datetime.now(UTC).isoformat(timespec="seconds"),
        "order": f"0x{order.id.hex()}",
        "status": order.state.status.name.lower(),
        "chainId": contracts.record.chain_id,
        "market": contracts.market.address,
        "block": {
            "number": block["number"],
            "hash": f"0x{bytes(block['hash']).hex()}",
            "timestamp": block["timestamp"],
        },
        "pieces": [_fact(piece) for piece in pieces_of(contracts, order)],
    }
    return Capture(picture, box.put(to_json({**parse_object(document.to_json()), **facts})))


def page_address(origin: str, order_id: bytes) -> str:
    """The address of an order's page."""
    return f"{origin.rstrip('/')}/orders?{urlencode({'order': f'0x{order_id.hex()}'})}"


def find_browser(environment: Mapping[str, str] = os.environ) -> str:
    """The Chromium of this machine: HANSE_CHROMIUM, or the first on the path. Raises NoBrowser."""
    named = environment.get("HANSE_CHROMIUM")
    path = environment.get("PATH", "")
    found = [named] if named else [shutil.which(name, path=path) for name in _NAMES]
    for program in found:
        if program and Path(program).is_file():
            return program
    raise NoBrowser


def screenshot(address: str, seconds: float) -> bytes:
    """The whole page as PNG: in UTC, English and light, without animations, so that it looks the same again.

    Raises NoBrowser, CaptureFailed.
    """
    program = find_browser()
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as error:
        raise NoBrowser from error
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=program, args=["--no-sandbox", "--disable-gpu"]
            )
            try:
                return _picture(browser, address, seconds * 1000)
            finally:
                browser.close()
    except Error as error:
        raise CaptureFailed(url=address, reason=error.message.splitlines()[0]) from error


def _picture(browser: Any, address: str, timeout: float) -> bytes:
    page = browser.new_page(
        viewport={"width": _WIDTH, "height": 900}, locale="en-GB", timezone_id="UTC", color_scheme="light"
    )
    answer = page.goto(address, timeout=timeout)
    if answer is None or not answer.ok:
        raise CaptureFailed(url=address, reason=f"it answers with {answer.status if answer else 'nothing'}")
    page.wait_for_selector(_READY, timeout=timeout, state="attached")
    main = page.query_selector("[data-testid='stMain']")
    height = main.evaluate("element => element.scrollHeight") if main else 900
    page.set_viewport_size({"width": _WIDTH, "height": min(_TALLEST, max(900, height))})
    page.wait_for_selector(_READY, timeout=timeout, state="attached")
    return bytes(page.screenshot(animations="disabled", timeout=timeout))


def _fact(piece: Piece) -> dict[str, Any]:
    fact: dict[str, Any] = {
        "kind": piece.kind,
        "contract": piece.contract,
        "block": piece.block,
        "transaction": f"0x{piece.transaction.hex()}",
    }
    try:
        fact["cid"] = cid_in(piece.value)
    except NotACid:  # a document in the event itself
        fact["value"] = piece.value
    return fact | ({"party": piece.party} if piece.party else {})
