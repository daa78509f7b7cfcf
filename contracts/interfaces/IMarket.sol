// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAffiliates} from "./IAffiliates.sol";
import {ISettings} from "./IFeePolicy.sol";
import {ILedger} from "./ILedger.sol";
import {IListings} from "./IListings.sol";
import {IMerchants} from "./IMerchants.sol";
import {IOrders} from "./IOrders.sol";

/// @title The market: one contract for the whole hot path of a trade.
interface IMarket is ILedger, ISettings, IMerchants, IListings, IOrders, IAffiliates {
    /// @notice Call number `index` of a batch failed with the ABI-encoded error `fault` and was skipped.
    event BatchSkipped(address indexed caller, uint256 index, bytes fault);

    /// @notice Makes several calls of this contract in one transaction, as the caller: accept, deliver, release,
    /// reclaim, mature … of many orders. A failing one changes nothing, is skipped and reported; the others go on. Not payable.
    /// @param calls ABI-encoded calls of this contract.
    /// @return faults For each call: empty, or the ABI-encoded error it failed with.
    function batch(bytes[] calldata calls) external returns (bytes[] memory faults);
}
