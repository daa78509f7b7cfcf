"""Settlements by two signatures: the EIP-712 message, and an offer that travels as a short text.

An offer is one party's signature over a split. It is no secret: it acts only with the other party's one,
for this order in its present state, until its deadline or until its signer revokes it.
"""

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from eth_utils.address import to_checksum_address
from web3.contract import Contract

from dapp.chain.failures import ChainError
from dapp.chain.typed_data import typed_message
from dapp.domain.orders import LIVE, OrderState, Status
from dapp.domain.terms import Terms
from dapp.foreign_json import parse_json

_FIELDS = (
    ("order", "bytes32"),
    ("status", "uint8"),
    ("held", "uint256"),
    ("toBuyer", "uint256"),
    ("toSeller", "uint256"),
    ("nonce", "uint256"),
    ("deadline", "uint256"),
)
_LONGEST = 8_192


class BadOffer(ChainError):  # noqa: N818
    """A text that holds no settlement offer."""


@dataclass(frozen=True)
class Offer:
    """One party's signed offer: what of `held` token units goes `to_buyer`, valid before `deadline`."""

    order_id: bytes
    status: int
    held: int
    to_buyer: int
    deadline: int
    nonce: int
    signer: str
    signature: bytes

    @property
    def to_seller(self) -> int:
        """Token units for the seller's side, before fee and commissions."""
        return self.held - self.to_buyer

    def fits(self, state: OrderState) -> bool:
        """Whether the order still stands as it did when this was signed."""
        return state.status in LIVE and (int(state.status), state.held) == (self.status, self.held)

    def to_text(self) -> str:
        """The offer as text that fits in a link."""
        fields = [
            self.order_id.hex(),
            self.status,
            str(self.held),
            str(self.to_buyer),
            self.deadline,
            self.nonce,
            self.signer,
            self.signature.hex(),
        ]
        return (
            base64.urlsafe_b64encode(json.dumps(fields, separators=(",", ":")).encode()).decode().rstrip("=")
        )

    @classmethod
    def parse(cls, text: str) -> "Offer":
        """Read an offer's text back. Raises BadOffer."""
        if len(text) > _LONGEST:
            raise BadOffer("an offer's text is shorter")
        try:
            raw = base64.urlsafe_b64decode(text.strip() + "=" * (-len(text.strip()) % 4))
            order, status, held, to_buyer, deadline, nonce, signer, signature = parse_json(raw)
            offer = cls(
                bytes.fromhex(order),
                int(status),
                int(held),
                int(to_buyer),
                int(deadline),
                int(nonce),
                to_checksum_address(signer),
                bytes.fromhex(signature),
            )
        except (ValueError, TypeError, AttributeError, RecursionError, binascii.Error) as error:
            raise BadOffer("this is not an offer") from error
        numbers = (offer.held, offer.to_buyer, offer.deadline, offer.nonce)
        if len(offer.order_id) != 32 or not all(0 <= number < 1 << 256 for number in numbers):
            raise BadOffer("this is not an offer")
        if offer.status not in LIVE or offer.to_buyer > offer.held:
            raise BadOffer("this is not an offer")
        return offer


def typed_data(
    chain_id: int,
    disputes: str,
    order_id: bytes,
    state: OrderState,
    *,
    to_buyer: int,
    nonce: int,
    deadline: int,
) -> dict[str, Any]:
    """The EIP-712 message that a party signs; `nonce` is the signer's own for the order."""
    return typed_message(
        "Hanse Disputes",
        chain_id,
        disputes,
        {"Settlement": [{"name": name, "type": kind} for name, kind in _FIELDS]},
        "Settlement",
        {
            "order": order_id,
            "status": int(state.status),
            "held": state.held,
            "toBuyer": to_buyer,
            "toSeller": state.held - to_buyer,
            "nonce": nonce,
            "deadline": deadline,
        },
    )


def offer_message(offer: Offer, chain_id: int, disputes: str) -> dict[str, Any]:
    """What the offer's signer signed."""
    state = OrderState(Status(offer.status), 0, offer.held)
    return typed_data(
        chain_id,
        disputes,
        offer.order_id,
        state,
        to_buyer=offer.to_buyer,
        nonce=offer.nonce,
        deadline=offer.deadline,
    )


def disputes_module(market: Contract, disputes: Contract, terms: Terms) -> Contract:
    """The contract that is the sealed disputes module of an order; `disputes` is the current one."""
    address = to_checksum_address(market.functions.moduleAt(terms.module_index).call())
    if address == disputes.address:
        return disputes
    return disputes.w3.eth.contract(address, abi=disputes.abi)
