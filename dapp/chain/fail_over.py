"""One web3 provider over several RPC addresses: the next one answers when one fails."""

import threading
from collections import Counter
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

import requests
from web3 import HTTPProvider
from web3.providers.base import JSONBaseProvider
from web3.types import RPCEndpoint, RPCResponse

from dapp.chain.failures import ChainError

CONNECT_SECONDS, READ_SECONDS = 2.0, 10.0


class RpcUnavailable(ChainError):  # noqa: N818
    """No RPC address answers, or only for another chain."""


def shown_url(url: str) -> str:
    """An RPC address without what may be a key in it: scheme, host and port."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname}{f':{parts.port}' if parts.port else ''}"


class FailOverProvider(JSONBaseProvider):
    """Asks the address that answered last, then the others, once around.

    One that can't be reached, is overloaded or is on another chain is passed over. An error that the chain
    itself answers with is an answer.
    """

    def __init__(self, urls: Sequence[str]) -> None:
        super().__init__()
        self._providers = [
            HTTPProvider(
                url,
                request_kwargs={"timeout": (CONNECT_SECONDS, READ_SECONDS)},
                exception_retry_configuration=None,
            )
            for url in urls
        ]
        self._names = [shown_url(url) for url in urls]
        self._current = 0
        self._chain_id: str | None = None
        self._checked: set[int] = set()
        self._lock = threading.Lock()
        self.errors: Counter[str] = Counter()

    @property
    def current_url(self) -> str:
        """The address that is asked first, without credentials."""
        return self._names[self._current]

    def make_request(self, method: RPCEndpoint, params: Any) -> RPCResponse:
        """The first answer. Raises RpcUnavailable."""
        start = self._current
        for step in range(len(self._providers)):
            place = (start + step) % len(self._providers)
            try:
                self._check_chain(place)
                response = self._providers[place].make_request(method, params)
            except (requests.RequestException, RpcUnavailable, ValueError):
                self._failed(place)
                continue
            self._current = place
            return response
        where = ", ".join(self._names)
        raise RpcUnavailable(f"The chain doesn't answer at {where}.")

    def is_connected(self, show_traceback: bool = False) -> bool:
        """Whether any address answers."""
        try:
            self.make_request(RPCEndpoint("eth_chainId"), [])
        except RpcUnavailable:
            if show_traceback:
                raise
            return False
        return True

    def _failed(self, place: int) -> None:
        with self._lock:
            self.errors[self._names[place]] += 1
            self._checked.discard(place)  # what comes back there may be another chain

    def _check_chain(self, place: int) -> None:
        if place in self._checked:
            return
        answer = self._providers[place].make_request(RPCEndpoint("eth_chainId"), [])
        chain_id = answer.get("result")
        with self._lock:
            if not isinstance(chain_id, str) or self._chain_id not in (None, chain_id):
                raise RpcUnavailable(f"{self._names[place]} is on chain {chain_id}, not {self._chain_id}.")
            self._chain_id = chain_id
            self._checked.add(place)
