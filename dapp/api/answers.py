"""Rows of the index as replies of the API."""

from collections.abc import Mapping
from typing import Any

from dapp.api import replies
from dapp.domain.terms import Flag
from dapp.index import Index
from dapp.index.account_rows import CreditChange, Entry
from dapp.index.hold_rows import HoldRow
from dapp.index.rows import EventRow, Head, OrderRow, ServiceRow
from dapp.privacy.statistics.releases import Release


def service_reply(row: ServiceRow) -> replies.ServiceReply:
    """A service."""
    listing, document = row.listing, row.document
    return replies.ServiceReply(
        id=row.id,
        seller=listing.seller,
        token=listing.token,
        price=str(listing.price),
        category=listing.category,
        version=row.version,
        status=row.status.name.lower(),
        cid=row.cid,
        stock=listing.stock,
        sold=row.sold,
        accept_seconds=listing.accept_seconds,
        deliver_seconds=listing.deliver_seconds,
        review_seconds=listing.review_seconds,
        max_commission_bps=listing.max_commission_bps,
        instant=bool(listing.flags & Flag.INSTANT),
        listed_at=row.listed_at,
        title=document.title,
        title_zh=document.title_zh,
        description=document.description,
        picture=document.picture,
        score=row.score,
        tier=row.tier.name.lower(),
        rating=row.rating.average,
        ratings=row.rating.count,
        completed=row.completed,
    )


def order_reply(row: OrderRow, index: Index, head: Head) -> replies.OrderReply:
    """An order with its hold, history and evidence, as of the index's head."""
    terms, hold = row.terms, index.hold(row.id)
    return replies.OrderReply(
        id=hex_text(row.id),
        status=row.status.name.lower(),
        until=row.until,
        held=str(row.held),
        stars=row.stars,
        seller=terms.seller,
        buyer=terms.buyer,
        payer=terms.payer,
        token=terms.token,
        base=str(terms.base),
        quantity=terms.quantity,
        listing_id=terms.listing_id,
        version=terms.version,
        fee_bps=terms.fee_bps,
        commissions=[
            replies.CommissionReply(line.referrer, line.rate_bps, str(line.cap))
            for line in terms.lines
            if not line.is_empty
        ],
        arbitrator=terms.arbitrator,
        placed_at=terms.placed_at,
        returned=str(row.returned),
        earned=str(row.earned),
        hold=None if hold is None else hold_reply(hold, head.timestamp),
        steps=[step_reply(step) for step in index.order_steps(row.id)],
        evidence=[
            replies.EvidenceReply(each.kind, each.cid, each.party, each.timestamp, hex_text(each.transaction))
            for each in index.order_evidence(row.id)
        ],
        block=head.number,
    )


def hold_reply(hold: HoldRow, now: int) -> replies.HoldReply:
    """A hold as it stands at `now`."""
    names = (
        "score",
        "placed_by",
        "cid",
        "placed_at",
        "sealed_until",
        "until",
        "reviewer",
        "decision_cid",
        "decided_at",
    )
    return replies.HoldReply(hold.state_at(now).value, **{name: getattr(hold, name) for name in names})


def step_reply(event: EventRow) -> replies.StepReply:
    """An event."""
    return replies.StepReply(
        name=event.name,
        contract=event.contract,
        block=event.block,
        timestamp=event.timestamp,
        transaction=hex_text(event.transaction),
        args={name: _plain(value) for name, value in event.args.items()},
    )


def entry_reply(entry: Entry) -> replies.EntryReply:
    """A line of a ledger."""
    return replies.EntryReply(
        token=entry.token,
        kind=entry.kind.name.lower(),
        delta=str(entry.delta),
        balance=str(entry.balance),
        maturing=str(entry.maturing),
        order=hex_text(entry.order_id) if entry.order_id else None,
        counterparty=entry.counterparty,
        timestamp=entry.timestamp,
        transaction=hex_text(entry.transaction),
    )


def change_reply(change: CreditChange) -> replies.CreditChangeReply:
    """A move of a score."""
    return replies.CreditChangeReply(
        dimension=change.dimension.name.lower(),
        reason="release" if change.reason is None else change.reason.name.lower(),
        applied=change.applied,
        score=change.score,
        ref=hex_text(change.ref),
        cid=change.cid,
        timestamp=change.timestamp,
        transaction=hex_text(change.transaction),
    )


def hex_text(value: bytes) -> str:
    """Bytes as 0x-prefixed hexadecimal."""
    return f"0x{value.hex()}"


def _plain(value: Any) -> Any:
    """A decoded value as JSON has it, numbers as strings."""
    if isinstance(value, bytes | bytearray):
        return hex_text(bytes(value))
    if isinstance(value, bool) or value is None or isinstance(value, str):
        return value
    if isinstance(value, Mapping):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return str(value)


def figure_reply(release: Release) -> replies.FigureReply:
    """A published figure."""
    return replies.FigureReply(
        figure=release.figure,
        week=release.week,
        start=release.start,
        end=release.end,
        published_at=release.published_at,
        epsilon=release.epsilon_milli / 1_000,
        scale=release.scale,
        error=release.error,
        most=release.most,
        values=release.values,
        mean=release.mean,
    )
