"""
the API on a running, indexed market
├── services: pages, filters, the order asked for
├── an order: terms, steps, evidence; an unknown id; a malformed one
├── accounts, credit, referrals: what the index says
├── every reply fits the OpenAPI description
├── the ETag: the same block is not sent again, but a document that was read since is
├── bad parameters: 400 with name and value
├── no market: 503
├── metrics: what Prometheus reads
└── security headers on every answer
"""

import asyncio
from dataclasses import replace

import httpx
import jsonschema
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware

from dapp.api import routes as api
from dapp.api.metrics import RequestTimes
from dapp.api.security import SecurityHeaders, security_headers
from dapp.domain.orders import Status
from dapp.index.rows import Document, OrderQuery
from dapp.market import MarketUnavailable


class Client:
    """Asks an app without a server between."""

    def __init__(self, app):
        self._app = app

    def get(self, path, **options):
        return self.request("GET", path, **options)

    def request(self, method, path, **options):
        async def ask():
            transport = httpx.ASGITransport(self._app)
            async with httpx.AsyncClient(transport=transport, base_url="http://dapp") as client:
                return await client.request(method, path, **options)

        return asyncio.run(ask())


@pytest.fixture
def opened_market(screens):
    return screens.market


@pytest.fixture
def client(screens):
    screens.catch_up()
    app = Starlette(routes=api.routes(), middleware=[Middleware(SecurityHeaders), Middleware(RequestTimes)])
    return Client(app)


@pytest.fixture
def description(client):
    return client.get("/api/v1/openapi.json").json()


def check(description, path, reply):
    """The reply fits what is described."""
    schema = description["paths"][path]["get"]["responses"][str(reply.status_code)]["content"]
    wanted = {**schema["application/json"]["schema"], "components": description["components"]}
    jsonschema.validate(reply.json(), wanted)


def test_services__no_filter__all_active_ones_of_a_page(client, description, opened_market):
    reply = client.get("/api/v1/services", params={"limit": 3})
    check(description, "/api/v1/services", reply)
    answer = reply.json()
    assert answer["total"] == opened_market.index.services().total == 8
    assert len(answer["items"]) == 3
    rest = client.get("/api/v1/services", params={"limit": 100, "offset": 3}).json()
    assert {each["id"] for each in answer["items"]} | {each["id"] for each in rest["items"]} == set(
        range(1, 9)
    )


def test_services__sorted_by_price_in_a_token__in_that_order(client):
    params = {"token": "0x" + "0" * 40, "sort": "price", "limit": 100}
    prices = [int(each["price"]) for each in client.get("/api/v1/services", params=params).json()["items"]]
    assert prices == sorted(prices)
    assert len(prices) == 7


def test_services__max_price__none_dearer(client):
    most = 10**17
    params = {"token": "0x" + "0" * 40, "max_price": str(most)}
    found = client.get("/api/v1/services", params=params).json()["items"]
    assert found
    assert all(int(each["price"]) <= most for each in found)


def test_order__known_id__terms_steps_and_evidence(client, description, opened_market):
    for row in opened_market.index.orders(OrderQuery(), 50).items:
        reply = client.get(f"/api/v1/orders/0x{row.id.hex()}")
        check(description, "/api/v1/orders/{id}", reply)
        answer = reply.json()
        assert answer["base"] == str(row.terms.base)
        assert answer["held"] == str(row.held)
        assert answer["status"] == row.status.name.lower()
        assert answer["steps"][0]["name"] == "OrderPlaced"
        assert len(answer["evidence"]) == len(opened_market.index.order_evidence(row.id))


def test_order__held_cleared_confirmed_or_never__says_so(client, opened_market):
    found = {}
    for row in opened_market.index.orders(OrderQuery(), 50).items:
        hold = client.get(f"/api/v1/orders/0x{row.id.hex()}").json()["hold"]
        kept = opened_market.index.hold(row.id)
        assert (hold is None) is (kept is None)
        if hold is not None:
            assert (hold["cid"], hold["until"], hold["reviewer"]) == (kept.cid, kept.until, kept.reviewer)
            found[hold["state"]] = row.status
    assert found == {"held": Status.DELIVERED, "cleared": Status.COMPLETED, "confirmed": Status.COMPLETED}


def test_order__unknown_id__404(client, description):
    reply = client.get("/api/v1/orders/0x" + "ab" * 32)
    assert reply.status_code == 404
    check(description, "/api/v1/orders/{id}", reply)
    assert "ab" * 32 in reply.json()["message"]


def test_accounts__buyer__the_index_balances_and_ledger(client, description, running_market):
    reply = client.get(f"/api/v1/accounts/{running_market.seller}", params={"limit": 2})
    check(description, "/api/v1/accounts/{address}", reply)
    answer = reply.json()
    balances = {each["token"]: int(each["available"]) for each in answer["balances"]}
    contracts = running_market.contracts
    for token, available in balances.items():
        assert contracts.market.functions.balanceOf(running_market.seller, token).call() == available
    assert len(answer["entries"]) == 2 < answer["total"]


