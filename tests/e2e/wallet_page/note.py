"""Typed data to sign."""

from typing import Any


def note(chain_id: int) -> dict[str, Any]:
    return {
        "types": {
            "EIP712Domain": [{"name": "name", "type": "string"}, {"name": "chainId", "type": "uint256"}],
            "Note": [{"name": "text", "type": "string"}],
        },
        "primaryType": "Note",
        "domain": {"name": "Hanse", "chainId": chain_id},
        "message": {"text": "hello"},
    }
