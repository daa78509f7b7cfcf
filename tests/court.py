"""A disputes module and its two panels on the market: disputes in words, and what the module owes."""

from contextlib import AbstractContextManager
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from dapp.domain.bounds import DAY
from dapp.domain.split import split
from dapp.domain.terms import Flag
from tests.balances import Balances
from tests.stage import Stage
from tests.trade import CID, HOUR, PRICE, Offer, Order, Trade

FEE = 10**16
"""What a case costs at either panel, in wei."""
MIN_DEPOSIT, MAX_DEPOSIT = FEE, 10 * FEE
SEALED = 2 * FEE + 1
"""The maximum arbitration cost of an ordinary order, and so its deposit: odd, so that halves leave a wei."""
LEFT = 2 * SEALED - FEE
"""What is left of both deposits once a case was paid for."""
ODD_PRICE = PRICE + 3
"""A price whose quarters leave three wei."""
STAKE, SLASH = 10**18, 10**17
DEPOSIT_WINDOW, ARBITRATION, FINAL = 3 * DAY, 30 * DAY, 60 * DAY
APPEAL_WINDOW, PANEL_DURATION = DAY, 14 * DAY
CHOICES = 5


class Phase(IntEnum):
    """Where a dispute stands; the numbers are the contract's."""

    NONE = 0
    WAITING = 1
    ARBITRATING = 2
    BACKUP = 3
    CLOSED = 4


@dataclass(frozen=True)
class Courthouse:
    """The disputes module, its panels and who sits on them."""

    disputes: Any
    panel: Any
    backup: Any
    arbiters: list[Any]


def build(project: Any, stage: Stage, arbiters: list[Any], chain: Any) -> Courthouse:
    """Deploy a disputes module with staffed panels, and bind new orders of the market to it."""
    admin = stage.actors.admin
    panel = admin.deploy(project.ArbiterPanel, stage.authority, FEE, STAKE, SLASH)
    backup = admin.deploy(project.BackupPanel, stage.authority, FEE, STAKE, SLASH)
    disputes = admin.deploy(project.Disputes, stage.market, panel, backup, MIN_DEPOSIT, MAX_DEPOSIT)
    stage.market.addModule(disputes, sender=admin)
    for pool, members in ((panel, arbiters), (backup, arbiters[:1])):
        for arbiter in members:
            pool.appoint(arbiter, sender=admin)
            pool.stake(sender=arbiter, value=STAKE)
            pool.setOnDuty(True, sender=arbiter)
    chain.mine(deltatime=HOUR)
    return Courthouse(disputes, panel, backup, arbiters)


