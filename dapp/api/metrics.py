"""Metrics for Prometheus: how far the index is, how the chain answers, what the market holds."""

import time
from collections.abc import Iterator

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.exposition import CONTENT_TYPE_LATEST
from prometheus_client.registry import Collector
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dapp.api.bot_metrics import bot_metrics
from dapp.background import Bots, bots, follower_status
from dapp.evidence.errors import EvidenceError
from dapp.index.failures import IndexFailure
from dapp.index.status import FollowerStatus
from dapp.market import Market, MarketUnavailable, market

REGISTRY = CollectorRegistry()
REQUEST_SECONDS = Histogram(
    "hanse_request_seconds",
    "Time to answer a request",
    ["path", "status"],
    registry=REGISTRY,
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)
_API = tuple(
    f"/api/v1/{name}"
    for name in ("services", "orders", "accounts", "credit", "referrals", "health", "openapi")
)
_OTHER = ("/metrics", "/_stcore/", "/media/", "/static/")


class MarketCollector(Collector):
    """Reads index and evidence when it is asked."""

    def collect(self) -> Iterator[Metric]:
        """What holds now; without a market only that there is none."""
        status = follower_status() or FollowerStatus()
        yield from _follower_metrics(status)
        yield from _bots_metrics(bots())
        try:
            opened = market()
            yield from _market_metrics(opened)
        except (MarketUnavailable, IndexFailure):
            yield GaugeMetricFamily("hanse_up", "Whether there is a market to show", 0)
        else:
            yield GaugeMetricFamily("hanse_up", "Whether there is a market to show", 1)


REGISTRY.register(MarketCollector())


def metrics(_request: Request) -> Response:
    """The text that Prometheus scrapes."""
    return Response(generate_latest(REGISTRY), media_type=CONTENT_TYPE_LATEST)


def _bots_metrics(found: Bots) -> Iterator[Metric]:
    if found.where == "workers":
        answers = float(found.statuses is not None)
        yield GaugeMetricFamily("hanse_redis_up", "Whether the workers' Redis answers", answers)
    yield from bot_metrics(found.statuses or [])


def _follower_metrics(status: FollowerStatus) -> Iterator[Metric]:
    if status.lag is not None:
        yield GaugeMetricFamily("hanse_index_lag_blocks", "Blocks the index is behind the chain", status.lag)
    errors = CounterMetricFamily("hanse_rpc_errors", "Requests that a node failed to answer", labels=["url"])
    for url, count in status.rpc_errors:
        errors.add_metric([url], count)
    yield errors
    yield CounterMetricFamily("hanse_reorganisations", "Reorganisations that were followed", status.reorgs)


def _market_metrics(opened: Market) -> Iterator[Metric]:
    statistics = opened.index.statistics()
    orders = GaugeMetricFamily("hanse_orders", "Orders by state", labels=["state"])
    for state, count in statistics.orders.items():
        orders.add_metric([state.name.lower()], count)
    yield orders
    money = GaugeMetricFamily("hanse_token_units", "Money by token and kind", labels=["token", "kind"])
    for total in statistics.tokens:
        for kind in ("available", "maturing", "escrowed", "sold", "returned", "fees", "commissions"):
            money.add_metric([total.token, kind], float(getattr(total, kind)))
    yield money
    yield GaugeMetricFamily("hanse_open_disputes", "Disputes without an end", statistics.open_disputes)
    yield from _queue_metrics(opened)
    yield CounterMetricFamily("hanse_events", "Events indexed", statistics.events)
    waiting = evidence_waiting(opened)
    if waiting is not None:
        yield GaugeMetricFamily("hanse_evidence_waiting", "Pieces of evidence waiting for the node", waiting)


def _queue_metrics(opened: Market) -> Iterator[Metric]:
    now = opened.now()
    queue = opened.index.hold_queue(now)
    oldest = 0 if queue.oldest_at is None else max(now - queue.oldest_at, 0)
    yield GaugeMetricFamily("hanse_risk_queue", "Held deliveries that wait for a reviewer", queue.count)
    yield GaugeMetricFamily(
        "hanse_risk_queue_oldest_seconds",
        "For how long the oldest of them waits, by the chain's time",
        oldest,
    )


def evidence_waiting(opened: Market) -> int | None:
    """How many pieces a node should have but hasn't; 0 where none is set, None if the store can't be read."""
    try:
        return len(opened.store.waiting()) if opened.store.node is not None else 0
    except EvidenceError:
        return None


class RequestTimes:
    """ASGI middleware that times requests, by the first part of their path so that labels stay few."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and note how long its answer took."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), "500"

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = str(message["status"])
            await send(message)

        try:
            await self._app(scope, receive, note)
        finally:
            seconds = time.perf_counter() - started
            REQUEST_SECONDS.labels(_label(scope["path"]), status).observe(seconds)


def _label(path: str) -> str:
    """What a path counts under: never the path itself, which anyone could make up."""
    api = next((name for name in _API if path.startswith(name)), None)
    return api or next((prefix for prefix in _OTHER if path.startswith(prefix)), "page")
