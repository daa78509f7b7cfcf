// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";

/// @title Who may do what: OpenZeppelin's AccessManager, under a name of its own so that it deploys like the rest.
contract Authority is AccessManager {
    constructor(address admin) AccessManager(admin) {}
}
