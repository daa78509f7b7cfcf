// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token whose failing transfers return `false` instead of reverting.
contract FalseReturningToken is ERC20 {
    /// While set, every transfer fails.
    bool public stuck;

    constructor() ERC20("False returning", "FALSE") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setStuck(bool stuck_) external {
        stuck = stuck_;
    }

    function transfer(address to, uint256 amount) public override returns (bool) {
        if (stuck || balanceOf(msg.sender) < amount) return false;
        return super.transfer(to, amount);
    }

    function transferFrom(address from, address to, uint256 amount) public override returns (bool) {
        if (stuck || balanceOf(from) < amount || allowance(from, msg.sender) < amount) return false;
        return super.transferFrom(from, to, amount);
    }
}
