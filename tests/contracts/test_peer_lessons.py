# One test for each mistake that cost another marketplace money; see also the tests of the parts concerned.

from dataclasses import replace

import pytest

from dapp.domain.bounds import DAY
from dapp.domain.orders import Resolution, Status
from dapp.domain.split import Referrer, split
from dapp.domain.terms import Flag, Upline
from tests.reverts import reverts
from tests.stage import BASE_FEE_BPS, TOKEN_UNIT
from tests.trade import ACCEPT, CID, DELIVER, FEE, NATIVE, PRICE, REVIEW

REFERRERS = ("referrer", "second_referrer", "third_referrer")


def commissions(order, earned):
    """The parts of what was earned, and the referrers' by name."""
    parts = split(order.terms.base, earned, order.terms.fee_bps, order.terms.lines)
    return parts, dict(zip(REFERRERS, parts.commissions, strict=True))


def test_fee_raised_between_quote_and_mining__boson_683__above_the_maximum_reverts(trade, market, move):
    offer = trade.list(max_fee_bps=BASE_FEE_BPS)
    trade.stage.fee_policy.setBaseFee(BASE_FEE_BPS * 2, sender=trade.rater)
    expected = {"feeBps": 2 * BASE_FEE_BPS, "maxFeeBps": BASE_FEE_BPS}
    with move(), reverts(market.Orders_FeeAboveSellersMaximum, **expected):
        trade.place(offer)


