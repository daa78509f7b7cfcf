"""Permits of ERC-2612: allowances by signature."""

from eth_account import Account
from eth_account.messages import encode_typed_data


def permit(token, owner, spender, value, deadline, chain_id):
    """Sign that `spender` may take `value` until `deadline`, in Unix seconds; returns v, r and s."""
    domain = {"name": token.name(), "version": "1", "chainId": chain_id, "verifyingContract": token.address}
    fields = ("owner", "address"), ("spender", "address"), ("value", "uint256")
    types = {
        "Permit": [
            {"name": n, "type": t} for n, t in (*fields, ("nonce", "uint256"), ("deadline", "uint256"))
        ]
    }
    message = {"owner": owner.address, "spender": spender.address, "value": value, "deadline": deadline}
    message["nonce"] = token.nonces(owner)
    signed = Account.sign_message(encode_typed_data(domain, types, message), owner.private_key)
    return signed.v, signed.r.to_bytes(32, "big"), signed.s.to_bytes(32, "big")
