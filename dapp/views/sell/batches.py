"""Several calls of the market in one transaction."""

from collections.abc import Sequence

from web3.contract.contract import ContractFunction

from dapp.index.rows import OrderRow
from dapp.market import market
from dapp.widgets.actions import Refused
from dapp.widgets.amounts import token_of
from dapp.widgets.i18n import language, t
from dapp.widgets.text import clean

Calls = Sequence[tuple[OrderRow, str, tuple[object, ...]]]


def batch(calls: Calls, sender: str) -> ContractFunction:
    """The call that does all of these: (order, function, arguments) each.

    A batch skips what fails, so it is tried here first: Refused names an order that would be skipped.
    """
    contract = market().contracts.market
    encoded = [contract.encode_abi(name, args=list(arguments)) for _order, name, arguments in calls]
    call = contract.functions.batch(encoded)
    faults = call.call({"from": market().web3.to_checksum_address(sender)})
    for (order, _name, _arguments), fault in zip(calls, faults, strict=True):
        if fault:
            reason = market().explain(
                market().errors.decode(bytes(fault)), language(), token_of(order.terms.token)
            )
            title = clean(order.title or f"0x{order.id.hex()[:8]}", 60)
            raise Refused(t("sell.inbox.skipped", title=title, reason=reason))
    return call