def test_fee_changed_after_placement__talentlayer_reimburse__sealed_rate_applies(trade, move):
    order = trade.delivered()
    trade.stage.fee_policy.setBaseFee(BASE_FEE_BPS * 4, sender=trade.rater)
    trade.refund(order, PRICE // 2)
    with move(seller=(PRICE - FEE) // 2, platform=FEE // 2):
        trade.release(order)


def test_payee_refuses_ether__kleros_and_talentlayer_send__nothing_is_stranded(trade, market, move, project):
    receiver = trade.admin.deploy(project.HostileReceiver)
    receiver.setRefuses(True, sender=trade.admin)
    order = trade.placed(payer=trade.payer, buyer=receiver.address)
    trade.decline(order)
    assert market.balanceOf(receiver, NATIVE) == PRICE
    elsewhere = market.withdraw.encode_input(NATIVE, PRICE, trade.arbiter)
    with move(arbiter_wallet=PRICE, vault=-PRICE):
        receiver.execute(market, elsewhere, sender=trade.payer)


def test_odd_unit_of_an_even_split__kleros__goes_to_the_seller(trade, move):
    offer = trade.list(price=1_001)
    order = trade.disputed(offer)
    with move(buyer=500, seller=501 - 10, platform=10):
        trade.resolve(order, 500, Resolution.FALLBACK)


def test_upline_that_reverts__thundercore__payment_goes_through(trade, market, move, project):
    receiver = trade.admin.deploy(project.HostileReceiver)
    receiver.setRefuses(True, sender=trade.admin)
    join = market.register.encode_input(NATIVE, Upline().pack())
    receiver.execute(market, join, sender=trade.admin)
    level = Referrer(receiver.address, market.nodeOf(receiver).registeredAt)
    market.register(receiver, Upline().pack(), sender=trade.payer)
    trade.uplines[trade.payer.address] = Upline().below(level)
    trade.wait(2 * DAY)
    order = trade.delivered(trade.list(max_commission_bps=3_000), payer=trade.payer)
    with move(seller=PRICE - FEE - PRICE // 10, platform=FEE):
        trade.release(order, by=trade.payer)
    assert market.balanceOf(receiver, NATIVE) == PRICE // 10


def test_blacklisted_referrer__frozen_payout__everybody_else_is_paid(trade, market, move, project):
    token = trade.admin.deploy(project.BlacklistingToken)
    token.mint(trade.buyer, PRICE, sender=trade.admin)
    token.approve(market, PRICE, sender=trade.buyer)
    order = trade.delivered(trade.list(token=token.address, max_commission_bps=3_000))
    for account in (trade.referrer, trade.seller):
        token.setBlocked(account, True, sender=trade.admin)
    parts, referrers = commissions(order, PRICE)
    with move(token, seller=parts.to_seller, platform=parts.fee, **referrers):
        trade.release(order)
    paid = referrers["second_referrer"]
    with move(token, second_referrer=-paid, second_referrer_wallet=paid, vault=-paid):
        market.withdraw(token, 2**256 - 1, trade.second_referrer, sender=trade.second_referrer)


@pytest.mark.parametrize("party", ["buyer", "payer"])
def test_buyer_names_himself_arbiter__origin_554__reverts(trade, market, move, party):
    arbitrator = getattr(trade, party)
    offer = trade.list(arbitrator=arbitrator.address)
    with move(), reverts(market.Orders_ArbitratorIsParty, arbitrator=arbitrator):
        trade.place(offer, payer=getattr(trade, party), options=Flag.FOREIGN_ARBITRATOR)


def test_buyer_picks_his_own_referrer__at_the_till__reverts_or_earns_nothing(trade, market, move):
    offer = trade.list(max_commission_bps=3_000)
    own = Upline((Referrer(trade.payer.address, 1), Referrer(), Referrer()))
    with move(), reverts(market.Affiliates_UplineMismatch, account=trade.buyer):
        trade.place(offer, upline=own)
    trade.register(trade.payer)
    trade.register(trade.outsider, trade.payer)  # made up just before buying
    order = trade.place(offer, payer=trade.outsider)
    assert all(line.is_empty for line in order.terms.lines)


def test_disputed_order__origin_and_smartinvoice__ends_without_the_arbiter(trade, move):
    conceded, settled, fallen = (trade.disputed() for _ in range(3))
    with move(buyer=PRICE):
        trade.refund(conceded, PRICE)
    with move(buyer=PRICE // 2, seller=(PRICE - FEE) // 2, platform=FEE // 2):
        trade.resolve(settled, PRICE // 2, Resolution.SETTLEMENT)
    with move(buyer=PRICE // 2, seller=(PRICE - FEE) // 2, platform=FEE // 2):
        trade.resolve(fallen, PRICE // 2, Resolution.FALLBACK)
    for order in (conceded, settled, fallen):
        assert trade.state(order).held == 0


def test_vendor_never_accepts__openbazaar_973__buyer_is_refunded_by_anyone(trade, move):
    order = trade.placed()
    trade.wait(ACCEPT)
    with move(buyer=PRICE):
        trade.reclaim(order)


def test_vendor_accepts_and_disappears__buyer_is_refunded_by_anyone(trade, move):
    order = trade.accepted()
    trade.wait(DELIVER)
    with move(buyer=PRICE):
        trade.reclaim(order)


def test_buyer_never_releases__openbazaar_325__anyone_does(trade, move):
    order = trade.delivered()
    trade.wait(REVIEW)
    with move(seller=PRICE - FEE, platform=FEE):
        trade.release(order, by=trade.outsider)


@pytest.mark.parametrize("base", [1, 7, 49, 99])
def test_low_decimals__splits_monorepo_21__parts_sum_to_the_whole(trade, market, move, project, base):
    token = trade.admin.deploy(project.TokenMock, "No decimals", "NIL", 0)
    token.mint(trade.buyer, base, sender=trade.admin)
    token.approve(market, base, sender=trade.buyer)
    order = trade.delivered(trade.list(token=token.address, price=base, max_commission_bps=3_000))
    parts, referrers = commissions(order, base)
    assert parts.total == base
    with move(token, seller=parts.to_seller, platform=parts.fee, **referrers):
        trade.release(order)


def test_commission_after_a_refund__opencart_7703__is_clawed_back(trade, move):
    order = trade.delivered(trade.list(max_commission_bps=3_000))
    trade.refund(order, PRICE * 3 // 4)
    parts, referrers = commissions(order, PRICE // 4)
    assert referrers["referrer"] == PRICE // 40
    with move(seller=parts.to_seller, platform=parts.fee, **referrers):
        trade.release(order)
    whole = trade.delivered(trade.list(max_commission_bps=3_000))
    with move(buyer=PRICE):
        trade.refund(whole, PRICE)


def test_cid_of_version_1__talentlayer_46_characters__is_taken(trade, market):
    assert len(CID) == 59
    order = trade.accepted()
    receipt = trade.deliver(order, cid=CID)
    assert receipt.events == [market.OrderDelivered(id=order.id, cid=CID)]


def test_second_purchase__unlock_13487__referrers_earn_again(trade, move):
    offer = trade.list(max_commission_bps=3_000)
    trade.completed(offer)
    again = trade.delivered(offer)
    parts, referrers = commissions(again, PRICE)
    with move(seller=parts.to_seller, platform=parts.fee, **referrers):
        trade.release(again)


def test_expired_action__boson_interface_563__says_when_it_ended(trade, market):
    order = trade.accepted()
    until = trade.now + DELIVER
    trade.at(until)
    with reverts(market.Orders_TooLate, timestamp=until, until=until):
        trade.deliver(order)


def test_listing_changed_between_quote_and_mining__buyer_gets_what_he_saw_or_nothing(trade, market, move):
    offer = trade.list(token=trade.stage.token.address, price=TOKEN_UNIT)
    changed = replace(offer.listing, deliver_seconds=80 * DAY)
    market.edit(changed.pack(), CID, offer.id, offer.listing.pack(), sender=trade.seller)
    with move(trade.stage.token), reverts(market.Listings_Changed, listingId=offer.id):
        trade.place(offer)
    order = trade.place(replace(offer, listing=changed))
    assert trade.state(order).status == Status.PLACED
