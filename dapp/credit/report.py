"""A report: what an attestor signs about a merchant (EIP-712), and how it travels as JSON.

Field values are texts, as a wallet shows them: `3`, `true`, `ISO 9001, SOC 2`, `2027-03-31`. What they must
be is the rule's affair (`dapp.credit.fields`).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from eth_account.messages import encode_typed_data
from eth_account.signers.local import LocalAccount
from eth_utils.address import is_address, to_checksum_address
from web3 import Web3

from dapp.chain.typed_data import digest_of, is_signed_by, typed_message
from dapp.credit.errors import BadReport, Unsigned, WrongSignature
from dapp.evidence.errors import BadDocument
from dapp.evidence.fields import parse_object, to_json

SCHEMA: Final = "credit-report"
_FACT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:/#-]{0,63}")
_NAME: Final = re.compile(r"[a-z][a-z0-9_-]{0,63}")
_LONGEST_VALUE: Final = 500
_MOST_FIELDS: Final = 32
_LATEST: Final = 1 << 40
_SIGNATURES: Final = 4_096
_TYPES: Final = {
    "Field": [{"name": "name", "type": "string"}, {"name": "value", "type": "string"}],
    "Report": [
        {"name": "attestor", "type": "address"},
        {"name": "merchant", "type": "address"},
        {"name": "kind", "type": "string"},
        {"name": "fact", "type": "string"},
        {"name": "fields", "type": "Field[]"},
        {"name": "issuedAt", "type": "uint256"},
        {"name": "validUntil", "type": "uint256"},
    ],
}
_KEYS: Final = (
    "schema", "chainId", "credit", "attestor", "merchant", "kind", "fact", "fields", "issuedAt", "validUntil",
    "signature",
)  # fmt: skip


@dataclass(frozen=True)
class Report:
    """What `attestor` says about `merchant`. Times in Unix seconds.

    fact: the attestor's name for what happened, such as a certificate's number: with merchant and kind it
    counts once, whoever reports it and how often. fields: (name, value) in the names' order.
    """

    chain_id: int
    credit: str
    attestor: str
    merchant: str
    kind: str
    fact: str
    fields: tuple[tuple[str, str], ...]
    issued_at: int
    valid_until: int
    signature: bytes = b""

    @cached_property
    def fact_key(self) -> bytes:
        """What counts once: merchant, kind and fact."""
        return fact_key(self.merchant, self.kind, self.fact)

    @cached_property
    def message(self) -> dict[str, Any]:
        """The typed message that the attestor signs."""
        fields = [{"name": name, "value": value} for name, value in self.fields]
        values = {
            "attestor": self.attestor,
            "merchant": self.merchant,
            "kind": self.kind,
            "fact": self.fact,
            "fields": fields,
            "issuedAt": self.issued_at,
            "validUntil": self.valid_until,
        }
        return typed_message("Hanse Credit", self.chain_id, self.credit, _TYPES, "Report", values)

    @cached_property
    def digest(self) -> bytes:
        """The hash that is signed: the report's identity."""
        return digest_of(self.message)

    def signed_by(self, account: LocalAccount) -> "Report":
        """The same with the account's signature. Raises WrongSignature if it isn't the attestor's account."""
        if account.address != self.attestor:
            raise WrongSignature(attestor=self.attestor)
        signed = account.sign_message(encode_typed_data(full_message=self.message))
        return replace(self, signature=bytes(signed.signature))

    def check_signature(self, web3: Web3) -> None:
        """Raises Unsigned, WrongSignature."""
        if not self.signature:
            raise Unsigned
        if not is_signed_by(self.message, self.attestor, self.signature, web3):
            raise WrongSignature(attestor=self.attestor)

    def to_plain(self) -> dict[str, Any]:
        """As JSON has it."""
        return {
            "schema": SCHEMA,
            "chainId": self.chain_id,
            "credit": self.credit,
            "attestor": self.attestor,
            "merchant": self.merchant,
            "kind": self.kind,
            "fact": self.fact,
            "fields": dict(self.fields),
            "issuedAt": self.issued_at,
            "validUntil": self.valid_until,
            **({"signature": "0x" + self.signature.hex()} if self.signature else {}),
        }

    def to_json(self) -> bytes:
        """The file's content."""
        return to_json(self.to_plain())

    @classmethod
    def parse(cls, data: bytes) -> "Report":
        """Read a file's content. Raises BadReport."""
        try:
            plain = parse_object(data)
        except BadDocument as error:
            raise BadReport(reason=error.values["reason"]) from error
        return cls.of(plain)

    @classmethod
    def of(cls, plain: Mapping[str, Any]) -> "Report":
        """Read what JSON has. Raises BadReport."""
        if plain.get("schema") != SCHEMA:
            raise BadReport(reason=f"its “schema” isn't “{SCHEMA}”")
        if unknown := [key for key in plain if key not in _KEYS]:
            raise BadReport(reason=f"it has “{unknown[0]}”, which means nothing")
        if missing := [key for key in _KEYS[:-1] if key not in plain]:
            raise BadReport(reason=f"it lacks “{missing[0]}”")
        return cls(
            chain_id=_whole(plain, "chainId", 1 << 63),
            credit=_address(plain, "credit"),
            attestor=_address(plain, "attestor"),
            merchant=_address(plain, "merchant"),
            kind=_text(plain, "kind", _NAME),
            fact=_text(plain, "fact", _FACT),
            fields=_fields(plain["fields"]),
            issued_at=_whole(plain, "issuedAt", _LATEST),
            valid_until=_whole(plain, "validUntil", _LATEST),
            signature=_signature(plain.get("signature", "")),
        )


