"""Which handler an event has. The others are kept as events, and change nothing else."""

from collections.abc import Callable

from dapp.index.decode import EventDefinition
from dapp.index.handlers import (
    disputes,
    holds,
    ledger,
    listings,
    merchants,
    orders,
    panels,
    referrals,
    rewards,
)

Handler = Callable[..., int | None]

_MARKET: dict[str, Handler] = {
    "Deposited": ledger.on_deposited,
    "Withdrawn": ledger.on_withdrawn,
    "Transferred": ledger.on_transferred,
    "Matured": ledger.on_matured,
    "OrderPlaced": orders.on_placed,
    "OrderAccepted": orders.on_accepted,
    "OrderDelivered": orders.on_delivered,
    "OrderReviewSet": orders.on_review_set,
    "OrderDisputed": orders.on_disputed,
    "OrderRefunded": orders.on_refunded,
    "OrderCancelled": orders.on_cancelled,
    "OrderDeclined": orders.on_cancelled,
    "OrderReclaimed": orders.on_reclaimed,
    "OrderReleased": orders.on_released,
    "OrderResolved": orders.on_resolved,
    "OrderRated": orders.on_rated,
    "CreditChanged": merchants.on_credit_changed,
    "Staked": merchants.on_staked,
    "UnstakeRequested": merchants.on_unstake_requested,
    "Unstaked": merchants.on_unstaked,
    "StakeSlashed": merchants.on_stake_slashed,
    "Listed": listings.on_listed,
    "ListingStatusChanged": listings.on_status_changed,
    "Registered": referrals.on_registered,
}
_DISPUTES: dict[str, Handler] = {
    "DisputeOpened": disputes.on_opened,
    "DisputeFunded": disputes.on_funded,
    "DisputeEscalated": disputes.on_escalated,
    "DisputeAppealed": disputes.on_appealed,
    "DisputeClosed": disputes.on_closed,
    "OffersRevoked": disputes.on_offers_revoked,
    "MetaEvidence": disputes.on_meta_evidence,
    "Evidence": disputes.on_evidence,
    "Dispute": disputes.on_dispute,
    "RecipientPublished": disputes.on_recipient,
    "Ruling": disputes.on_ruling,
    "RulingIgnored": disputes.on_ruling,
}
_PANEL: dict[str, Handler] = {
    "DisputeCreation": panels.on_created,
    "DisputeOpened": panels.on_opened,
    "ArbiterDrawn": panels.on_drawn,
    "ArbiterAccepted": panels.on_accepted,
    "ArbiterRuled": panels.on_ruled,
    "ArbiterReplaced": panels.on_replaced,
    "DisputeAppealed": panels.on_appealed,
    "AppealDecided": panels.on_appeal_decided,
    "DisputeExpired": panels.on_expired,
    "DisputeExecuted": panels.on_executed,
    "AppealPossible": panels.on_about,
    "AppealDecision": panels.on_about,
    "ArbiterAppointed": panels.on_appointed,
    "ArbiterDismissed": panels.on_dismissed,
    "DutyChanged": panels.on_duty_changed,
    "Staked": panels.on_staked,
    "Slashed": panels.on_slashed,
    "ArbiterLeft": panels.on_left,
    "Withdrawn": panels.on_withdrawn,
}
_CREDIT: dict[str, Handler] = {
    "Attested": merchants.on_attested,
    "AppealOpened": merchants.on_appeal_opened,
    "AppealDecided": merchants.on_appeal_decided,
    "AppealExpired": merchants.on_appeal_expired,
}
_BY_CONTRACT: dict[str, dict[str, Handler]] = {
    "Market": _MARKET,
    "Disputes": _DISPUTES,
    "EvidenceLog": _DISPUTES,
    "Credit": _CREDIT,
    "RiskHolds": {
        "HoldPlaced": holds.on_placed,
        "HoldCleared": holds.on_cleared,
        "HoldConfirmed": holds.on_confirmed,
    },
    "Rewards": {"PointsEarned": rewards.on_points_earned, "PointsSpent": rewards.on_points_spent},
    "Authority": {"RoleGranted": disputes.on_role_granted, "RoleRevoked": disputes.on_role_revoked},
}
_PANELS = ("ArbiterPanel", "BackupPanel")


def handler_of(event: EventDefinition) -> Handler:
    """The handler of an event."""
    if event.contract in _PANELS:
        handler = _PANEL.get(event.name)
        return _skip if handler is None else panels.of_panel(event.contract, handler)
    return _BY_CONTRACT.get(event.contract, {}).get(event.name, _skip)


def _skip(*_anything: object) -> None:
    return None
