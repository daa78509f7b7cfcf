// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice What a proof says of a merchant.
enum Claim {
    /// His score was `value` points or more: 0 to 1000.
    ScoreAtLeast,
    /// His tier was `value`, a {Tier}.
    TierIs
}

/// @title Score proofs: what a merchant's score was worth at a block, for a third party, without the rest.
/// @dev A proof is an EIP-712 signature of an account with the score signer's role. It names a threshold or a tier, never the
/// score, and a holder, who need not be the merchant: whoever reads the chain can look up a merchant's score by his address,
/// but not by the address of a holder that no order knows. A proof is issued to the merchant alone, who names its holder. It is
/// as true as its signer: nothing here compares it with the market.
/// **Verifiers** that are contracts call {verify} with whoever shows the proof; others call it from the address that the proof
/// is for (`eth_call`), or check the signature alone, and ask here for the role and revocations. How old a proof may be is
/// theirs to say, by `blockTime`. Each must make sure himself that who shows the proof is its holder: a proof is no secret.
interface IScoreProofs {
    struct Proof {
        /// Who signed.
        address signer;
        /// Who may show it.
        address holder;
        /// Whom it may be shown to; zero = anyone.
        address audience;
        /// Of one merchant always the same before one audience, so that he can't pass as two there or lend his score about
        /// unnoticed; before another audience another one, so that the two learn nothing from each other. Zero where there is
        /// no audience: then the holder is the merchant.
        bytes32 mark;
        Claim claim;
        /// Whole points or a tier, by `claim`.
        uint256 value;
        /// When it was so.
        uint256 blockNumber;
        bytes32 blockHash;
        uint256 blockTime;
        /// The proof counts while `now < until`, at most 90 days after `blockTime`.
        uint256 until;
    }

    event ProofRevoked(bytes32 indexed id, address indexed by);

    error ScoreProofs_ZeroAddress();
    /// @notice A score is 0 to 1000 points, a tier 0 to 3.
    error ScoreProofs_NoSuchValue(Claim claim, uint256 value);
    error ScoreProofs_Expired(uint256 timestamp, uint256 until);
    error ScoreProofs_LivesTooLong(uint256 until, uint256 max);
    error ScoreProofs_NotYet(uint256 timestamp, uint256 blockTime);
    /// @notice The chain has another block of that number: the proof's was reorganised away.
    error ScoreProofs_OtherBlock(uint256 blockNumber, bytes32 blockHash, bytes32 actual);
    error ScoreProofs_OtherHolder(address presenter, address holder);
    error ScoreProofs_OtherAudience(address caller, address audience);
    error ScoreProofs_Revoked(bytes32 id, address by);
    /// @notice The signer doesn't hold the score signer's role, or not any more.
    error ScoreProofs_NotSigner(address signer);
    /// @notice Also what a proof for another chain or contract meets, and one that was changed.
    error ScoreProofs_BadSignature(address signer);
    error ScoreProofs_AlreadyRevoked(bytes32 id, address by);

    /// @notice Reverts unless the proof counts now, for the caller, shown by `presenter`. Moves nothing.
    /// @dev Where the proof has an audience, the caller must be it. The block's hash is compared while
    /// the chain remembers it (256 blocks). The signature is ECDSA of the signer's, or ERC-1271.
    /// @param presenter Who shows it, as the caller has found out: a contract's own caller, or who signed a verifier's
    /// challenge.
    /// @return id The proof's EIP-712 digest.
    function verify(
        Proof calldata proof,
        bytes calldata signature,
        address presenter
    ) external view returns (bytes32 id);

    /// @notice Revokes a proof in the caller's own name: it ends if the caller is its holder or its signer. Only the digest
    /// becomes public.
    function revoke(bytes32 id) external;

    /// @notice Revokes any proof. Callable by the admin role. All proofs of one signer end with his role.
    function revokeAny(bytes32 id) external;

    /// @notice Whether `by` revoked the proof; this contract's own address stands for the admin role.
    function revokedBy(bytes32 id, address by) external view returns (bool);

    /// @notice The digest that is signed, on this chain and for this contract.
    function idOf(Proof calldata proof) external view returns (bytes32);
}
