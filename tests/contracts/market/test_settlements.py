# settle
# ├── expired; wrong signer, chain, contract, order, share or nonce → its error, nothing moves
# ├── signed for another status or amount held, or used before → its error, nothing moves
# ├── more than is held, unknown or ended order → its error
# └── signed by both: keys, wallet contracts, delegating accounts → ended in every live state, paid as usual
#     └── disputed → deposits back, the cost shared; the case's ruling comes too late
# revokeOffers → offers signed so far are void, others are not

import pytest
from eth_account.messages import encode_typed_data

from dapp.domain.credit import CreditReason, Dimension
from dapp.domain.orders import Resolution, Status
from dapp.domain.split import scale_down
from tests.court import ARBITRATION, FEE, ODD_PRICE, SEALED, Phase
from tests.reverts import reverts
from tests.stage import TOKEN_UNIT
from tests.trade import DAY

SETTLEMENT = [
    {"name": "order", "type": "bytes32"},
    {"name": "status", "type": "uint8"},
    *({"name": name, "type": "uint256"} for name in ("held", "toBuyer", "toSeller", "nonce", "deadline")),
]
TO_BUYER = 7 * 10**15
DELEGATION = bytes.fromhex("ef0100")


class Offers:
    """Offers about one order: what both sign, and what is handed in."""

    def __init__(self, court, order, to_buyer=TO_BUYER):
        self.court, self.trade, self.order, self.to_buyer = court, court.trade, order, to_buyer
        self.deadline = self.trade.now + DAY

    def sign(self, signer, domain=None, **changes):
        """An offer as it should be, but for `changes`; the signer's own nonce is the order's side's."""
        state = self.trade.state(self.order)
        offer = {
            "order": self.order.id,
            "status": int(state.status),
            "held": state.held,
            "toBuyer": self.to_buyer,
            "nonce": self.court.disputes.nonceOf(self.order.id, signer),
            "deadline": self.deadline,
            **changes,
        }
        offer.setdefault("toSeller", offer["held"] - offer["toBuyer"])
        there = {
            "name": "Hanse Disputes",
            "version": "1",
            "chainId": self.trade.chain.chain_id,
            "verifyingContract": self.court.disputes.address,
            **(domain or {}),
        }
        message = encode_typed_data(there, {"Settlement": SETTLEMENT}, offer)
        return signer.sign_message(message).encode_rsv()

    def settle(self, buyers=None, sellers=None):
        """An outsider hands the offers in; those not given are as they should be."""
        signed = buyers or self.sign(self.trade.buyer), sellers or self.sign(self.trade.seller)
        terms = self.order.terms.pack()
        return self.court.disputes.settle(
            terms, self.to_buyer, self.deadline, *signed, sender=self.trade.outsider
        )


@pytest.fixture
def delivered(court):
    """Offers about a delivered order."""
    return Offers(court, court.order())


@pytest.fixture
def refused(court):
    """Asserts that an offer is no valid signature of a party, and that nothing moves."""

    def refused_(offers, party, **signatures):
        error = court.disputes.Settlements_BadSignature
        state = offers.trade.state(offers.order)
        with court.move(), reverts(error, party=party):
            offers.settle(**signatures)
        assert offers.trade.state(offers.order) == state

    return refused_


# -- signed by both ---------------------------------------------------------------------------


@pytest.mark.parametrize("status", [Status.PLACED, Status.IN_PROGRESS, Status.DELIVERED])
def test_settle__signed_by_both__split_with_fee_and_score(trade, court, market, status):
    order = trade.in_status(status, court.list())
    earned = ODD_PRICE - TO_BUYER
    fee, to_seller = court.shares(order, earned)
    before = court.record_of_seller()
    with court.move(buyer=TO_BUYER, seller=to_seller, platform=fee):
        receipt = Offers(court, order).settle()
    weight = order.terms.weight
    gained, lost = scale_down(weight, earned, ODD_PRICE), scale_down(weight, TO_BUYER, ODD_PRICE)
    resolved = market.OrderResolved(
        id=order.id, how=Resolution.SETTLEMENT, toBuyer=TO_BUYER, earned=earned, credit=gained
    )
    refund = market.CreditChanged(
        merchant=trade.seller,
        ref=order.id,
        dimension=Dimension.TRADE,
        reason=CreditReason.REFUND,
        applied=-lost,
    )
    # Before the seller accepted, money that goes back is no refund.
    accepted = status is not Status.PLACED
    assert receipt.events == [*([refund] if accepted else []), resolved]
    change = gained - lost if accepted else gained
    assert court.record_of_seller() == (before[0] + change, before[1], before[2])
    assert trade.state(order).status is Status.COMPLETED


