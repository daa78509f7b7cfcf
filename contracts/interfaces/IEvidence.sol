// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrator} from "./IArbitrator.sol";

/// @title ERC-1497 evidence standard: the events.
interface IEvidence {
    /// @notice The contract between the parties, as a document.
    event MetaEvidence(uint256 indexed _metaEvidenceID, string _evidence);
    /// @notice A piece of evidence: `_evidence` is `/ipfs/<CID>`.
    event Evidence(
        IArbitrator indexed _arbitrator,
        uint256 indexed _evidenceGroupID,
        address indexed _party,
        string _evidence
    );
    /// @notice A dispute was opened at an arbitrator about a meta-evidence.
    event Dispute(
        IArbitrator indexed _arbitrator,
        uint256 indexed _disputeID,
        uint256 _metaEvidenceID,
        uint256 _evidenceGroupID
    );
}
