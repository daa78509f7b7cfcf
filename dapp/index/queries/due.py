"""What waits for anyone to act: matured money, a panel's fee of a closed dispute, points of ended orders."""

from sqlalchemy import Connection, exists, func, select

from dapp.domain.orders import Status
from dapp.index import court_schema as court
from dapp.index import schema
from dapp.index.account_rows import DueBucket
from dapp.index.decode import EventBook
from dapp.index.dispute_rows import ChairStep, DisputeRow, Phase, Stage
from dapp.index.queries.disputes import disputes_of
from dapp.index.queries.values import address_text

_M, _D, _C, _H = schema.maturing, court.disputes, court.cases, court.chairs
_O, _E = schema.orders, schema.events


def find_due_buckets(connection: Connection, today: int, limit: int) -> list[DueBucket]:
    """Matured money that isn't available yet, the oldest first."""
    due = (_M.c.day <= today, _M.c.amount > 0)
    query = select(_M).where(*due).order_by(_M.c.day, _M.c.account, _M.c.token).limit(limit)
    return [
        DueBucket(address_text(row.account), address_text(row.token), row.day, row.amount)
        for row in connection.execute(query)
    ]


def find_unclaimed(connection: Connection, now: int, limit: int, book: EventBook) -> list[bytes]:
    """Completed orders whose points nobody has claimed and still can, the newest first."""
    claims = [number for number, event in book.by_signature.items() if event.name == "PointsEarned"]
    claimed = exists().where(_E.c.order_key == _O.c.placed_key, _E.c.signature.in_(claims))
    running = (_O.c.status == int(Status.COMPLETED), _O.c.until > now)
    query = select(_O.c.id).where(*running, ~claimed).order_by(_O.c.until.desc()).limit(limit)
    return [bytes(order_id) for order_id in connection.execute(query).scalars()]


def find_fees_left(connection: Connection, limit: int, book: EventBook) -> list[DisputeRow]:
    """Closed disputes whose panel decided nothing and that nobody collected for, the oldest first."""
    closings = [number for number, event in book.by_signature.items() if event.name == "DisputeClosed"]
    closed = select(func.count()).where(_E.c.order_key == _O.c.placed_key, _E.c.signature.in_(closings))
    query = (
        select(_D)
        .join(_O, _O.c.id == _D.c.order_id)
        .join(_C, _C.c.order_id == _D.c.order_id)
        .join(_H, (_H.c.id == _C.c.id) & (_H.c.chair == 0))
        .where(_D.c.phase == int(Phase.CLOSED), _H.c.step != int(ChairStep.RULED))
        .where(_C.c.stage.in_([int(Stage.OPEN), int(Stage.FINAL)]))
        .where(closed.scalar_subquery() == 1)
        .order_by(_D.c.opened_key)
        .limit(limit)
    )
    return disputes_of(connection, connection.execute(query).all())
