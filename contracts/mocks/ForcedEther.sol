// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title Forces ether on a contract that takes none.
contract ForcedEther {
    constructor(address payable target) payable {
        // Created and destroyed in one transaction, so this works after EIP-6780 too.
        selfdestruct(target);
    }
}