def test_credit__seller__the_chains_score(client, description, running_market):
    reply = client.get(f"/api/v1/credit/{running_market.seller}")
    check(description, "/api/v1/credit/{merchant}", reply)
    answer = reply.json()
    points = running_market.contracts.credit.functions.scoreOf(running_market.seller).call()
    assert answer["score"] // 1_000 == points
    parts = ("trade", "service", "compliance", "community", "security")
    assert sum(answer[part] for part in parts) == answer["score"]
    assert answer["history"][0]["score"] == answer["score"]


def test_referrals__buyer__three_levels_above(client, description, running_market):
    reply = client.get(f"/api/v1/referrals/{running_market.buyer}")
    check(description, "/api/v1/referrals/{address}", reply)
    above = [running_market.referrer, running_market.second_referrer, running_market.third_referrer]
    assert reply.json()["upline"] == above
    earner = client.get(f"/api/v1/referrals/{running_market.referrer}").json()
    assert sum(int(each["amount"]) for each in earner["earnings"]) > 0


def test_etag__same_block__not_sent_again(client):
    first = client.get("/api/v1/services")
    again = client.get("/api/v1/services", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304
    assert again.content == b""
    other = client.get("/api/v1/services", headers={"If-None-Match": '"31337-1-0000000000000000"'})
    assert other.status_code == 200


def test_etag__document_read_after_its_block__sent_again(client, opened_market, monkeypatch):
    services = opened_market.index.services
    unread = replace(services(), items=tuple(replace(row, document=Document()) for row in services().items))
    with monkeypatch.context() as before:
        before.setattr(opened_market.index, "services", lambda *_query: unread)
        first = client.get("/api/v1/services")
    assert {each["title"] for each in first.json()["items"]} == {None}
    again = client.get("/api/v1/services", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 200
    assert all(each["title"] for each in again.json()["items"])


@pytest.mark.parametrize(
    ("path", "name", "value"),
    [
        ("/services", "limit", "0"),
        ("/services", "limit", "101"),
        ("/services", "offset", "-1"),
        ("/services", "category", "65536"),
        ("/services", "token", "0x12"),
        ("/services", "min_price", "1e3"),
        ("/services", "max_price", str(2**256)),
        ("/services", "sort", "luck"),
    ],
)
def test_parameters__unusable__400_with_name_and_value(client, description, path, name, value):
    reply = client.get(f"/api/v1{path}", params={name: value})
    assert reply.status_code == 400
    check(description, f"/api/v1{path}", reply)
    assert name in reply.json()["message"]
    assert value in reply.json()["message"]


@pytest.mark.parametrize("path", ["/accounts/0x12", "/credit/nobody", "/referrals/0x", "/orders/0xzz"])
def test_paths__no_address_or_id__400(client, path):
    assert client.get(f"/api/v1{path}").status_code == 400


def test_methods__anything_but_get__refused(client):
    assert client.request("POST", "/api/v1/services").status_code == 405


def test_market__unavailable__503(client, monkeypatch):
    def gone():
        raise MarketUnavailable("No market is deployed on chain 5.")

    monkeypatch.setattr(api, "market", gone)
    for path in ("/services", "/health"):
        reply = client.get(f"/api/v1{path}")
        assert reply.status_code == 503
        assert reply.json()["message"] == "No market is deployed on chain 5."


def test_health__indexed__chain_and_index(client, description):
    reply = client.get("/api/v1/health")
    check(description, "/api/v1/health", reply)
    answer = reply.json()
    assert answer["status"] == "ok"
    assert answer["lag"] == answer["chain_head"] - answer["indexed"] == 0


def test_metrics__after_requests__orders_money_and_times(client, opened_market):
    client.get("/api/v1/services")
    text = client.get("/metrics").text
    lines = dict(line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#"))
    assert lines["hanse_up"] == "1.0"
    statistics = opened_market.index.statistics()
    for state, count in statistics.orders.items():
        assert float(lines[f'hanse_orders{{state="{state.name.lower()}"}}']) == count
    assert float(lines['hanse_request_seconds_count{path="/api/v1/services",status="200"}']) >= 1
    assert float(lines["hanse_events_total"]) == statistics.events
    assert lines["hanse_evidence_waiting"] == "0.0"
    queue, now = opened_market.index.hold_queue(opened_market.now()), opened_market.now()
    assert float(lines["hanse_risk_queue"]) == queue.count == 1
    assert float(lines["hanse_risk_queue_oldest_seconds"]) == now - queue.oldest_at > 0


def test_headers__any_answer__policy_without_foreign_scripts(client):
    for path in ("/api/v1/services", "/api/v1/orders/x", "/metrics"):
        headers = client.get(path).headers
        assert {name: headers[name] for name in security_headers()} == security_headers()
    scripts = security_headers()["Content-Security-Policy"].split("script-src ")[1].split(";")[0].split()
    assert scripts[0] == "'self'"
    assert all(source.startswith("'sha256-") for source in scripts[1:])
