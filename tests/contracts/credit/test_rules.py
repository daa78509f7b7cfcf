# a market deployed with the table of another rule file
# ├── orders missed, refunded, released and rated → move what the rules say, to the thousandth
# └── reckoned again from its events by that table → the same changes, the same score
# a table that the rules couldn't give → the market isn't deployed, for the same reasons

import pytest

from dapp.credit import compile_table, parse_rules
from dapp.credit.loading import SHIPPED
from dapp.domain.credit import BASE, CreditReason, Dimension
from dapp.domain.credit_table import TABLE
from dapp.domain.errors import TableOutOfBounds
from dapp.domain.rescore import rescore
from tests.reverts import reverts

from .conftest import CID, score_at
from .test_replay import events_of

FACTORS = {"order-refunded": ("1 }", "1.7 }"), "deadline-missed": ("5 }", "2.3 }")}
CHANGES = {
    "value: 4, multiplier: 0.5": "value: 4, multiplier: 0.3",
    "value: 2, multiplier: 0.5": "value: 2, multiplier: 0.9",
    "max_weight: 10": "max_weight: 6.543",
    "pair_cap: 30": "pair_cap: 9",
}


@pytest.fixture
def table():
    head, *rules = SHIPPED.read_text().split("  - name: ")
    for number, rule in enumerate(rules):
        old, new = FACTORS.get(rule.partition("\n")[0], ("{", "{"))
        rules[number] = rule.replace(old, new)
    source = "  - name: ".join([head, *rules])
    for old, new in CHANGES.items():
        assert source.count(old) == 1, old
        source = source.replace(old, new)
    return compile_table(parse_rules(source.encode()))


@pytest.fixture
def market(project, actors, authority, table):
    return actors.admin.deploy(project.Market, authority, table.pack())


def moves_of(rescored):
    return [(move.dimension, move.reason, move.applied) for move in rescored.moves]


def test_market__another_rule_file__moves_what_its_rules_say(
    chain, networks, market, actors, buy, table, missed_order
):
    # 0.4 coins at 2.4 % are 9.6 units of fee: more than the most an order weighs now.
    assert missed_order.terms.weight == 6_543
    for salt, (refunded, stars) in enumerate(((10**17, 2), (0, 4), (0, 5)), 1):
        order = buy(chain, salt)
        market.deliver(CID, order.terms.seal().pack(), sender=actors.seller)
        if refunded:
            market.refund(order.terms.pack(), refunded, sender=actors.seller)
        market.release(order.terms.pack(), sender=actors.buyer)
        market.rate(order.terms.pack(), stars, sender=actors.buyer)
    rescored = rescore(events_of(market, networks), table)
    share = 6_543 * 3 // 4
    left = 9_000 - share
    assert moves_of(rescored) == [
        (Dimension.TRADE, CreditReason.DEADLINE_MISSED, -(6_543 * 23 // 10)),
        (Dimension.TRADE, CreditReason.SETTLEMENT, share),
        (Dimension.TRADE, CreditReason.REFUND, -(6_543 // 4 * 17 // 10)),
        (Dimension.SERVICE, CreditReason.RATING, -(share * 27 // 10)),
        (Dimension.TRADE, CreditReason.SETTLEMENT, left),
        (Dimension.SERVICE, CreditReason.RATING, left * 3 // 10),
    ]
    assert rescored.scores[actors.seller.address].score == score_at(market, actors.seller)
    assert score_at(market, actors.seller) == BASE + sum(move.applied for move in rescored.moves)


@pytest.mark.parametrize(
    ("shift", "bits", "value", "field"),
    [
        (0, 24, 0, "max_weight"),
        (24, 24, 9_999, "pair_cap"),
        (48, 8, 0, "epoch_days"),
        (80, 8, 9, "refund"),
        (88, 8, 9, "missed"),
        (96, 8, 0, "ruled_trade"),
        (144, 8, 11, "star5"),
        (112, 8, 0, "star1"),
        (128, 8, 0x81, "star2"),
    ],
)
def test_market__a_table_out_of_bounds__not_deployed_and_not_packed(
    project, actors, authority, market, shift, bits, value, field
):
    word = TABLE.pack() & ~(((1 << bits) - 1) << shift) | value << shift
    with pytest.raises(TableOutOfBounds) as refused:
        type(TABLE).unpack(word).pack()
    assert refused.value.field == field
    with reverts(market.CreditTable_OutOfBounds, table=word):
        actors.admin.deploy(project.Market, authority, word)
