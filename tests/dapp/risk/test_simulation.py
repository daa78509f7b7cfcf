# simulate: same seed → the same market to the last sale · another → another · what it makes is a market

from dapp.risk.features import check
from dapp.risk.simulation import FRAUDS, Kind, simulate


def test_simulate__seed__decides_everything():
    one, again, other = simulate(3, merchants=60), simulate(3, merchants=60), simulate(4, merchants=60)
    assert (one.sales, one.links, one.first_seen, one.kinds) == (
        again.sales,
        again.links,
        again.first_seen,
        again.kinds,
    )
    assert one.sales != other.sales


def test_simulate__market__is_one_that_can_be(known):
    market = known.market
    assert {*market.kinds.values()} == {*Kind}
    assert sum(kind in FRAUDS for kind in market.kinds.values()) == round(0.06 * len(market.kinds))
    for sale in market.sales:
        check(sale, market.now)
        assert market.first_seen[sale.buyer] <= sale.placed_at
    assert len({sale.id for sale in market.sales}) == len(market.sales)
