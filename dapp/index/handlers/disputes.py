"""Disputes about orders and their evidence; the Authority's roles."""

from dapp.index.court_records import DisputeRecord, RecipientRecord, RoleRecord
from dapp.index.failures import ForeignHistory
from dapp.index.kinds import Phase
from dapp.index.market_state import MarketState

_PREFIX = "/ipfs/"
NOT_TAKEN, TAKEN = 1, 2
"""What the backup arbitrator did with an escalated case; 0 before that."""


def on_opened(s: MarketState, order_id: bytes, opener: bytes, deposit: int) -> int | None:
    """DisputeOpened (of Disputes)."""
    s.concerns(opener)
    record = DisputeRecord(order_id, Phase.WAITING, opener, deposit, s.now, s.key)
    s.disputes.add(order_id, record)
    # Its meta-evidence was announced just before.
    for _key, about, kind, _party, cid in reversed(s.evidence):
        if about == order_id and kind == "meta":
            record.meta_cid = cid
            break
    return s.order_key(order_id)


def on_funded(s: MarketState, order_id: bytes, payer: bytes, _deposit: int) -> int | None:
    """DisputeFunded."""
    s.concerns(payer)
    dispute = _dispute(s, order_id)
    dispute.funded_by, dispute.phase = payer, Phase.ARBITRATING
    return s.order_key(order_id)


def on_escalated(s: MarketState, order_id: bytes, backup: bool) -> int | None:
    """DisputeEscalated."""
    dispute = _dispute(s, order_id)
    dispute.phase, dispute.escalated = Phase.BACKUP, TAKEN if backup else NOT_TAKEN
    return s.order_key(order_id)


def on_appealed(s: MarketState, order_id: bytes, appellant: bytes, _paid: int) -> int | None:
    """DisputeAppealed (of Disputes)."""
    s.concerns(appellant)
    _dispute(s, order_id).appellants += appellant
    return s.order_key(order_id)


def on_closed(s: MarketState, order_id: bytes, to_buyer: int, to_seller: int) -> int | None:
    """DisputeClosed; a second one tells of a panel's fee that came back late."""
    dispute = _dispute(s, order_id)
    dispute.phase = Phase.CLOSED
    dispute.closed_at = dispute.closed_at or s.now
    dispute.buyer_deposit += to_buyer
    dispute.seller_deposit += to_seller
    return s.order_key(order_id)


def on_offers_revoked(s: MarketState, order_id: bytes, party: bytes, _nonce: int) -> int | None:
    """OffersRevoked; anybody can revoke offers for an order that doesn't exist."""
    s.concerns(party)
    return s.order_key(order_id)


def on_meta_evidence(s: MarketState, group: int, evidence: str) -> int | None:
    """MetaEvidence."""
    order_id = group.to_bytes(32, "big")
    s.evidence.append((s.key, order_id, "meta", None, _cid(evidence)))
    return s.order_key(order_id)


def on_evidence(s: MarketState, _arbitrator: bytes, group: int, party: bytes, evidence: str) -> int | None:
    """Evidence."""
    s.concerns(party)
    order_id = group.to_bytes(32, "big")
    s.evidence.append((s.key, order_id, "evidence", party, _cid(evidence)))
    return s.order_key(order_id)


def on_recipient(s: MarketState, account: bytes, recipient: bytes) -> None:
    """RecipientPublished."""
    s.concerns(account)
    record = s.recipients.edit(account)
    if record is None:
        s.recipients.add(account, RecipientRecord(account, recipient, s.key))
    else:
        record.recipient, record.published_key = recipient, s.key


def on_dispute(s: MarketState, _arbitrator: bytes, _case: int, _meta: int, group: int) -> int | None:
    """Dispute."""
    return s.order_key(group.to_bytes(32, "big"))


def on_ruling(s: MarketState, _arbitrator: bytes, case_id: int, _ruling: int) -> int | None:
    """Ruling and RulingIgnored."""
    case = s.cases.find(case_id.to_bytes(32, "big"))
    return s.order_key(case.order_id) if case else None


def on_role_granted(
    s: MarketState, role: int, account: bytes, delay: int, since: int, new_member: bool
) -> None:
    """RoleGranted; to one who holds the role already it only changes his delay."""
    s.concerns(account)
    record = _role(s, role, account)
    record.held, record.delay = 1, delay
    if new_member:
        record.since = since


def on_role_revoked(s: MarketState, role: int, account: bytes) -> None:
    """RoleRevoked."""
    s.concerns(account)
    record = _role(s, role, account)
    record.held = record.since = record.delay = 0


def _role(s: MarketState, role: int, account: bytes) -> RoleRecord:
    key = (role.to_bytes(8, "big"), account)
    return s.role_holders.edit(key) or s.role_holders.add(key, RoleRecord(*key))


def _dispute(s: MarketState, order_id: bytes) -> DisputeRecord:
    dispute = s.disputes.edit(order_id)
    if dispute is None:
        raise ForeignHistory(f"An event names a dispute about order 0x{order_id.hex()}, which isn't indexed.")
    return dispute


def _cid(evidence: str) -> str:
    return evidence.removeprefix(_PREFIX)
