"""What a transaction may cost.

Price.above
└── every replacement offers enough more for nodes to take it
Worth
├── the coin: itself; a token: by the market's credit units; one without: nothing
└── is_worth: at most the given share
gas
└── bounds and usual gas by kind; more days, more gas
"""

import pytest

from dapp.bots import gas
from dapp.bots.actions import Action, Call, Money
from dapp.bots.fees import Price, Worth, is_worth
from dapp.bots.settings import BotSettings
from dapp.domain.bounds import ZERO_ADDRESS

TOKEN, OTHER = "0x" + "7" * 40, "0x" + "8" * 40


def test_above__again_and_again__ten_percent_more_each_time():
    price = Price(100, 2, 202)
    for _ in range(20):
        higher = Price(100, 2, 202).above(price)
        assert higher.tip * 10 >= price.tip * 11
        assert higher.most * 10 >= price.most * 11
        assert higher.most >= higher.base + higher.tip
        price = higher


def test_above__market_price_rose__the_market_price():
    risen = Price(1_000, 50, 2_050)
    assert risen.above(Price(100, 2, 202)) == risen


def test_worth__token__by_credit_units():
    asked = []

    def unit(token):
        asked.append(token)
        return {ZERO_ADDRESS: 10**15, TOKEN: 10**6}.get(token, 0)

    worth = Worth(unit)
    assert worth.value(ZERO_ADDRESS, 123) == 123
    assert worth.value(TOKEN, 5 * 10**6) == 5 * 10**15
    assert worth.value(OTHER, 10**30) == 0
    worth.value(TOKEN, 1)
    assert len(asked) == 3
    worth.forget()
    worth.value(TOKEN, 1)
    assert len(asked) == 5


@pytest.mark.parametrize(("cost", "expected"), [(20, True), (21, False), (0, True)])
def test_is_worth__share_of_the_money__at_most(cost, expected):
    assert is_worth(cost, 100, BotSettings(max_cost_percent=20)) is expected


def test_gas__more_days__more():
    def mature(days):
        call = Call("Market", "mature", (TOKEN, TOKEN, tuple(range(days))))
        return Action("mature", "x", 0, call, Money(TOKEN, 1))

    assert gas.usual(mature(1)) < gas.usual(mature(2)) < gas.bound(mature(2)) < gas.bound(mature(64))
