"""Disputes, cases before the panels, and arbiters."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, or_, select

from dapp.domain.disputes import DEPOSIT_WINDOW
from dapp.domain.orders import Resolution
from dapp.index import court_schema as court
from dapp.index import schema
from dapp.index.dispute_rows import ArbiterRow, CaseRow, ChairRow, ChairStep, DisputeRow, Duty, Phase, Stage
from dapp.index.handlers.disputes import TAKEN
from dapp.index.queries.orders import order_of, orders_select
from dapp.index.queries.values import account_bytes, address_text, optional_address
from dapp.index.rows import OrderRow, Page

_D, _C, _H, _A, _O = court.disputes, court.cases, court.chairs, court.arbiters, schema.orders


def find_dispute(connection: Connection, order_id: bytes) -> DisputeRow | None:
    """The dispute about an order."""
    rows = connection.execute(select(_D).where(_D.c.order_id == order_id)).all()
    return disputes_of(connection, rows)[0] if rows else None


def find_disputes(
    connection: Connection, account: str | None, open_only: bool, limit: int, offset: int
) -> Page[DisputeRow]:
    """Disputes, newest first."""
    conditions: list[ColumnElement[bool]] = []
    if account is not None:
        key = account_bytes(account)
        own = select(_O.c.id).where(or_(_O.c.buyer == key, _O.c.seller == key))
        conditions.append(_D.c.order_id.in_(own))
    if open_only:
        conditions.append(_D.c.phase != int(Phase.CLOSED))
    total = int(connection.execute(select(func.count()).select_from(_D).where(*conditions)).scalar_one())
    newest = select(_D).where(*conditions).order_by(_D.c.opened_key.desc()).limit(limit).offset(offset)
    return Page(tuple(disputes_of(connection, connection.execute(newest).all())), total, offset)


def find_cases(connection: Connection, arbiter: str | None, open_only: bool) -> list[CaseRow]:
    """Cases before the panels, newest first."""
    query = select(_C).order_by(_C.c.opened_key.desc())
    if arbiter is not None:
        query = query.where(_C.c.id.in_(select(_H.c.id).where(_H.c.arbiter == account_bytes(arbiter))))
    if open_only:
        query = query.where(_C.c.stage.in_([int(Stage.OPEN), int(Stage.APPEALED), int(Stage.FINAL)]))
    return _cases(connection, connection.execute(query).all())


def find_arbiters(connection: Connection, account: str | None) -> list[ArbiterRow]:
    """The panels' arbiters, by panel and seat."""
    query = select(_A).where(or_(_A.c.appointed == 1, _A.c.duty != 0)).order_by(_A.c.panel, _A.c.seat)
    if account is not None:
        query = query.where(_A.c.account == account_bytes(account))
    return [
        ArbiterRow(
            row.panel,
            address_text(row.account),
            row.seat,
            Duty(row.duty),
            row.stake,
            row.slashed,
            row.ruled,
        )
        for row in connection.execute(query)
    ]


def disputes_of(connection: Connection, rows: Sequence[Any]) -> list[DisputeRow]:
    """Disputes from their rows, with orders and cases."""
    ids = [row.order_id for row in rows]
    orders = {
        bytes(row.id): order_of(row) for row in connection.execute(orders_select().where(_O.c.id.in_(ids)))
    }
    cases: dict[bytes, list[CaseRow]] = {}
    about = select(_C).where(_C.c.order_id.in_(ids)).order_by(_C.c.opened_key)
    for case in _cases(connection, connection.execute(about).all()):
        cases.setdefault(case.order_id, []).append(case)
    return [_dispute(row, orders[bytes(row.order_id)], cases.get(bytes(row.order_id), [])) for row in rows]


def _dispute(row: Any, order: OrderRow, cases: Sequence[CaseRow]) -> DisputeRow:
    opener, appellants = address_text(row.opener), bytes(row.appellants)
    return DisputeRow(
        order=order,
        phase=Phase(row.phase),
        opener=opener,
        by_buyer=opener == order.terms.buyer,
        deposit=row.deposit,
        opened_at=row.opened_at,
        fund_until=row.opened_at + DEPOSIT_WINDOW,
        funded_by=optional_address(row.funded_by),
        backup_took_it=row.escalated == TAKEN,
        appellants=tuple(address_text(appellants[at : at + 20]) for at in range(0, len(appellants), 20)),
        meta_cid=row.meta_cid,
        closed_at=row.closed_at,
        to_buyer_deposit=row.buyer_deposit,
        to_seller_deposit=row.seller_deposit,
        resolution=None if row.resolution is None else Resolution(row.resolution),
        to_buyer=row.to_buyer,
        earned=row.earned,
        cases=tuple(cases),
    )


def _cases(connection: Connection, rows: Sequence[Any]) -> list[CaseRow]:
    chairs: dict[bytes, list[ChairRow]] = {}
    seats = select(_H).where(_H.c.id.in_([row.id for row in rows])).order_by(_H.c.chair)
    for row in connection.execute(seats):
        chair = ChairRow(
            row.chair,
            ChairStep(row.step),
            optional_address(row.arbiter),
            row.until,
            row.ruling,
            row.draw_block,
        )
        chairs.setdefault(bytes(row.id), []).append(chair)
    return [
        CaseRow(
            panel=row.panel,
            id=int.from_bytes(row.id, "big"),
            order_id=bytes(row.order_id),
            arbitrable=address_text(row.arbitrable),
            choices=row.choices,
            extra_data=bytes(row.extra_data),
            fee=row.fee,
            stage=Stage(row.stage),
            ruling=row.ruling,
            appellant=optional_address(row.appellant),
            opened_at=row.opened_at,
            expires_at=row.expires_at,
            chairs=tuple(chairs.get(bytes(row.id), [])),
        )
        for row in rows
    ]
