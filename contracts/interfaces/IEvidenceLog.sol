// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IEvidence} from "./IEvidence.sol";
import {Terms} from "./IOrders.sol";

/// @title What the log asks an order's disputes module.
interface IPanelOwner {
    /// @notice The arbitrator of orders that name none.
    function PANEL() external view returns (address);
}

/// @title Evidence of orders (ERC-1497): events only, gated to who has standing.
/// @dev The event's `_arbitrator` is the order's, `_evidenceGroupID` the order's id as a number, `_party` the submitter and
/// `_evidence` `/ipfs/<CID>`. An ended order still takes evidence, for appeals and attestations.
interface IEvidenceLog is IEvidence {
    /// @notice Who may submit, and whose pieces are counted together.
    enum Standing {
        Buyer,
        Seller,
        Payer,
        Arbitrator,
        Auditor
    }

    /// @notice Evidence for `account` is sealed to this X25519 public key (an age recipient) from now on; zero: to none.
    event RecipientPublished(address indexed account, bytes32 recipient);

    /// @notice No order of this market has these terms.
    error EvidenceLog_UnknownOrder(bytes32 id);
    /// @notice Neither a party of the order, nor its arbitrator, nor an auditor.
    error EvidenceLog_NoStanding(bytes32 id, address caller);
    error EvidenceLog_TooMany(bytes32 id, address caller, uint256 max);
    error EvidenceLog_ZeroAddress();

    /// @notice Submits a piece of evidence. Callable by buyer, seller, payer, the order's arbitrator and the auditor
    /// role, 50 times each (auditors together) for an order.
    /// @dev Moves no money, and no pause or role stops a party. The first piece of an order asks the market whether it exists; an
    /// order's slot never empties, so later ones need not.
    /// Reverts {EvidenceLog_UnknownOrder}, {EvidenceLog_NoStanding}, {EvidenceLog_TooMany}, `Cid_Malformed`, `Cid_TooLong`.
    /// @param cid Any CIDv0 or CIDv1, without `/ipfs/`.
    function submit(Terms calldata terms, string calldata cid) external;

    /// @notice Publishes the caller's X25519 public key, to which others seal evidence; zero takes it back. Callable by anyone,
    /// for himself, at any time; the latest one counts. An event only.
    function publishRecipient(bytes32 recipient) external;

    /// @notice How many pieces somebody of this standing has submitted for the order.
    function countOf(bytes32 id, Standing standing) external view returns (uint256);

    /// @notice The order's arbitrator as its evidence names it; zero before the first piece.
    function arbitratorOf(bytes32 id) external view returns (address);
}
