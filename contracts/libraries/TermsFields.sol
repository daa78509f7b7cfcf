// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Listing} from "../interfaces/IListings.sol";
import {IOrders, Seal, Terms} from "../interfaces/IOrders.sol";

/// @title The packed words of {Terms} and {Listing}, and their hashes.
/// @dev `clocks` and a listing's `windows` share one layout, so a placement ORs its own fields in.
library TermsFields {
    uint256 internal constant INSTANT = 1;
    uint256 internal constant STOCK_COUNTED = 2;
    uint256 internal constant OPEN_COUNTED = 4;
    uint256 internal constant FOREIGN_ARBITRATOR = 8;
    uint256 internal constant FROM_LEDGER = 16;

    /// @dev Bits of `windows` that a listing may use: windows, settleDays, the instant flag and the category.
    uint256 internal constant WINDOWS_MASK = (((1 << 81) - 1) << 40) | (0xffff << 168);
    uint256 internal constant LIMITS_MASK = (1 << 184) - 1;

    uint256 private constant MASK24 = 0xffffff;

    // -- clocks ---------------------------------------------------------------------------------

    function placedAt(uint256 clocks) internal pure returns (uint256) {
        return uint40(clocks);
    }

    function acceptSeconds(uint256 clocks) internal pure returns (uint256) {
        return (clocks >> 40) & MASK24;
    }

    function deliverSeconds(uint256 clocks) internal pure returns (uint256) {
        return (clocks >> 64) & MASK24;
    }

    function reviewSeconds(uint256 clocks) internal pure returns (uint256) {
        return (clocks >> 88) & MASK24;
    }

    function settleDays(uint256 clocks) internal pure returns (uint256) {
        return uint8(clocks >> 112);
    }

    function has(uint256 clocks, uint256 flag) internal pure returns (bool) {
        return (clocks >> 120) & flag != 0;
    }

    function quantity(uint256 clocks) internal pure returns (uint256) {
        return uint40(clocks >> 128);
    }

    function category(uint256 clocks) internal pure returns (uint256) {
        return uint16(clocks >> 168);
    }

    function withReviewSeconds(uint256 clocks, uint256 value) internal pure returns (uint256) {
        return (clocks & ~(MASK24 << 88)) | (value << 88);
    }

    function withSettleDays(uint256 clocks, uint256 value) internal pure returns (uint256) {
        return (clocks & ~(uint256(0xff) << 112)) | (value << 112);
    }

    // -- a listing's limits ---------------------------------------------------------------------

    function stock(uint256 limits) internal pure returns (uint256) {
        return uint40(limits);
    }

    function maxOpenPerBuyer(uint256 limits) internal pure returns (uint256) {
        return uint16(limits >> 40);
    }

    function maxCommissionBps(uint256 limits) internal pure returns (uint256) {
        return uint16(limits >> 56);
    }

    function maxFeeBps(uint256 limits) internal pure returns (uint256) {
        return uint16(limits >> 72);
    }

    function listedArbitrationCost(uint256 limits) internal pure returns (uint256) {
        return uint96(limits >> 88);
    }

    // -- rates ----------------------------------------------------------------------------------

    function packRates(
        uint256 feeBps_,
        uint256 weight_,
        uint256 moduleIndex_,
        uint256 maxArbitrationCost_
    ) internal pure returns (uint256) {
        return feeBps_ | (weight_ << 16) | (moduleIndex_ << 40) | (maxArbitrationCost_ << 48);
    }

    function feeBps(uint256 rates) internal pure returns (uint256) {
        return uint16(rates);
    }

    function weight(uint256 rates) internal pure returns (uint256) {
        return (rates >> 16) & MASK24;
    }

    function moduleIndex(uint256 rates) internal pure returns (uint256) {
        return uint8(rates >> 40);
    }

    function maxArbitrationCost(uint256 rates) internal pure returns (uint256) {
        return uint96(rates >> 48);
    }

    // -- a placement's order -----------------------------------------------------------------------

    function orderedQuantity(uint256 order) internal pure returns (uint256) {
        return uint40(order >> 40);
    }

    function salt(uint256 order) internal pure returns (uint256) {
        return uint64(order >> 80);
    }

    function options(uint256 order) internal pure returns (uint256) {
        return order >> 144;
    }

    // -- origin ---------------------------------------------------------------------------------

    function packOrigin(
        uint256 listingId_,
        uint256 version_,
        uint256 salt_,
        bytes32 metadata
    ) internal pure returns (uint256) {
        return listingId_ | (version_ << 40) | (salt_ << 64) | ((uint256(metadata) >> 128) << 128);
    }

    function listingId(uint256 origin) internal pure returns (uint256) {
        return uint40(origin);
    }

    /// @dev Whether `cid` is the metadata that the order was placed on.
    function isMetadata(uint256 origin, string calldata cid) internal pure returns (bool) {
        return uint256(keccak256(bytes(cid))) >> 128 == origin >> 128;
    }

    // -- hashes ---------------------------------------------------------------------------------

    /// @dev keccak256(domain, clocks, seller, keccak256(the other ten words)): {Terms} is twelve static words in a row.
    function idOf(Terms calldata t, bytes32 domain) internal pure returns (bytes32 id) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, add(t, 0x40), 0x140)
            let rest := keccak256(m, 0x140)
            mstore(m, domain)
            calldatacopy(add(m, 0x20), t, 0x40)
            mstore(add(m, 0x60), rest)
            id := keccak256(m, 0x80)
        }
    }

    /// @dev The same for terms in memory.
    function idOfMemory(Terms memory t, bytes32 domain) internal pure returns (bytes32 id) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, domain)
            mcopy(add(m, 0x20), t, 0x40)
            mstore(add(m, 0x60), keccak256(add(t, 0x40), 0x140))
            id := keccak256(m, 0x80)
        }
    }

    /// @dev Emits {IOrders-OrderPlaced}: terms in memory are its data as they stand.
    function emitPlaced(Terms memory t, bytes32 id) internal {
        bytes32 topic = IOrders.OrderPlaced.selector;
        assembly ("memory-safe") {
            log2(t, 0x180, topic, id)
        }
    }

    function idOf(Seal calldata s, bytes32 domain) internal pure returns (bytes32 id) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            mstore(m, domain)
            calldatacopy(add(m, 0x20), s, 0x60)
            id := keccak256(m, 0x80)
        }
    }

    /// @dev A listing's hash, as stored: keccak256 of its eight words, cut to 184 bits. Callers pass the content, so a second
    /// content with the same hash could only be the seller's own doing, in full view of the buyer.
    function hashOf(Listing calldata listing) internal pure returns (uint184 hash) {
        assembly ("memory-safe") {
            let m := mload(0x40)
            calldatacopy(m, listing, 0x100)
            hash := shr(72, keccak256(m, 0x100))
        }
    }
}
