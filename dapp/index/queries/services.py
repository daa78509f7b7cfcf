"""Services: listings, their documents and their sellers at a glance."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, case, desc, func, literal, or_, select, text

from dapp.domain.credit import ATTESTED_BASE, DIAMOND, GOLD, SERVICE_BASE, SILVER, TRADE_BASE
from dapp.domain.terms import Listing
from dapp.index import schema
from dapp.index.court_schema import documents
from dapp.index.decode import EventBook
from dapp.index.queries.values import account_bytes, block_of
from dapp.index.rows import (
    Document,
    DocumentStatus,
    ListingStatus,
    Page,
    Rating,
    ServiceQuery,
    ServiceRow,
    ServiceVersion,
)

BASE_SCORE = TRADE_BASE + SERVICE_BASE + ATTESTED_BASE
TRIGRAM = 3
"""SQLite's trigram index finds words of at least three characters; shorter ones are looked for one by one."""
_L, _M, _E, _D = schema.listings, schema.merchants, schema.events, documents
_SCORE = func.coalesce(_M.c.score, BASE_SCORE)
_TIER = case((_SCORE >= DIAMOND, 3), (_SCORE >= GOLD, 2), (_SCORE >= SILVER, 1), else_=0)
_TEXTS = (_D.c.title, _D.c.title_zh, _D.c.description, _D.c.description_zh)


def find_services(
    connection: Connection, query: ServiceQuery, limit: int, offset: int, book: EventBook
) -> Page[ServiceRow]:
    """The listings that match."""
    conditions = _conditions(query)
    relevance: ColumnElement[Any] = literal(0)
    source = _source()
    if words := query.text.split():
        found, relevance = _matching(connection, words)
        conditions.append(found)
    counted = select(func.count()).select_from(source).where(*conditions)
    total = int(connection.execute(counted).scalar_one())
    rows = _services().where(*conditions).order_by(*_order(query.sort, relevance)).limit(limit).offset(offset)
    return Page(tuple(_service(row, book) for row in connection.execute(rows)), total, offset)


def find_service(connection: Connection, listing_id: int, book: EventBook) -> ServiceRow | None:
    """A listing's current version."""
    row = connection.execute(_services().where(_L.c.id == listing_id)).first()
    return None if row is None else _service(row, book)


def find_versions(connection: Connection, listing_id: int, book: EventBook) -> list[ServiceVersion]:
    """A listing's versions, oldest first."""
    versions, blocks = schema.listing_versions, schema.blocks
    query = (
        select(versions.c.version, versions.c.cid, versions.c.key, _E, blocks.c.timestamp)
        .join(_E, _E.c.key == versions.c.key)
        .join(blocks, blocks.c.number == block_of(versions.c.key))
        .where(versions.c.listing_id == listing_id)
        .order_by(versions.c.version)
    )
    return [
        ServiceVersion(
            row.version,
            listing_of(book, row.signature, row.payload),
            row.cid,
            row.key,
            row.timestamp,
            bytes(row.transaction),
        )
        for row in connection.execute(query)
    ]


def count_categories(connection: Connection) -> dict[int, int]:
    """How many active listings each category has."""
    query = (
        select(_L.c.category, func.count())
        .where(_L.c.status == int(ListingStatus.ACTIVE))
        .group_by(_L.c.category)
        .order_by(_L.c.category)
    )
    return {int(row[0]): int(row[1]) for row in connection.execute(query)}


def listing_of(book: EventBook, signature: int, payload: bytes) -> Listing:
    """The listing of a Listed event."""
    _id, _seller, _version, *fields, _cid = book.by_signature[signature].decode(bytes(payload))
    return Listing.unpack(fields)


def document_of(row: Any) -> Document:
    """The document's columns of a row, of which all may be missing."""
    if row.doc_status is None:
        return Document()
    return Document(
        DocumentStatus(row.doc_status),
        row.title,
        row.title_zh,
        row.description,
        row.description_zh,
        row.picture,
        row.reason,
    )


def document_columns() -> list[Any]:
    """The columns that `document_of` reads."""
    return [_D.c.status.label("doc_status"), *_TEXTS, _D.c.picture, _D.c.reason]


# -- inside -----------------------------------------------------------------------------------------


def _source() -> Any:
    return _L.outerjoin(_D, _D.c.cid == _L.c.cid).outerjoin(_M, _M.c.account == _L.c.seller)


def _services() -> Select[Any]:
    columns = (*_L.columns, _E.c.signature, _E.c.payload, _SCORE.label("score"), _M.c.earned)
    source = _source().join(_E, _E.c.key == _L.c.version_key)
    return select(*columns, *document_columns()).select_from(source)


def _service(row: Any, book: EventBook) -> ServiceRow:
    return ServiceRow(
        id=row.id,
        listing=listing_of(book, row.signature, row.payload),
        cid=row.cid,
        version=row.version,
        status=ListingStatus(row.status),
        sold=row.sold,
        listed_at=row.listed_at,
        document=document_of(row),
        score=row.score,
        limited=row.score < SILVER or (row.earned or 0) < book.credit_table.seasoned,
        rating=Rating(row.ratings, row.stars),
        completed=row.completed,
    )


def _conditions(query: ServiceQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.category is not None:
        conditions.append(_L.c.category == query.category)
    if query.token is not None:
        conditions.append(_L.c.token == account_bytes(query.token))
    if query.min_price is not None:
        conditions.append(_L.c.price >= query.min_price)
    if query.max_price is not None:
        conditions.append(_L.c.price <= query.max_price)
    if query.seller is not None:
        conditions.append(_L.c.seller == account_bytes(query.seller))
    if query.status is not None:
        conditions.append(_L.c.status == int(query.status))
    return conditions


def _order(sort: str, relevance: ColumnElement[Any]) -> list[ColumnElement[Any]]:
    newest = desc(_L.c.id)
    rated = case((_L.c.ratings > 0, _L.c.stars * 1_000 / _L.c.ratings), else_=0)
    orders: dict[str, list[ColumnElement[Any]]] = {
        "tier": [desc(_TIER), relevance, newest],
        "price": [_L.c.price.asc(), newest],
        "-price": [_L.c.price.desc(), newest],
        "newest": [newest],
        "rating": [desc(rated), desc(_L.c.ratings), newest],
        "sold": [desc(_L.c.completed), newest],
    }
    if sort not in orders:
        raise ValueError(f"services can't be sorted by {sort!r}")
    return orders[sort]


def _matching(connection: Connection, words: list[str]) -> tuple[ColumnElement[bool], ColumnElement[Any]]:
    """The condition that all words occur, and what sorts the best match first."""
    if connection.dialect.name == "sqlite" and all(len(word) >= TRIGRAM for word in words):
        match = " ".join('"' + word.replace('"', '""') + '"' for word in words)
        ids = text("SELECT rowid AS id, rank FROM document_texts WHERE document_texts MATCH :match")
        found = ids.bindparams(match=match).columns(_D.c.id, literal(0.0).label("rank")).subquery("found")
        rank = select(found.c.rank).where(found.c.id == _D.c.id).scalar_subquery()
        return _D.c.id.in_(select(found.c.id)), rank
    everywhere = [
        or_(*(column.ilike(f"%{_escaped(word)}%", escape="\\") for column in _TEXTS)) for word in words
    ]
    in_title = and_(*(or_(*(c.ilike(f"%{_escaped(w)}%", escape="\\") for c in _TEXTS[:2])) for w in words))
    return and_(*everywhere), case((in_title, 0), else_=1)


def _escaped(word: str) -> str:
    return word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