class Court:
    """Disputes about a trade's orders; what isn't said is ordinary: the buyer opens, the seller funds."""

    def __init__(self, house: Courthouse, trade: Trade) -> None:
        self.house, self.trade = house, trade
        self.disputes, self.panel, self.backup = house.disputes, house.panel, house.backup
        self._opened: list[Order] = []
        watched = {name: getattr(house, name).address for name in ("disputes", "panel", "backup")}
        self._balances = Balances(trade.chain.provider, trade.stage, **watched)

    def move(self, token: Any = None, **moved: int) -> AbstractContextManager[None]:
        """See {Balances.move}; `disputes_wallet`, `panel_wallet` and `backup_wallet` are watched too."""
        return self._balances.move(*(() if token is None else (token,)), **moved)

    # -- orders -------------------------------------------------------------------------------

    def list(self, **changes: Any) -> Offer:
        """Put a service on offer that can be delivered at once."""
        plain = {"price": ODD_PRICE, "flags": Flag.INSTANT, "max_arbitration_cost": SEALED}
        return self.trade.list(**{**plain, **changes})

    def order(self, offer: Offer | None = None, **placement: Any) -> Order:
        """A delivered order."""
        order = self.trade.place(offer or self.list(), **placement)
        self.trade.deliver(order)
        return order

    def deposit(self, order: Order) -> int:
        """What each side deposits, in wei."""
        return min(max(order.terms.max_arbitration_cost, MIN_DEPOSIT), MAX_DEPOSIT)

    # -- a dispute's life ---------------------------------------------------------------------

    def open(self, order: Order, by: Any = None, value: int | None = None, cid: str = CID) -> Any:
        """A party opens a dispute."""
        value = self.deposit(order) if value is None else value
        sender = by or self.trade.account(order.terms.buyer)
        receipt = self.disputes.open(order.terms.pack(), cid, sender=sender, value=value)
        self.expect(order)
        return receipt

    def expect(self, order: Order) -> None:
        """Somebody opened a dispute about the order: its deposits are owed from now on."""
        self._opened.append(order)

    def fund(self, order: Order, by: Any = None, value: int | None = None) -> Any:
        """Somebody pays the other side's deposit."""
        value = self.deposit(order) if value is None else value
        return self.disputes.fund(order.terms.pack(), sender=by or self.trade.seller, value=value)

    def opened(self, offer: Offer | None = None, by: Any = None, **placement: Any) -> Order:
        """An order in dispute that waits for the other side."""
        order = self.order(offer, **placement)
        self.open(order, by=by)
        return order

    def funded(self, offer: Offer | None = None, by: Any = None, **placement: Any) -> Order:
        """An order in dispute with both deposits."""
        order = self.opened(offer, by=by, **placement)
        self.fund(order)
        return order

    def rule(self, order: Order, ruling: int, at: Any = None) -> Any:
        """The arbiter drawn at a panel (the first one unless said) rules."""
        self.trade.chain.mine(3)
        return self.chair(order, 0, ruling, at or self.panel)

    def chair(self, order: Order, chair: int, ruling: int, at: Any) -> Any:
        """Who is drawn for a chair rules."""
        case = self.case(order)
        drawn = at.arbiterOf(case, chair)
        (arbiter,) = (account for account in self.house.arbiters if account.address == drawn)
        return at.giveRuling(case, chair, ruling, sender=arbiter)

    def ruled(self, ruling: int, offer: Offer | None = None, **placement: Any) -> Order:
        """A funded order whose ruling can be executed with the next transaction."""
        order = self.funded(offer, **placement)
        self.rule(order, ruling)
        self.trade.wait(APPEAL_WINDOW)
        return order

    def escalated(self, offer: Offer | None = None) -> Order:
        """An order whose panel refused to rule, before the backup panel."""
        order = self.ruled(0, offer)
        self.execute(order)
        return order

    def execute(self, order: Order) -> Any:
        """An outsider does what is due."""
        return self.disputes.execute(order.terms.pack(), sender=self.trade.outsider)

    def collect(self, order: Order) -> Any:
        """An outsider shares out a fee that came back late."""
        return self.disputes.collect(order.terms.pack(), sender=self.trade.outsider)

    def wait_until(self, order: Order, seconds: int) -> int:
        """Let the next transaction happen `seconds` after the dispute's opening; gives that time."""
        due = int(self.record(order).openedAt) + seconds
        self.trade.at(due)
        return due

    # -- views --------------------------------------------------------------------------------

    def case(self, order: Order) -> tuple[str, int, bytes]:
        """The case as the panels' callers pass it."""
        return self.disputes.address, CHOICES, self.disputes.extraDataOf(order.terms.pack())

    def case_id(self, order: Order, at: Any = None) -> int:
        """The id of the order's case at a panel."""
        return int((at or self.panel).disputeIdOf(self.case(order)))

    def record(self, order: Order) -> Any:
        """What the module keeps of the dispute."""
        return self.disputes.disputeOf(order.id)

    def phase(self, order: Order) -> Phase:
        """Where the dispute stands."""
        return Phase(self.record(order).phase)

    def record_of_seller(self) -> tuple[int, int, int]:
        """The distances of the seller's trade and service from their bases, and his stake in units."""
        word = int(self.trade.market.accountOf(self.trade.seller))
        raw = ((word >> shift) & 0xFFFFF for shift in (112, 132))
        trade, service = (value - 2**20 if value >> 19 else value for value in raw)
        return trade, service, (word >> 212) & 0xFFFFFF

    def shares(self, order: Order, earned: int) -> tuple[int, int]:
        """Wei for the platform and the seller when `earned` is paid out and nobody referred."""
        terms = order.terms
        parts = split(terms.base, earned, terms.fee_bps, terms.lines)
        return parts.fee, parts.to_seller

    def owed(self) -> int:
        """Wei of deposits that the module must have for the disputes opened so far."""
        return sum(self._owed_for(order) for order in self._opened)

    def _owed_for(self, order: Order) -> int:
        phase, deposit = self.phase(order), self.deposit(order)
        if phase is Phase.WAITING:
            return deposit
        if phase in (Phase.ARBITRATING, Phase.BACKUP):
            return 2 * deposit - int(self.record(order).spent)
        return 0
