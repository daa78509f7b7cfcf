"""Sealed evidence: files encrypted with age to the parties and the arbiter, their names and types with them.

`dapp/wallet/frontend/assets/seal.js` does the same in the browser, where a user's identity is derived and
stays; here it is derived only by who holds a key anyway: scripts with an account of their own.
docs/decisions/0014-sealed-evidence.md says why it is done so.
"""

import hashlib
import hmac
import json
import struct
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import pyrage  # type: ignore[import-untyped]

from dapp.evidence import bech32
from dapp.evidence.errors import BadRecipient, CannotOpen
from dapp.evidence.text import file_name, plain_text
from dapp.foreign_json import parse_json

STATEMENT: Final = "Open evidence that is sealed to this account."
SALT: Final = b"hanse-evidence/v1"
SCRYPT_COST: Final = 1 << 17
PASSPHRASE_LENGTH: Final = 16
"""The fewest characters of a passphrase: its key is public, so anyone may try to guess it."""

_IDENTITY: Final = "age-secret-key-"
_RECIPIENT: Final = "age"
_MAGIC: Final = b"hanse-sealed/1\n"
_HEADER_LIMIT: Final = 64 * 1024


@dataclass(frozen=True)
class SealedFile:
    """What a sealed file holds: `name` is harmless to save under, `description` is plain text."""

    name: str
    data: bytes
    description: str = ""


# -- identities ---------------------------------------------------------------------------------


def typed_data(chain_id: int, evidence_log: str, account: str) -> dict[str, Any]:
    """The EIP-712 document whose signature gives an account's identity."""
    return {
        "types": {
            "EIP712Domain": [
                {"name": "name", "type": "string"},
                {"name": "version", "type": "string"},
                {"name": "chainId", "type": "uint256"},
                {"name": "verifyingContract", "type": "address"},
            ],
            "EvidenceKey": [{"name": "account", "type": "address"}, {"name": "statement", "type": "string"}],
        },
        "primaryType": "EvidenceKey",
        "domain": {
            "name": "Hanse Evidence",
            "version": "1",
            "chainId": chain_id,
            "verifyingContract": evidence_log,
        },
        "message": {"account": account, "statement": STATEMENT},
    }


def identity_of_signature(signature: bytes) -> str:
    """The age identity that a signature of `typed_data` gives; only r and s count, as v differs by wallet."""
    if len(signature) < 64:
        raise ValueError("a signature has at least 64 bytes")
    return _identity(signature[:64])


def identity_of_passphrase(passphrase: str, chain_id: int, account: str) -> str:
    """The age identity of a contract wallet, whose signatures aren't the same each time.

    The passphrase is taken without its spaces and hyphens, in NFKC. Raises ValueError if it is short.
    """
    plain = unicodedata.normalize("NFKC", passphrase)
    plain = "".join(c for c in plain if not c.isspace() and c != "-")
    if len(plain) < PASSPHRASE_LENGTH:
        raise ValueError(f"a passphrase has at least {PASSPHRASE_LENGTH} characters")
    salt = f"hanse-evidence/v1|{chain_id}|{account.lower()}".encode()
    memory = 256 * SCRYPT_COST * 8
    return _identity(
        hashlib.scrypt(plain.encode(), salt=salt, n=SCRYPT_COST, r=8, p=1, maxmem=memory, dklen=64)
    )


def _identity(secret: bytes) -> str:
    extracted = hmac.digest(SALT, secret, "sha256")  # HKDF-SHA256 (RFC 5869), one block of output
    return bech32.encode(_IDENTITY, hmac.digest(extracted, b"x25519\1", "sha256")).upper()


def recipient_of(identity: str) -> str:
    """The public side of an identity, `age1…`."""
    return str(pyrage.x25519.Identity.from_str(identity).to_public())


def recipient_key(recipient: str) -> bytes:
    """The 32 bytes that `EvidenceLog.publishRecipient` takes. Raises BadRecipient."""
    try:
        key = bech32.decode(_RECIPIENT, recipient)
    except ValueError as error:
        raise BadRecipient(text=recipient) from error
    if len(key) != 32:
        raise BadRecipient(text=recipient)
    return key


def recipient_text(key: bytes) -> str:
    """The recipient of a published key."""
    return bech32.encode(_RECIPIENT, key)


# -- files --------------------------------------------------------------------------------------


def seal(file: SealedFile, recipients: Sequence[str]) -> bytes:
    """Encrypt a file, its name and description to all the recipients. Raises BadRecipient."""
    if not recipients:
        raise BadRecipient(text="")
    keys = [_recipient(text) for text in dict.fromkeys(recipients)]
    header = {"name": file.name, "description": file.description}
    encoded = json.dumps(header, ensure_ascii=False, sort_keys=True).encode()
    return bytes(pyrage.encrypt(_MAGIC + struct.pack(">I", len(encoded)) + encoded + file.data, keys))


def open_sealed(sealed: bytes, identity: str) -> SealedFile:
    """Decrypt what `seal` made, here or in a browser. Raises CannotOpen."""
    try:
        plain = pyrage.decrypt(sealed, [pyrage.x25519.Identity.from_str(identity)])
        magic, start = len(_MAGIC), len(_MAGIC) + 4
        (length,) = struct.unpack(">I", plain[magic:start])
        if not plain.startswith(_MAGIC) or length > min(_HEADER_LIMIT, len(plain) - start):
            raise CannotOpen
        header = parse_json(plain[start : start + length])
        name, description = header["name"], header.get("description", "")
    except (
        pyrage.DecryptError,
        pyrage.IdentityError,
        struct.error,
        ValueError,
        KeyError,
        TypeError,
    ) as error:
        raise CannotOpen from error
    return SealedFile(file_name(str(name)), plain[start + length :], plain_text(str(description)))


def _recipient(text: str) -> Any:
    recipient_key(text)
    try:
        return pyrage.x25519.Recipient.from_str(text)
    except pyrage.RecipientError as error:
        raise BadRecipient(text=text) from error
