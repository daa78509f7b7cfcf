"""Where a score stands among those of the merchants who sell now."""

from dataclasses import dataclass

from sqlalchemy import Connection, case, func, select

from dapp.domain.credit import BASE
from dapp.index import schema
from dapp.index.queries.values import account_bytes
from dapp.index.rows import ListingStatus

_L, _M = schema.listings, schema.merchants


@dataclass(frozen=True)
class Standing:
    """How many other merchants with a service on offer have a lower score, and how many there are."""

    below: int
    others: int

    @property
    def percentile(self) -> int | None:
        """The share of them in whole percent, rounded down; None if there is nobody else."""
        return 100 * self.below // self.others if self.others else None


def find_standing(connection: Connection, account: str, score: int) -> Standing:
    """Of a score in thousandths of a point; a merchant without a record has what everybody begins with."""
    here = _L.c.status == int(ListingStatus.ACTIVE), _L.c.seller != account_bytes(account)
    others = select(_L.c.seller.label("account")).where(*here).distinct().subquery()
    lower = func.coalesce(_M.c.score, BASE) < score
    query = select(func.coalesce(func.sum(case((lower, 1), else_=0)), 0), func.count()).select_from(
        others.outerjoin(_M, _M.c.account == others.c.account)
    )
    below, count = connection.execute(query).one()
    return Standing(int(below), int(count))
