// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

import {IMarket} from "./interfaces/IMarket.sol";
import {CreditTable} from "./libraries/CreditTable.sol";
import {Merchants} from "./market/Merchants.sol";
import {Orders} from "./market/Orders.sol";

/// @title Market: see {IMarket}.
contract Market is Orders, IMarket {
    constructor(address authority, CreditTable table) AccessManaged(authority) Merchants(table) {}

    /// @inheritdoc IMarket
    function batch(bytes[] calldata calls) external returns (bytes[] memory faults) {
        faults = new bytes[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            // To itself, so it adds no code and keeps the caller; not payable, so no value can be counted twice.
            // solhint-disable-next-line avoid-low-level-calls
            (bool ok, bytes memory result) = address(this).delegatecall(calls[i]);
            if (ok) continue;
            faults[i] = result;
            emit BatchSkipped(msg.sender, i, result);
        }
    }
}
