// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";

import {Tier} from "../interfaces/IFeePolicy.sol";
import {Claim, IScoreProofs} from "../interfaces/IScoreProofs.sol";
import {Roles} from "../libraries/Roles.sol";
import {Signatures} from "../libraries/Signatures.sol";

/// @title ScoreProofs: see {IScoreProofs}.
contract ScoreProofs is AccessManaged, EIP712, IScoreProofs {
    uint256 private constant MAX_LIFE = 90 days;
    uint256 private constant MAX_POINTS = 1_000;
    bytes32 private constant PROOF_TYPEHASH = keccak256(
        "ScoreProof(address signer,address holder,address audience,bytes32 mark,"
        "uint8 claim,uint256 value,uint256 blockNumber,bytes32 blockHash,uint256 blockTime,uint256 until)"
    );

    /// @inheritdoc IScoreProofs
    mapping(bytes32 id => mapping(address by => bool)) public revokedBy;

    constructor(address authority_) AccessManaged(authority_) EIP712("Hanse Score Proofs", "1") {
        if (authority_ == address(0)) revert ScoreProofs_ZeroAddress();
    }

    /// @inheritdoc IScoreProofs
    function verify(
        Proof calldata proof,
        bytes calldata signature,
        address presenter
    ) external view returns (bytes32 id) {
        _checkClaim(proof.claim, proof.value);
        _checkTimes(proof);
        if (presenter != proof.holder) revert ScoreProofs_OtherHolder(presenter, proof.holder);
        if (proof.audience != address(0) && proof.audience != msg.sender) {
            revert ScoreProofs_OtherAudience(msg.sender, proof.audience);
        }
        id = idOf(proof);
        _checkRevoked(id, proof.signer);
        _checkRevoked(id, proof.holder);
        _checkRevoked(id, address(this));
        // Like an attestor's: a role with an execution delay must not act at once.
        (bool isMember, uint32 delay) = IAccessManager(authority()).hasRole(Roles.SCORE_SIGNER, proof.signer);
        if (!isMember || delay != 0) revert ScoreProofs_NotSigner(proof.signer);
        if (!Signatures.isValid(proof.signer, id, signature)) revert ScoreProofs_BadSignature(proof.signer);
    }

    /// @inheritdoc IScoreProofs
    function revoke(bytes32 id) external {
        _revoke(id, msg.sender);
    }

    /// @inheritdoc IScoreProofs
    function revokeAny(bytes32 id) external restricted {
        _revoke(id, address(this));
    }

    /// @inheritdoc IScoreProofs
    function idOf(Proof calldata proof) public view returns (bytes32) {
        // Ten static fields: their ABI encoding is their EIP-712 encoding.
        return _hashTypedDataV4(keccak256(abi.encode(PROOF_TYPEHASH, proof)));
    }

    function _revoke(bytes32 id, address by) private {
        if (revokedBy[id][by]) revert ScoreProofs_AlreadyRevoked(id, by);
        revokedBy[id][by] = true;
        emit ProofRevoked(id, by);
    }

    function _checkClaim(Claim claim, uint256 value) private pure {
        uint256 max = claim == Claim.ScoreAtLeast ? MAX_POINTS : uint256(type(Tier).max);
        if (value > max) revert ScoreProofs_NoSuchValue(claim, value);
    }

    function _checkTimes(Proof calldata proof) private view {
        if (proof.blockTime > block.timestamp) revert ScoreProofs_NotYet(block.timestamp, proof.blockTime);
        if (block.timestamp >= proof.until) revert ScoreProofs_Expired(block.timestamp, proof.until);
        uint256 max = proof.blockTime + MAX_LIFE;
        if (proof.until > max) revert ScoreProofs_LivesTooLong(proof.until, max);
        // Zero for a block that the chain doesn't remember. By number alone no proof is refused: on some rollups
        // `block.number` is another chain's.
        bytes32 actual = blockhash(proof.blockNumber);
        if (actual != 0 && actual != proof.blockHash) {
            revert ScoreProofs_OtherBlock(proof.blockNumber, proof.blockHash, actual);
        }
    }

    function _checkRevoked(bytes32 id, address by) private view {
        if (revokedBy[id][by]) revert ScoreProofs_Revoked(id, by);
    }
}
