"""The route that serves sealed files to the page that opens them.

a sealed file: its bytes, as a download that nothing can run
anything else, missing, not a CID: 404 and a sentence
"""

import asyncio

import httpx
import pytest
from starlette.applications import Starlette

from dapp.api import sealed
from dapp.evidence.box import EvidenceBox
from dapp.evidence.store import LocalStore

SEALED = b"age-encryption.org/v1\n-> X25519 ..."


@pytest.fixture
def box(tmp_path):
    return EvidenceBox(LocalStore(tmp_path))


@pytest.fixture
def client(box, monkeypatch):
    """Asks the route without a server between."""

    class Opened:
        store = box

    monkeypatch.setattr(sealed, "market", Opened)
    app = Starlette(routes=sealed.routes())

    def get(path):
        async def ask():
            async with httpx.AsyncClient(
                transport=httpx.ASGITransport(app), base_url="http://dapp"
            ) as client:
                return await client.get(path)

        return asyncio.run(ask())

    return get


def test_sealed__sealed_file__a_download_that_nothing_runs(box, client):
    reply = client(sealed.address_of_sealed(box.put(SEALED)))
    assert (reply.status_code, reply.content) == (200, SEALED)
    assert reply.headers["content-type"] == "application/octet-stream"
    assert reply.headers["content-disposition"].startswith("attachment")
    assert reply.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert reply.headers["x-content-type-options"] == "nosniff"


def test_sealed__anything_else__not_there(box, client):
    page = box.put(b"<script>alert(1)</script>")
    absent = "bafkreigh2akiscaildcqabsyg3dfr6chu3fgpregiymsck7e7aqa4s52zy"
    for cid, reason in (
        (page, "isn't sealed"),
        (absent, "is missing"),
        ("zzz", "isn't a content identifier"),
    ):
        reply = client(sealed.address_of_sealed(cid))
        assert (reply.status_code, reply.headers["content-type"]) == (404, "text/plain; charset=utf-8")
        assert reason in reply.text
        assert "<" not in reply.text
