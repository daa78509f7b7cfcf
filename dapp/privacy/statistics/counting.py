"""Counting orders so that no account can move the count by much.

An order has two accounts, and one account may have any number of orders. Dropping what is too much from
lists would not do: which order is dropped depends on the other account's list, and so on along a chain.
Instead the count is the value of a maximum flow in which each account lets through at most so much. Taking an
account away takes its capacity away and no more: the value falls by that at most, whatever the others do.
(Kasiviswanathan, Nissim, Raskhodnikova, Smith: *Analyzing graphs with node differential privacy*.)

Each order runs twice through the network, once from either account, so that an account's capacity is shared
by its purchases and sales. The value is twice the number of orders where nobody has more than `most`.
"""

from collections import Counter
from collections.abc import Iterable

Pair = tuple[str, str]


def doubled_count(pairs: Iterable[Pair], most: int) -> int:
    """Twice the number of pairs of accounts, with at most `most` of each account's.

    Taking one account and all its pairs away lowers it by 2 · `most` at most, and never raises it.
    """
    arcs = Counter(pairs)
    sums: Counter[str] = Counter()
    for (first, second), count in arcs.items():
        sums[first] += count
        sums[second] += count
    if all(count <= most for count in sums.values()):
        return 2 * arcs.total()
    return _flow(arcs, most, sorted(sums))


def _flow(arcs: Counter[Pair], most: int, accounts: list[str]) -> int:
    # Only where somebody has too many: it takes a second to load.
    import numpy as np
    from scipy.sparse import coo_array  # type: ignore[import-untyped]
    from scipy.sparse.csgraph import maximum_flow  # type: ignore[import-untyped]

    number = {account: place for place, account in enumerate(accounts)}
    size = len(accounts)
    source, sink = 2 * size, 2 * size + 1
    entries = [(source, place, most) for place in range(size)]
    entries += [(size + place, sink, most) for place in range(size)]
    for (first, second), count in arcs.items():
        entries.append((number[first], size + number[second], count))
        entries.append((number[second], size + number[first], count))
    rows, columns, capacities = np.array(entries, dtype=np.int32).T
    graph = coo_array((capacities, (rows, columns)), shape=(2 * size + 2, 2 * size + 2), dtype=np.int32)
    return int(maximum_flow(graph.tocsr(), source, sink).flow_value)
