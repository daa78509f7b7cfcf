// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CreditFormula} from "./CreditFormula.sol";

/// @notice An account's packed slot: its native balance and its record as a merchant. One slot, because a release writes both.
/// @dev From bit 0: native 112 · trade int20 · service int20 · attested int20 (each as the distance from its base, so that an
/// empty slot is a new merchant) · earned 24 · busyUntilDay 16 · stake 24 · unstakeDay 16.
type Account is uint256;

using AccountFields for Account global;

/// @title Reads and writes of {Account}.
library AccountFields {
    uint256 private constant TRADE = 112;
    uint256 private constant SERVICE = 132;
    uint256 private constant ATTESTED = 152;
    uint256 private constant EARNED = 172;
    uint256 private constant BUSY = 196;
    uint256 private constant STAKE = 212;
    uint256 private constant UNSTAKE = 236;
    uint256 private constant MASK16 = 0xffff;
    uint256 private constant MASK20 = 0xfffff;
    uint256 private constant MASK24 = 0xffffff;

    function native(Account a) internal pure returns (uint256) {
        return uint112(Account.unwrap(a));
    }

    /// @dev The caller has checked that the native balance stays within its 112 bits.
    function addNative(Account a, uint256 amount) internal pure returns (Account) {
        return Account.wrap(Account.unwrap(a) + amount);
    }

    /// @dev The caller has checked that the balance covers `amount`.
    function subNative(Account a, uint256 amount) internal pure returns (Account) {
        return Account.wrap(Account.unwrap(a) - amount);
    }

    function trade(Account a) internal pure returns (int256) {
        return _signed(a, TRADE);
    }

    function service(Account a) internal pure returns (int256) {
        return _signed(a, SERVICE);
    }

    function attested(Account a) internal pure returns (int256) {
        return _signed(a, ATTESTED);
    }

    function score(Account a) internal pure returns (int256) {
        // Three fields of 20 bits.
        unchecked {
            return CreditFormula.BASE + trade(a) + service(a) + attested(a);
        }
    }

    function earned(Account a) internal pure returns (uint256) {
        return _field(a, EARNED, MASK24);
    }

    function busyUntilDay(Account a) internal pure returns (uint256) {
        return _field(a, BUSY, MASK16);
    }

    /// @dev In thousandths of a coin.
    function stake(Account a) internal pure returns (uint256) {
        return _field(a, STAKE, MASK24);
    }

    function unstakeDay(Account a) internal pure returns (uint256) {
        return _field(a, UNSTAKE, MASK16);
    }

    /// @dev Adds `delta` to the trade dimension, within its bounds.
    function moveTrade(Account a, int256 delta) internal pure returns (Account, int256 applied) {
        return
            _move(
                a,
                TRADE,
                delta,
                -CreditFormula.TRADE_BASE,
                CreditFormula.TRADE_MAX - CreditFormula.TRADE_BASE
            );
    }

    function moveService(Account a, int256 delta) internal pure returns (Account, int256 applied) {
        return
            _move(
                a,
                SERVICE,
                delta,
                -CreditFormula.SERVICE_BASE,
                CreditFormula.SERVICE_MAX - CreditFormula.SERVICE_BASE
            );
    }

    function moveAttested(Account a, int256 delta) internal pure returns (Account, int256 applied) {
        return
            _move(
                a,
                ATTESTED,
                delta,
                -CreditFormula.ATTESTED_BASE,
                CreditFormula.ATTESTED_MAX - CreditFormula.ATTESTED_BASE
            );
    }

    /// @dev Counts weight earned, up to what the field holds.
    function addEarned(Account a, uint256 weight) internal pure returns (Account) {
        unchecked {
            uint256 sum = earned(a) + weight;
            return _with(a, EARNED, MASK24, sum > MASK24 ? MASK24 : sum);
        }
    }

    function withBusyUntilDay(Account a, uint256 day) internal pure returns (Account) {
        return _with(a, BUSY, MASK16, day);
    }

    function withStake(Account a, uint256 units) internal pure returns (Account) {
        return _with(a, STAKE, MASK24, units);
    }

    function withUnstakeDay(Account a, uint256 day) internal pure returns (Account) {
        return _with(a, UNSTAKE, MASK16, day);
    }

    function _move(
        Account a,
        uint256 shift,
        int256 delta,
        int256 min,
        int256 max
    ) private pure returns (Account, int256 applied) {
        int256 old = _signed(a, shift);
        int256 next = old + delta;
        if (next > max) next = max;
        if (next < min) next = min;
        unchecked {
            // forge-lint: disable-next-line(unsafe-typecast)
            return (_with(a, shift, MASK20, uint256(next) & MASK20), next - old);
        }
    }

    function _signed(Account a, uint256 shift) private pure returns (int256 value) {
        uint256 word = Account.unwrap(a) >> shift;
        // Sign-extends the low 20 bits.
        assembly ("memory-safe") {
            value := sar(236, shl(236, word))
        }
    }

    function _field(Account a, uint256 shift, uint256 mask) private pure returns (uint256) {
        return (Account.unwrap(a) >> shift) & mask;
    }

    function _with(Account a, uint256 shift, uint256 mask, uint256 value) private pure returns (Account) {
        return Account.wrap((Account.unwrap(a) & ~(mask << shift)) | (value << shift));
    }
}
