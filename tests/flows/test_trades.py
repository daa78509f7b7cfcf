# whole trades, from the money that comes in to the money that leaves

from dapp.domain.bounds import DAY, MONTH_END
from dapp.domain.maturity import day_of, due_day
from dapp.domain.orders import Status
from dapp.domain.split import split
from dapp.domain.terms import Flag
from tests.permit import permit
from tests.stage import TOKEN_UNIT
from tests.trade import ALL, NATIVE, PRICE

REFERRERS = ("referrer", "second_referrer", "third_referrer")


def test_trade__three_referrers_and_a_partial_refund__everyone_withdraws_his_part(trade, market, move):
    order = trade.delivered(trade.list(max_commission_bps=3_000))
    back = PRICE // 3
    trade.refund(order, back)
    parts = split(PRICE, PRICE - back, order.terms.fee_bps, order.terms.lines)
    referrers = dict(zip(REFERRERS, parts.commissions, strict=True))
    assert parts.total + back == PRICE
    with move(seller=parts.to_seller, platform=parts.fee, **referrers):
        trade.release(order)
    for name, amount in (("buyer", back), *referrers.items()):
        actor = getattr(trade, name)
        with move(**{name: -amount, f"{name}_wallet": amount, "vault": -amount}):
            market.withdraw(NATIVE, ALL, actor, sender=actor)


def test_trade__settles_a_day_later_or_at_the_months_end__matures_on_the_day(trade, market, move):
    amount = PRICE - PRICE // 50
    for settle_days in (1, MONTH_END):
        order = trade.delivered(trade.list(settle_days=settle_days))
        with move(seller_maturing=amount, platform=PRICE // 50):
            trade.release(order)
        day = due_day(day_of(trade.now), settle_days)
        trade.at(day * DAY)
        with move(seller_maturing=-amount, seller=amount):
            market.mature(trade.seller, NATIVE, [day], sender=trade.outsider)


def test_trade__token_deposited_by_permit__paid_from_the_ledger(trade, market, move, token, chain):
    price = 50 * TOKEN_UNIT
    token.mint(trade.outsider, price, sender=trade.admin)
    signature = permit(token, trade.outsider, market, price, ALL, chain.chain_id)
    with move(token, outsider=price, outsider_wallet=-price, vault=price):
        market.depositWithPermit(token, price, trade.outsider, ALL, *signature, sender=trade.outsider)
    offer = trade.list(token=token.address, price=price)
    with move(token, outsider=-price):
        order = trade.accepted(offer, payer=trade.outsider, options=Flag.FROM_LEDGER)
    trade.deliver(order)
    with move(token, seller=price - price // 50, platform=price // 50):
        trade.release(order, by=trade.outsider)


def test_trade__gift__the_buyer_has_the_rights_and_his_upline_earns(trade, market, move):
    offer = trade.list(max_commission_bps=3_000)
    with move(payer_wallet=-PRICE, vault=PRICE):
        order = trade.delivered(offer, payer=trade.payer, buyer=trade.buyer.address)
    with move(buyer=PRICE // 2):
        trade.refund(order, PRICE // 2)
    parts = split(PRICE, PRICE // 2, order.terms.fee_bps, order.terms.lines)
    referrers = dict(zip(REFERRERS, parts.commissions, strict=True))
    with move(seller=parts.to_seller, platform=parts.fee, **referrers):
        trade.release(order)
    trade.rate(order, 4)
    assert market.openOrdersOf(offer.id, trade.payer) == 0
    assert trade.state(order).status == Status.COMPLETED
