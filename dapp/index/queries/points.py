"""Reward points of merchants."""

from sqlalchemy import Connection, func, select

from dapp.index import schema
from dapp.index.court_schema import point_moves, points
from dapp.index.hold_rows import PointMove, Points
from dapp.index.queries.values import account_bytes, address_text, block_of, optional_bytes
from dapp.index.rows import Page

_P, _M, _E, _B = points, point_moves, schema.events, schema.blocks


def find_points(connection: Connection, merchant: str) -> Points:
    """A merchant's points; none if he never had any."""
    row = connection.execute(select(_P).where(_P.c.merchant == account_bytes(merchant))).first()
    return Points() if row is None else Points(row.balance, row.earned, row.spent)


def find_point_moves(connection: Connection, merchant: str, limit: int, offset: int) -> Page[PointMove]:
    """What a merchant's points came from and went to, newest first."""
    his = _M.c.merchant == account_bytes(merchant)
    total = int(connection.execute(select(func.count()).select_from(_M).where(his)).scalar_one())
    query = (
        select(_M, _E.c.transaction, _B.c.timestamp)
        .join(_E, _E.c.key == _M.c.key)
        .join(_B, _B.c.number == block_of(_M.c.key))
        .where(his)
        .order_by(_M.c.key.desc())
        .limit(limit)
        .offset(offset)
    )
    found = [
        PointMove(
            row.key,
            row.points,
            row.balance,
            optional_bytes(row.order_id),
            None if row.token is None else address_text(row.token),
            row.amount,
            row.timestamp,
            bytes(row.transaction),
        )
        for row in connection.execute(query)
    ]
    return Page(tuple(found), total, offset)
