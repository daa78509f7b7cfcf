// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @title The market's ledger: the only place where tokens enter or leave.
/// @notice Keeps, per token and account, what is *available* (can leave now) and what is *maturing* (settled, but payable
/// on a later day). Money held by live orders is *escrowed* in the orders themselves ({IOrders}). The token address zero
/// is the chain's native coin. The market's own address is the platform's account.
/// @dev Token assumptions. Credited is what arrives (balance difference), so fee-on-transfer tokens are credited with what
/// is left; tokens that return nothing or `false` are handled; tokens that call back can't re-enter a money movement.
/// Rebasing tokens are unsupported: a balance that shrinks by itself leaves the depositors of *that token* short, and no
/// others; one that grows is a donation. The native supply must be below 2**112 wei.
interface ILedger {
    /// @notice `amount` of `token` arrived from `from` and was credited to `account`.
    event Deposited(address indexed account, address indexed token, uint256 amount, address from);
    /// @notice `amount` of `token` left `account`'s available balance for the address `to`.
    event Withdrawn(address indexed account, address indexed token, uint256 amount, address to);
    /// @notice `amount` of `token` moved between available balances.
    event Transferred(address indexed from, address indexed to, address indexed token, uint256 amount);
    /// @notice `amount` of `token`, due on `day` (days since the epoch), became available to `account`.
    event Matured(address indexed account, address indexed token, uint256 day, uint256 amount);

    /// @notice An amount of zero moves nothing.
    error Ledger_ZeroAmount();
    /// @notice The zero address can't own or receive money.
    error Ledger_ZeroAddress();
    /// @notice `msg.value` differs from the native amount that the call needs.
    error Ledger_WrongValue(uint256 sent, uint256 needed);
    /// @notice `account` has only `available` of `token`.
    error Ledger_InsufficientBalance(address account, address token, uint256 available, uint256 needed);
    /// @notice The exact amount matters here, but the token kept a part of it.
    error Ledger_TokenTookFee(address token, uint256 expected, uint256 arrived);
    /// @notice The receiver refused the native coin.
    error Ledger_SendFailed(address to, uint256 amount);
    /// @notice Native balances are kept in 112 bits.
    error Ledger_BalanceOverflow(address account);
    /// @notice There is no code at the token's address.
    error Ledger_UnsupportedToken(address token);
    /// @notice The market takes native coin only through a function that says what it is for.
    error Ledger_UnexpectedEther(address from, uint256 amount);

    /// @notice Credits `account` with what arrives of `amount` of `token` from the caller.
    /// @dev Callable by anyone, for any account. Native coin: `msg.value` must equal `amount`.
    /// Reverts {Ledger_ZeroAmount}, {Ledger_ZeroAddress}, {Ledger_WrongValue}, {Ledger_UnsupportedToken}.
    /// @return credited Token units credited: what arrived.
    function deposit(
        address token,
        uint256 amount,
        address account
    ) external payable returns (uint256 credited);

    /// @notice {deposit} of an ERC-2612 token with the caller's permit in the same transaction.
    /// @dev A permit that somebody already used is no obstacle as long as the allowance is there.
    function depositWithPermit(
        address token,
        uint256 amount,
        address account,
        uint256 deadline,
        uint8 v,
        bytes32 r,
        bytes32 s
    ) external returns (uint256 credited);

    /// @notice Sends `amount` of the caller's available `token` to `to`.
    /// @dev Callable by the owner of the money, also while paused. `type(uint256).max` means all there is; several tokens go in a
    /// {IMarket-batch}, where one that refuses stops none of the others.
    /// Reverts {Ledger_InsufficientBalance}, {Ledger_ZeroAmount}, {Ledger_ZeroAddress}, {Ledger_SendFailed}.
    function withdraw(address token, uint256 amount, address to) external returns (uint256 sent);

    /// @notice Moves `amount` of the caller's available `token` to another account of the ledger.
    function transfer(address token, address to, uint256 amount) external;

    /// @notice Makes what is due by today, of the given days, available to `account`. Callable by anyone.
    /// @param dueDays Days since the epoch, as {ILens-maturingOf} lists them; days not yet due or empty are skipped.
    /// @return amount Token units that became available.
    function mature(
        address account,
        address token,
        uint256[] calldata dueDays
    ) external returns (uint256 amount);

    /// @notice Sends the platform's available `token` to `to`. Callable by the treasurer role only.
    function withdrawTreasury(address token, uint256 amount, address to) external returns (uint256 sent);

    /// @notice What `account` can withdraw of `token`, in token units.
    function balanceOf(address account, address token) external view returns (uint256);

    /// @notice The 64 buckets of maturing money, each the amount (224 bits) and the day it is due (32 low bits); a day's bucket
    /// is at `day % 64`. {ILens-maturingOf} adds them up.
    function bucketsOf(address account, address token) external view returns (uint256[64] memory);
}
