// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable, IArbitrator} from "../interfaces/IArbitrator.sol";

/// @title An arbitrator that misbehaves as it is told to.
contract HostileArbitrator is IArbitrator {
    enum Mode {
        Honest,
        Reverts,
        BurnsGas,
        Overprices,
        /// All disputes get the id 0.
        RepeatsIds,
        /// Rules from inside createDispute.
        RulesAtOnce
    }

    Mode public mode;
    uint256 public constant COST = 0.01 ether;
    uint256 public count;

    error HostileArbitrator_Refused();

    function setMode(Mode mode_) external {
        mode = mode_;
    }

    /// @notice Calls any arbitrable with anything, as often as wanted.
    function giveRuling(IArbitrable arbitrable, uint256 id, uint256 ruling) external {
        arbitrable.rule(id, ruling);
    }

    function createDispute(uint256, bytes calldata) external payable returns (uint256 id) {
        _misbehave();
        if (mode != Mode.RepeatsIds) id = count++;
        if (mode == Mode.RulesAtOnce) IArbitrable(msg.sender).rule(id, 1);
        emit DisputeCreation(id, IArbitrable(msg.sender));
    }

    function appeal(uint256, bytes calldata) external payable {
        _misbehave();
    }

    function arbitrationCost(bytes calldata) external view returns (uint256) {
        _misbehave();
        return mode == Mode.Overprices ? type(uint256).max : COST;
    }

    function appealCost(uint256, bytes calldata) external view returns (uint256) {
        _misbehave();
        return mode == Mode.Overprices ? type(uint256).max : COST;
    }

    function appealPeriod(uint256) external view returns (uint256, uint256) {
        _misbehave();
        return (0, type(uint256).max);
    }

    function disputeStatus(uint256) external view returns (DisputeStatus) {
        _misbehave();
        return DisputeStatus.Waiting;
    }

    function currentRuling(uint256) external view returns (uint256) {
        _misbehave();
        return type(uint256).max;
    }

    function _misbehave() private view {
        if (mode == Mode.Reverts) revert HostileArbitrator_Refused();
        if (mode == Mode.BurnsGas) {
            assembly ("memory-safe") {
                invalid()
            }
        }
    }
}
