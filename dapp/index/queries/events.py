"""Decoded events, blocks, and the follower's position."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, or_, select, union_all

from dapp.index import schema
from dapp.index.decode import EventBook
from dapp.index.queries.values import account_bytes, address_text, block_of, key_of, optional_bytes
from dapp.index.rows import BLOCK_SHIFT, EventQuery, EventRow, Head

_E, _B, _O = schema.events, schema.blocks, schema.orders


def find_head(connection: Connection) -> Head | None:
    """The last indexed block."""
    row = connection.execute(select(schema.cursor)).first()
    return None if row is None else Head(row.number, bytes(row.hash), row.timestamp)


def find_blocks(connection: Connection, limit: int, before: int | None) -> list[tuple[Head, int]]:
    """Blocks with events, newest first."""
    query = select(_B).order_by(_B.c.number.desc()).limit(limit)
    if before is not None:
        query = query.where(_B.c.number < before)
    return [
        (Head(row.number, bytes(row.hash), row.timestamp), row.events) for row in connection.execute(query)
    ]


def find_events(
    connection: Connection, query: EventQuery, limit: int, before_key: int | None, book: EventBook
) -> list[EventRow]:
    """Events that match, newest first."""
    events = _events().order_by(_E.c.key.desc()).limit(limit)
    if before_key is not None:
        events = events.where(_E.c.key < before_key)
    if query.block is not None:
        first = query.block << BLOCK_SHIFT
        events = events.where(_E.c.key >= first, _E.c.key < first + (1 << BLOCK_SHIFT))
    if query.contract is not None or query.name is not None:
        events = events.where(_E.c.signature.in_(_signatures(query, book)))
    if query.order_id is not None:
        events = events.where(_O.c.id == query.order_id)
    if query.transaction is not None:
        events = events.where(_E.c.transaction == query.transaction)
    if query.account is not None:
        events = events.where(_E.c.key.in_(_keys_of(account_bytes(query.account))))
    return [event_of(row, book) for row in connection.execute(events)]


def find_steps(connection: Connection, order_id: bytes, book: EventBook) -> list[EventRow]:
    """Every event that concerns an order, oldest first."""
    query = _events().where(_O.c.id == order_id).order_by(_E.c.key)
    return [event_of(row, book) for row in connection.execute(query)]


def event_of(row: Any, book: EventBook) -> EventRow:
    """A stored event, decoded."""
    definition = book.by_signature[row.signature]
    values = iter(definition.decode(bytes(row.payload)))
    args = {argument["name"]: _named(argument, values) for argument in definition.inputs}
    return EventRow(
        row.key,
        definition.contract,
        definition.address,
        definition.name,
        args,
        row.timestamp,
        bytes(row.transaction),
        optional_bytes(row.id),
    )


def names_by_contract(book: EventBook) -> dict[str, list[str]]:
    """The events' names by contract."""
    names: dict[str, list[str]] = {}
    for definition in book.by_signature.values():
        names.setdefault(definition.contract, []).append(definition.name)
    return {contract: sorted(set(found)) for contract, found in sorted(names.items())}


def _events() -> Select[Any]:
    number = block_of(_E.c.key)
    source = _E.join(_B, _B.c.number == number).outerjoin(_O, _O.c.placed_key == _E.c.order_key)
    return select(*_E.columns, _B.c.timestamp, _O.c.id).select_from(source)


def _signatures(query: EventQuery, book: EventBook) -> list[int]:
    return [
        number
        for number, event in book.by_signature.items()
        if query.contract in (None, event.contract) and query.name in (None, event.name)
    ]


def _keys_of(account: bytes) -> Any:
    """Events that name an account, and those of its orders."""
    named, lines = schema.event_accounts, schema.entries
    own = select(_O.c.placed_key).where(or_(_O.c.buyer == account, _O.c.seller == account))
    of_orders = select(_E.c.key).where(_E.c.order_key.in_(own))
    direct = (select(key_of(table.c.position)).where(table.c.account == account) for table in (named, lines))
    return union_all(of_orders, *direct)


def _named(argument: Mapping[str, Any], values: Any) -> Any:
    """An argument as people read it: addresses as text, structs by their fields' names."""
    kind = str(argument["type"])
    if kind == "tuple":
        return {part["name"]: _named(part, values) for part in argument["components"]}
    if kind.endswith("]") and not kind.endswith("[]"):
        element, count = kind[:-1].rsplit("[", 1)
        return [_named({**argument, "type": element}, values) for _ in range(int(count))]
    value = next(values)
    return address_text(value) if kind == "address" else value
