# doubled_count
# ├── nobody has too many → twice the number of orders
# ├── somebody has → what a flow lets through, as another implementation finds it
# └── an account taken away → at most 2 · most less, never more; also where it had everything

from collections import Counter

import networkx as nx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dapp.privacy.statistics.counting import doubled_count

ACCOUNTS = "abcdefgh"
PAIRS = st.lists(
    st.tuples(st.sampled_from(ACCOUNTS), st.sampled_from(ACCOUNTS)).filter(lambda pair: pair[0] != pair[1]),
    max_size=40,
)


def by_networkx(pairs, most):
    """The same flow by another program."""
    graph = nx.DiGraph()
    graph.add_nodes_from(("source", "sink"))
    for account in {each for pair in pairs for each in pair}:
        graph.add_edge("source", ("out", account), capacity=most)
        graph.add_edge(("in", account), "sink", capacity=most)
    for (first, second), count in Counter(pairs).items():
        for one, other in ((first, second), (second, first)):
            before = graph.get_edge_data(("out", one), ("in", other), {"capacity": 0})["capacity"]
            graph.add_edge(("out", one), ("in", other), capacity=before + count)
    return nx.maximum_flow_value(graph, "source", "sink")


@given(PAIRS)
@settings(max_examples=200, deadline=None)
def test_doubled_count__nobody_has_too_many__twice_the_number(pairs):
    most = max(Counter(each for pair in pairs for each in pair).values(), default=1)
    assert doubled_count(pairs, most) == 2 * len(pairs)


@given(PAIRS, st.integers(1, 4))
@settings(max_examples=200, deadline=None)
def test_doubled_count__any__as_another_implementation_finds_it(pairs, most):
    assert doubled_count(pairs, most) == by_networkx(pairs, most)


@given(PAIRS, st.integers(1, 4), st.sampled_from(ACCOUNTS))
@settings(max_examples=400, deadline=None)
def test_doubled_count__an_account_taken_away__falls_by_its_capacity_at_most(pairs, most, gone):
    left = [pair for pair in pairs if gone not in pair]
    assert 0 <= doubled_count(pairs, most) - doubled_count(left, most) <= 2 * most


@pytest.mark.parametrize("others", [1, 10, 1_000])
def test_doubled_count__one_account_had_everything__two_times_its_most(others):
    pairs = [("hub", f"other {number}") for number in range(others) for _ in range(3)]
    assert doubled_count(pairs, 2) == min(2 * 3, 2 * 2, 2 * 3 * others)
    assert doubled_count([], 2) == 0


def test_doubled_count__a_chain_that_greedy_counting_would_flip__falls_by_two_at_most():
    """a–b, b–c, c–d, …: taking the first away shifts every choice that a greedy count makes."""
    chain = [(str(number), str(number + 1)) for number in range(101)]
    whole, without = doubled_count(chain, 1), doubled_count(chain[1:], 1)
    assert 0 <= whole - without <= 2
