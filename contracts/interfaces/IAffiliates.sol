// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice An account's referrers, nearest first; zero where there is none. Each word is the referrer's address (160 high bits)
/// and the time he registered (40 low bits). Only its hash is stored with the account.
struct Upline {
    uint256 level1;
    uint256 level2;
    uint256 level3;
}

/// @title The referral tree and the commission rules.
/// @dev Acyclic by construction: an account registers once, under an account that registered before it, and nothing changes
/// a node afterwards. A level earns on orders placed at least a cool-down after its registration. What a patient buyer
/// can still do with accounts of his own is a discount that the seller offered.
interface IAffiliates {
    /// @notice `account` joined the tree under `referrer` (zero = as a root).
    event Registered(address indexed account, address indexed referrer);
    /// @notice The rule of a category changed: rates in basis points of levels 1 to 3.
    event CommissionRuleSet(uint256 indexed category, uint256[3] ratesBps);
    /// @notice The caps of a category in a token changed: token units per order and level, 0 = none.
    event CommissionCapsSet(uint256 indexed category, address indexed token, uint256[3] caps);

    error Affiliates_AlreadyRegistered(address account);
    error Affiliates_UnknownReferrer(address referrer);
    error Affiliates_SelfReferral(address account);
    /// @notice The upline passed is not the one that `account` registered with.
    error Affiliates_UplineMismatch(address account);
    /// @notice Commissions of all levels together stay within 30 % (basis points).
    error Affiliates_RatesTooHigh(uint256 totalBps, uint256 maxBps);
    /// @notice A cap must fit in 80 bits.
    error Affiliates_CapTooHigh(uint256 cap);
    error Affiliates_SignatureExpired(uint256 deadline);
    error Affiliates_BadSignature(address account);

    /// @notice Joins the tree under `referrer`, or as a root if it is zero. Callable once per account, by itself.
    /// @param referrersUpline The referrer's own upline, as his registration had it.
    function register(address referrer, Upline calldata referrersUpline) external;

    /// @notice {register} for `account`, by its EIP-712 signature of
    /// `Registration(address account,address referrer,uint256 deadline)` (ECDSA or ERC-1271).
    function registerBySig(
        address account,
        address referrer,
        Upline calldata referrersUpline,
        uint256 deadline,
        bytes calldata signature
    ) external;

    /// @notice Sets the rates of a category within the hard caps; those of category 0 hold where a category
    /// has none of its own. Callable by the rates role.
    function setCommissionRule(uint256 category, uint256[3] calldata ratesBps) external;

    /// @notice Caps the commissions of a category in a token, per order and level. Callable by the rates role.
    function setCommissionCaps(uint256 category, address token, uint256[3] calldata caps) external;

    /// @notice When `account` registered (0 = never) and the hash of its upline.
    function nodeOf(address account) external view returns (uint256 registeredAt, bytes32 uplineHash);

    /// @notice The rates of levels 1 to 3 in `category` (basis points, 16 bits each from bit 0) and their caps for `token` (token
    /// units, 80 bits each, 0 = none). {ILens-sharesFor} applies them.
    function commissionRule(
        uint256 category,
        address token
    ) external view returns (uint256 rule, uint256 caps);
}
