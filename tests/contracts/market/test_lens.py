# positionOf, maturingOf → an account's money by where it is, from balances, buckets and orders
# merchantOf, pairLeft, feeBpsFor → the seller's packed slot and the policy in plain fields
# sharesFor → what a placement would seal; somebody else's upline → its error
# sharesOf, orderIdOf → the terms alone, as dapp.domain splits and hashes them

import random

import pytest

from dapp.domain.bounds import DAY, STAKE_UNIT
from dapp.domain.credit import (
    ATTESTED_BASE,
    BASE,
    SERVICE_BASE,
    TRADE_BASE,
    Tier,
    fee_bps_of,
    tier_of,
)
from dapp.domain.credit_table import TABLE
from dapp.domain.maturity import day_of
from dapp.domain.split import CommissionLine, Split, split
from dapp.domain.terms import Flag, Terms, Upline, order_id
from tests.reverts import reverts
from tests.stage import BASE_FEE_BPS, TOKEN_UNIT, WATCH_STAKE
from tests.trade import NATIVE, PRICE


@pytest.fixture(scope="module")
def lens(project, stage):
    return stage.actors.admin.deploy(project.Lens, stage.market)


def words_of(market, account):
    """The fields of an account's packed slot: widths as Account.sol has them, signed ones by distance."""
    word, fields = int(market.accountOf(account)), []
    for bits in (112, 20, 20, 20, 24, 16, 24, 16):
        fields.append(word & (2**bits - 1))
        word >>= bits
    return [value - 2**20 if 1 <= i <= 3 and value >> 19 else value for i, value in enumerate(fields)]


def parts_of(shares):
    """The view's answer as the model's, commissions in the order of the lines."""
    return Split(shares.fee, tuple(shares.commissions), shares.toSeller)


# -- money ------------------------------------------------------------------------------------


def test_position_of__money_in_every_place__told_apart(trade, market, lens):
    market.deposit(NATIVE, 77, trade.seller, sender=trade.payer, value=77)
    later = trade.list(settle_days=5, flags=Flag.INSTANT)
    settled = trade.place(later)
    trade.deliver(settled)
    trade.release(settled)
    orders = [trade.placed(), trade.delivered()]
    trade.refund(orders[0], 3)
    other = trade.place(trade.list(trade.newcomer), payer=trade.payer)
    packed = [order.terms.pack() for order in (*orders, other, settled)]
    maturing = split(PRICE, PRICE, settled.terms.fee_bps, settled.terms.lines).to_seller
    held = 2 * PRICE - 3
    native = words_of(market, trade.seller)[0]
    assert native == market.balanceOf(trade.seller, NATIVE) >= 77
    assert tuple(lens.positionOf(trade.seller, NATIVE, packed)) == (native, maturing, 0, 0, held, WATCH_STAKE)
    bought = market.balanceOf(trade.buyer, NATIVE)
    assert tuple(lens.positionOf(trade.buyer, NATIVE, packed)) == (bought, 0, 0, held, 0, 0)
    assert tuple(lens.positionOf(trade.outsider, NATIVE, packed)) == (0,) * 6


def test_position_of__token__orders_in_coins_and_the_stake_do_not_count(trade, market, lens, token):
    coins, order = trade.placed(), trade.placed(trade.list(token=token.address, price=9 * TOKEN_UNIT))
    market.deposit(token, 5, trade.seller, sender=trade.buyer)
    packed = [coins.terms.pack(), order.terms.pack()]
    assert tuple(lens.positionOf(trade.seller, token, packed)) == (5, 0, 0, 0, 9 * TOKEN_UNIT, 0)
    assert tuple(lens.positionOf(trade.buyer, token, packed)) == (0, 0, 0, 9 * TOKEN_UNIT, 0, 0)


def test_maturing_of__several_days__sum_due_and_days(trade, market, lens):
    expected = {}
    for days in (1, 2, 2, 9):
        order = trade.place(trade.list(settle_days=days, flags=Flag.INSTANT))
        trade.deliver(order)
        trade.release(order)
        day = day_of(trade.now) + days
        amount = split(PRICE, PRICE, order.terms.fee_bps, order.terms.lines).to_seller
        expected[day] = expected.get(day, 0) + amount
    first, second, _ = sorted(expected)
    for due_days, now in (((), first * DAY - 1), ((first,), first * DAY), ((first, second), second * DAY)):
        trade.chain.mine(timestamp=now)
        total, due, days = lens.maturingOf(trade.seller, NATIVE)
        assert (total, due) == (sum(expected.values()), sum(expected[day] for day in due_days))
        assert sorted(days) == sorted(expected)
    raw = [word for word in market.bucketsOf(trade.seller, NATIVE) if word >> 32]
    assert {word % 2**32: word >> 32 for word in raw} == expected
    market.mature(trade.seller, NATIVE, [first], sender=trade.outsider)
    total, due, days = lens.maturingOf(trade.seller, NATIVE)
    assert (total, due, sorted(days)) == (
        sum(expected.values()) - expected[first],
        expected[second],
        sorted(expected)[1:],
    )


# -- merchants --------------------------------------------------------------------------------


def test_merchant_of__rated_and_attested__as_the_slot_says(trade, market, lens):
    order = trade.completed()
    trade.rate(order, 1)
    market.attestCredit(trade.seller, 2, -12_345, 5, b"\x01" * 32, sender=trade.credit)
    market.requestUnstake(sender=trade.seller)
    _, moved, service, attested, earned, busy, stake, unstake = words_of(market, trade.seller)
    assert service < 0 > attested
    record = lens.merchantOf(trade.seller)
    assert (record.score, record.trade) == (BASE + moved + service + attested, TRADE_BASE + moved)
    assert (record.service, record.attested) == (SERVICE_BASE + service, ATTESTED_BASE - 12_345)
    assert (record.earned, record.stake) == (earned, stake * STAKE_UNIT)
    assert (record.busyUntilDay, record.unstakeDay) == (busy, unstake)
    assert unstake == day_of(trade.now) + 7
    tier = tier_of(record.score)
    assert (record.tier, record.limited) == (tier, tier is Tier.WATCH or earned < TABLE.seasoned)


