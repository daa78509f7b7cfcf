"""What happened in a span of time: orders placed, orders rated, and scores at its end."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Connection, Select, func, select

from dapp.index import schema
from dapp.index.decode import EventBook
from dapp.index.market_state import POSITION_SHIFT, terms_fields
from dapp.index.queries.values import address_text
from dapp.index.rows import BLOCK_SHIFT

_O, _E, _B, _L, _C = schema.orders, schema.events, schema.blocks, schema.listings, schema.credit_changes
_NEVER: Final = 1 << 59
"""Above every key, and as a position still a number that databases hold."""


@dataclass(frozen=True)
class Dealing:
    """An order as statistics see it. base: token units; stars: the buyer's rating, 0 without one."""

    buyer: str
    seller: str
    category: int
    token: str
    base: int
    stars: int


@dataclass(frozen=True)
class Span:
    """What happened in a span of time. scores: at its end, of every merchant whose score had ever moved."""

    placed: list[Dealing]
    rated: list[Dealing]
    scores: Mapping[str, int]


def find_span(connection: Connection, start: int, end: int, book: EventBook) -> Span:
    """From one time to another (Unix seconds), the second not included."""
    first, last = _first_key(connection, start), _first_key(connection, end)
    rated = [
        number
        for number, event in book.by_signature.items()
        if (event.contract, event.name) == ("Market", "OrderRated")
    ]
    ratings = select(_E.c.order_key).where(_E.c.key >= first, _E.c.key < last, _E.c.signature.in_(rated))
    latest = select(func.max(_C.c.position)).where(_C.c.position < last << POSITION_SHIFT)
    scores = select(_C.c.merchant, _C.c.score).where(_C.c.position.in_(latest.group_by(_C.c.merchant)))
    placed = _dealings().where(_O.c.placed_key >= first, _O.c.placed_key < last)
    return Span(
        placed=[_dealing(row) for row in connection.execute(placed)],
        rated=[_dealing(row) for row in connection.execute(_dealings().where(_O.c.placed_key.in_(ratings)))],
        scores={address_text(row.merchant): row.score for row in connection.execute(scores)},
    )


def _first_key(connection: Connection, time: int) -> int:
    first = connection.execute(select(func.min(_B.c.number)).where(_B.c.timestamp >= time)).scalar()
    return int(first) << BLOCK_SHIFT if first is not None else _NEVER


def _dealings() -> Select[Any]:
    source = _O.join(_E, _E.c.key == _O.c.placed_key).join(_L, _L.c.id == _O.c.listing_id)
    columns = (_O.c.buyer, _O.c.seller, _O.c.stars, _L.c.category, _E.c.payload)
    return select(*columns).select_from(source)


def _dealing(row: Any) -> Dealing:
    fields = terms_fields(bytes(row.payload))
    return Dealing(
        buyer=address_text(row.buyer),
        seller=address_text(row.seller),
        category=row.category,
        token=address_text(fields["token"]),
        base=fields["base"],
        stars=row.stars,
    )
