// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {ArbiterPanel} from "./ArbiterPanel.sol";

/// @title The arbitrator of last resort: a panel with arbiters, stakes and clocks of its own.
contract BackupPanel is ArbiterPanel {
    constructor(
        address authority,
        uint256 cost,
        uint256 required,
        uint256 slash
    ) ArbiterPanel(authority, cost, required, slash) {}
}