@pytest.mark.parametrize("to_buyer", [0, 1, ODD_PRICE - 1, ODD_PRICE])
def test_settle__all_or_nothing__sums_to_the_wei(court, to_buyer):
    offers = Offers(court, court.order(), to_buyer)
    fee, to_seller = court.shares(offers.order, ODD_PRICE - to_buyer)
    assert to_buyer + fee + to_seller == ODD_PRICE
    with court.move(buyer=to_buyer, seller=to_seller, platform=fee):
        offers.settle()


def test_settle__with_referrers_in_a_token__every_line_scaled(court, token, shares):
    price = 5 * TOKEN_UNIT + 7
    order = court.order(court.list(token=token.address, price=price, max_commission_bps=3_000))
    paid = shares(order, price - 2_000_001)
    assert all(paid.values())
    with court.move(), court.move(token, buyer=2_000_001, **paid):
        Offers(court, order, 2_000_001).settle()


def test_settle__waiting_for_the_other_deposit__openers_deposit_back(court):
    order = court.opened()
    fee, to_seller = court.shares(order, ODD_PRICE - TO_BUYER)
    with court.move(
        buyer=TO_BUYER + SEALED, seller=to_seller, platform=fee, disputes_wallet=-SEALED, vault=SEALED
    ):
        Offers(court, order).settle()
    assert court.phase(order) is Phase.CLOSED


@pytest.mark.parametrize("phase", [Phase.ARBITRATING, Phase.BACKUP])
def test_settle__before_an_arbitrator__cost_shared(court, phase):
    order = court.funded() if phase is Phase.ARBITRATING else court.escalated()
    fee, to_seller = court.shares(order, ODD_PRICE - TO_BUYER)
    left = 2 * SEALED - FEE * (1 if phase is Phase.ARBITRATING else 2)
    with court.move(
        buyer=TO_BUYER + left // 2,
        seller=to_seller + left - left // 2,
        platform=fee,
        disputes_wallet=-left,
        vault=left,
    ):
        receipt = Offers(court, order).settle()
    closed = court.disputes.DisputeClosed(orderId=order.id, toBuyer=left // 2, toSeller=left - left // 2)
    assert receipt.events[-1] == closed


def test_settle__ruled_but_not_executed__settlement_counts(trade, court):
    order = court.ruled(5)
    Offers(court, order).settle()
    with court.move():
        court.panel.executeRuling(court.case(order), sender=trade.outsider)
    with court.move(), reverts(court.disputes.Disputes_WrongPhase, orderId=order.id, phase=Phase.CLOSED):
        court.execute(order)


def test_settle__case_expired_before__its_fee_is_not_spent(trade, court):
    order = court.funded()
    fee, to_seller = court.shares(order, ODD_PRICE - TO_BUYER)
    trade.wait(ARBITRATION)
    court.panel.expire(court.case(order), sender=trade.outsider)
    with court.move(
        buyer=TO_BUYER + SEALED,
        seller=to_seller + SEALED,
        platform=fee,
        disputes_wallet=FEE - 2 * SEALED,
        panel_wallet=-FEE,
        vault=2 * SEALED,
    ):
        Offers(court, order).settle()


# -- who signs --------------------------------------------------------------------------------


def test_settle__buyer_is_a_wallet_contract__its_owner_signs(project, trade, court):
    wallet = trade.buyer.deploy(project.ContractWallet, trade.buyer)
    order = court.order(payer=trade.payer, buyer=wallet.address)
    fee, to_seller = court.shares(order, ODD_PRICE - TO_BUYER)
    with court.move(seller=to_seller, platform=fee):
        Offers(court, order).settle()
    assert trade.market.balanceOf(wallet, order.terms.token) == TO_BUYER


def test_settle__wallet_contract_with_anothers_signature__reverts(project, trade, court, refused):
    wallet = trade.buyer.deploy(project.ContractWallet, trade.buyer)
    offers = Offers(court, court.order(payer=trade.payer, buyer=wallet.address))
    refused(offers, wallet, buyers=offers.sign(trade.payer))


def test_settle__buyer_delegates_to_a_contract__still_signs_with_the_key(trade, token, delivered):
    """EIP-7702: an account with code that answers no ERC-1271 call."""
    code = DELEGATION + bytes.fromhex(token.address[2:])
    trade.chain.provider.set_code(trade.buyer.address, code)
    assert bytes(trade.chain.provider.get_code(trade.buyer.address)) == code
    delivered.settle()
    assert trade.state(delivered.order).status is Status.COMPLETED


@pytest.mark.parametrize("signer", ["outsider", "payer", "seller"])
def test_settle__buyers_signature_by_another__reverts(trade, delivered, refused, signer):
    refused(delivered, trade.buyer, buyers=delivered.sign(getattr(trade, signer)))


@pytest.mark.parametrize("signer", ["outsider", "buyer", "arbiter"])
def test_settle__sellers_signature_by_another__reverts(trade, delivered, refused, signer):
    refused(delivered, trade.seller, sellers=delivered.sign(getattr(trade, signer)))


@pytest.mark.parametrize("signature", [b"\x00", b"\x00" * 65, b"\xff" * 64])
def test_settle__no_signature__reverts(trade, delivered, refused, signature):
    refused(delivered, trade.buyer, buyers=signature)


# -- what is signed ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "domain",
    [
        {"chainId": 1},
        {"verifyingContract": "0x000000000000000000000000000000000000dEaD"},
        {"name": "Hanse"},
        {"version": "2"},
    ],
    ids=lambda domain: next(iter(domain)),
)
def test_settle__signed_for_another_domain__reverts(trade, delivered, refused, domain):
    refused(delivered, trade.buyer, buyers=delivered.sign(trade.buyer, domain))


