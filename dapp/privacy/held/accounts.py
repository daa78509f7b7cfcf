"""What is held in tables: browsers that the account signed in from, reviewers' decisions, proofs by day."""

from collections.abc import Iterator
from functools import partial

from dapp.chain.formats import time as time_text
from dapp.domain.bounds import DAY
from dapp.privacy.held.record import Record
from dapp.privacy.issued import IssuedProofs
from dapp.risk.reviews import CLOSED_FOR, Decisions
from dapp.risk.sign_ins import SignIns


def sign_ins(account: str, kept: SignIns) -> Iterator[Record]:
    """Each browser, and when it was seen first and last."""
    for each in kept.devices([account]):
        content = {
            "browser": each.device,
            "first_at": time_text(each.first_at),
            "last_at": time_text(each.last_at),
        }
        yield Record(content, partial(kept.forget, account))


def decisions(account: str, kept: Decisions, now: int) -> Iterator[Record]:
    """What reviewers noted on the account, and what it noted on others as a reviewer.

    A decision stays as long as it closes a review.
    """
    for each in kept.naming(account):
        content = {
            "merchant": each.merchant,
            "reviewer": each.reviewer,
            "permille": each.permille,
            "decided_at": time_text(each.decided_at),
            "note": each.note,
        }
        until = each.decided_at + CLOSED_FOR
        if now < until:
            yield Record(content, stays=f"it closes a review until {time_text(until)}")
        else:
            yield Record(content, partial(kept.forget, account, each))


def score_proofs(account: str, issued: IssuedProofs) -> Iterator[Record]:
    """How many proofs of which kind it got on a day; for whom is kept nowhere."""
    for each in issued.of(account):
        content = {"day": time_text(each.day * DAY), "claim": each.claim.name.lower(), "count": each.count}
        yield Record(content, partial(issued.forget, account))
