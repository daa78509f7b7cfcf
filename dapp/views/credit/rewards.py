"""A merchant's reward points: what he has and what they are worth, claiming and spending them."""

from dataclasses import dataclass

import streamlit as st
from web3.exceptions import ContractLogicError, Web3Exception

from dapp import wallet
from dapp.chain.failures import ChainError
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.domain.orders import Status
from dapp.index.account_rows import MerchantRow
from dapp.index.hold_rows import PointMove
from dapp.index.rows import OrderQuery, OrderRow
from dapp.market import market
from dapp.widgets.actions import action
from dapp.widgets.amounts import amount_text, percent_text, token_of
from dapp.widgets.figures import Figure, figures
from dapp.widgets.i18n import t
from dapp.widgets.services import tier_name
from dapp.widgets.states import problem
from dapp.widgets.text import plain
from dapp.widgets.tiers import TWICE_FROM
from dapp.widgets.times import local_date

LATELY = 20
"""The newest completed orders that are asked for points: a claim is open for 30 days."""
MOVES = 5
POINTS = 1_000
"""So many points stand for a credit unit of fees."""
_MORE = "credit.rewards.more"


@dataclass(frozen=True)
class Offer:
    """What the contract says at this block. worth: of the whole balance, in wei; None where fees in the coin
    earn no credit. open: the orders with points to claim, and how many.
    """

    rebate_bps: int
    worth: int | None
    open: tuple[tuple[OrderRow, int], ...]


def show_rewards(merchant: MerchantRow) -> None:
    """For everybody what there is; for the merchant himself the ways to claim and to spend."""
    points = market().index.points(merchant.account)
    st.subheader(t("rewards.title"))
    try:
        offer = _ask(merchant.account, points.balance)
    except (ChainError, Web3Exception, OSError) as error:
        problem(t("tiers.no_answer", reason=plain(error)))
        return
    twice = "twice" if merchant.tier >= TWICE_FROM else "once"
    price = t("rewards.price", points=f"{POINTS:,}", percent=percent_text(offer.rebate_bps))
    told = (t("rewards.help", tier=tier_name(TWICE_FROM)), t(f"rewards.{twice}"), price)
    st.caption(" ".join(told))  # one element: each costs a message to every session
    waiting = sum(each for _order, each in offer.open)
    figures(
        [
            Figure(t("rewards.balance"), f"{points.balance:,}", "", _worth_text(offer)),
            Figure(t("rewards.waiting"), f"{waiting:,}", t("rewards.waiting_help")),
            Figure(t("rewards.earned"), f"{points.earned:,}"),
            Figure(t("rewards.spent"), f"{points.spent:,}"),
        ],
        least=9,
    )
    if offer.open:
        _claim(offer, waiting)
    if points.earned:
        drawn = st.expander(t("rewards.more"), icon=":material/redeem:", key=_MORE, on_change="rerun")
        if drawn.open:
            with drawn:
                _more(merchant, points.balance)


def _worth_text(offer: Offer) -> str:
    if offer.worth is None:
        return t("rewards.no_worth")
    return t("rewards.worth", amount=amount_text(offer.worth, ZERO_ADDRESS))


def _ask(merchant: str, balance: int) -> Offer:
    """Asked once a block for all who look at the merchant."""
    return market().at_head(("rewards", merchant, balance), lambda: _asked(merchant, balance))


def _asked(merchant: str, balance: int) -> Offer:
    index, functions = market().index, market().contracts.rewards.functions
    query = OrderQuery(merchant, "seller", (Status.COMPLETED,))
    ended = [order for order in index.orders(query, LATELY).items if order.until > market().now()]
    uncounted = set(index.unclaimed(market().now())) if ended else set()
    asked = [
        (order, int(functions.claimable(order.terms.pack()).call()))
        for order in ended
        if order.id in uncounted
    ]
    return Offer(
        int(functions.rebateBps().call()),
        _worth(ZERO_ADDRESS, balance),
        tuple((order, points) for order, points in asked if points),
    )


def _worth(token: str, points: int) -> int | None:
    """Token units that points bring back; None where fees in the token earn no credit."""
    try:
        return int(market().contracts.rewards.functions.worthOf(token, points).call())
    except ContractLogicError:
        return None


def _claim(offer: Offer, points: int) -> None:
    """Anyone may have them counted; keepers do it, too."""
    packed = [order.terms.pack() for order, _points in offer.open]
    action(
        t("rewards.claim", points=f"{points:,}", count=len(packed)),
        lambda: market().contracts.rewards.functions.claim(packed),
        key=f"credit.rewards.claim.{offer.open[0][0].id.hex()}",
        help=t("rewards.claim_help"),
        on_confirmed=st.rerun,
    )


def _more(merchant: MerchantRow, balance: int) -> None:
    """What came and went; for the merchant himself the form to spend."""
    if wallet.account() == merchant.account and balance:
        _spend(merchant, balance)
    moves = market().index.point_moves(merchant.account, MOVES).items
    st.markdown("\n".join(f"- {_move_text(move)}" for move in moves))


def _spend(merchant: MerchantRow, balance: int) -> None:
    with st.container(border=True):
        tokens = [total.token for total in market().index.statistics().tokens] or [ZERO_ADDRESS]
        token = st.selectbox(
            t("rewards.token"),
            tokens,
            format_func=lambda each: token_of(each).symbol,
            key="credit.rewards.token",
        )
        points = int(
            st.number_input(
                t("rewards.points"), 1, balance, balance, step=1, key=f"credit.rewards.points.{balance}"
            )
        )
        worth = market().at_head(("worth", token, points), lambda: _worth(token, points))
        if worth is None:
            st.caption(t("rewards.no_worth"))
            return
        st.caption(t("rewards.brings", amount=amount_text(worth, token)))
        action(
            t("rewards.spend", points=f"{points:,}"),
            lambda: market().contracts.rewards.functions.spend(token, points),
            key=f"credit.rewards.spend.{merchant.account}",
            help=t("rewards.spend_help"),
            kind="primary",
            token=token_of(token),
            on_confirmed=st.rerun,
        )


def _move_text(move: PointMove) -> str:
    day = local_date(move.timestamp)
    if move.token is None or move.amount is None:
        return t("rewards.move_earned", day=day, points=f"{move.points:,}")
    shown = amount_text(move.amount, move.token)
    return t("rewards.move_spent", day=day, points=f"{-move.points:,}", amount=shown)
