// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title Authority: who may do what, and after which delay. OpenZeppelin's manager under a name of the project's own.
contract Authority is AccessManager {
    constructor(address admin) AccessManager(admin) {}
}
