"""What Ape and AppTest ask again and again in a test session, asked once: it is most of a test's time.

Nothing that a test can see changes: the answers stay the same as long as the session lasts.
"""

from functools import cache
from typing import Any

import ape_ethereum.provider
import requests
from ape.api import NetworkAPI, ProviderAPI
from ape.contracts.base import ContractMethodHandler
from ape_ethereum.ecosystem import Ethereum
from ape_ethereum.trace import Trace
from streamlit.components.v2 import manifest_scanner
from web3 import HTTPProvider, Web3

from dapp.index.transport import Transport

TIMEOUT_SECONDS = 120.0


def spare() -> None:
    """Change Ape, its HTTP library and AppTest for this process."""
    Trace.show = lambda *_arguments, **_options: None  # renders each reverted transaction
    ContractMethodHandler._validate_is_contract = lambda _self: None  # asks for the code before each call
    ape_ethereum.provider._post_send_transaction = lambda *_arguments: None  # looks for lines to print
    Ethereum.default_transaction_type = _once(Ethereum.default_transaction_type)  # builds every network anew
    ProviderAPI.settings, NetworkAPI.config = _once(ProviderAPI.settings), _once(NetworkAPI.config)
    requests.Session.trust_env = property(
        lambda _self: False, lambda _self, _value: None
    )  # looks for proxies
    # Reads what every installed package says of itself, at each run of a screen.
    manifest_scanner.scan_component_manifests = cache(manifest_scanner.scan_component_manifests)


def _once(found: property) -> property:
    """A property that an object is asked for once."""
    answers = {}

    def answer(asked: Any) -> Any:
        if id(asked) not in answers:
            answers[id(asked)] = asked, found.fget(asked)  # kept, so that its id is nobody else's
        return answers[id(asked)][1]

    return property(answer)


def spare_http(web3: Web3) -> None:
    """Let Ape's node be asked over one connection, without a library that is made for the whole web."""
    if isinstance(web3.provider, HTTPProvider):
        transport = Transport(str(web3.provider.endpoint_uri), TIMEOUT_SECONDS)
        web3.provider._make_request = lambda _method, request: transport.post(request)
