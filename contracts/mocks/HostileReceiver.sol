// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title A receiver that refuses ether, or answers it with another call.
contract HostileReceiver {
    bool public refuses;
    address public target;
    bytes public data;
    bool public succeeded;
    bytes public result;

    error HostileReceiver_Refused(uint256 amount);

    // solhint-disable-next-line no-complex-fallback
    receive() external payable {
        if (refuses) revert HostileReceiver_Refused(msg.value);
        address to = target;
        if (to == address(0)) return;
        target = address(0);
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, result) = to.call(data);
    }

    function setRefuses(bool refuses_) external {
        refuses = refuses_;
    }

    /// @notice Arms the next arrival of ether.
    function arm(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    /// @notice Calls `to` as this contract; its error comes back as it is.
    function execute(address to, bytes calldata data_) external payable returns (bytes memory) {
        (bool done, bytes memory returned) = to.call{value: msg.value}(data_);
        if (!done) {
            assembly ("memory-safe") {
                revert(add(returned, 0x20), mload(returned))
            }
        }
        return returned;
    }
}
