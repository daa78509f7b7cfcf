# open
# ├── not a party, other metadata, wrong state, unknown order, after the window, deposit too low → its error
# ├── by the buyer, in progress or delivered, or the seller, delivered → disputed, deposit taken, excess given
# ├── by the seller, not delivered, or sooner than 3 days before the review's end → its error
# └── the sealed cost is outside the bounds → the deposit is the bound
# fund
# ├── not waiting, after three days, deposit too low, order ended meanwhile → its error, nothing moves
# └── by anyone in time → the case is before the panel
# execute while waiting: too early → its error · three days over → the opener wins by default
# the order ends otherwise: full refund, settlement → deposits go back
# construction, ether from strangers → its error

import pytest

from dapp.domain.bounds import DAY
from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.orders import Resolution, Status
from tests.court import DEPOSIT_WINDOW, FEE, FINAL, MAX_DEPOSIT, MIN_DEPOSIT, ODD_PRICE, SEALED, Phase
from tests.reverts import reverts
from tests.stage import WATCH_STAKE
from tests.trade import CID, NATIVE, PROOF, REVIEW

# -- open -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("opener", "status"),
    [("buyer", Status.IN_PROGRESS), ("buyer", Status.DELIVERED), ("seller", Status.DELIVERED)],
)
def test_open__by_a_party__disputed_with_its_deposit(trade, court, market, opener, status):
    order = trade.in_status(status, court.list(), salt=2)
    by = getattr(trade, opener)
    with court.move(**{f"{opener}_wallet": -SEALED, "disputes_wallet": SEALED}):
        receipt = court.open(order, by=by)
    ends_at = receipt.timestamp + FINAL
    assert receipt.events == [
        market.OrderDisputed(id=order.id, endsAt=ends_at),
        court.disputes.MetaEvidence(
            _metaEvidenceID=int.from_bytes(order.id, "big"), _evidence=f"/ipfs/{CID}"
        ),
        court.disputes.DisputeOpened(orderId=order.id, opener=by, deposit=SEALED),
    ]
    state, record = trade.state(order), court.record(order)
    assert (state.status, state.until, state.held) == (Status.DISPUTED, ends_at, ODD_PRICE)
    assert (record.phase, record.byBuyer, record.ruling) == (Phase.WAITING, opener == "buyer", 0)
    assert (record.byRiskModule, record.openedAt, record.spent) == (False, receipt.timestamp, 0)


def test_open__by_the_seller__not_delivered__reverts(trade, court):
    order = trade.accepted(court.list())
    with court.move(), reverts(court.disputes.Disputes_NotDelivered, orderId=order.id):
        court.open(order, by=trade.seller)


def test_open__by_the_seller__silent_buyer_keeps_his_review(trade, court):
    order = court.order(court.list(review_seconds=10 * DAY))
    last_days = trade.state(order).until - DEPOSIT_WINDOW
    trade.at(last_days - 1)
    with (
        court.move(),
        reverts(court.disputes.Disputes_TooEarly, **{"timestamp": last_days - 1, "from": last_days}),
    ):
        court.open(order, by=trade.seller)
    trade.at(last_days)
    court.open(order, by=trade.seller)
    assert court.phase(order) is Phase.WAITING


def test_open__more_than_the_deposit__excess_credited_to_the_opener(court):
    order = court.order()
    with court.move(buyer_wallet=-SEALED - 5, disputes_wallet=SEALED, vault=5, buyer=5):
        court.open(order, value=SEALED + 5)


def test_open__less_than_the_deposit__reverts(court):
    order = court.order()
    with court.move(), reverts(court.disputes.Disputes_DepositTooLow, sent=SEALED - 1, deposit=SEALED):
        court.open(order, value=SEALED - 1)
    assert court.phase(order) is Phase.NONE


@pytest.mark.parametrize("role", ["payer", "outsider", "arbiter", "admin"])
def test_open__by_nobody_of_the_order__reverts(trade, court, role):
    order = court.order(payer=trade.payer, buyer=trade.buyer.address)
    caller = getattr(trade, role)
    with court.move(), reverts(court.disputes.Disputes_NotParty, caller=caller):
        court.open(order, by=caller)


def test_open__other_metadata__reverts(court):
    order = court.order()
    with court.move(), reverts(court.disputes.Disputes_NotMetadata, cid=PROOF):
        court.open(order, cid=PROOF)


@pytest.mark.parametrize("status", [Status.PLACED, Status.COMPLETED, Status.CANCELLED])
def test_open__in_another_state__reverts(trade, court, market, status):
    order = trade.in_status(status, court.list())
    with court.move(), reverts(market.Orders_WrongStatus, id=order.id, status=status):
        court.open(order)


