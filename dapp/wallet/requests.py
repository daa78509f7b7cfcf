"""Asking the wallet. Each function returns the request's id and is safe to call again while one is open.

Call them in a widget's callback, so that the request is on the page that the same run draws; in the script's
body, `st.rerun()` after it. Read what came of it with `result(key)` in a later run.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from eth_utils.conversions import to_hex
from hexbytes import HexBytes

from dapp.wallet.session import SEND, Result, box, new_request


def ask(key: str, method: str, params: Sequence[Any], label: str, *, private: bool = False) -> str:
    """Ask the wallet for anything; `hanse_…` methods are answered by the page itself.

    private: the browser keeps the result in memory alone, and drops it once this session has it.
    """
    kept = box()
    return kept.ask(
        new_request(key, method, list(params), label, account=kept.connection.account, private=private)
    ).id


def send(
    key: str,
    transaction: Mapping[str, Any],
    label: str,
    *,
    nonce: int | None = None,
    block: int | None = None,
) -> str:
    """Ask the wallet to sign and send a transaction (to, data, value and, if it's known, gas).

    nonce, block: the sender's next nonce and the chain's head now, by which a transaction can be found
    whose hash never came back. The result's value is the hash.
    """
    kept = box()
    fields = {
        name: _wire(transaction[name])
        for name in ("to", "data", "value", "gas", "nonce")
        if name in transaction
    }
    request = new_request(
        key, SEND, [fields], label, account=kept.connection.account, nonce=nonce, block=block
    )
    return kept.ask(request).id


def sign_typed(key: str, typed_data: Mapping[str, Any], label: str) -> str:
    """Ask for an EIP-712 signature (`types` with EIP712Domain, `primaryType`, `domain`, `message`).

    Whole numbers beyond JavaScript's are sent as decimal strings, bytes as hex.
    """
    return ask(key, "eth_signTypedData_v4", [json.dumps(_plain(typed_data))], label)


def result(key: str) -> Result | None:
    """What came of the last request under a key: None without one, status OPEN while the wallet is asked."""
    return box().result(key)


def forget(key: str) -> None:
    """Be done with the request under a key, so that a new one may be made."""
    box().forget(key)


def _wire(value: Any) -> str:
    if isinstance(value, int):
        return hex(value)
    return value if isinstance(value, str) else to_hex(HexBytes(value))


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _plain(part) for name, part in value.items()}
    if isinstance(value, bytes | bytearray):
        return "0x" + bytes(value).hex()
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) >= 2**53:
        return str(value)
    return value
