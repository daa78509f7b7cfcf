// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Listing} from "../../contracts/interfaces/IListings.sol";
import {Placement, Seal, Terms} from "../../contracts/interfaces/IOrders.sol";
import {Vm, vm} from "../invariants/Vm.sol";
import {World} from "../invariants/World.sol";

/// @notice What the unit tests share: calls that must pass, or fail with one error, and orders in every state.
abstract contract Stage is World {
    uint256 internal constant PRICE = 0.1 ether;

    error Unexpected(bytes4 expected, bool ok, bytes result);
    error Different(uint256 actual, uint256 expected);

    function setUp() public virtual {
        _now();
    }

    /// @dev A call that must pass.
    function _call(address by, address to, uint256 value, bytes memory data) internal returns (bytes memory) {
        _now();
        vm.prank(by);
        (bool ok, bytes memory result) = to.call{value: value}(data);
        if (!ok) revert Unexpected(0, ok, result);
        return result;
    }

    /// @dev A call that must fail with this error.
    function _fails(address by, address to, uint256 value, bytes memory data, bytes4 fault) internal {
        _now();
        vm.prank(by);
        (bool ok, bytes memory result) = to.call{value: value}(data);
        if (ok || bytes4(result) != fault) revert Unexpected(fault, ok, result);
    }

    function _same(uint256 actual, uint256 expected) internal pure {
        if (actual != expected) revert Different(actual, expected);
    }

    // -- orders -----------------------------------------------------------------------------------

    /// @dev An instant service of the seller's, in native coin.
    function _service() internal view returns (Listing memory l) {
        l.seller = accounts[SELLER];
        l.price = PRICE;
        l.metadata = keccak256(bytes(CID));
        l.windows =
            (uint256(1 days) << 40) |
            (uint256(3 days) << 64) |
            (uint256(1 days) << 88) |
            (uint256(1) << 120);
        l.limits = (uint256(2_000) << 56) | (uint256(300) << 72) | (uint256(0.03 ether) << 88);
    }

    function _list(Listing memory l) internal returns (uint256 id) {
        if (market.accountOf(l.seller).stake() == 0)
            _call(l.seller, address(market), 1 ether, abi.encodeCall(market.stake, ()));
        _call(l.seller, address(market), 0, abi.encodeCall(market.list, (l, CID)));
        return market.listingCount();
    }

    function _wish(
        uint256 listingId,
        uint256 salt,
        uint256 options
    ) internal view returns (Placement memory p) {
        p.order = listingId | (uint256(1) << 40) | (salt << 80) | (options << 144);
        p.buyer = accounts[BUYER];
        p.maxAmount = type(uint128).max;
    }

    function _placing(
        Placement memory p,
        Listing memory l,
        bytes memory data
    ) internal view returns (bytes memory) {
        return abi.encodeCall(market.place, (p, l, uplines[p.buyer], data));
    }

    function _place(uint256 listingId, Listing memory l, uint256 options) internal returns (Terms memory) {
        return _placeAs(_wish(listingId, blockNumber, options), l, l.token == address(0) ? l.price : 0, "");
    }

    /// @dev Places as the buyer, and reads the sealed terms from the event.
    function _placeAs(
        Placement memory p,
        Listing memory l,
        uint256 value,
        bytes memory data
    ) internal returns (Terms memory t) {
        _tick(12);
        vm.recordLogs();
        _call(p.buyer, address(market), value, _placing(p, l, data));
        Vm.Log[] memory logs = vm.getRecordedLogs();
        for (uint256 i = 0; i < logs.length; ++i) {
            if (logs[i].emitter == address(market) && logs[i].data.length == 384) {
                t = abi.decode(logs[i].data, (Terms));
            }
        }
    }

    function _delivered() internal returns (Terms memory t) {
        Listing memory l = _service();
        t = _place(_list(l), l, 0);
        _deliver(t);
    }

    function _deliver(Terms memory t) internal {
        _call(t.seller, address(market), 0, abi.encodeCall(market.deliver, (CID, _sealOf(t))));
    }

    function _sealOf(Terms memory t) internal pure returns (Seal memory) {
        bytes memory words = abi.encode(t);
        bytes32 rest;
        assembly ("memory-safe") {
            rest := keccak256(add(words, 0x60), 0x140)
        }
        return Seal(t.clocks, t.seller, rest);
    }

    receive() external payable {}
}
