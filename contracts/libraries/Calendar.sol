// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Bounds} from "./Bounds.sol";

/// @title Days since the epoch, and the day on which a settlement is due.
library Calendar {
    function today() internal view returns (uint256) {
        return block.timestamp / 1 days;
    }

    /// @dev `settleDays` from `day` on, or the first day of the next month (UTC).
    function dueDay(uint256 day, uint256 settleDays) internal pure returns (uint256) {
        return settleDays == Bounds.MONTH_END ? firstOfNextMonth(day) : day + settleDays;
    }

    /// @dev Proleptic Gregorian, counted from 1 March of year 0 so that the leap day is a year's last
    /// (Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms").
    function firstOfNextMonth(uint256 day) internal pure returns (uint256) {
        uint256 z = day + 719_468;
        uint256 dayOfEra = z % 146_097;
        uint256 yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
        // Whole years, then the days beyond them: the rounding is the algorithm's.
        // slither-disable-next-line divide-before-multiply
        uint256 dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
        uint256 month = (5 * dayOfYear + 2) / 153;
        // February is the last month of such a year: its next month starts the next year.
        uint256 nextStart = (153 * (month + 1) + 2) / 5;
        if (month == 11) {
            uint256 year = yearOfEra + 1;
            bool leap = year % 4 == 0 && (year % 100 != 0 || year == 400);
            nextStart = leap ? 366 : 365;
        }
        return day + nextStart - dayOfYear;
    }
}
