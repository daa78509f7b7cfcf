# money_ties: enough of the token either way → an edge · too little, another token, to oneself → none
# chain_between: within the steps → the way · longer → none · through a hub → none · hub at its end → the way
# line_of_descent: above or below → the line · siblings, strangers → none
# ring_of
# ├── money back at the buyer over similar orders → the ring
# └── too long, too small, too old, cancelled, other token, the order itself → none

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.dealings import MoneyKind, MoneyLink
from dapp.domain.orders import Status
from dapp.risk.funding import chain_between, line_of_descent, money_ties, ring_of
from tests.dapp.risk.sales import BUYER, COIN, NOW, SELLER, account, sale

A, B, C = account(7), account(8), account(9)


def link(source, target, amount=COIN, token=ZERO_ADDRESS):
    return MoneyLink(source, target, MoneyKind.TRANSFER, token, amount, NOW)


def edges(links, least=COIN):
    return {tuple(sorted(edge)) for edge in money_ties(links, ZERO_ADDRESS, least).edges}


def test_money_ties__enough__is_an_edge_either_way_and_in_parts():
    assert edges([link(A, B)]) == edges([link(B, A)]) == {(A, B)}
    assert edges([link(A, B, COIN // 2), link(B, A, COIN // 2)]) == {(A, B)}


def test_money_ties__a_grain_or_another_token_or_oneself__is_none():
    assert edges([link(A, B, COIN - 1), link(A, B, COIN, token=C), link(A, A)]) == set()


@given(st.permutations([link(SELLER, A), link(A, BUYER), link(SELLER, B), link(B, BUYER), link(A, C)]))
def test_chain__any_order_of_the_facts__is_the_same(links):
    assert chain_between(money_ties(links, ZERO_ADDRESS, 1), SELLER, BUYER, 2) == (SELLER, A, BUYER)


def test_chain__steps__bound_it():
    graph = money_ties([link(SELLER, A), link(A, B), link(B, BUYER)], ZERO_ADDRESS, 1)
    assert chain_between(graph, SELLER, BUYER, 3) == (SELLER, A, B, BUYER)
    assert chain_between(graph, SELLER, BUYER, 2) is None
    assert chain_between(graph, SELLER, C, 3) is None
    assert chain_between(graph, SELLER, SELLER, 3) is None


def test_chain__through_a_hub__ties_nobody_but_a_hub_is_tied_itself():
    graph = money_ties([link(A, SELLER), link(A, BUYER)], ZERO_ADDRESS, 1)
    assert chain_between(graph, SELLER, BUYER, 2) == (SELLER, A, BUYER)
    assert chain_between(graph, SELLER, BUYER, 2, hubs={A}) is None
    assert chain_between(graph, SELLER, A, 1, hubs={A, SELLER}) == (SELLER, A)


def test_line__above_or_below__is_told_from_the_top():
    tree = {A: None, SELLER: A, B: SELLER, BUYER: B, C: A}
    assert line_of_descent(tree, SELLER, BUYER) == line_of_descent(tree, BUYER, SELLER) == (SELLER, B, BUYER)
    assert line_of_descent(tree, C, BUYER) is None
    assert line_of_descent(tree, C, account(99)) is None
    assert line_of_descent({}, SELLER, BUYER) is None


def bought(number, buyer, seller, **more):
    return sale(number, **{"days_ago": 2, "buyer": buyer, "seller": seller, **more})


def ring(purchases, length=4, percent=50, order=None):
    return ring_of(order or sale(50), purchases, length, percent, NOW - 30 * DAY)


def test_ring__back_at_the_buyer__is_told_in_the_money_s_order():
    assert ring([bought(1, SELLER, BUYER)]) == (BUYER, SELLER, BUYER)
    assert ring([bought(1, SELLER, A), bought(2, A, BUYER)]) == (BUYER, SELLER, A, BUYER)
    assert ring([bought(1, SELLER, A), bought(2, A, B), bought(3, B, BUYER)], length=3) is None


@pytest.mark.parametrize(
    "change",
    [
        {"base": COIN // 2 - 1},
        {"base": 2 * COIN + 2},
        {"days_ago": 31},
        {"status": Status.CANCELLED},
        {"token": C},
        {"number": 50},
        {"buyer": BUYER, "seller": SELLER},
    ],
)
def test_ring__other_orders__make_none(change):
    assert ring([bought(**{"number": 1, "buyer": SELLER, "seller": BUYER, **change})]) is None


def test_ring__similar_orders__may_differ_by_the_percent():
    for base in (COIN // 2, 2 * COIN):
        assert ring([bought(1, SELLER, BUYER, base=base)])
    assert not ring([bought(1, SELLER, BUYER, base=COIN // 2)], percent=51)
