"""Accounts: money, ledger, score."""

from typing import Any

from sqlalchemy import Connection, Select, func, select

from dapp.domain.credit import CreditReason, Dimension
from dapp.index import schema
from dapp.index.account_rows import (
    AppealRow,
    AppealStatus,
    Balance,
    CreditChange,
    Entry,
    EntryKind,
    MerchantRow,
    SellerDay,
)
from dapp.index.court_schema import appeals
from dapp.index.market_state import POSITION_SHIFT
from dapp.index.queries.values import account_bytes, address_text, optional_address, optional_bytes
from dapp.index.records import MerchantRecord
from dapp.index.rows import BLOCK_SHIFT, Page, Rating

_N, _C, _E, _B = schema.entries, schema.credit_changes, schema.events, schema.blocks


def find_balances(connection: Connection, account: str) -> list[Balance]:
    """An account's money by token."""
    table = schema.balances
    query = select(table).where(table.c.account == account_bytes(account)).order_by(table.c.token)
    return [
        Balance(address_text(row.token), row.available, row.maturing, row.as_buyer, row.as_seller)
        for row in connection.execute(query)
    ]


def find_maturing(connection: Connection, account: str, token: str) -> list[tuple[int, int]]:
    """What matures for an account, by day."""
    table = schema.maturing
    here = (table.c.account == account_bytes(account), table.c.token == account_bytes(token))
    query = select(table.c.day, table.c.amount).where(*here).order_by(table.c.day)
    return [(day, amount) for day, amount in connection.execute(query) if amount]


def find_entries(
    connection: Connection, account: str, token: str | None, limit: int, offset: int
) -> Page[Entry]:
    """An account's ledger, newest first."""
    conditions = [_N.c.account == account_bytes(account)]
    if token is not None:
        conditions.append(_N.c.token == account_bytes(token))
    total = int(connection.execute(select(func.count()).select_from(_N).where(*conditions)).scalar_one())
    newest = _entries().where(*conditions).order_by(_N.c.position.desc()).limit(limit).offset(offset)
    return Page(tuple(_entry(row) for row in connection.execute(newest)), total, offset)


def find_order_entries(connection: Connection, order_id: bytes) -> list[tuple[str, Entry]]:
    """What the events of an order moved in ledgers."""
    query = _entries().where(_E.c.order_id == order_id).order_by(_N.c.position)
    return [(address_text(row.account), _entry(row)) for row in connection.execute(query)]


def find_merchant(connection: Connection, account: str) -> MerchantRow:
    """An account as a merchant."""
    table, key = schema.merchants, account_bytes(account)
    row: Any = connection.execute(select(table).where(table.c.account == key)).first() or MerchantRecord(key)
    names = MerchantRow.__dataclass_fields__
    values = {name: getattr(row, name) for name in names if name not in ("account", "rating")}
    return MerchantRow(account=address_text(key), rating=Rating(row.ratings, row.stars), **values)


def find_credit_history(connection: Connection, account: str, limit: int, offset: int) -> Page[CreditChange]:
    """What moved a merchant's score, newest first."""
    here, attested = _C.c.merchant == account_bytes(account), schema.attestations
    total = int(connection.execute(select(func.count()).select_from(_C).where(here)).scalar_one())
    key = _C.c.position.op(">>")(POSITION_SHIFT)
    query = (
        select(_C, _E.c.key, _E.c.transaction, _E.c.order_id, _B.c.timestamp)
        .add_columns(attested.c.attestor, attested.c.cid)
        .join(_E, _E.c.key == key)
        .join(_B, _B.c.number == key.op(">>")(BLOCK_SHIFT))
        .outerjoin(attested, attested.c.id == _C.c.ref)
        .where(here)
        .order_by(_C.c.position.desc())
        .limit(limit)
        .offset(offset)
    )
    return Page(tuple(_change(row) for row in connection.execute(query)), total, offset)


def find_appeals(connection: Connection, merchant: str | None, open_only: bool) -> list[AppealRow]:
    """Credit appeals, newest first."""
    query = select(appeals).order_by(appeals.c.opened_key.desc())
    if merchant is not None:
        query = query.where(appeals.c.merchant == account_bytes(merchant))
    if open_only:
        query = query.where(appeals.c.status == int(AppealStatus.OPEN))
    return [
        AppealRow(
            bytes(row.ref),
            address_text(row.merchant),
            AppealStatus(row.status),
            row.bond,
            row.decide_until,
            row.cid,
            row.decision_cid,
            row.opened_at,
        )
        for row in connection.execute(query)
    ]


def find_seller_days(connection: Connection, account: str) -> list[SellerDay]:
    """A seller's daily statistics."""
    table = schema.seller_days
    query = (
        select(table).where(table.c.account == account_bytes(account)).order_by(table.c.day, table.c.token)
    )
    names = [name for name in SellerDay.__dataclass_fields__ if name not in ("day", "token")]
    return [
        SellerDay(row.day, address_text(row.token), *(getattr(row, name) for name in names))
        for row in connection.execute(query)
    ]


def _entries() -> Select[Any]:
    key = _N.c.position.op(">>")(POSITION_SHIFT)
    return (
        select(_N, _E.c.key, _E.c.transaction, _E.c.order_id, _B.c.timestamp)
        .join(_E, _E.c.key == key)
        .join(_B, _B.c.number == key.op(">>")(BLOCK_SHIFT))
    )


def _entry(row: Any) -> Entry:
    return Entry(
        row.key,
        address_text(row.token),
        EntryKind(row.kind),
        row.delta,
        row.balance,
        row.maturing,
        row.due_day,
        optional_bytes(row.order_id),
        optional_address(row.counterparty),
        row.timestamp,
        bytes(row.transaction),
    )


def _change(row: Any) -> CreditChange:
    return CreditChange(
        row.key,
        Dimension(row.dimension),
        CreditReason(row.reason),
        row.applied,
        row.score,
        bytes(row.ref),
        optional_bytes(row.order_id),
        optional_address(row.attestor),
        row.cid,
        row.timestamp,
        bytes(row.transaction),
    )
