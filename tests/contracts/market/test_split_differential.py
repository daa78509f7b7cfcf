# random orders, fees, rules, caps, refunds and rulings → every balance as the model says, to the unit

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from dapp.domain.orders import Resolution
from dapp.domain.split import commission_lines, split
from dapp.domain.terms import Flag
from tests.trade import NATIVE

REFERRERS = ("referrer", "second_referrer", "third_referrer")
RATES = st.tuples(st.integers(0, 1_500), st.integers(0, 1_000), st.integers(0, 500))
BASES = st.one_of(st.integers(1, 200), st.integers(1, 10**6), st.integers(10**15, 10**19))
CAPS = st.tuples(*[st.one_of(st.just(0), st.integers(1, 10**4), st.integers(1, 10**18))] * 3)
ENDINGS = ("release", *Resolution)


@settings(
    max_examples=10,
    phases=[Phase.generate],
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    base=BASES,
    fee_bps=st.integers(0, 833),
    rates=RATES,
    caps=CAPS,
    offered=st.integers(0, 3_000),
    refunded=st.floats(0, 1, exclude_max=True),
    awarded=st.floats(0, 1),
    ending=st.sampled_from(ENDINGS),
)
def test_split__random__equals_the_model(
    trade, market, move, chain, base, fee_bps, rates, caps, offered, refunded, awarded, ending
):
    with chain.isolate():  # a ruling costs the seller stake and score
        trade.stage.fee_policy.setBaseFee(fee_bps, sender=trade.rater)
        market.setCommissionRule(3, rates, sender=trade.rater)
        market.setCommissionCaps(3, NATIVE, caps, sender=trade.rater)
        terms = {"price": base, "max_commission_bps": offered, "max_fee_bps": 1_000}
        order = trade.place(trade.list(category=3, flags=Flag.INSTANT, **terms))
        upline = trade.uplines[trade.buyer.address].levels
        parties = (trade.buyer.address, trade.seller.address)
        lines = commission_lines(
            rates, caps, offered, upline, placed_at=order.terms.placed_at, parties=parties
        )
        assert order.terms.lines == lines

        trade.deliver(order)
        if back := min(int(base * refunded), base - 1):
            with move(buyer=back):
                trade.refund(order, back)
        held = base - back
        to_buyer = 0 if ending == "release" else min(int(held * awarded), held)
        earned = held - to_buyer
        parts = split(base, earned, trade.stage.fee_policy.feeBpsFor(trade.seller), lines)
        if ending != "release":
            trade.dispute(order)
        stake = market.accountOf(trade.seller) >> 212 & 0xFFFFFF
        slashed = 0
        if ending is Resolution.RULING and order.terms.weight:
            slashed = stake * 2_500 // 10_000 * to_buyer // held * 10**15
        commissions = dict(zip(REFERRERS, parts.commissions, strict=True))
        platform = parts.fee + slashed
        with move(buyer=to_buyer, seller=parts.to_seller, platform=platform, **commissions):
            if ending == "release":
                trade.release(order)
            else:
                trade.resolve(order, to_buyer, ending)
        assert parts.total + to_buyer + back == base
