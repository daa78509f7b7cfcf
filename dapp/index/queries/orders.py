"""Orders, their steps and their evidence."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from dapp.domain.orders import OrderState, Status
from dapp.domain.terms import Terms
from dapp.index import schema
from dapp.index.court_schema import documents, holds
from dapp.index.decode import EventBook
from dapp.index.dispute_rows import EvidenceRow
from dapp.index.market_state import TERMS
from dapp.index.queries.services import document_columns, document_of
from dapp.index.queries.values import account_bytes, block_of, optional_address
from dapp.index.rows import OrderQuery, OrderRow, Page

_O, _E, _V, _D, _B = schema.orders, schema.events, schema.listing_versions, documents, schema.blocks
_H = holds
_WAITING = (int(Status.PLACED), int(Status.IN_PROGRESS), int(Status.DELIVERED))


def find_orders(connection: Connection, query: OrderQuery, limit: int, offset: int) -> Page[OrderRow]:
    """The orders that match, newest first."""
    conditions = _conditions(query)
    total = int(connection.execute(select(func.count()).select_from(_O).where(*conditions)).scalar_one())
    newest = orders_select().where(*conditions).order_by(_O.c.placed_key.desc()).limit(limit).offset(offset)
    return Page(tuple(order_of(row) for row in connection.execute(newest)), total, offset)


def find_order(connection: Connection, order_id: bytes) -> OrderRow | None:
    """One order."""
    row = connection.execute(orders_select().where(_O.c.id == order_id)).first()
    return None if row is None else order_of(row)


def find_overdue(connection: Connection, now: int, limit: int) -> list[OrderRow]:
    """Orders that anyone may end, the longest overdue first."""
    due = (_O.c.status.in_(_WAITING), _O.c.until <= now)
    query = orders_select().where(*due).order_by(_O.c.until, _O.c.placed_key).limit(limit)
    return [order_of(row) for row in connection.execute(query)]


def find_evidence(connection: Connection, order_id: bytes, book: EventBook) -> list[EvidenceRow]:
    """Every document that an event ties to an order."""
    pieces = schema.evidence
    query = (
        select(pieces, _E.c.signature, _E.c.transaction, _B.c.timestamp)
        .join(_E, _E.c.key == pieces.c.key)
        .join(_B, _B.c.number == block_of(pieces.c.key))
        .where(pieces.c.order_id == order_id)
    )
    found = [
        EvidenceRow(
            row.key,
            order_id,
            row.kind,
            optional_address(row.party),
            row.cid,
            book.by_signature[row.signature].contract,
            row.timestamp,
            bytes(row.transaction),
        )
        for row in connection.execute(query)
    ]
    return sorted(found + _deliveries(connection, order_id, book), key=lambda piece: piece.key)


def _deliveries(connection: Connection, order_id: bytes, book: EventBook) -> list[EvidenceRow]:
    """What was handed in, which its event alone tells."""
    delivered = [number for number, event in book.by_signature.items() if event.name == "OrderDelivered"]
    query = (
        select(_E, _O.c.seller, _B.c.timestamp)
        .join(_O, _O.c.placed_key == _E.c.order_key)
        .join(_B, _B.c.number == block_of(_E.c.key))
        .where(_O.c.id == order_id, _E.c.signature.in_(delivered))
    )
    rows = []
    for row in connection.execute(query):
        event = book.by_signature[row.signature]
        _id, cid = event.decode(bytes(row.payload))
        party, transaction = optional_address(row.seller), bytes(row.transaction)
        rows.append(
            EvidenceRow(row.key, order_id, "delivery", party, cid, event.contract, row.timestamp, transaction)
        )
    return rows


def orders_select() -> Select[Any]:
    """What `order_of` reads."""
    version = and_(_V.c.listing_id == _O.c.listing_id, _V.c.version == _O.c.version)
    source = (
        _O.join(_E, _E.c.key == _O.c.placed_key)
        .outerjoin(_V, version)
        .outerjoin(_D, _D.c.cid == _V.c.cid)
        .outerjoin(_H, _H.c.order_id == _O.c.id)
    )
    read = (_E.c.payload, _E.c.transaction, _V.c.cid, _H.c.sealed_until)
    return select(*_O.columns, *read, *document_columns()).select_from(source)


def order_of(row: Any) -> OrderRow:
    """An order from its row and the event of its placement."""
    words = bytes(row.payload)[TERMS:]
    values: list[Any] = [int.from_bytes(words[at : at + 32], "big") for at in range(0, len(words), 32)]
    for place in (1, 3, 4, 8, 9):  # addresses of the struct `Terms`
        values[place] = "0x" + words[place * 32 + 12 : place * 32 + 32].hex()
    status = Status(row.status)
    is_held = status is Status.DELIVERED and row.sealed_until is not None
    extension = row.until - row.sealed_until if is_held else 0
    return OrderRow(
        id=bytes(row.id),
        terms=Terms.unpack(values),
        state=OrderState(status, row.until, row.held, row.stars, extension),
        cid=row.cid,
        document=document_of(row),
        delivered_cid=row.delivered_cid,
        placed_key=row.placed_key,
        changed_at=row.changed_at,
        transaction=bytes(row.transaction),
        returned=row.returned,
        earned=row.earned,
    )


def _conditions(query: OrderQuery) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if query.account is not None:
        account = account_bytes(query.account)
        sides = {"buyer": _O.c.buyer == account, "seller": _O.c.seller == account}
        sides["any"] = or_(*sides.values())
        if query.role not in sides:
            raise ValueError(f"an order has no {query.role!r}")
        conditions.append(sides[query.role])
    if query.statuses:
        conditions.append(_O.c.status.in_([int(status) for status in query.statuses]))
    if query.listing_id is not None:
        conditions.append(_O.c.listing_id == query.listing_id)
    return conditions
