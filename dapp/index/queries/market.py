"""The whole market: totals and roles."""

from sqlalchemy import Connection, func, select

from dapp.domain.orders import Status
from dapp.index import court_schema as court
from dapp.index import schema
from dapp.index.account_rows import RoleRow, Statistics, TokenTotals
from dapp.index.dispute_rows import Phase
from dapp.index.queries.values import account_bytes, address_text
from dapp.index.rows import ListingStatus


def find_statistics(connection: Connection) -> Statistics:
    """The market's totals."""
    orders, listings, totals, merchants = schema.orders, schema.listings, schema.totals, schema.merchants
    by_status = connection.execute(select(orders.c.status, func.count()).group_by(orders.c.status))
    statuses = {Status(status): count for status, count in by_status}

    def count(column: object, *conditions: object) -> int:
        query = select(func.count(column)).where(*conditions)  # type: ignore[arg-type]
        return int(connection.execute(query).scalar_one())

    stakes = connection.execute(select(merchants.c.stake)).scalars()
    names = [name for name in TokenTotals.__dataclass_fields__ if name != "token"]
    return Statistics(
        orders={status: statuses.get(status, 0) for status in Status if status is not Status.NONE},
        services=count(listings.c.id, listings.c.status == int(ListingStatus.ACTIVE)),
        accounts=count(schema.balances.c.account.distinct()),
        merchants=count(merchants.c.account),
        members=count(schema.members.c.account),
        events=int(
            connection.execute(select(func.coalesce(func.sum(schema.blocks.c.events), 0))).scalar_one()
        ),
        open_disputes=count(court.disputes.c.order_id, court.disputes.c.phase != int(Phase.CLOSED)),
        stakes=sum(stakes),
        tokens=tuple(
            TokenTotals(address_text(row.token), *(getattr(row, name) for name in names))
            for row in connection.execute(select(totals).order_by(totals.c.token))
        ),
    )


def find_recipient(connection: Connection, account: str) -> bytes | None:
    """The key that evidence is sealed to for an account."""
    table = court.recipients
    query = select(table.c.recipient).where(table.c.account == account_bytes(account))
    found = connection.execute(query).scalar()
    return None if found is None else bytes(found)


def find_roles(connection: Connection, account: str | None) -> list[RoleRow]:
    """Who holds which role."""
    table = court.role_holders
    query = select(table).where(table.c.held == 1).order_by(table.c.role, table.c.account)
    if account is not None:
        query = query.where(table.c.account == account_bytes(account))
    return [
        RoleRow(int.from_bytes(row.role, "big"), address_text(row.account), row.since, row.delay)
        for row in connection.execute(query)
    ]
