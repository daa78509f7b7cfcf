// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IMarket} from "./IMarket.sol";
import {Terms} from "./IOrders.sol";

enum HoldStatus {
    None,
    Held,
    Cleared,
    Confirmed
}

/// @title Holds: a suspicious delivery is reviewed for longer, so that a dispute is still possible.
/// @dev A hold moves the end of a Delivered order's review, at most 7 days beyond the sealed one. It moves no money, and the
/// buyer can release, the seller refund, and either open a dispute all the same. It ends by itself when that time is over, or
/// earlier, with a day's notice, when a reviewer clears it. Confirmed, it opens the dispute for the buyer, with the reviewer's
/// deposit; what comes back of that goes to the platform. Each order is held once; one before an arbitrator that isn't on the
/// market's list, never.
interface IRiskHolds {
    struct Hold {
        HoldStatus status;
        /// The end of the review before the hold, and with it: timestamps.
        uint40 sealedUntil;
        uint40 until;
        /// 0 to 100.
        uint8 score;
        /// Who placed it.
        address by;
    }

    /// @param score The assessment's, 0 to 100.
    /// @param cid The evidence document: factors, inputs, arithmetic.
    event HoldPlaced(
        bytes32 indexed orderId,
        address indexed merchant,
        address indexed by,
        uint256 until,
        uint256 score,
        string cid
    );
    event HoldCleared(bytes32 indexed orderId, address indexed by, string cid);
    event HoldConfirmed(bytes32 indexed orderId, address indexed by, string cid);

    error RiskHolds_ZeroAddress();
    error RiskHolds_AlreadyHeld(bytes32 orderId, HoldStatus status);
    error RiskHolds_NotHeld(bytes32 orderId, HoldStatus status);
    error RiskHolds_ScoreOutOfRange(uint256 score);
    /// @notice A hold lengthens a review.
    error RiskHolds_NotLonger(uint256 until, uint256 reviewUntil);
    /// @notice The caller has placed all holds that he may place in one day (UTC).
    error RiskHolds_DailyBoundReached(address caller, uint256 bound);
    /// @notice Who has a part in the order, earns by it or arbitrates it doesn't judge its risk.
    error RiskHolds_IsParty(address caller);
    /// @notice The call must come from the member himself, not through the Authority.
    error RiskHolds_HiddenCaller(address authority);
    /// @notice Such an arbitrator could be the parties' own, and the deposit his.
    error RiskHolds_ForeignArbitrator(address arbitrator);
    /// @notice Exactly the deposit of a dispute about the order is needed.
    error RiskHolds_WrongDeposit(uint256 sent, uint256 deposit);

    /// @notice Lengthens the review of a Delivered order while it runs. Callable by the risk bot's role, 100 times a day.
    /// @dev Reverts {IOrders-Orders_ReviewOutOfBounds} beyond 7 days after the sealed end.
    function hold(Terms calldata terms, uint256 until, uint256 score, string calldata cid) external;

    /// @notice Ends a hold: the review ends when it was sealed to, but no sooner than in a day, nor later than the hold. Callable
    /// by the reviewer's role.
    function clear(Terms calldata terms, string calldata cid) external;

    /// @notice Opens a dispute for the buyer, with `msg.value` as his side's deposit, or pays it into the dispute that the seller
    /// opened. Callable by the reviewer's role.
    /// @param metadataCid The metadata that the order was placed on.
    /// @param cid The reviewer's grounds.
    function confirm(Terms calldata terms, string calldata metadataCid, string calldata cid) external payable;

    function holdOf(bytes32 orderId) external view returns (Hold memory);

    /// @notice How many holds `account` may still place today (UTC).
    function leftToday(address account) external view returns (uint256);

    function MARKET() external view returns (IMarket);
}
