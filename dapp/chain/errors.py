"""Custom errors as plain sentences: English and Chinese, amounts with units, times in UTC.

The sentences are in `dapp/locales/errors.<language>.yaml`, by the error's name. A placeholder names an
argument of the error and how to show it: `{available:units}`.
"""

import string
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from eth_abi.abi import decode
from eth_abi.exceptions import DecodingError
from eth_utils.abi import collapse_if_tuple
from eth_utils.crypto import keccak

from dapp.chain.formats import FORMATS, NATIVE, Token
from dapp.chain.records import Abi, DeploymentRecord

LOCALES = Path(__file__).resolve().parent.parent / "locales"
LANGUAGES = ("en", "zh")
UNKNOWN = "UnknownError"


def _amounts(first: str) -> Abi:
    return [{"name": name, "type": "uint256"} for name in (first, "needed")]


# The language's own errors, and the two of ERC-6093 that a payment meets.
_BUILT_IN: Abi = [
    {"type": "error", "name": "Error", "inputs": [{"name": "message", "type": "string"}]},
    {"type": "error", "name": "Panic", "inputs": [{"name": "code", "type": "uint256"}]},
    *(
        {"type": "error", "name": name, "inputs": [{"name": who, "type": "address"}, *_amounts(what)]}
        for name, who, what in (
            ("ERC20InsufficientBalance", "sender", "balance"),
            ("ERC20InsufficientAllowance", "spender", "allowance"),
        )
    ),
]


@dataclass(frozen=True)
class ContractError:
    """A decoded error: the contract's name for it and its values. `data` is what the chain gave."""

    name: str
    args: Mapping[str, Any] = field(default_factory=dict)
    data: bytes = b""

    def __str__(self) -> str:
        """The English sentence."""
        return explain(self)


class ErrorBook:
    """Decodes the errors of some ABIs."""

    def __init__(self, abis: Iterable[Abi]) -> None:
        self._errors: dict[bytes, tuple[str, list[str], list[str]]] = {}
        for abi in (_BUILT_IN, *abis):
            for item in abi:
                if item["type"] == "error":
                    types = [collapse_if_tuple(argument) for argument in item["inputs"]]
                    names = [argument["name"] for argument in item["inputs"]]
                    selector = keccak(text=f"{item['name']}({','.join(types)})")[:4]
                    self._errors[selector] = (item["name"], names, types)

    @classmethod
    def of(cls, record: DeploymentRecord) -> "ErrorBook":
        """The errors of a deployed market."""
        return cls(contract.abi for contract in record.contracts.values())

    def decode(self, data: Any) -> ContractError:
        """The error that a failed call returned (bytes, or a hex string), else UnknownError."""
        raw = _bytes_of(data)
        known = self._errors.get(raw[:4])
        if known is None:
            return ContractError(UNKNOWN, {"data": raw}, raw)
        name, names, types = known
        if len(raw) < 4 + 32 * len(types):  # the decoder would read zeros
            return ContractError(UNKNOWN, {"data": raw}, raw)
        try:
            return ContractError(name, dict(zip(names, decode(types, raw[4:]), strict=True)), raw)
        except DecodingError:
            return ContractError(UNKNOWN, {"data": raw}, raw)


def explain(
    error: ContractError,
    language: str = "en",
    *,
    token_of: Callable[[str], Token] | None = None,
    order_token: Token = NATIVE,
) -> str:
    """One sentence for the user.

    token_of: name and decimals of a token's address, for errors that carry one; order_token: for amounts
    whose token the error doesn't tell (an order's).
    """
    sentences = _sentences(language)
    template = sentences.get(error.name)
    if template is None:
        template = sentences[UNKNOWN]
        error = ContractError(UNKNOWN, {"data": error.data}, error.data)
    token = order_token
    if "token" in error.args:
        address = str(error.args["token"])
        token = (
            NATIVE
            if not int(address, 16)
            else token_of(address)
            if token_of
            else Token(address[:10] + "…", 0)
        )
    return _Sentence(language, token).format(template, **error.args)


class _Sentence(string.Formatter):
    def __init__(self, language: str, token: Token) -> None:
        self._language, self._token = language, token

    def format_field(self, value: Any, format_spec: str) -> str:
        return FORMATS[format_spec or "plain"](value, self._token, self._language)


@cache
def _sentences(language: str) -> dict[str, str]:
    text = (LOCALES / f"errors.{language}.yaml").read_text(encoding="utf-8")
    return {str(name): str(sentence) for name, sentence in yaml.safe_load(text).items()}


def _bytes_of(data: Any) -> bytes:
    if isinstance(data, str):
        digits = data.removeprefix("0x")
        return (
            bytes.fromhex(digits)
            if len(digits) % 2 == 0 and all(c in string.hexdigits for c in digits)
            else b""
        )
    return bytes(data) if isinstance(data, bytes | bytearray) else b""