def fact_key(merchant: str, kind: str, fact: str) -> bytes:
    """What counts once. None of the three has a line break, so that they can't run into each other."""
    return bytes(Web3.keccak(text=f"{merchant}\n{kind}\n{fact}"))


def _whole(plain: Mapping[str, Any], key: str, limit: int) -> int:
    value = plain[key]
    if not isinstance(value, int) or isinstance(value, bool) or not 0 < value < limit:
        raise BadReport(reason=f"“{key}” is {_shown(value)}: it must be a whole number below {limit:,}")
    return value


def _address(plain: Mapping[str, Any], key: str) -> str:
    value = plain[key]
    if not isinstance(value, str) or not is_address(value) or not int(value, 16):
        raise BadReport(reason=f"“{key}” is {_shown(value)}: it must be an address")
    return str(to_checksum_address(value))


def _text(plain: Mapping[str, Any], key: str, pattern: re.Pattern[str]) -> str:
    value = plain[key]
    if not isinstance(value, str) or not pattern.fullmatch(value):
        raise BadReport(
            reason=f"“{key}” is {_shown(value)}: it must be up to 64 letters, digits and single signs"
        )
    return value


def _fields(value: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(value, dict) or len(value) > _MOST_FIELDS:
        raise BadReport(reason=f"“fields” must be an object of at most {_MOST_FIELDS} names and values")
    if odd := [name for name in value if not _NAME.fullmatch(name)]:
        raise BadReport(reason=f"{_shown(odd[0])} is no field's name")
    return tuple(sorted((name, _value(name, given)) for name, given in value.items()))


def _value(name: str, value: Any) -> str:
    """A value as it is signed. Numbers with decimals come as text: binary ones aren't what they look like."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int) and abs(value) < 1 << 64:
        value = str(value)
    if isinstance(value, list) and all(isinstance(item, str) and "," not in item for item in value):
        value = ", ".join(value)
    if not isinstance(value, str) or len(value) > _LONGEST_VALUE or not value.isprintable():
        wanted = "a text in quotes, a whole number, true or false, or a list of texts without commas"
        raise BadReport(reason=f"the field “{name}” is {_shown(value)}: it must be {wanted}")
    return value


def _signature(value: Any) -> bytes:
    try:
        signature = bytes.fromhex(value.removeprefix("0x"))
    except (AttributeError, ValueError) as error:
        raise BadReport(reason="“signature” must be a text of hexadecimal digits") from error
    if len(signature) > _SIGNATURES:
        raise BadReport(reason=f"“signature” has more than {_SIGNATURES:,} bytes")
    return signature


def _shown(value: Any) -> str:
    text = repr(value) if not isinstance(value, str) else f"“{value}”"
    return text if len(text) <= 80 else text[:79] + "…"
