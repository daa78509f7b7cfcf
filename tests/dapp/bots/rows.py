"""Rows as the index gives them, made up: an order, a dispute about it and a case before a panel."""

from dapp.bots.actions import Moment
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.orders import OrderState, Status
from dapp.domain.terms import Terms
from dapp.index.dispute_rows import CaseRow, ChairRow, ChairStep, DisputeRow, Phase, Stage
from dapp.index.rows import Document, OrderRow

NOW = 1_800_000_000
SELLER, BUYER, ARBITER = ("0x" + digit * 40 for digit in "123")
PRICE, FEE, DEPOSIT = 10**17, 10**16, 3 * 10**16


def moment(now=NOW, number=100, head=None):
    return Moment(number, bytes(32), number if head is None else head, now)


def order(status=Status.DELIVERED, until=NOW, held=PRICE, number=1, token=ZERO_ADDRESS, **terms):
    plain = {"accept_seconds": DAY, "deliver_seconds": DAY, "review_seconds": DAY, "token": token}
    sealed = Terms(SELLER, BUYER, BUYER, PRICE, NOW - 30 * DAY, salt=number, **{**plain, **terms})
    return OrderRow(
        id=number.to_bytes(32, "big"),
        terms=sealed,
        state=OrderState(status, until, held),
        cid=None,
        document=Document(),
        delivered_cid=None,
        placed_key=number << 20,
        changed_at=NOW - DAY,
        transaction=bytes(32),
        returned=0,
        earned=0,
    )


def chair(step=ChairStep.DRAWING, number=0, until=0, arbiter=None, draw_block=90):
    seated = ARBITER if arbiter is None and step is not ChairStep.DRAWING else arbiter
    return ChairRow(number, step, seated, until, None, draw_block)


def case(*chairs, stage=Stage.OPEN, panel="ArbiterPanel", number=7, expires_at=NOW + 14 * DAY):
    return CaseRow(
        panel=panel,
        id=number,
        order_id=(1).to_bytes(32, "big"),
        arbitrable="0x" + "d" * 40,
        choices=5,
        extra_data=b"extra",
        fee=FEE,
        stage=stage,
        ruling=None,
        appellant=None,
        opened_at=NOW - DAY,
        expires_at=expires_at,
        chairs=chairs or (chair(),),
    )


def dispute(phase=Phase.ARBITRATING, *cases, status=Status.DISPUTED, **changes):
    plain = {
        "order": order(status, until=NOW + 50 * DAY),
        "phase": phase,
        "opener": BUYER,
        "by_buyer": True,
        "deposit": DEPOSIT,
        "opened_at": NOW - DAY,
        "fund_until": NOW + 2 * DAY,
        "funded_by": None if phase is Phase.WAITING else SELLER,
        "backup_took_it": False,
        "appellants": (),
        "meta_cid": None,
        "closed_at": None,
        "to_buyer_deposit": 0,
        "to_seller_deposit": 0,
        "resolution": None,
        "to_buyer": 0,
        "earned": 0,
        "cases": cases,
    }
    return DisputeRow(**{**plain, **changes})