def test_open__disputed_already__reverts(trade, court, market):
    order = court.opened()
    with court.move(), reverts(market.Orders_WrongStatus, id=order.id, status=Status.DISPUTED):
        court.open(order, by=trade.seller)


def test_open__order_of_another_module__reverts(trade, court, market, stage):
    order = court.order()
    stage.market.addModule(trade.module, sender=trade.admin)
    other = court.order()
    with court.move(), reverts(market.Orders_NotModule, caller=court.disputes, module=trade.module):
        court.open(other)
    court.open(order)


def test_open__in_the_windows_last_second_and_after__in_time_only(trade, court, market):
    timely, late = court.order(), court.order()
    until = trade.state(timely).until
    over = trade.state(late).until
    trade.at(until - 1)
    court.open(timely)
    trade.at(over)
    with reverts(market.Orders_TooLate, timestamp=over, until=over):
        court.open(late)
    assert over >= timely.terms.placed_at + REVIEW


@pytest.mark.parametrize(
    ("sealed", "deposit"),
    [(0, MIN_DEPOSIT), (MIN_DEPOSIT - 1, MIN_DEPOSIT), (MAX_DEPOSIT, MAX_DEPOSIT), (2**96 - 1, MAX_DEPOSIT)],
)
def test_open__sealed_cost_outside_the_bounds__deposit_is_the_bound(court, sealed, deposit):
    order = court.order(court.list(max_arbitration_cost=sealed))
    assert court.disputes.depositOf(order.terms.pack()) == deposit
    with court.move(buyer_wallet=-deposit, disputes_wallet=deposit):
        court.open(order, value=deposit)


# -- fund -------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["seller", "buyer", "outsider"])
def test_fund__by_anyone__case_before_the_panel(trade, court, by):
    order = court.opened()
    caller = getattr(trade, by)
    moved = {f"{by}_wallet": -SEALED - 7, by: 7, "vault": 7}
    with court.move(disputes_wallet=SEALED - FEE, panel_wallet=FEE, **moved):
        receipt = court.fund(order, by=caller, value=SEALED + 7)
    case_id, evidence = court.case_id(order), int.from_bytes(order.id, "big")
    assert court.disputes.DisputeFunded(orderId=order.id, payer=caller, deposit=SEALED) in receipt.events
    assert receipt.events[-1] == court.disputes.Dispute(
        _arbitrator=court.panel, _disputeID=case_id, _metaEvidenceID=evidence, _evidenceGroupID=evidence
    )
    assert (court.phase(order), court.record(order).spent) == (Phase.ARBITRATING, FEE)
    assert court.panel.disputeOf(case_id).choices == 5


def test_fund__less_than_the_deposit__reverts(court):
    order = court.opened()
    with court.move(), reverts(court.disputes.Disputes_DepositTooLow, sent=SEALED - 1, deposit=SEALED):
        court.fund(order, value=SEALED - 1)


def test_fund__twice_or_without_a_dispute__reverts(court):
    order = court.order()
    with reverts(court.disputes.Disputes_WrongPhase, orderId=order.id, phase=Phase.NONE):
        court.fund(order)
    court.open(order)
    court.fund(order)
    with court.move(), reverts(court.disputes.Disputes_WrongPhase, orderId=order.id, phase=Phase.ARBITRATING):
        court.fund(order)


def test_fund__three_days_over__reverts(court):
    order = court.opened()
    until = court.wait_until(order, DEPOSIT_WINDOW)
    with court.move(), reverts(court.disputes.Disputes_TooLate, timestamp=until, until=until):
        court.fund(order)


def test_fund__last_second__accepted(court):
    order = court.opened()
    court.wait_until(order, DEPOSIT_WINDOW - 1)
    court.fund(order)
    assert court.phase(order) is Phase.ARBITRATING


def test_fund__refunded_in_full_meanwhile__reverts(trade, court):
    order = court.opened()
    trade.refund(order, ODD_PRICE)
    with court.move(), reverts(court.disputes.Disputes_WrongPhase, orderId=order.id, phase=Phase.CLOSED):
        court.fund(order)


# -- the other side's default -----------------------------------------------------------------


def test_execute__other_side_has_time__reverts(court):
    order = court.opened()
    until = court.wait_until(order, DEPOSIT_WINDOW - 1) + 1
    error = court.disputes.Disputes_TooEarly
    with court.move(), reverts(error, **{"timestamp": until - 1, "from": until}):
        court.execute(order)


