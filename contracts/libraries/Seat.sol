// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Duty, SeatView} from "../interfaces/IArbiters.sol";

/// @notice An arbiter's packed seat in the pool; zero if nobody has it.
/// @dev From bit 0: arbiter 160 · stakedAt 32 · since 32 · stake 24 (thousandths of a coin) · assigned 6 · duty 2.
type Seat is uint256;

using SeatFields for Seat global;

/// @title Reads and writes of {Seat}.
library SeatFields {
    uint256 internal constant STAKE_UNIT = 1e15;
    uint256 internal constant MAX_STAKE = type(uint24).max;
    /// Bounds what a flood of disputes in one night can cost a sleeping arbiter.
    uint256 internal constant MAX_ASSIGNED = 8;

    uint256 private constant STAKED_AT = 160;
    uint256 private constant SINCE = 192;
    uint256 private constant STAKE = 224;
    uint256 private constant ASSIGNED = 248;
    uint256 private constant DUTY = 254;
    uint256 private constant ASSIGNED_MASK = 63;
    uint256 private constant MASK32 = type(uint32).max;

    function make(address arbiter_) internal pure returns (Seat) {
        return Seat.wrap(uint256(uint160(arbiter_)));
    }

    function arbiter(Seat s) internal pure returns (address) {
        return address(uint160(Seat.unwrap(s)));
    }

    function stakedAt(Seat s) internal pure returns (uint256) {
        return uint32(Seat.unwrap(s) >> STAKED_AT);
    }

    function since(Seat s) internal pure returns (uint256) {
        return uint32(Seat.unwrap(s) >> SINCE);
    }

    function stake(Seat s) internal pure returns (uint256) {
        return uint24(Seat.unwrap(s) >> STAKE);
    }

    function assigned(Seat s) internal pure returns (uint256) {
        return (Seat.unwrap(s) >> ASSIGNED) & ASSIGNED_MASK;
    }

    function duty(Seat s) internal pure returns (Duty) {
        return Duty(Seat.unwrap(s) >> DUTY);
    }

    function withStake(Seat s, uint256 units) internal pure returns (Seat) {
        return _with(s, STAKE, MAX_STAKE, units);
    }

    function withStakedAt(Seat s, uint256 timestamp) internal pure returns (Seat) {
        return _with(s, STAKED_AT, MASK32, timestamp);
    }

    function withDuty(Seat s, Duty duty_, uint256 since_) internal pure returns (Seat) {
        return _with(_with(s, DUTY, 3, uint256(duty_)), SINCE, MASK32, since_);
    }

    function withAssigned(Seat s, uint256 count) internal pure returns (Seat) {
        return _with(s, ASSIGNED, ASSIGNED_MASK, count);
    }

    function toView(Seat s) internal pure returns (SeatView memory) {
        return SeatView(s.arbiter(), s.stake() * STAKE_UNIT, s.stakedAt(), s.duty(), s.since(), s.assigned());
    }

    function _with(Seat s, uint256 shift, uint256 mask, uint256 value) private pure returns (Seat) {
        return Seat.wrap((Seat.unwrap(s) & ~(mask << shift)) | ((value & mask) << shift));
    }
}
