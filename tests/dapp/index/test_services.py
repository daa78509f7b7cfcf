"""Services are found by their text, price and category; documents that can't be read say why.

services
├── words in English and Chinese, short ones too: found on SQLite as on PostgreSQL
├── characters with a meaning in searches: taken literally
└── prices of any size: sorted and limited exactly
documents
├── missing: tried again later, then found
├── no service document, or a reader that breaks: bad, with the reason, and the others are read
└── hostile text: kept as text
"""

import pytest

from dapp.evidence.document import ServiceDocument
from dapp.evidence.errors import BadDocument, EvidenceMissing
from dapp.index import Index
from dapp.index.follow import Follower
from dapp.index.metadata import MetadataReader
from dapp.index.rows import DocumentStatus, ServiceQuery

DOCUMENTS = {
    "bafy0": ServiceDocument("Logo and brand sheet", "Vector files, 100 % yours", "标志与品牌手册"),
    "bafy1": ServiceDocument("Product photography", "Ten shots on white_paper", "产品摄影十张"),
    "bafy2": ServiceDocument("Wedding photography", "A day with two cameras"),
    "bafy3": ServiceDocument("<script>alert(1)</script>", "x' OR 1=1 --", "“引号” AND NOT *"),
}


def read(cid):
    if cid in DOCUMENTS:
        return DOCUMENTS[cid]
    if cid == "bafy4":
        raise EvidenceMissing(cid=cid)
    if cid == "bafy5":
        raise BadDocument(reason="it has no title")
    raise RuntimeError("a reader's own mistake")


@pytest.fixture(params=["sqlite", "postgresql"])
def market(request, node, record, database_url):
    """A made-up market on each database: its index, its reader and the clock the reader goes by."""
    if request.param == "postgresql":
        server = request.getfixturevalue("postgres")
        server.create("services")
        database_url = server.url("services")
    index = Index.open(database_url, record)
    follower = Follower(index.engine, record, (node.url,))
    follower.follow_to_head()
    clock = [1_000.0]
    reader = MetadataReader(index.engine, read, clock=lambda: clock[0])
    reader.read_pending()
    yield index, reader, clock
    follower.stop()
    index.engine.dispose()


def found(index, text, **query):
    return [
        row.id for row in index.services(ServiceQuery(text=text, status=None, sort="newest", **query)).items
    ]


def test_services__words__found_and_taken_literally(market):
    index, _reader, _clock = market
    assert found(index, "photo") == [3, 2]
    assert found(index, "PHOTOGRAPHY wedding") == [3]
    assert found(index, "brand logo") == [1]
    assert found(index, "摄影") == [2]
    assert found(index, "标志与") == [1]
    assert found(index, "手册") == [1]
    assert found(index, "100 %") == [1]
    assert found(index, "white_paper") == [2]
    assert found(index, "<script>") == [4]
    for words in ('"', "%", "x' OR", "* AND", "NEAR(", "\\", "_", "title:logo", "“引号”"):
        assert set(found(index, words)) <= {1, 2, 4}
    assert found(index, "%") == [1]
    assert found(index, "nothing like it") == []


def test_services__tier_then_relevance__sorted(market):
    index, _reader, _clock = market
    for sort in ("tier", "price", "-price", "newest", "rating", "sold"):
        page = index.services(ServiceQuery(text="photography", sort=sort), limit=1)
        assert (page.total, len(page.items)) == (2, 1)
    with pytest.raises(ValueError, match="sorted"):
        index.services(ServiceQuery(sort="random"))
    assert index.services(ServiceQuery(min_price=10**16, max_price=10**16)).total == 8
    assert index.services(ServiceQuery(min_price=10**16 + 1)).total == 0
    assert index.services(ServiceQuery(max_price=2**256 - 1, category=1)).total == index.categories()[1]


def test_documents__missing_and_bad__told_and_tried_again(market, monkeypatch):
    index, reader, clock = market
    rows = {row.id: row.document for row in index.services(limit=10).items}
    assert rows[1].status is DocumentStatus.READ
    assert (rows[4].title, rows[4].title_zh) == ("<script>alert(1)</script>", "“引号” AND NOT *")
    assert rows[5].status is DocumentStatus.MISSING
    assert (rows[6].status, "no title" in rows[6].reason) == (DocumentStatus.BAD, True)
    assert rows[7].status is DocumentStatus.BAD
    assert "own mistake" in rows[7].reason
    assert reader.read_pending() == 0
    monkeypatch.setitem(DOCUMENTS, "bafy4", ServiceDocument("Now it is here"))
    clock[0] += 3_600
    assert reader.read_pending() == 1
    assert index.service(5).title == "Now it is here"
    assert found(index, "now it") == [5]
    clock[0] += 10_000
    assert reader.read_pending() == 0
