// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice How an arbiter stands to new disputes.
enum Duty {
    Off,
    On,
    Leaving
}

/// @notice A seat of the pool, as stored.
struct SeatView {
    address arbiter;
    /// Wei.
    uint256 stake;
    /// Since when the stake has been large enough without a break, as a timestamp.
    uint256 stakedAt;
    Duty duty;
    /// On: the block in which the duty began. Leaving: the timestamp of the request. Off: 0.
    uint256 since;
    /// Recorded draws that the arbiter has yet to answer or rule.
    uint256 assigned;
}

/// @title The pool of an arbitrator: at most 64 appointed arbiters, their stakes and the pull balances.
/// @dev Stakes are whole thousandths of a coin. Money never leaves otherwise than by {withdraw} and {withdrawTreasury}:
/// fees, freed stakes and refunds are credited, so an account that refuses ether harms only itself. The contract's own
/// address is the treasury's account.
interface IArbiters {
    event ArbiterAppointed(address indexed arbiter, uint256 seat);
    event ArbiterDismissed(address indexed arbiter);
    event DutyChanged(address indexed arbiter, Duty duty);
    event Staked(address indexed arbiter, uint256 amount, uint256 stake);
    /// @notice A silent arbiter lost `amount` wei of his stake to the treasury; `stake` is left. He is off duty.
    event Slashed(address indexed arbiter, uint256 amount, uint256 stake);
    /// @notice The arbiter left the pool and `stake` wei were credited to him.
    event ArbiterLeft(address indexed arbiter, uint256 stake);
    event Withdrawn(address indexed account, address to, uint256 amount);
    event StakeTermsSet(uint256 required, uint256 slash);

    error Arbiters_NotArbiter(address account);
    error Arbiters_AlreadyAppointed(address account);
    error Arbiters_PoolFull(uint256 max);
    error Arbiters_ZeroAddress();
    error Arbiters_ZeroAmount();
    /// @notice Stakes are whole multiples of `unit`, and at most `max`, in wei.
    error Arbiters_StakeOutOfBounds(uint256 stake, uint256 unit, uint256 max);
    error Arbiters_StakeTooLow(uint256 stake, uint256 required);
    error Arbiters_AlreadyOnDuty(address arbiter);
    error Arbiters_NotOnDuty(address arbiter);
    error Arbiters_Leaving(address arbiter);
    error Arbiters_NotLeaving(address arbiter);
    error Arbiters_TooEarly(uint256 timestamp, uint256 from);
    /// @notice The arbiter has `assigned` disputes to rule first.
    error Arbiters_Assigned(address arbiter, uint256 assigned);
    error Arbiters_SendFailed(address to, uint256 amount);
    error Arbiters_OutOfBounds(uint256 value, uint256 max);

    /// @notice Gives an account a seat in the pool. Callable by the arbiters' role.
    function appoint(address arbiter) external;

    /// @notice Takes an arbiter out of all draws to come; what he is assigned to he may finish. Callable by the arbiters' role.
    /// @dev The stake is his: it is freed by {vacate}, like after {requestLeave}.
    function dismiss(address arbiter) external;

    /// @notice Sets what an arbiter must have staked to go on duty and what silence costs him, in wei. Callable by the
    /// arbiters' role. Who is on duty stays it.
    function setStakeTerms(uint256 required, uint256 slash) external;

    /// @notice Adds `msg.value` to the caller's stake. Callable by an appointed arbiter.
    function stake() external payable;

    /// @notice Enters the draws from the next block on, or leaves them. Callable by an appointed arbiter with enough staked.
    function setOnDuty(bool onDuty) external;

    /// @notice Leaves the draws for good and starts the cool-down of the stake. Callable by an appointed arbiter.
    function requestLeave() external;

    /// @notice Ends a leaver's seat and credits his stake to him. Callable by anyone, after the cool-down of 7 days and once
    /// he has ruled all that he was assigned.
    function vacate(address arbiter) external;

    /// @notice Sends all that the caller is owed to `to`.
    function withdraw(address to) external returns (uint256 amount);

    /// @notice Sends what the treasury is owed (slashes and forfeited bonds) to `to`. Callable by the treasurer role.
    function withdrawTreasury(address to) external returns (uint256 amount);

    /// @notice Wei that `account` can withdraw; the contract's own address is the treasury.
    function balanceOf(address account) external view returns (uint256);
    /// @notice The seat with this index, 0 to 63; all zero if nobody has it.
    function seatAt(uint256 index) external view returns (SeatView memory);
    /// @notice The arbiter's seat. Reverts {Arbiters_NotArbiter}.
    function seatOf(address arbiter) external view returns (uint256 index, SeatView memory);
    /// @notice What an arbiter must have staked to go on duty, in wei.
    function requiredStake() external view returns (uint256);
    /// @notice What a silent arbiter loses, in wei.
    function slashAmount() external view returns (uint256);
    /// @notice The seats on duty, one bit each.
    function onDutySeats() external view returns (uint64);
}
