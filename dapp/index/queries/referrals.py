"""The referral tree and what it earns."""

from sqlalchemy import Connection, func, select

from dapp.domain.bounds import DAY
from dapp.domain.split import Referrer
from dapp.domain.terms import Upline
from dapp.index import schema
from dapp.index.account_rows import Earning, Member, Referrals, ReferrerDay
from dapp.index.queries.values import account_bytes, address_text, optional_address
from dapp.index.records import NOBODY

_M, _G = schema.members, schema.earnings


def find_referrals(connection: Connection, account: str) -> Referrals:
    """An account's place in the tree."""
    key = account_bytes(account)
    row = connection.execute(select(_M).where(_M.c.account == key)).first()
    if row is None:
        return Referrals(address_text(key), None, None, Upline(), (), (0, 0, 0))
    above = [bytes(value) for value in (row.referrer, row.level2, row.level3)]
    query = select(_M.c.account, _M.c.registered_at).where(_M.c.account.in_(above))
    registered = {bytes(found): since for found, since in connection.execute(query)}
    levels = tuple(
        Referrer() if level == NOBODY else Referrer(address_text(level), registered[level]) for level in above
    )
    children = connection.execute(
        select(_M.c.account).where(_M.c.referrer == key).order_by(_M.c.registered_at, _M.c.account)
    ).scalars()
    return Referrals(
        address_text(key),
        row.registered_at,
        optional_address(row.referrer),
        Upline(levels),
        tuple(address_text(child) for child in children),
        (row.count1, row.count2, row.count3),
    )


def find_downline(connection: Connection, account: str, depth: int, limit: int) -> list[Member]:
    """The accounts below one, nearest level first."""
    found: list[Member] = []
    above = [account_bytes(account)]
    for level in range(1, depth + 1):
        left = limit - len(found)
        if not above or left <= 0:
            break
        query = (
            select(_M.c.account, _M.c.referrer, _M.c.registered_at, _M.c.count1)
            .where(_M.c.referrer.in_(above))
            .order_by(_M.c.registered_at, _M.c.account)
            .limit(left)
        )
        rows = connection.execute(query).all()
        found += [
            Member(
                address_text(row.account), address_text(row.referrer), level, row.registered_at, row.count1
            )
            for row in rows
        ]
        above = [bytes(row.account) for row in rows]
    return found


def find_earnings(connection: Connection, account: str) -> list[Earning]:
    """A referrer's commissions by day, level and token."""
    query = (
        select(_G).where(_G.c.account == account_bytes(account)).order_by(_G.c.day, _G.c.level, _G.c.token)
    )
    return [
        Earning(row.day, row.level, address_text(row.token), row.amount, row.orders)
        for row in connection.execute(query)
    ]


def find_referrer_days(connection: Connection, account: str) -> list[ReferrerDay]:
    """A referrer's days: what came in by token, and (once a day) who joined."""
    days: dict[tuple[int, str], list[int]] = {}
    for earning in find_earnings(connection, account):
        sums = days.setdefault((earning.day, earning.token), [0, 0])
        sums[0] += earning.amount
        sums[1] += earning.orders
    query = select(_M.c.registered_at, func.count()).where(_M.c.referrer == account_bytes(account))
    joined: dict[int, int] = {}
    for registered_at, count in connection.execute(query.group_by(_M.c.registered_at)):
        joined[registered_at // DAY] = joined.get(registered_at // DAY, 0) + count
    native = address_text(NOBODY)
    for when in joined:
        if not any(known == when for known, _token in days):
            days[when, native] = [0, 0]
    rows = []
    for when, token in sorted(days):
        amount, orders = days[when, token]
        rows.append(ReferrerDay(when, token, amount, orders, joined.pop(when, 0)))
    return rows
