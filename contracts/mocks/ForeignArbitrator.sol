// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable, IArbitrator} from "../interfaces/IArbitrator.sol";

/// @title A minimal centralised ERC-792 arbitrator: its owner rules, counted dispute ids, one appeal that the owner rules again.
contract ForeignArbitrator is IArbitrator {
    struct Entry {
        IArbitrable arbitrable;
        uint256 choices;
        uint256 ruling;
        uint256 appealUntil;
        DisputeStatus status;
    }

    address public immutable OWNER;
    uint256 public cost;
    uint256 public appealSeconds;
    Entry[] public entries;

    error ForeignArbitrator_NotOwner(address caller);
    error ForeignArbitrator_WrongValue(uint256 sent, uint256 needed);
    error ForeignArbitrator_WrongStatus(uint256 id, DisputeStatus status);

    modifier onlyOwner() {
        if (msg.sender != OWNER) revert ForeignArbitrator_NotOwner(msg.sender);
        _;
    }

    constructor(uint256 cost_) {
        OWNER = msg.sender;
        cost = cost_;
    }

    function setCost(uint256 cost_) external onlyOwner {
        cost = cost_;
    }

    /// @notice With an appeal window a ruling is kept back until {execute}; with 0 it is given at once.
    function setAppealSeconds(uint256 appealSeconds_) external onlyOwner {
        appealSeconds = appealSeconds_;
    }

    function createDispute(uint256 choices, bytes calldata) external payable returns (uint256 id) {
        if (msg.value < cost) revert ForeignArbitrator_WrongValue(msg.value, cost);
        id = entries.length;
        entries.push(Entry(IArbitrable(msg.sender), choices, 0, 0, DisputeStatus.Waiting));
        emit DisputeCreation(id, IArbitrable(msg.sender));
    }

    function giveRuling(uint256 id, uint256 ruling) external onlyOwner {
        Entry storage entry = entries[id];
        if (entry.status != DisputeStatus.Waiting) revert ForeignArbitrator_WrongStatus(id, entry.status);
        entry.ruling = ruling;
        if (appealSeconds == 0) {
            entry.status = DisputeStatus.Solved;
            entry.arbitrable.rule(id, ruling);
        } else {
            entry.status = DisputeStatus.Appealable;
            entry.appealUntil = block.timestamp + appealSeconds;
            emit AppealPossible(id, entry.arbitrable);
        }
    }

    function execute(uint256 id) external {
        Entry storage entry = entries[id];
        if (entry.status != DisputeStatus.Appealable || block.timestamp < entry.appealUntil) {
            revert ForeignArbitrator_WrongStatus(id, entry.status);
        }
        entry.status = DisputeStatus.Solved;
        entry.arbitrable.rule(id, entry.ruling);
    }

    function appeal(uint256 id, bytes calldata) external payable {
        Entry storage entry = entries[id];
        if (entry.status != DisputeStatus.Appealable || block.timestamp >= entry.appealUntil) {
            revert ForeignArbitrator_WrongStatus(id, entry.status);
        }
        if (msg.value < cost) revert ForeignArbitrator_WrongValue(msg.value, cost);
        entry.status = DisputeStatus.Waiting;
        emit AppealDecision(id, entry.arbitrable);
    }

    function arbitrationCost(bytes calldata) external view returns (uint256) {
        return cost;
    }

    function appealCost(uint256, bytes calldata) external view returns (uint256) {
        return cost;
    }

    function appealPeriod(uint256 id) external view returns (uint256 start, uint256 end) {
        Entry storage entry = entries[id];
        if (entry.status == DisputeStatus.Appealable)
            return (entry.appealUntil - appealSeconds, entry.appealUntil);
    }

    function disputeStatus(uint256 id) external view returns (DisputeStatus) {
        return entries[id].status;
    }

    function currentRuling(uint256 id) external view returns (uint256) {
        return entries[id].ruling;
    }
}
