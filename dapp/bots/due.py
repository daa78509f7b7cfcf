"""What is due for keepers: the whole of a plan, from what was read and the chain's time alone."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dapp.bots.actions import Action, Call, Moment, Money
from dapp.domain.bounds import DAY, ZERO_ADDRESS
from dapp.domain.orders import Status
from dapp.index import dispute_clocks as clocks
from dapp.index.account_rows import AppealRow, DueBucket
from dapp.index.dispute_rows import CaseRow, ChairRow, ChairStep, DisputeRow, Phase, Stage
from dapp.index.rows import OrderRow

PANELS = ("ArbiterPanel", "BackupPanel")


@dataclass(frozen=True)
class Points:
    """What a completed order would earn its merchant if somebody claimed it; `worth` in wei."""

    order: OrderRow
    worth: int


@dataclass(frozen=True)
class KeeperState:
    """What may be due. disputes: those that are open; fees_left: closed ones that a panel may owe a fee.

    block_times: of the blocks after past draw blocks, by number; since then somebody can be drawn.
    """

    overdue: Sequence[OrderRow] = ()
    matured: Sequence[DueBucket] = ()
    disputes: Sequence[DisputeRow] = ()
    fees_left: Sequence[DisputeRow] = ()
    appeals: Sequence[AppealRow] = ()
    points: Sequence[Points] = ()
    block_times: Mapping[int, int] = field(default_factory=dict)


def plan_of(state: KeeperState, moment: Moment) -> list[Action]:
    """Everything that anyone may do now, the most urgent first.

    Arbiters' clocks and disputes come first, as others wait for them; then what is due longest.
    """
    court = [action for dispute in state.disputes for action in _of_dispute(dispute, state, moment)]
    rest = [
        *_of_orders(state.overdue, moment.now),
        *_of_buckets(state.matured, moment.now),
        *_of_appeals(state.appeals, moment.now),
        *_of_points(state.points, moment.now),
        *(action for dispute in state.fees_left for action in _of_fee(dispute, moment.now)),
    ]
    return [*sorted(court, key=_age), *sorted(rest, key=_age)]


def _age(action: Action) -> tuple[int, str, str]:
    return action.due_at, action.kind, action.subject


# -- orders and money -------------------------------------------------------------------------------


def _of_orders(orders: Sequence[OrderRow], now: int) -> Iterator[Action]:
    for order in orders:
        if order.is_overdue(now):
            kind = "release" if order.status is Status.DELIVERED else "reclaim"
            call = Call("Market", kind, (order.terms.pack(),))
            yield Action(kind, _id(order.id), order.until, call, Money(order.terms.token, order.held))


def _of_buckets(buckets: Sequence[DueBucket], now: int) -> Iterator[Action]:
    accounts: dict[tuple[str, str], list[DueBucket]] = {}
    for bucket in buckets:
        if bucket.amount and bucket.day <= now // DAY:
            accounts.setdefault((bucket.account, bucket.token), []).append(bucket)
    for (account, token), due in accounts.items():
        days = tuple(sorted(bucket.day for bucket in due))
        money = Money(token, sum(bucket.amount for bucket in due))
        call = Call("Market", "mature", (account, token, days))
        yield Action("mature", f"{account}/{token}", days[0] * DAY, call, money)


def _of_appeals(appeals: Sequence[AppealRow], now: int) -> Iterator[Action]:
    for appeal in appeals:
        if now >= appeal.decide_until:
            call = Call("Credit", "expireAppeal", (appeal.ref,))
            money = Money(ZERO_ADDRESS, appeal.bond)
            yield Action("expire_appeal", _id(appeal.ref), appeal.decide_until, call, money)


def _of_points(points: Sequence[Points], now: int) -> Iterator[Action]:
    for each in points:
        order = each.order
        if order.status is Status.COMPLETED and now < order.until:
            call = Call("Rewards", "claim", ((order.terms.pack(),),))
            money = Money(ZERO_ADDRESS, each.worth)
            yield Action("claim", _id(order.id), order.changed_at, call, money)


# -- disputes ---------------------------------------------------------------------------------------


def _of_dispute(dispute: DisputeRow, state: KeeperState, moment: Moment) -> Iterator[Action]:
    order = dispute.order
    money = Money(order.terms.token, order.held)
    due_at = clocks.due_at(dispute, moment.now)
    if due_at is None and clocks.may_be_due(dispute, moment.now):
        due_at, sure = moment.now, False
    else:
        sure = True
    if due_at is not None:
        # Of an order that was refunded in full, the deposits are still there.
        worth = money if order.held else Money(ZERO_ADDRESS, dispute.deposit)
        call = Call("Disputes", "execute", (order.terms.pack(),))
        yield Action("execute", _id(order.id), due_at, call, worth, sure)
        return
    case = clocks.current_case(dispute)
    if case is not None and case.panel in PANELS:
        for chair in clocks.sitting(case):
            drawable = state.block_times.get(chair.draw_block + 1, moment.now)
            yield from _of_chair(case, chair, money, moment, drawable)


def draw_blocks(disputes: Sequence[DisputeRow], head: int) -> set[int]:
    """The blocks after past draw blocks that nobody has drawn from yet."""
    cases = (clocks.current_case(dispute) for dispute in disputes)
    chairs = (chair for case in cases if case is not None for chair in clocks.sitting(case))
    return {c.draw_block + 1 for c in chairs if c.step is ChairStep.DRAWING and head > c.draw_block}


def _of_chair(
    case: CaseRow, chair: ChairRow, money: Money, moment: Moment, drawable: int
) -> Iterator[Action]:
    place = f"{_id(case.id.to_bytes(32, 'big'))}/{chair.chair}"
    packed = (case.arbitrable, case.choices, case.extra_data)
    if chair.step is ChairStep.DRAWING and moment.head > chair.draw_block:
        yield Action("draw", place, drawable, Call(case.panel, "draw", (packed, chair.chair)), money)
    elif chair.step in (ChairStep.DRAWN, ChairStep.ACCEPTED) and moment.now >= chair.until:
        call = Call(case.panel, "replace", (packed, chair.chair))
        yield Action("replace", place, chair.until, call, money)


def _of_fee(dispute: DisputeRow, now: int) -> Iterator[Action]:
    """First the panel must be told that it decided nothing, then what it gives back is shared."""
    if dispute.phase is not Phase.CLOSED or not dispute.cases:
        return
    case = dispute.cases[-1]
    money = Money(ZERO_ADDRESS, case.fee)
    if case.stage is Stage.OPEN and clocks.is_expired(case, now):
        packed = (case.arbitrable, case.choices, case.extra_data)
        subject = _id(case.id.to_bytes(32, "big"))
        yield Action("expire", subject, case.expires_at, Call(case.panel, "expire", (packed,)), money)
    elif clocks.gave_its_fee_back(case) and clocks.fee_left(dispute) >= case.fee:
        terms = dispute.order.terms
        call = Call("Disputes", "collect", (terms.pack(),))
        # What another arbitrator's case cost isn't indexed, so that it may be all that is missing.
        sure = len(dispute.cases) > 1 or terms.arbitrator == ZERO_ADDRESS
        yield Action("collect", _id(dispute.order.id), case.expires_at, call, money, sure)


def _id(value: bytes) -> str:
    return "0x" + value.hex()
