// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token that calls a target with prepared calldata in the middle of a transfer, once.
contract ReenteringToken is ERC20 {
    address public target;
    bytes public data;
    /// Whether the last call went through, and what it returned or reverted with.
    bool public succeeded;
    bytes public result;

    constructor() ERC20("Reentering", "AGAIN") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    /// @notice Arms the next `transfer` or `transferFrom`.
    function arm(address target_, bytes calldata data_) external {
        (target, data) = (target_, data_);
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        _reenter();
        return super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        _reenter();
        return super.transferFrom(from, to, amount);
    }

    function _reenter() private {
        address to = target;
        if (to == address(0)) return;
        target = address(0);
        // solhint-disable-next-line avoid-low-level-calls
        (succeeded, result) = to.call(data);
    }
}
