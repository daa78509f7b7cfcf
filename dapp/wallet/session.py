"""What one browser session knows of its wallet: the connection, the requests and what came of them.

A request is made once, has an id that is never used again, and its result is kept by that id. The browser
holds the same table (`frontend/assets/requests.js`), so that either side may lose its half: a fresh session
takes up what the browser still knows, and a reloaded page takes up what the session still asks for.
"""

import re
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

import streamlit as st
from web3 import Web3

BOX = "hanse.wallet"
SEND = "eth_sendTransaction"
_HASH = re.compile(r"0x[0-9a-fA-F]{64}")
_LONGEST_MESSAGE = 300


class Status(StrEnum):
    """What became of a request to the wallet."""

    OPEN = "open"
    DONE = "done"
    REJECTED = "rejected"
    FAILED = "failed"
    LOST = "lost"


@dataclass(frozen=True)
class Connection:
    """The wallet that the browser is connected to. `account` is None while there is none."""

    account: str | None = None
    chain_id: int | None = None
    name: str | None = None


@dataclass(frozen=True)
class Request:
    """What the wallet is asked.

    key: the place on the page that asks; label: what it is for, in the user's words.
    nonce, block: the sender's next nonce and the chain's head when it was made, to look for it later.
    private: the browser keeps the result in memory alone.
    """

    id: str
    key: str
    method: str
    params: Sequence[Any]
    label: str
    account: str | None = None
    nonce: int | None = None
    block: int | None = None
    private: bool = False
    made_at: float = 0.0

    @property
    def is_transaction(self) -> bool:
        return self.method == SEND


@dataclass(frozen=True)
class Result:
    """What came of a request. `value` is the wallet's answer: a transaction's hash, a signature, …"""

    request: Request
    status: Status
    value: Any = None
    code: int | None = None
    message: str = ""


@dataclass
class Box:
    """One session's requests and results by request id, oldest first; `latest` by key.

    heard: what the browser last reported (its connection, and a status by request id). It is told so, and
    repeats itself until it is: a report may be lost with the socket.
    """

    connection: Connection = field(default_factory=Connection)
    requests: dict[str, Request] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    latest: dict[str, str] = field(default_factory=dict)
    settled: list[str] = field(default_factory=list)
    given: set[str] = field(default_factory=set)
    heard: dict[str, Any] = field(default_factory=lambda: {"snapshot": None, "results": {}})
    mounted: bool = False

    def open_requests(self) -> list[Request]:
        return [request for request in self.requests.values() if request.id not in self.results]

    def ask(self, request: Request) -> Request:
        """Put a request to the wallet, unless the one of the same key is still open."""
        last = self.requests.get(self.latest.get(request.key, ""))
        if last is not None and last.id not in self.results:
            return last
        self.requests[request.id] = request
        self.latest[request.key] = request.id
        return request

    def result(self, key: str) -> Result | None:
        """What came of the last request of a key: None without one, status OPEN while the wallet is asked."""
        request = self.requests.get(self.latest.get(key, ""))
        if request is None:
            return None
        return self.results.get(request.id, Result(request, Status.OPEN))

    def record(self, result: Result) -> bool:
        """Keep a result; False if it tells nothing new. A lost request may still be found."""
        known = self.results.get(result.request.id)
        if known is not None and (known.status != Status.LOST or result.status == Status.LOST):
            return False
        self.requests.setdefault(result.request.id, result.request)
        self.latest.setdefault(result.request.key, result.request.id)
        self.results[result.request.id] = result
        return True

    def settle(self, request_id: str) -> None:
        """Nothing more will be asked about this request: the browser may forget it."""
        if request_id not in self.settled:
            self.settled.append(request_id)

    def forget(self, key: str) -> None:
        """Start afresh under this key; what the wallet still does with the old request is taken up."""
        request_id = self.latest.pop(key, None)
        if request_id is not None:
            self.results.setdefault(request_id, Result(self.requests[request_id], Status.LOST))
            self.settle(request_id)

    def take_up(self, announced: Mapping[str, Any]) -> None:
        """Merge what the browser reports, in any order and as often as it likes."""
        self.heard["results"] = {}
        for request_id, entry in announced.items():
            if not isinstance(entry, Mapping):
                continue
            self.heard["results"][request_id] = str(entry.get("status"))
            request = self.requests.get(request_id) or _announced_request(request_id, entry)
            result = _announced_result(request, entry) if request is not None else None
            if result is not None:
                self.record(result)


def box() -> Box:
    """This session's."""
    kept: Box = st.session_state.setdefault(BOX, Box())
    return kept


def new_request(key: str, method: str, params: Sequence[Any], label: str, **more: Any) -> Request:
    """A request with an id of its own."""
    return Request(uuid.uuid4().hex, key, method, params, label, made_at=time.time(), **more)


def connection_of(snapshot: Mapping[str, Any]) -> Connection:
    """The connection that the browser reports; a malformed account is none."""
    account, chain_id, name = (snapshot.get(part) for part in ("account", "chainId", "wallet"))
    if not isinstance(account, str) or not Web3.is_address(account):
        return Connection()
    return Connection(
        Web3.to_checksum_address(account),
        chain_id if isinstance(chain_id, int) else None,
        str(name)[:40] if name else None,
    )


def found(result: Result, hash_: str) -> Result:
    """A lost transaction that turned up on the chain."""
    return replace(result, status=Status.DONE, value=hash_, code=None, message="")


def _announced_request(request_id: str, entry: Mapping[str, Any]) -> Request | None:
    """A transaction that was asked for before this session began; other requests mean nothing to it."""
    asked = entry.get("request")
    if not isinstance(asked, Mapping) or asked.get("method") != SEND:
        return None
    key, label, params, account = (asked.get(part) for part in ("key", "label", "params", "account"))
    if not (isinstance(key, str) and isinstance(label, str) and isinstance(params, list)):
        return None
    if not isinstance(account, str) or not Web3.is_address(account) or not params:
        return None
    nonce, block = asked.get("nonce"), asked.get("block")
    return Request(
        request_id,
        key,
        SEND,
        params,
        label,
        Web3.to_checksum_address(account),
        nonce if isinstance(nonce, int) else None,
        block if isinstance(block, int) else None,
    )


def _announced_result(request: Request, entry: Mapping[str, Any]) -> Result | None:
    status = entry.get("status")
    if status not in (Status.DONE, Status.REJECTED, Status.FAILED, Status.LOST):
        return None
    value = entry.get("value")
    is_hash = isinstance(value, str) and _HASH.fullmatch(value)
    if status == Status.DONE and request.is_transaction and not is_hash:
        return Result(request, Status.FAILED, message="The wallet gave no transaction hash.")
    code = entry.get("code")
    return Result(
        request,
        Status(status),
        value,
        code if isinstance(code, int) else None,
        str(entry.get("message") or "")[:_LONGEST_MESSAGE],
    )
