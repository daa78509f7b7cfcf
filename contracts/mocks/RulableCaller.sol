// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbitrable, IArbitrator} from "../interfaces/IArbitrator.sol";

/// @title An arbitrable that forwards any call to its arbitrator, with ether, and records what it is told.
contract RulableCaller is IArbitrable {
    address public immutable PANEL;
    bool public refuses;
    /// Called from inside {rule}, if set.
    bytes public reentry;
    uint256 public rulings;
    uint256 public lastId;
    uint256 public lastRuling;

    error RulableCaller_Refused(uint256 id, uint256 ruling);

    receive() external payable {}

    constructor(address panel) {
        PANEL = panel;
    }

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    function setReentry(bytes calldata data) external {
        reentry = data;
    }

    /// @notice Calls the arbitrator with `data` and `msg.value`; its error comes back as it is.
    function forward(bytes calldata data) external payable returns (bytes memory) {
        return _call(data, msg.value);
    }

    function rule(uint256 id, uint256 ruling) external {
        if (refuses) revert RulableCaller_Refused(id, ruling);
        ++rulings;
        (lastId, lastRuling) = (id, ruling);
        emit Ruling(IArbitrator(msg.sender), id, ruling);
        if (reentry.length != 0) _call(reentry, 0);
    }

    function _call(bytes memory data, uint256 value) private returns (bytes memory) {
        (bool done, bytes memory result) = PANEL.call{value: value}(data);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(result, 0x20), mload(result))
            }
        }
        return result;
    }
}
