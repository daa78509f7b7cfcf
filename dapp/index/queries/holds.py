"""Holds on deliveries: those that wait for a reviewer, and what became of the others."""

from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select

from dapp.domain.orders import Status
from dapp.index import court_schema as court
from dapp.index import schema
from dapp.index.hold_rows import HoldQueue, HoldRow, HoldStatus
from dapp.index.queries.orders import order_of, orders_select
from dapp.index.queries.values import account_bytes, address_text, optional_address
from dapp.index.rows import Page

_H, _O = court.holds, schema.orders
_WITH_ORDER = _H.join(_O, _O.c.id == _H.c.order_id)


def find_hold(connection: Connection, order_id: bytes) -> HoldRow | None:
    """The hold on an order."""
    found = _holds(connection, select(_H).where(_H.c.order_id == order_id))
    return found[0] if found else None


def find_open_holds(connection: Connection, now: int, limit: int, offset: int) -> Page[HoldRow]:
    """Holds that a reviewer can decide about at `now`, the one that ends first in front."""
    first = _select(_open(now)).order_by(_H.c.until, _H.c.placed_key).limit(limit).offset(offset)
    return Page(tuple(_holds(connection, first)), find_queue(connection, now).count, offset)


def find_past_holds(
    connection: Connection, now: int, account: str | None, limit: int, offset: int
) -> Page[HoldRow]:
    """Holds that are over at `now`, newest first; those with this buyer or seller if given."""
    over = ~_open(now)
    if account is not None:
        key = account_bytes(account)
        over = and_(over, or_(_O.c.buyer == key, _O.c.seller == key))
    count = select(func.count()).select_from(_WITH_ORDER).where(over)
    newest = _select(over).order_by(_H.c.placed_key.desc()).limit(limit).offset(offset)
    return Page(tuple(_holds(connection, newest)), int(connection.execute(count).scalar_one()), offset)


def find_queue(connection: Connection, now: int) -> HoldQueue:
    """How many holds wait at `now`, and since when the oldest does."""
    query = select(func.count(), func.min(_H.c.placed_at)).select_from(_WITH_ORDER).where(_open(now))
    count, oldest = connection.execute(query).one()
    return HoldQueue(int(count), oldest)


def _select(condition: ColumnElement[bool]) -> Select[Any]:
    return select(*_H.columns).select_from(_WITH_ORDER).where(condition)


def _open(now: int) -> ColumnElement[bool]:
    held = _H.c.status == int(HoldStatus.HELD)
    return and_(held, _O.c.status == int(Status.DELIVERED), _H.c.until > now)


def _holds(connection: Connection, query: Select[Any]) -> list[HoldRow]:
    rows = connection.execute(query).all()
    ids = [row.order_id for row in rows]
    orders = {
        bytes(row.id): order_of(row) for row in connection.execute(orders_select().where(_O.c.id.in_(ids)))
    }
    return [
        HoldRow(
            order=orders[bytes(row.order_id)],
            status=HoldStatus(row.status),
            placed_by=address_text(row.placed_by),
            score=row.score,
            cid=row.cid,
            sealed_until=row.sealed_until,
            until=row.until,
            placed_at=row.placed_at,
            placed_key=row.placed_key,
            reviewer=optional_address(row.reviewer),
            decision_cid=row.decision_cid,
            decided_at=row.decided_at,
        )
        for row in rows
    ]
