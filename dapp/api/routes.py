"""The routes of `/api/v1`: read-only, paginated, with an ETag that changes with the indexed block."""

from collections.abc import Callable
from hashlib import sha256
from typing import Any, Final

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from dapp.api import replies
from dapp.api.answers import change_reply, entry_reply, figure_reply, order_reply, service_reply
from dapp.api.metrics import evidence_waiting, metrics
from dapp.api.requests import (
    BadRequest,
    NotThere,
    address_in,
    address_of,
    choice_of,
    hash_in,
    page_of,
    text_of,
    whole_of,
)
from dapp.background import follower_status
from dapp.domain.bounds import ZERO_ADDRESS
from dapp.index.failures import IndexFailure
from dapp.index.rows import Head, ServiceQuery
from dapp.index.status import FollowerStatus
from dapp.market import Market, MarketUnavailable, market
from dapp.privacy.errors import BadWeek
from dapp.privacy.statistics.publishing import releases_of
from dapp.privacy.statistics.week import Week

PREFIX: Final = "/api/v1"
SORTS: Final = ("tier", "price", "-price", "newest", "rating", "sold")
MAX_UNITS: Final = 2**256 - 1
MAX_CATEGORY: Final = 2**16 - 1
MAX_LAG: Final = 5
Answer = Callable[[Request, Market, Head], msgspec.Struct]


def services(request: Request, opened: Market, head: Head) -> replies.ServicesReply:
    """Active services that match what is asked for, in the order of `sort`."""
    limit, offset = page_of(request)
    query = ServiceQuery(
        text=text_of(request, "text"),
        category=whole_of(request, "category", MAX_CATEGORY),
        token=address_of(request, "token"),
        min_price=whole_of(request, "min_price", MAX_UNITS),
        max_price=whole_of(request, "max_price", MAX_UNITS),
        seller=address_of(request, "seller"),
        sort=choice_of(request, "sort", SORTS, "tier"),
    )
    page = opened.index.services(query, limit, offset)
    return replies.ServicesReply([service_reply(row) for row in page.items], page.total, offset, head.number)


def order(request: Request, opened: Market, head: Head) -> replies.OrderReply:
    """An order by its id: sealed terms, state, hold, history and evidence."""
    order_id = hash_in(request, "id")
    row = opened.index.order(order_id)
    if row is None:
        raise NotThere(f"There is no order 0x{order_id.hex()}.")
    return order_reply(row, opened.index, head)


def account(request: Request, opened: Market, head: Head) -> replies.AccountReply:
    """An account's balances, and a page of its ledger."""
    who, (limit, offset) = address_in(request, "address"), page_of(request)
    page = opened.index.entries(who, None, limit, offset)
    balances = [
        replies.BalanceReply(
            balance.token,
            str(balance.available),
            str(balance.maturing),
            str(balance.escrowed_as_buyer),
            str(balance.escrowed_as_seller),
        )
        for balance in opened.index.balances(who)
    ]
    entries = [entry_reply(entry) for entry in page.items]
    return replies.AccountReply(who, balances, entries, page.total, offset, head.number)


def credit(request: Request, opened: Market, head: Head) -> replies.CreditReply:
    """A merchant's score, counters, and a page of what moved the score."""
    who, (limit, offset) = address_in(request, "merchant"), page_of(request)
    row = opened.index.merchant(who)
    page = opened.index.credit_history(who, limit, offset)
    names = ("score", "trade", "service", "compliance", "community", "security")
    counters = ("settled", "refunded", "missed", "disputed", "won", "lost")
    return replies.CreditReply(
        merchant=who,
        tier=row.tier.name.lower(),
        limited=row.is_limited,
        stake=str(row.stake),
        rating=row.rating.average,
        ratings=row.rating.count,
        history=[change_reply(change) for change in page.items],
        total=page.total,
        offset=offset,
        block=head.number,
        **{name: getattr(row, name) for name in (*names, *counters)},
    )