def test_merchant_of__never_seen__a_new_merchants_record(trade, lens):
    record = lens.merchantOf(trade.outsider)
    scores = (record.score, record.trade, record.service, record.attested)
    assert scores == (BASE, TRADE_BASE, SERVICE_BASE, ATTESTED_BASE)
    assert (record.earned, record.stake, record.busyUntilDay, record.unstakeDay) == (0, 0, 0, 0)
    assert (record.tier, record.limited) == (Tier.SILVER, True)


@pytest.mark.parametrize(
    ("delta", "tier"),
    [(-300_000, Tier.WATCH), (0, Tier.SILVER), (120_000, Tier.SILVER)],
)
def test_fee_bps_for__by_tier__as_the_model(trade, market, lens, delta, tier):
    if delta:
        market.attestCredit(trade.newcomer, 2, delta, 5, b"\x01" * 32, sender=trade.credit)
    assert lens.merchantOf(trade.newcomer).tier == tier
    assert lens.feeBpsFor(trade.newcomer) == fee_bps_of(tier, BASE_FEE_BPS)


def test_pair_left__gained_and_in_the_next_epoch__as_the_pair_says(trade, market, lens):
    assert lens.pairLeft(trade.seller, trade.buyer) == TABLE.pair_cap
    order = trade.completed()
    epoch, gained = market.pairOf(trade.seller, trade.buyer)
    assert (epoch, gained) == (trade.now // TABLE.epoch, order.terms.weight)
    assert lens.pairLeft(trade.seller, trade.buyer) == TABLE.pair_cap - gained
    trade.chain.mine(timestamp=(epoch + 1) * TABLE.epoch)
    assert lens.pairLeft(trade.seller, trade.buyer) == TABLE.pair_cap


# -- shares -----------------------------------------------------------------------------------


@pytest.mark.parametrize("offered", [0, 700, 1_200, 3_000])
def test_shares_for__registered_buyer__what_a_placement_seals(trade, lens, offered):
    upline = trade.uplines[trade.buyer.address]
    asked = (trade.buyer, upline.pack(), trade.seller, 0, NATIVE, offered, PRICE + 7)
    shares = lens.sharesFor(*asked)
    order = trade.place(trade.list(price=PRICE + 7, max_commission_bps=offered))
    lines = order.terms.lines
    assert parts_of(shares) == split(PRICE + 7, PRICE + 7, order.terms.fee_bps, lines)
    assert list(shares.referrers) == [line.referrer for line in lines]


def test_shares_for__with_caps__capped(trade, market, lens, token):
    caps = (5, 2**80 - 1, 0)
    market.setCommissionCaps(0, token, caps, sender=trade.rater)
    upline = trade.uplines[trade.buyer.address].pack()
    shares = lens.sharesFor(trade.buyer, upline, trade.seller, 0, token, 3_000, TOKEN_UNIT)
    assert list(shares.commissions) == [5, TOKEN_UNIT * 500 // 10_000, TOKEN_UNIT * 250 // 10_000]
    assert shares.toSeller + shares.fee + sum(shares.commissions) == TOKEN_UNIT


def test_shares_for__not_registered__seller_and_platform_alone(trade, lens):
    shares = lens.sharesFor(trade.outsider, Upline().pack(), trade.seller, 0, NATIVE, 3_000, PRICE)
    fee = PRICE * BASE_FEE_BPS // 10_000
    assert parts_of(shares) == Split(fee, (0, 0, 0), PRICE - fee)
    assert set(shares.referrers) == {NATIVE}


@pytest.mark.parametrize("account", ["outsider", "referrer"])
def test_shares_for__anothers_upline__reverts(trade, market, lens, account):
    upline, caller = trade.uplines[trade.buyer.address].pack(), getattr(trade, account)
    with reverts(market.Affiliates_UplineMismatch, account=caller):
        lens.sharesFor(caller, upline, trade.seller, 0, NATIVE, 3_000, PRICE)


def test_shares_of__random_terms__as_the_model(trade, lens):
    dice = random.Random(792)
    for _ in range(25):
        base = dice.choice([1, 3, 9_999, dice.randrange(1, 2**128)])
        earned = dice.choice([0, base, dice.randrange(base + 1)])
        lines = tuple(
            CommissionLine(trade.referrer.address, dice.randrange(1, 1_001), dice.choice([0, 1, 2**80 - 1]))
            for _ in range(3)
        )
        terms = Terms(
            seller=trade.seller.address,
            buyer=trade.buyer.address,
            payer=trade.buyer.address,
            base=base,
            placed_at=1,
            accept_seconds=1,
            deliver_seconds=1,
            review_seconds=1,
            fee_bps=dice.randrange(1_001),
            lines=lines,
        )
        shares = lens.sharesOf(terms.pack(), earned)
        assert parts_of(shares) == split(base, earned, terms.fee_bps, lines)


def test_order_id_of__placed__the_events_id(trade, market, lens, chain):
    order = trade.placed()
    found = bytes(lens.orderIdOf(order.terms.pack()))
    assert found == bytes(order.id) == order_id(order.terms, chain.chain_id, market.address)
    assert lens.MARKET() == market
