// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ERC20} from "@openzeppelin/contracts/token/ERC20/ERC20.sol";

/// @title A token that blocks accounts, like USDC.
contract BlacklistingToken is ERC20 {
    mapping(address account => bool) public isBlocked;

    error BlacklistingToken_Blocked(address account);

    constructor() ERC20("Blacklisting", "BLOCK") {}

    function mint(address to, uint256 amount) external {
        _mint(to, amount);
    }

    function setBlocked(address account, bool blocked) external {
        isBlocked[account] = blocked;
    }

    function _update(address from, address to, uint256 amount) internal override {
        if (isBlocked[from]) revert BlacklistingToken_Blocked(from);
        if (isBlocked[to]) revert BlacklistingToken_Blocked(to);
        super._update(from, to, amount);
    }
}
