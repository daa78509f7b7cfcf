// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title ERC-792 arbitrator, the part that the market uses.
interface IArbitrator {
    enum DisputeStatus {
        Waiting,
        Appealable,
        Solved
    }

    event DisputeCreation(uint256 indexed _disputeID, IArbitrable indexed _arbitrable);
    event AppealPossible(uint256 indexed _disputeID, IArbitrable indexed _arbitrable);
    event AppealDecision(uint256 indexed _disputeID, IArbitrable indexed _arbitrable);

    /// @notice Opens a dispute of the calling arbitrable; `msg.value` must cover {arbitrationCost}.
    function createDispute(
        uint256 _choices,
        bytes calldata _extraData
    ) external payable returns (uint256 disputeID);

    /// @notice What a dispute costs, in wei.
    function arbitrationCost(bytes calldata _extraData) external view returns (uint256 cost);

    /// @notice Appeals the ruling; `msg.value` must cover {appealCost}. Called by the arbitrable.
    function appeal(uint256 _disputeID, bytes calldata _extraData) external payable;

    /// @notice What an appeal costs, in wei.
    function appealCost(uint256 _disputeID, bytes calldata _extraData) external view returns (uint256 cost);

    /// @notice Between when and when the ruling can be appealed, as timestamps.
    function appealPeriod(uint256 _disputeID) external view returns (uint256 start, uint256 end);

    function disputeStatus(uint256 _disputeID) external view returns (DisputeStatus status);

    /// @notice The ruling so far: 0 = refused to rule or none yet.
    function currentRuling(uint256 _disputeID) external view returns (uint256 ruling);
}

/// @title ERC-792 arbitrable.
interface IArbitrable {
    event Ruling(IArbitrator indexed _arbitrator, uint256 indexed _disputeID, uint256 _ruling);

    /// @notice Receives the ruling of the calling arbitrator.
    function rule(uint256 _disputeID, uint256 _ruling) external;
}
