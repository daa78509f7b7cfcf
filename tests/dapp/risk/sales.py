"""Sales for tests: a day's worth by hand, or any that a market can have had."""

from dataclasses import replace
from typing import Any

from hypothesis import strategies as st

from dapp.domain.bounds import DAY
from dapp.domain.dealings import Sale
from dapp.domain.orders import Status

NOW = 1_800_000_000
COIN = 10**18


def account(number: int) -> str:
    """An address; letters are left out, so that its checksum needs none."""
    return f"0x{number:040d}"


SELLER, BUYER = account(1), account(2)


def sale(number: int = 1, days_ago: float = 1.0, **more: Any) -> Sale:
    """A completed sale of one coin that took a day."""
    placed_at = NOW - int(days_ago * DAY)
    made = Sale(
        number.to_bytes(32, "big"), number, SELLER, BUYER, BUYER, COIN, placed_at,
        status=Status.COMPLETED, changed_at=min(placed_at + DAY, NOW), earned=COIN,
    )  # fmt: skip
    made = replace(made, **more)
    if "base" in more and "earned" not in more:
        made = replace(made, earned=made.base)
    if "buyer" in more and "payer" not in more:
        made = replace(made, payer=made.buyer)
    return made


@st.composite
def any_sales(draw: st.DrawFn) -> list[Sale]:
    """Up to thirty sales of one merchant, of any size and fate."""
    found = []
    for number in range(draw(st.integers(0, 30))):
        base = draw(st.integers(1, 2**128 - 1))
        returned = draw(st.integers(0, base))
        placed_at = NOW - draw(st.integers(0, 120 * DAY))
        found.append(
            sale(
                number,
                seller=SELLER,
                buyer=account(draw(st.integers(2, 12))),
                base=base,
                placed_at=placed_at,
                token=account(draw(st.integers(0, 2))),
                status=draw(st.sampled_from(list(Status)[1:])),
                changed_at=draw(st.integers(placed_at, NOW)),
                returned=returned,
                earned=base - returned,
                stars=draw(st.integers(0, 5)),
                disputed=draw(st.booleans()),
            )
        )
    return found