@pytest.mark.parametrize(
    "change",
    [
        {"order": b"\x01" * 32},
        {"status": Status.IN_PROGRESS},
        {"held": ODD_PRICE + 1},
        {"toBuyer": TO_BUYER - 1},
        {"toSeller": ODD_PRICE - TO_BUYER + 1},
        {"nonce": 1},
        {"deadline": 2**40},
    ],
    ids=lambda change: next(iter(change)),
)
def test_settle__signed_with_another_value__reverts(trade, delivered, refused, change):
    refused(delivered, trade.buyer, buyers=delivered.sign(trade.buyer, **change))
    refused(delivered, trade.seller, sellers=delivered.sign(trade.seller, **change))


def test_settle__last_second_and_after__in_time_only(trade, court, delivered):
    signed = delivered.sign(trade.buyer), delivered.sign(trade.seller)
    late = Offers(court, court.order())
    late.deadline = delivered.deadline - 1
    trade.at(delivered.deadline)
    with court.move(), reverts(court.disputes.Settlements_Expired, deadline=late.deadline):
        late.settle()
    trade.at(delivered.deadline)
    delivered.settle(*signed)


def test_settle__held_changed_since_the_signing__reverts(trade, delivered, refused):
    signed = delivered.sign(trade.buyer), delivered.sign(trade.seller)
    trade.refund(delivered.order, 1)
    refused(delivered, trade.buyer, buyers=signed[0], sellers=signed[1])


def test_settle__status_changed_since_the_signing__reverts(trade, court, refused):
    order = trade.accepted(court.list())
    offers = Offers(court, order)
    signed = offers.sign(trade.buyer), offers.sign(trade.seller)
    trade.deliver(order)
    refused(offers, trade.buyer, buyers=signed[0], sellers=signed[1])


def test_settle__replayed__reverts(trade, court, delivered, refused):
    signed = delivered.sign(trade.buyer), delivered.sign(trade.seller)
    delivered.settle(*signed)
    error, ended = court.trade.market.Orders_WrongStatus, Status.COMPLETED
    with court.move(), reverts(error, id=delivered.order.id, status=ended):
        delivered.settle(*signed)
    again = Offers(court, court.order())
    again.deadline = delivered.deadline
    refused(again, trade.buyer, buyers=signed[0], sellers=signed[1])


def test_settle__more_than_is_held__reverts(court, market):
    offers = Offers(court, court.order(), ODD_PRICE + 1)
    error = market.Orders_WrongSplit
    with court.move(), reverts(error, toBuyer=ODD_PRICE + 1, toSeller=0, held=ODD_PRICE):
        offers.settle(b"\x00", b"\x00")


@pytest.mark.parametrize("status", [Status.COMPLETED, Status.CANCELLED])
def test_settle__ended_order__reverts(trade, court, market, status):
    order = trade.in_status(status, court.list())
    with court.move(), reverts(market.Orders_WrongStatus, id=order.id, status=status):
        Offers(court, order, 0).settle()


def test_settle__paused_and_closed__works(trade, court, market, stage, delivered):
    market.pause(sender=trade.pauser)
    for target in (market, court.disputes):
        stage.authority.setTargetClosed(target, True, sender=trade.admin)
    delivered.settle()
    assert trade.state(delivered.order).status is Status.COMPLETED


# -- revokeOffers -----------------------------------------------------------------------------


@pytest.mark.parametrize("party", ["buyer", "seller"])
def test_revoke_offers__signed_before__void_until_signed_anew(trade, court, delivered, refused, party):
    by = getattr(trade, party)
    signed = delivered.sign(by)
    with court.move():
        receipt = court.disputes.revokeOffers(delivered.order.id, sender=by)
    assert receipt.events == [court.disputes.OffersRevoked(orderId=delivered.order.id, party=by, nonce=1)]
    refused(delivered, by, **{f"{party}s": signed})
    delivered.settle()


def test_revoke_offers__by_others_or_for_another_order__offers_stay(trade, court, delivered):
    signed = delivered.sign(trade.buyer), delivered.sign(trade.seller)
    court.disputes.revokeOffers(delivered.order.id, sender=trade.outsider)
    court.disputes.revokeOffers(b"\x01" * 32, sender=trade.buyer)
    delivered.settle(*signed)
    assert trade.state(delivered.order).status is Status.COMPLETED
