"""JSON-RPC to one node and, where it fails, to the next one."""

import http.client
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import msgspec

from dapp.index.failures import RpcFailed, RpcLied
from dapp.index.transport import Transport

TIMEOUT_SECONDS = 20.0


class Log(msgspec.Struct, rename="camel", gc=False):
    """A log as nodes give it. Some tell the block's time (Unix seconds) with it."""

    address: str
    topics: list[str]
    data: str
    block_number: str
    block_hash: str
    transaction_hash: str
    log_index: str
    block_timestamp: str | None = None
    removed: bool = False


class RawHeader(msgspec.Struct, rename="camel"):
    """A block's header, of which this is needed."""

    number: str
    hash: str
    parent_hash: str
    timestamp: str


class Header(msgspec.Struct, frozen=True):
    """A block's number, hash, parent's hash and time."""

    number: int
    hash: bytes
    parent: bytes
    timestamp: int


class Refused(RpcFailed):
    """A node answered with an error."""


class _Fault(msgspec.Struct):
    code: int = 0
    message: str = ""


class _LogsReply(msgspec.Struct):
    result: list[Log] | None = None
    error: _Fault | None = None


class _HeaderReply(msgspec.Struct):
    id: int = 0
    result: RawHeader | None = None
    error: _Fault | None = None


class _TextReply(msgspec.Struct):
    result: str | None = None
    error: _Fault | None = None


_TEXT = msgspec.json.Decoder(_TextReply)
_LOGS = msgspec.json.Decoder(_LogsReply)
_HEADER = msgspec.json.Decoder(_HeaderReply)
_HEADERS = msgspec.json.Decoder(list[_HeaderReply])


class Node:
    """One node."""

    def __init__(self, url: str) -> None:
        self.url, self._transport = url, Transport(url, TIMEOUT_SECONDS)
        self.errors = 0

    @property
    def name(self) -> str:
        """The URL without what may be a key: credentials, path and query."""
        parts = urlsplit(self.url)
        host = parts.hostname or ""
        return urlunsplit((parts.scheme, f"{host}:{parts.port}" if parts.port else host, "", "", ""))

    def chain_id(self) -> int:
        """The chain's id."""
        return number_of(_result(self._ask(_TEXT, _request("eth_chainId", []))) or "")

    def header(self, block: int | str) -> Header | None:
        """The header of a block (a number, or "latest"); None if the node doesn't have it."""
        wanted = hex(block) if isinstance(block, int) else block
        reply = self._ask(_HEADER, _request("eth_getBlockByNumber", [wanted, False]))
        header = _header(_result(reply))
        if header is not None and isinstance(block, int) and header.number != block:
            raise RpcLied(f"{self.name} gave block {header.number} for block {block}.")
        return header

    def headers(self, numbers: Sequence[int]) -> list[Header]:
        """The headers of blocks that must exist, in one batch, or one by one where there are no batches."""
        if len(numbers) < 2:
            found = [self.header(number) for number in numbers]
        else:
            requests = [
                _request("eth_getBlockByNumber", [hex(number), False], at)
                for at, number in enumerate(numbers)
            ]
            try:
                replies = sorted(self._ask(_HEADERS, requests), key=lambda reply: reply.id)
                found = [_header(_result(reply)) for reply in replies]
            except RpcFailed:
                found = [self.header(number) for number in numbers]
        headers = [header for header in found if header is not None]
        if [header.number for header in headers] != list(numbers):
            raise RpcLied(f"{self.name} didn't give the headers of {len(numbers)} blocks.")
        return headers

    def logs(self, addresses: Sequence[str], first: int, last: int) -> list[Log]:
        """The logs of some contracts in a range of blocks."""
        where = {"address": list(addresses), "fromBlock": hex(first), "toBlock": hex(last)}
        return self._logs(where)

    def block_logs(self, addresses: Sequence[str], block_hash: bytes) -> list[Log]:
        """The logs of some contracts in exactly this block."""
        return self._logs({"address": list(addresses), "blockHash": "0x" + block_hash.hex()})

    def _logs(self, where: dict[str, Any]) -> list[Log]:
        logs: list[Log] | None = _result(self._ask(_LOGS, _request("eth_getLogs", [where])))
        if logs is None:
            raise RpcLied(f"{self.name} gave no list of logs.")
        return logs

    def _ask(self, decoder: Any, request: Any) -> Any:
        try:
            body = self._transport.post(msgspec.json.encode(request))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise RpcFailed(f"{self.name} doesn't answer: {error!r}") from error
        try:
            return decoder.decode(body)
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise RpcLied(f"{self.name} gave something else than JSON-RPC: {error}") from error

    def close(self) -> None:
        """Close this thread's connection."""
        self._transport.close()


class Nodes:
    """Several nodes: one is used until it fails, then the next one in turn."""

    def __init__(self, urls: Sequence[str]) -> None:
        self.all = [Node(url) for url in urls]
        self._current = 0

    @property
    def current(self) -> Node:
        """The node in use."""
        return self.all[self._current]

    def fail(self) -> None:
        """Count an error of the node in use, and go over to the next one."""
        self.current.errors += 1
        self._current = (self._current + 1) % len(self.all)

    def close(self) -> None:
        """Close this thread's connections; another thread's end with it."""
        for node in self.all:
            node.close()


def number_of(text: str) -> int:
    """A quantity of JSON-RPC. Raises RpcLied."""
    try:
        if text[:2] == "0x":
            return int(text, 16)
    except ValueError:
        pass
    raise RpcLied(f"{text[:80]!r} isn't a number.")


def hash_of(text: str) -> bytes:
    """32 bytes. Raises RpcLied."""
    try:
        value = bytes.fromhex(text[2:])
        if len(value) == 32 and len(text) == 66:
            return value
    except ValueError:
        pass
    raise RpcLied(f"{text[:80]!r} isn't a hash.")


def read_header(raw: RawHeader) -> Header:
    """A node's header in numbers and bytes. Raises RpcLied."""
    return Header(
        number_of(raw.number), hash_of(raw.hash), hash_of(raw.parent_hash), number_of(raw.timestamp)
    )


def _header(raw: RawHeader | None) -> Header | None:
    return None if raw is None else read_header(raw)


def _request(method: str, parameters: list[Any], number: int = 0) -> dict[str, Any]:
    return {"jsonrpc": "2.0", "id": number, "method": method, "params": parameters}


def _result(reply: Any) -> Any:
    if reply.error is not None:
        raise Refused(f"The node refuses: {reply.error.message[:200]} ({reply.error.code}).")
    return reply.result
