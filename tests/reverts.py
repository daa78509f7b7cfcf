"""The exact error a call must fail with.

`ape.reverts(Error)` also accepts a revert without a name and inputs that the error does not have.
"""

import ast
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from ape.exceptions import ContractLogicError, CustomError
from eth_abi import encode
from eth_utils import keccak
from web3.exceptions import ContractLogicError as Web3ContractLogicError


@contextmanager
def reverts(error: Any, **values: Any) -> Iterator[None]:
    """Assert that a call fails with `error` and all of its `values` (accounts stand for their addresses)."""
    expected = {name: getattr(value, "address", value) for name, value in values.items()}
    with pytest.raises(ContractLogicError) as caught:
        yield
    failure = caught.value
    if isinstance(failure, CustomError):
        assert (failure.abi.name, failure.inputs) == (error.abi.name, expected)
    else:
        assert _undecoded(str(failure.message)) == error_data(error, **values)


@contextmanager
def reverts_without_reason() -> Iterator[None]:
    """Assert that a call fails with no data at all: no error, no text, no panic."""
    with pytest.raises(ContractLogicError) as caught:
        yield
    cause = caught.value.base_err
    assert isinstance(cause, Web3ContractLogicError)
    assert cause.args == ("execution reverted", "0x")


def _undecoded(message: str) -> bytes:
    """What Ape leaves as it came: a view's "custom error 0x<selector>: <values>", or py-evm's b"<bytes>"."""
    if message.startswith(("b'", 'b"')):
        return bytes(ast.literal_eval(message))
    selector, _, values = message.removeprefix("custom error ").removeprefix("0x").partition(": ")
    # Values that happen to be UTF-8 stand as text in anvil's messages; the zeros of ABI words are no digits.
    return bytes.fromhex(selector) + (values.encode() if "\0" in values else bytes.fromhex(values))


def error_data(error: Any, **values: Any) -> bytes:
    """The ABI-encoded `error`, as a batch reports it."""
    types = [item.canonical_type for item in error.abi.inputs]
    given = [getattr(values[item.name], "address", values[item.name]) for item in error.abi.inputs]
    assert len(given) == len(values)
    return keccak(text=f"{error.abi.name}({','.join(types)})")[:4] + encode(types, given)
