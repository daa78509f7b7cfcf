// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {Signatures} from "../libraries/Signatures.sol";

import {ISettlements} from "../interfaces/IDisputes.sol";
import {Status, Terms} from "../interfaces/IOrders.sol";

/// @title Settlements: see {ISettlements}.
abstract contract Settlements is EIP712, ISettlements {
    bytes32 private constant SETTLEMENT_TYPEHASH = keccak256(
        "Settlement(bytes32 order,uint8 status,uint256 held,uint256 toBuyer,uint256 toSeller,uint256 nonce,uint256 deadline)"
    );

    /// @notice What both parties sign, but for their own nonce.
    struct Offer {
        bytes32 orderId;
        Status status;
        uint256 held;
        uint256 toBuyer;
        uint256 deadline;
    }

    /// @inheritdoc ISettlements
    mapping(bytes32 orderId => mapping(address party => uint256)) public nonceOf;

    /// @inheritdoc ISettlements
    function revokeOffers(bytes32 orderId) external {
        emit OffersRevoked(orderId, msg.sender, ++nonceOf[orderId][msg.sender]);
    }

    /// @dev Reverts unless both parties signed the offer. It can't act twice: it ends the order.
    function _checkOffer(
        Terms calldata terms,
        Offer memory offer,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature
    ) internal view {
        if (block.timestamp > offer.deadline) revert Settlements_Expired(offer.deadline);
        _checkSignature(terms.buyer, offer, buyerSignature);
        _checkSignature(terms.seller, offer, sellerSignature);
    }

    function _checkSignature(address party, Offer memory offer, bytes calldata signature) private view {
        bytes32 digest = _hashTypedDataV4(
            keccak256(
                abi.encode(
                    SETTLEMENT_TYPEHASH,
                    offer.orderId,
                    offer.status,
                    offer.held,
                    offer.toBuyer,
                    offer.held - offer.toBuyer,
                    nonceOf[offer.orderId][party],
                    offer.deadline
                )
            )
        );
        if (!Signatures.isValid(party, digest, signature)) revert Settlements_BadSignature(party);
    }
}
