"""What the tests of screens read off a page, and a chain that doesn't answer."""

from html import unescape

import pytest
import requests
from web3 import HTTPProvider

from tests.dapp.wallet.seeding import asked


def shown(at):
    """Everything that is said on the page, HTML without its marks' escapes."""
    kinds = ("title", "subheader", "markdown", "caption", "info", "warning", "success", "error", "code")
    said = [str(element.value) for kind in kinds for element in at.get(kind)]
    return "\n".join([*said, *(unescape(each) for each in raw_html(at))])


def raw_html(at):
    """The bodies of the page's HTML elements, as they are."""
    return [element.proto.body for element in at.get("html")]


def asked_for(screens, at, contract="market"):
    """The one request to the wallet: the function's name, its arguments by name, and the transaction."""
    (request,) = asked(at)
    transaction = request.params[0]
    bound = getattr(screens.market.contracts, contract)
    assert transaction["to"] == bound.address
    function, arguments = bound.decode_function_input(transaction["data"])
    return function.fn_name, arguments, transaction


def value_of(transaction):
    """The native coin that a transaction sends along, in wei."""
    value = transaction.get("value", 0)
    return int(value, 16) if isinstance(value, str) else value


def press(at, key):
    """Press an action's button."""
    return at.button(key=f"{key}.button").click().run()


@pytest.fixture
def silent_chain(monkeypatch, screens):
    """From now on the chain doesn't answer."""
    monkeypatch.setattr(HTTPProvider, "make_request", _no_answer)
    monkeypatch.setattr(screens.market, "_head", None)


def _no_answer(_self, _method, _parameters):
    raise requests.ConnectionError("no route to the chain")
