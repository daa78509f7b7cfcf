# features_of
# ├── no sale, or none in 90 days → exactly what says nothing
# ├── one sale → close to that: nobody is odd for being new
# ├── any sales → finite, the same in any order, never beyond what the model takes
# ├── each fraud's mark → moves its feature the right way, others not
# └── what no market can have had → BadSale with its values

import math
from dataclasses import replace

import pytest
from hypothesis import given

from dapp.domain.bounds import DAY
from dapp.domain.orders import Status
from dapp.risk.failures import BadSale
from dapp.risk.features import FEATURES, NEUTRAL, context_of, features_of
from dapp.risk.model import checked
from tests.dapp.risk.sales import COIN, NOW, account, any_sales, sale


def of(sales, first_seen=None, others=()):
    context = context_of([*sales, *others], first_seen or {})
    return dict(zip(FEATURES, features_of(sales, context, NOW), strict=True))


def test_features__no_sale__say_nothing():
    assert of([]) == NEUTRAL
    assert of([sale(days_ago=91)]) == NEUTRAL


def test_features__one_sale__stay_near_what_says_nothing():
    for name, value in of([sale(status=Status.CANCELLED, returned=COIN, earned=0)]).items():
        assert abs(value - NEUTRAL[name]) < 0.2, name


@given(any_sales())
def test_features__any_sales__are_finite_and_don_t_depend_on_their_order(sales):
    context = context_of(sales, {sale.buyer: sale.placed_at for sale in sales[:5]})
    features = features_of(sales, context, NOW)
    assert checked(features) == features
    assert features_of(sales[::-1], context, NOW) == features


def test_features__the_same_buyer_always__is_concentration():
    many = [sale(number, days_ago=number, buyer=account(100 + number)) for number in range(1, 31)]
    one = [replace(each, buyer=account(100)) for each in many]
    assert of(many)["buyer_concentration"] == 0
    assert of(one)["buyer_concentration"] == pytest.approx(30 / 35)


def test_features__large_orders_of_late__jump():
    sales = [sale(n, days_ago=15 + n) for n in range(1, 21)]
    sales += [sale(30 + n, days_ago=n / 2, base=8 * COIN) for n in range(1, 21)]
    assert of(sales)["amount_jump"] == pytest.approx(math.log(8) * 20 / 25)


def test_features__amounts_in_two_tokens__are_measured_by_each_token_s_median():
    cents = account(9)
    others = [sale(100 + n, token=cents, base=10**6, seller=account(5)) for n in range(5)]
    ours = [sale(n, days_ago=15 + n) for n in range(1, 11)]
    ours += [sale(50 + n, days_ago=n / 2, token=cents, base=10**6) for n in range(1, 11)]
    assert of(ours, others=others)["amount_jump"] == 0


def test_features__refunds_and_disputes_of_late__drift():
    good = [sale(n, days_ago=15 + n) for n in range(1, 21)]
    bad = [
        sale(30 + n, days_ago=n / 2, status=Status.DISPUTED, disputed=True, earned=0) for n in range(1, 21)
    ]
    found = of(good + bad)
    assert found["refund_drift"] == pytest.approx(20 / 25)
    assert found["dispute_share"] == pytest.approx(0.5 * 40 / 45)
    assert of(good)["refund_drift"] == 0


def test_features__ratings_that_fall__drift_upwards():
    sales = [sale(n, days_ago=15 + n, stars=5) for n in range(1, 21)]
    sales += [sale(30 + n, days_ago=n / 2, stars=2) for n in range(1, 21)]
    assert of(sales)["rating_drift"] == pytest.approx(3 * 20 / 25)


def test_features__buyers_of_this_shop_alone__are_exclusive():
    sales = [sale(n, days_ago=n, buyer=account(100 + n)) for n in range(1, 11)]
    elsewhere = [replace(each, key=200 + each.key, seller=account(5)) for each in sales]
    neutral = NEUTRAL["exclusive_buyers"]
    assert of(sales)["exclusive_buyers"] == pytest.approx(neutral + (1 - neutral) * 10 / 15)
    assert of(sales, others=elsewhere)["exclusive_buyers"] == pytest.approx(neutral - neutral * 10 / 15)


def test_features__accounts_made_for_the_sale__are_fresh():
    sales = [sale(n, days_ago=n, buyer=account(100 + n)) for n in range(1, 11)]
    old = {each.buyer: each.placed_at - 30 * DAY for each in sales}
    new = {each.buyer: each.placed_at - DAY for each in sales}
    assert of(sales, new)["fresh_buyers"] > NEUTRAL["fresh_buyers"] > of(sales, old)["fresh_buyers"]


def test_features__one_moment_of_the_day_or_all_of_them__is_the_hour_profile():
    noon = [sale(n, days_ago=n) for n in range(1, 41)]
    around = [sale(n, days_ago=n + n / 40) for n in range(1, 41)]
    assert of(noon)["hour_profile"] > 0.85
    assert of(around)["hour_profile"] < 0.05


def test_features__clockwork_or_bursts__is_the_rhythm():
    clock = [sale(n, days_ago=n) for n in range(1, 41)]
    bursts = [sale(n, days_ago=n // 10 * 20 + 1 + n / 1_000) for n in range(1, 41)]
    assert of(clock)["rhythm"] < -2 < 0.7 < of(bursts)["rhythm"]


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"base": 0, "earned": 0}, "0 paid"),
        ({"base": -5, "earned": 0}, "-5 paid"),
        ({"returned": COIN + 1}, f"{COIN + 1} returned"),
        ({"earned": -1}, "-1 earned"),
        ({"stars": 6}, "6 stars"),
        ({"placed_at": NOW + 1}, f"placed at {NOW + 1}"),
        ({"placed_at": 0}, "placed at 0"),
        ({"changed_at": NOW + 9}, f"changed at {NOW + 9}"),
    ],
)
def test_features__what_no_market_had__is_refused(change, told):
    with pytest.raises(BadSale, match=told):
        of([sale(), sale(2, **change)])
