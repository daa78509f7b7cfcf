"""Who got what of a trade: measured on the chain, computed by the reference model, compared to the wei."""

from dataclasses import dataclass, field
from typing import Any

from dapp.chain.formats import NATIVE, Token
from dapp.domain.split import split
from dapp.domain.terms import Terms
from operations.errors import OperationsError
from operations.trading import TradedOrder, Trading

PLATFORM = "platform"


class WrongSum(OperationsError):  # noqa: N818
    """The chain paid somebody something else than the model says."""


@dataclass(frozen=True)
class Row:
    """One receiver: `amount` token units, for being `role` in the trade."""

    who: str
    role: str
    amount: int


@dataclass
class Trade:
    """One finished trade, for the story; `notes` tell what happened, in order."""

    title: str
    order: TradedOrder
    notes: list[str]
    rows: list[Row] = field(default_factory=list)
    token: Token = NATIVE


class Tally:
    """Measures what a trade adds to everybody's balance, available or maturing, from now on."""

    def __init__(self, trading: Trading, token: str) -> None:
        self._trading, self._token = trading, token
        self._before = self._balances()

    def check(
        self, terms: Terms, to_buyer: int, earned: int, deposits: dict[str, int] | None = None
    ) -> list[Row]:
        """The rows of a trade in which the buyer got `to_buyer` back and `earned` was split.

        deposits: wei of a dispute's deposits that went back, by account. Raises WrongSum.
        """
        rows = self._expected(terms, to_buyer, earned)
        expected: dict[str, int] = dict.fromkeys(self._before, 0)
        for row in rows:
            expected[row.who] += row.amount
        for who, back in (deposits or {}).items():
            expected[who] += back
        after = self._balances()
        for who, before in self._before.items():
            if after[who] - before != expected[who]:
                raise WrongSum(f"{who} got {after[who] - before}, and the model says {expected[who]}.")
        if sum(row.amount for row in rows) != terms.base:
            raise WrongSum(f"The parts sum to {sum(row.amount for row in rows)} of {terms.base}.")
        return [row for row in rows if row.amount]

    def _expected(self, terms: Terms, to_buyer: int, earned: int) -> list[Row]:
        parts = split(terms.base, earned, terms.fee_bps, terms.lines)
        rows = [Row(self._name(terms.buyer), "buyer, back", to_buyer)] if to_buyer else []
        rows.append(Row(self._name(terms.seller), "seller", parts.to_seller))
        rows.append(Row(PLATFORM, f"fee, {terms.fee_bps / 100:g} %", parts.fee))
        for level, (line, commission) in enumerate(zip(terms.lines, parts.commissions, strict=True), 1):
            if not line.is_empty:
                role = f"level {level}, {line.rate_bps / 100:g} %"
                rows.append(Row(self._name(line.referrer), role, commission))
        return rows

    def _name(self, address: str) -> str:
        return next(name for name, actor in self._trading.actors.items() if actor.address == address)

    def _balances(self) -> dict[str, int]:
        accounts = {PLATFORM: self._trading.market.address}
        accounts |= {name: actor.address for name, actor in self._trading.actors.items()}
        return {name: self._balance(address) for name, address in accounts.items()}

    def _balance(self, address: str) -> int:
        lens, token = self._trading.deployment.lens, self._token
        position: Any = lens.positionOf(address, token, [])
        return int(position.available) + int(position.maturing)


def table(trade: Trade) -> str:
    """The trade as text: what happened, and who got what, to the last unit."""
    parts = [(row.who, row.role, _digits(row.amount, trade.token)) for row in trade.rows]
    parts.append(("together", "what was paid", _digits(trade.order.terms.base, trade.token)))
    widths = [max(len(part[column]) for part in parts) for column in range(3)]
    lines = [trade.title, *(f"  {note}" for note in trade.notes)]
    for who, role, digits in parts:
        cells = f"{who:<{widths[0]}}  {role:<{widths[1]}}  {digits:>{widths[2]}}"
        lines.append(f"    {cells} {trade.token.symbol}")
    return "\n".join(lines)


def _digits(value: int, token: Token) -> str:
    whole, part = divmod(value, 10**token.decimals)
    return f"{whole}.{part:0{token.decimals}}"