def test_execute__seller_never_funds__buyer_gets_all_and_the_seller_is_slashed(trade, court, market):
    order = court.opened()
    slash = WATCH_STAKE // 4
    back = ODD_PRICE + SEALED
    court.wait_until(order, DEPOSIT_WINDOW)
    with court.move(buyer=back, platform=slash, disputes_wallet=-SEALED, vault=SEALED):
        receipt = court.execute(order)
    lost = -order.terms.weight
    assert receipt.events == [
        market.CreditChanged(
            merchant=trade.seller,
            ref=order.id,
            dimension=Dimension.TRADE,
            reason=CreditReason.DISPUTE_RULED,
            applied=5 * lost,
        ),
        market.CreditChanged(
            merchant=trade.seller,
            ref=order.id,
            dimension=Dimension.SERVICE,
            reason=CreditReason.DISPUTE_RULED,
            applied=3 * lost,
        ),
        market.StakeSlashed(merchant=trade.seller, orderId=order.id, amount=slash),
        market.OrderResolved(id=order.id, how=Resolution.RULING, toBuyer=ODD_PRICE, earned=0, credit=0),
        market.Deposited(account=trade.buyer, token=NATIVE, amount=SEALED, **{"from": court.disputes}),
        court.disputes.DisputeClosed(orderId=order.id, toBuyer=SEALED, toSeller=0),
    ]
    assert (trade.state(order).status, court.phase(order)) == (Status.COMPLETED, Phase.CLOSED)


def test_execute__buyer_never_funds__seller_is_paid(trade, court, market):
    order = court.opened(by=trade.seller)
    fee, to_seller = court.shares(order, ODD_PRICE)
    court.wait_until(order, DEPOSIT_WINDOW)
    with court.move(seller=to_seller + SEALED, platform=fee, disputes_wallet=-SEALED, vault=SEALED):
        receipt = court.execute(order)
    assert (
        market.OrderResolved(
            id=order.id, how=Resolution.RULING, toBuyer=0, earned=ODD_PRICE, credit=order.terms.weight
        )
        in receipt.events
    )
    assert not receipt.events.filter(market.StakeSlashed)


@pytest.mark.parametrize("phase", [Phase.NONE, Phase.CLOSED])
def test_execute__no_open_dispute__reverts(court, phase):
    order = court.order()
    if phase is Phase.CLOSED:
        court.open(order)
        court.wait_until(order, DEPOSIT_WINDOW)
        court.execute(order)
    with court.move(), reverts(court.disputes.Disputes_WrongPhase, orderId=order.id, phase=phase):
        court.execute(order)


# -- the seller concedes ----------------------------------------------------------------------


@pytest.mark.parametrize("opener", ["buyer", "seller"])
def test_execute__refunded_while_waiting__opener_has_the_deposit_back(trade, court, opener):
    order = court.opened(by=getattr(trade, opener))
    with court.move(buyer=ODD_PRICE):
        trade.refund(order, ODD_PRICE)
    with court.move(**{opener: SEALED, "disputes_wallet": -SEALED, "vault": SEALED}):
        receipt = court.execute(order)
    back = (SEALED, 0) if opener == "buyer" else (0, SEALED)
    assert receipt.events[-1] == court.disputes.DisputeClosed(
        orderId=order.id, toBuyer=back[0], toSeller=back[1]
    )
    assert trade.state(order).status is Status.CANCELLED


def test_execute__refunded_while_arbitrating__buyer_counts_as_the_winner(trade, court):
    order = court.funded()
    trade.refund(order, ODD_PRICE)
    left = 2 * SEALED - FEE
    with court.move(buyer=SEALED, seller=SEALED - FEE, disputes_wallet=-left, vault=left):
        court.execute(order)


# -- construction and ether -------------------------------------------------------------------


def test_constructor__backup_is_the_panel_or_no_contract__reverts(project, trade, court):
    for backup in (court.panel, trade.outsider):
        with reverts(court.disputes.Disputes_BadBackup, backup=backup):
            trade.admin.deploy(project.Disputes, trade.market, court.panel, backup, MIN_DEPOSIT, MAX_DEPOSIT)


@pytest.mark.parametrize("bounds", [(FEE - 1, FEE), (FEE, FEE - 1), (FEE, 2**96)])
def test_constructor__impossible_deposits__reverts(project, trade, court, bounds):
    parts = (trade.market, court.panel, court.backup, *bounds)
    values = dict(zip(("minDeposit", "maxDeposit"), bounds, strict=True))
    with reverts(court.disputes.Disputes_BadDeposits, **values):
        trade.admin.deploy(project.Disputes, *parts)


def test_constructor__fine__links_can_be_read(trade, court):
    d = court.disputes
    assert (d.MARKET(), d.PANEL(), d.BACKUP()) == (trade.market, court.panel, court.backup)
    assert (d.MIN_DEPOSIT(), d.MAX_DEPOSIT()) == (MIN_DEPOSIT, MAX_DEPOSIT)


def test_receive__from_a_stranger__reverts(trade, court):
    for stranger in (trade.outsider, trade.buyer):
        error = court.disputes.Disputes_UnexpectedEther
        with court.move(), reverts(error, **{"from": stranger, "amount": 1}):
            stranger.transfer(court.disputes, 1)
