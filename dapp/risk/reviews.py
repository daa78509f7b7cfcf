"""Unusual merchants whom a person should look at, and what was decided.

A review is open because the model says so: nothing needs to be written down for it, and no two can be opened.
What a reviewer decides closes it for a month, unless the merchant has become more unusual by then. It changes
no score.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import delete, func, or_, select, update

from dapp.domain.bounds import DAY
from dapp.evidence.text import plain_text
from dapp.index.queries.values import account_bytes, address_text
from dapp.index.records import NOBODY
from dapp.mentions import struck_out
from dapp.risk.failures import BadDecision
from dapp.risk.model import Verdict
from dapp.risk.private import PrivateStore
from dapp.risk.private import decisions as _decisions
from dapp.settings import Settings

CLOSED_FOR: Final = 30 * DAY
WORSE_PERMILLE: Final = 100
"""A merchant whose score rose by so much since the decision is looked at again at once."""
NOTE_LIMIT: Final = 2_000


@dataclass(frozen=True)
class Decision:
    """What a reviewer noted on a merchant who scored `permille` thousandths then."""

    merchant: str
    reviewer: str
    permille: int
    decided_at: int
    note: str


@dataclass(frozen=True)
class Review:
    """A merchant to be looked at, and what was decided of him last."""

    merchant: str
    verdict: Verdict
    last: Decision | None = None


def open_reviews(
    ranked: Iterable[tuple[str, Verdict]], last: Mapping[str, Decision], now: int
) -> list[Review]:
    """Whom a person should look at, in the order given. Pure."""
    found = [Review(merchant, verdict, last.get(merchant)) for merchant, verdict in ranked]
    return [review for review in found if review.verdict.wants_review and not _is_closed(review, now)]


def _is_closed(review: Review, now: int) -> bool:
    last = review.last
    if last is None or now >= last.decided_at + CLOSED_FOR:
        return False
    return permille_of(review.verdict) < last.permille + WORSE_PERMILLE


def permille_of(verdict: Verdict) -> int:
    """A score in whole thousandths."""
    return round(verdict.score * 1_000)


class Decisions(PrivateStore):
    """What reviewers of one market decided."""

    def decide(self, decision: Decision) -> None:
        """Keep a decision. Raises BadDecision without a note, or with one that is too long."""
        note = plain_text(decision.note).strip()
        if not note:
            raise BadDecision("A decision needs a word on what was found.")
        if len(note) > NOTE_LIMIT:
            raise BadDecision(f"The note has {len(note):,} characters, and at most {NOTE_LIMIT:,} are kept.")
        row = {
            "merchant": account_bytes(decision.merchant),
            "decided_at": decision.decided_at,
            "reviewer": account_bytes(decision.reviewer),
            "permille": min(max(decision.permille, 0), 1_000),
            "note": note,
        }
        with self._writing() as connection:
            # Two in the same second: the first one stays.
            connection.execute(self._insert(_decisions).values(row).on_conflict_do_nothing())

    def last(self) -> dict[str, Decision]:
        """The newest decision on each merchant."""
        newest = select(_decisions.c.merchant, func.max(_decisions.c.decided_at).label("at"))
        of_each = newest.group_by(_decisions.c.merchant).subquery()
        here = (_decisions.c.merchant == of_each.c.merchant) & (_decisions.c.decided_at == of_each.c.at)
        return {each.merchant: each for each in self._read(select(_decisions).join(of_each, here))}

    def on(self, merchant: str) -> list[Decision]:
        """All decisions on a merchant, newest first."""
        mine = select(_decisions).where(_decisions.c.merchant == account_bytes(merchant))
        return self._read(mine.order_by(_decisions.c.decided_at.desc()))

    def naming(self, account: str) -> list[Decision]:
        """All decisions on an account, by it, or whose note has its address; newest first."""
        key, text = account_bytes(account), f"%{account.removeprefix('0x')}%"
        names = or_(_decisions.c.merchant == key, _decisions.c.reviewer == key, _decisions.c.note.ilike(text))
        return self._read(select(_decisions).where(names).order_by(_decisions.c.decided_at.desc()))

    def forget(self, account: str, decision: Decision) -> None:
        """Erase a decision on an account; from one on somebody else the account's name alone."""
        merchant = account_bytes(decision.merchant)
        here = (_decisions.c.merchant == merchant) & (_decisions.c.decided_at == decision.decided_at)
        with self._erasing() as connection:
            if merchant == account_bytes(account):
                connection.execute(delete(_decisions).where(here))
                return
            by_it = here & (_decisions.c.reviewer == account_bytes(account))
            connection.execute(update(_decisions).where(by_it).values(reviewer=NOBODY))
            note = struck_out(decision.note.encode(), account).decode()
            connection.execute(update(_decisions).where(here).values(note=note))

    def _read(self, query: Any) -> list[Decision]:
        with self._reading() as connection:
            return [_decision(row) for row in connection.execute(query)]


def _decision(row: Any) -> Decision:
    merchant, reviewer = address_text(row.merchant), address_text(row.reviewer)
    return Decision(merchant, reviewer, row.permille, row.decided_at, row.note)


@cache
def decisions_of(settings: Settings) -> Decisions:
    """This process's decisions for the settings, opened once. Raises DatabaseFailed."""
    return Decisions.of(settings)
