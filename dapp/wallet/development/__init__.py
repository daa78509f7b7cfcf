"""Wallets for a newcomer without one, on the local development chain alone.

They announce themselves in the browser like any wallet and ask this server's chain, whose own test accounts
are unlocked: no key is known here. On any other chain neither the script nor the route exists.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import BaseRoute, Route
from web3.exceptions import Web3Exception

from dapp.chain.actors import DEVELOPMENT_CHAIN
from dapp.chain.failures import ChainError
from dapp.foreign_json import parse_json

SCRIPT = Path(__file__).parent / "wallets.js"
METHODS = frozenset(
    {"eth_accounts", "eth_chainId", "eth_sendTransaction", "eth_signTypedData_v4", "personal_sign"}
)
LARGEST_REQUEST_BYTES = 512 * 1024
_REFUSED, _UNSUPPORTED = 4100, 4200

# A JSON-RPC call to the chain: method and parameters in, its reply with `result` or `error` out.
Rpc = Callable[[str, Any], Mapping[str, Any]]


def routes(chain_id: int, rpc: Rpc) -> list[BaseRoute]:
    """`GET /dev/wallets.js` and `POST /dev/rpc` on the development chain; nothing on any other."""
    if chain_id != DEVELOPMENT_CHAIN:
        return []

    async def script(_: Request) -> Response:
        return FileResponse(SCRIPT, media_type="text/javascript", headers={"Cache-Control": "no-cache"})

    async def forward(request: Request) -> Response:
        if not _same_origin(request):
            return JSONResponse({"error": _error(_REFUSED, "Only this dApp's own pages may ask.")}, 403)
        call = await _call_of(request)
        if call is None:
            return JSONResponse({"error": _error(-32600, "Not a JSON-RPC request.")}, 400)
        method, params = call
        if method not in METHODS:
            return JSONResponse(
                {"error": _error(_UNSUPPORTED, f"A development wallet doesn't do {method[:60]}.")}
            )
        return JSONResponse(await run_in_threadpool(_ask, rpc, method, params))

    return [
        Route("/dev/wallets.js", script, methods=["GET"]),
        Route("/dev/rpc", forward, methods=["POST"]),
    ]


def _same_origin(request: Request) -> bool:
    """Other sites' pages can't ask: a browser says where a request comes from, and JSON needs its consent."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site != "same-origin":
        return False
    origin = request.headers.get("origin")
    if origin is not None and origin.partition("://")[2] != request.headers.get("host"):
        return False
    return request.headers.get("content-type", "").partition(";")[0].strip() == "application/json"


async def _call_of(request: Request) -> tuple[str, list[Any]] | None:
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_REQUEST_BYTES:
            return None
    try:
        call = parse_json(body)
    except ValueError:
        return None
    if not isinstance(call, dict) or not isinstance(call.get("method"), str):
        return None
    params = call.get("params", [])
    return (call["method"], params) if isinstance(params, list) else None


def _ask(rpc: Rpc, method: str, params: list[Any]) -> dict[str, Any]:
    try:
        chain_id = int(rpc("eth_chainId", [])["result"], 16)
        if chain_id != DEVELOPMENT_CHAIN:
            return {"error": _error(_REFUSED, f"The server is on chain {chain_id} now.")}
        reply = rpc(method, params)
    except (ChainError, Web3Exception, OSError, KeyError, ValueError) as error:
        return {"error": _error(-32603, f"The chain can't be reached: {error}"[:300])}
    if "error" in reply:
        return {"error": reply["error"]}
    return {"result": reply.get("result")}


def _error(code: int, message: str) -> dict[str, Any]:
    return {"code": code, "message": message}
