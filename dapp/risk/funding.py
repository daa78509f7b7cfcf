"""Who is tied to whom: by money outside orders, by the referral tree, by orders that go round.

Anybody can send anybody a grain of money, so a tie takes as much as matters to the order at hand, in its
token. Graphs are built in one order, whatever order facts come in, so that the same facts name the same path.
"""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

import networkx as nx  # type: ignore[import-untyped]

from dapp.domain.dealings import MoneyLink, Sale
from dapp.domain.orders import Status

Path = tuple[str, ...]


def money_ties(links: Iterable[MoneyLink], token: str, least: int) -> Any:
    """The accounts as a graph, an edge where at least `least` token units went between two, either way."""
    sums: dict[tuple[str, str], int] = {}
    for link in links:
        if link.token == token and link.source != link.target:
            pair = min(link.source, link.target), max(link.source, link.target)
            sums[pair] = sums.get(pair, 0) + link.amount
    graph = nx.Graph()
    graph.add_edges_from(pair for pair, amount in sorted(sums.items()) if amount >= least)
    return graph


def chain_between(graph: Any, one: str, other: str, steps: int, hubs: Collection[str] = ()) -> Path | None:
    """The shortest way between two accounts, ends included, over at most `steps` edges and through no hub."""
    if one == other or one not in graph or other not in graph:
        return None
    passable = graph.subgraph(node for node in graph if node in (one, other) or node not in hubs)
    try:
        path = nx.shortest_path(passable, one, other)
    except nx.NetworkXNoPath:
        return None
    return tuple(path) if len(path) - 1 <= steps else None


def line_of_descent(referrers: Mapping[str, str | None], one: str, other: str) -> Path | None:
    """The way down the referral tree from one account to the other, whichever stands above."""
    tree = nx.DiGraph()
    tree.add_edges_from(
        (referrer, account) for account, referrer in sorted(referrers.items()) if referrer is not None
    )
    for above, below in ((one, other), (other, one)):
        if above in tree and below in tree and nx.has_path(tree, above, below):
            return tuple(nx.shortest_path(tree, above, below))
    return None


def ring_of(sale: Sale, purchases: Iterable[Sale], length: int, percent: int, since: int) -> Path | None:
    """The accounts that an order's money passes until it is back at its buyer, by orders of a similar size.

    Counted are other orders from `since` on in the same token, not cancelled ones; `length` with this one.
    """
    graph = nx.DiGraph()
    for other in sorted(purchases, key=lambda each: each.key):
        low, high = sorted((other.base, sale.base))
        similar = low * 100 >= high * percent
        counts = other.status is not Status.CANCELLED and other.placed_at >= since and other.id != sale.id
        if similar and counts and other.token == sale.token:
            graph.add_edge(other.buyer, other.seller)
    if sale.seller not in graph or sale.buyer not in graph or not nx.has_path(graph, sale.seller, sale.buyer):
        return None
    path = nx.shortest_path(graph, sale.seller, sale.buyer)
    return (sale.buyer, *path) if len(path) <= length else None