def referrals(request: Request, opened: Market, head: Head) -> replies.ReferralsReply:
    """An account's place in the referral tree and its earnings."""
    who = address_in(request, "address")
    place = opened.index.referrals(who)
    earnings = [
        replies.EarningReply(each.day, each.level, each.token, str(each.amount), each.orders)
        for each in opened.index.earnings(who)
    ]
    return replies.ReferralsReply(
        account=who,
        registered_at=place.registered_at,
        referrer=place.referrer,
        upline=[level.account for level in place.upline.levels if level.account != ZERO_ADDRESS],
        children=list(place.children),
        counts=list(place.counts),
        earnings=earnings,
        block=head.number,
    )


def statistics(request: Request, opened: Market, head: Head) -> replies.StatisticsReply:
    """Figures of weeks, published with noise that hides whether any one account took part."""
    (limit, offset), ledger = page_of(request), releases_of(opened)
    asked = text_of(request, "week")
    try:
        week = Week.named(asked).name if asked else None
    except BadWeek as error:
        raise BadRequest(str(error)) from error
    releases, total = ledger.page(limit, offset, week)
    figures = [figure_reply(release) for release in releases]
    return replies.StatisticsReply(figures, ledger.spent() / 1_000, total, offset, head.number)


def health(_request: Request) -> Response:
    """How the dApp fares; 503 while it can't show a market."""
    try:
        opened = market()
    except (MarketUnavailable, IndexFailure) as error:
        return fault(503, "unavailable", str(error))
    head, indexed = opened.head(), opened.index.head()
    status = follower_status() or FollowerStatus()
    lag = indexed.behind(head.number) if indexed and head.number is not None else None
    word = "starting" if indexed is None else "ok" if lag is not None and lag <= MAX_LAG else "behind"
    waiting = evidence_waiting(opened)
    number = indexed.number if indexed else None
    reply = replies.HealthReply(
        word, opened.chain_id, head.number, number, lag, status.state, status.last_error, waiting
    )
    return _json(reply)


def fault(status: int, error: str, message: str) -> Response:
    """A refusal with its sentence."""
    return _json(replies.Fault(error, message), status)


def _endpoint(answer: Answer) -> Callable[[Request], Response]:
    def endpoint(request: Request) -> Response:
        try:
            opened = market()
            head = opened.index.head()
            if head is None:
                return fault(503, "starting", "Nothing is indexed yet: try again in a moment.")
            reply = msgspec.json.encode(answer(request, opened, head))
            # Of block and content: a service's document may be read long after its block.
            tag = f'"{opened.chain_id}-{head.number}-{sha256(head.hash + reply).hexdigest()[:16]}"'
            if tag in [given.strip() for given in request.headers.get("if-none-match", "").split(",")]:
                return Response(status_code=304, headers={"ETag": tag})
            headers = {"ETag": tag, "Cache-Control": "no-cache"}
            return Response(reply, headers=headers, media_type="application/json")
        except BadRequest as error:
            return fault(400, "bad_request", str(error))
        except NotThere as error:
            return fault(404, "not_found", str(error))
        except (MarketUnavailable, IndexFailure) as error:
            return fault(503, "unavailable", str(error))

    return endpoint


def _json(reply: msgspec.Struct, status: int = 200) -> Response:
    return Response(msgspec.json.encode(reply), status, media_type="application/json")


ANSWERS: Final[dict[str, tuple[Answer, Any]]] = {
    "/services": (services, replies.ServicesReply),
    "/orders/{id}": (order, replies.OrderReply),
    "/accounts/{address}": (account, replies.AccountReply),
    "/credit/{merchant}": (credit, replies.CreditReply),
    "/referrals/{address}": (referrals, replies.ReferralsReply),
    "/statistics": (statistics, replies.StatisticsReply),
}


def routes() -> list[BaseRoute]:
    """What the app mounts beside the pages."""
    from dapp.api.openapi import describe

    description = msgspec.json.encode(describe())
    mounted: list[BaseRoute] = [
        Route(f"{PREFIX}{path}", _endpoint(answer), methods=["GET"]) for path, (answer, _) in ANSWERS.items()
    ]
    mounted.append(Route(f"{PREFIX}/health", health, methods=["GET"]))
    mounted.append(
        Route(
            f"{PREFIX}/openapi.json",
            lambda _request: Response(description, media_type="application/json"),
            methods=["GET"],
        )
    )
    mounted.append(Route("/metrics", metrics, methods=["GET"]))
    return mounted
