"""Pictures of an order's page, with what the chain said beside them.

capture_order: picture and document kept, evidence as it is, naming block, transactions and CIDs
               / no browser, page down, page that answers with an error: said
hanse capture: prints both CIDs
"""

import io
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from PIL import Image

from dapp.cli import main
from dapp.evidence.box import EvidenceBox
from dapp.evidence.capture import capture_order, find_browser, page_address
from dapp.evidence.document import EvidenceDocument
from dapp.evidence.errors import CaptureFailed, NoBrowser

PAGE = b"""<!doctype html><body style="margin:0"><div data-test-script-state="notRunning"></div>
<main data-testid="stMain" style="height:2000px;background:linear-gradient(red,blue)">An order</main>"""


@pytest.fixture(scope="module")
def page():
    """A page like the dApp's, at an address; it answers for orders only."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            known = self.path.startswith("/orders?order=0x")
            self.send_response(200 if known else 404)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(PAGE)

        def log_message(self, *_):
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def chromium():
    try:
        return find_browser()
    except NoBrowser as error:
        pytest.skip(str(error))


@pytest.mark.usefixtures("chromium")
def test_capture__order__picture_and_what_the_chain_said(running_market, box, disputed, page):
    contracts = running_market.contracts
    taken = capture_order(contracts, box, disputed.id, page)
    with Image.open(io.BytesIO(box.get(taken.picture))) as image:
        assert (image.format, image.size) == ("PNG", (1280, 2000))
    document = EvidenceDocument.parse(box.get(taken.document))
    assert (document.file, document.file_type) == (taken.picture, "png")
    facts = json.loads(box.get(taken.document))
    block = contracts.web3.eth.get_block(facts["block"]["number"])
    assert facts["block"]["hash"] == f"0x{bytes(block['hash']).hex()}"
    assert (facts["chainId"], facts["order"]) == (31337, f"0x{disputed.id.hex()}")
    assert [piece["kind"] for piece in facts["pieces"]][:3] == ["metadata", "delivery", "meta"]
    for piece in facts["pieces"]:
        receipt = contracts.web3.eth.get_transaction_receipt(piece["transaction"])
        assert receipt["blockNumber"] == piece["block"]
        assert piece["cid"].startswith("bafk")
    assert facts["address"] == page_address(page, disputed.id)


@pytest.mark.usefixtures("chromium")
@pytest.mark.parametrize(
    ("path", "reason"), [("/nowhere", "it answers with 404"), (None, "ERR_CONNECTION_REFUSED")]
)
def test_capture__page_fails__said(running_market, box, disputed, page, path, reason):
    origin = "http://127.0.0.1:9" if path is None else page + path
    origin = "http://127.0.0.1:65431" if path is None else origin
    with pytest.raises(CaptureFailed, match=reason):
        capture_order(running_market.contracts, box, disputed.id, origin)
    assert list(box.store.cids()) == []


def test_find_browser__none_here__said(tmp_path):
    for environment in (
        {"PATH": str(tmp_path)},
        {"HANSE_CHROMIUM": str(tmp_path / "gone"), "PATH": "/usr/bin"},
    ):
        with pytest.raises(NoBrowser, match="HANSE_CHROMIUM"):
            find_browser(environment)


@pytest.mark.usefixtures("chromium")
def test_cli__capture__prints_both(running_market, disputed, page, tmp_path, monkeypatch, capsys):
    for name, value in {**running_market.environment, "HANSE_DATA": str(tmp_path)}.items():
        monkeypatch.setenv(name, value)
    assert main(["capture", disputed.id.hex(), "--origin", page]) == 0
    picture, document = (line.split()[1] for line in capsys.readouterr().out.splitlines())
    box = EvidenceBox.of(
        running_market.settings.__class__(**{**vars(running_market.settings), "data": tmp_path})
    )
    assert EvidenceDocument.parse(box.get(document)).file == picture
    monkeypatch.setenv("HANSE_CHROMIUM", str(tmp_path / "gone"))
    assert main(["capture", disputed.id.hex(), "--origin", page]) == 2
    assert "hanse: There is no Chromium on this machine" in capsys.readouterr().err
