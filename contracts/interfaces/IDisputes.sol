// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IArbiterPanel} from "./IArbiterPanel.sol";
import {IArbitrable, IArbitrator} from "./IArbitrator.sol";
import {IEvidence} from "./IEvidence.sol";
import {IMarket} from "./IMarket.sol";
import {Terms} from "./IOrders.sol";

/// @title Mutual settlements: both parties sign one split.
interface ISettlements {
    /// @notice A party took back the offers it signed for an order; those to come are signed with `nonce`.
    event OffersRevoked(bytes32 indexed orderId, address indexed party, uint256 nonce);

    error Settlements_Expired(uint256 deadline);
    error Settlements_BadSignature(address party);

    /// @notice Ends an order by a split that buyer and seller signed. Callable by anyone, in every live state, also disputed.
    /// @dev Signed is EIP-712 `Settlement(bytes32 order,uint8 status,uint256 held,uint256 toBuyer,uint256 toSeller,uint256
    /// nonce,uint256 deadline)` with the order's state as it is now and the signer's own {nonceOf}; ECDSA or ERC-1271. What
    /// goes to the seller pays fee and commissions as usual; deposits of a dispute go back, its cost is shared.
    /// @param toBuyer Token units; the seller's side gets the rest of what is held.
    function settle(
        Terms calldata terms,
        uint256 toBuyer,
        uint256 deadline,
        bytes calldata buyerSignature,
        bytes calldata sellerSignature
    ) external;

    /// @notice Makes every offer that the caller has signed for the order void.
    function revokeOffers(bytes32 orderId) external;

    /// @notice The nonce that a party's next offer for an order is signed with.
    function nonceOf(bytes32 orderId, address party) external view returns (uint256);
}

/// @notice Where a dispute stands.
enum Phase {
    None,
    /// One side paid its deposit; the other has until the deposit window ends.
    Waiting,
    Arbitrating,
    /// The market's backup arbitrator decides.
    Backup,
    Closed
}

/// @title Disputes: the arbitrable of ERC-792.
/// @dev A party opens a dispute with a deposit of the order's sealed maximum arbitration cost, kept within the module's bounds so
/// that it neither shuts a party out nor makes an arbitration fail. The other side has 3 days to pay
/// the same, or loses. Then the order's arbitrator rules: 1 to 5 give the buyer 0, 25, 50, 75 or 100 % of what is held. The
/// side that gets more than half has its deposit back, the other pays the cost; an even ruling shares it. 30 days after
/// the opening an undecided dispute (or one whose arbitrator refused, failed or costs more than the maximum) goes to the
/// backup arbitrator, once, out of the deposits; undecided 60 days after the opening, or refused by the backup, the order is
/// split evenly and what is left of the deposits goes back. A full refund by the seller is a concession. {execute}, by
/// anyone, does whatever is due. What goes back is credited in the market's ledger, never sent.
interface IDisputes is IArbitrable, IEvidence, ISettlements {
    struct DisputeRecord {
        Phase phase;
        /// Whether the buyer opened it, or the risk module for him.
        bool byBuyer;
        /// Whether the risk module paid the buyer's deposit: then it goes back to the platform.
        bool byRiskModule;
        /// The recorded ruling + 1; 0 = none. Rulings of panels are read from the panels instead.
        uint8 ruling;
        uint40 openedAt;
        /// Wei of the deposits that went to arbitrators; once closed, at most what an expired case still gives back.
        uint96 spent;
    }

    /// @param opener The buyer, also where the risk module opened it for him, or the seller.
    event DisputeOpened(bytes32 indexed orderId, address indexed opener, uint256 deposit);
    /// @notice The other side's deposit came in.
    event DisputeFunded(bytes32 indexed orderId, address indexed payer, uint256 deposit);
    /// @notice The order's own arbitrator decided nothing; `backup` tells whether the backup arbitrator took the case.
    event DisputeEscalated(bytes32 indexed orderId, bool backup);
    event DisputeAppealed(bytes32 indexed orderId, address indexed appellant, uint256 paid);
    /// @notice `toBuyer` and `toSeller` wei of the deposits went back.
    event DisputeClosed(bytes32 indexed orderId, uint256 toBuyer, uint256 toSeller);
    /// @notice A ruling came for no open dispute; nothing happened.
    event RulingIgnored(address indexed arbitrator, uint256 indexed disputeId, uint256 ruling);

    error Disputes_NotParty(address caller);
    error Disputes_WrongPhase(bytes32 orderId, Phase phase);
    error Disputes_DepositTooLow(uint256 sent, uint256 deposit);
    error Disputes_TooEarly(uint256 timestamp, uint256 from);
    error Disputes_TooLate(uint256 timestamp, uint256 until);
    /// @notice A seller opens no dispute about what he hasn't delivered.
    error Disputes_NotDelivered(bytes32 orderId);
    /// @notice The CID is not the metadata that the order was placed on.
    error Disputes_NotMetadata(string cid);
    error Disputes_UnknownCase(address arbitrator, uint256 disputeId);
    /// @notice A call to a foreign arbitrator needs this much gas, so that it can't be made to fail.
    error Disputes_TooLittleGas(uint256 gas, uint256 needed);
    error Disputes_UnexpectedEther(address from, uint256 amount);
    error Disputes_NothingToCollect(bytes32 orderId);
    /// @notice The backup must be a contract other than the panel.
    error Disputes_BadBackup(address backup);
    /// @notice The least deposit must cover the panel's cost, the largest fit in 96 bits.
    error Disputes_BadDeposits(uint256 minDeposit, uint256 maxDeposit);

    /// @notice Opens a dispute, with the deposit. Callable by the buyer while the order is in progress or delivered, for him by
    /// the risk module ({IRiskHolds-confirm}), and by the seller in the last 3 days of the review: whoever stays silent for 3
    /// days loses, and no buyer shall lose by that what his review would have kept. What is sent above the deposit is
    /// credited to the caller.
    /// @param cid The metadata that the order was placed on: it becomes the dispute's meta-evidence.
    function open(Terms calldata terms, string calldata cid) external payable;

    /// @notice Pays the other side's deposit, which brings the case before the arbitrator. Callable by anyone, for 3 days.
    function fund(Terms calldata terms) external payable;

    /// @notice Appeals the arbitrator's ruling, with `msg.value` as his price. Callable by anyone until 30 days after the
    /// opening.
    /// @param disputeId The arbitrator's id of the case; ignored for the market's own panel.
    function appeal(Terms calldata terms, uint256 disputeId) external payable;

    /// @notice Does what is due: pays out a ruling, closes a default, escalates or falls back. Callable by anyone.
    /// @dev Reverts {Disputes_TooEarly} while nothing is due.
    function execute(Terms calldata terms) external;

    function disputeOf(bytes32 orderId) external view returns (DisputeRecord memory);

    /// @notice What each side deposits, in wei.
    function depositOf(Terms calldata terms) external view returns (uint256);

    /// @notice Shares out the fee of a case that expired at the panel, or at a backup that is one, after its order had ended
    /// otherwise. Callable by anyone, once.
    function collect(Terms calldata terms) external;

    /// @notice What the arbitrator of `terms` gets as extra data: abi.encode(order id, placedAt, parties and referrers).
    function extraDataOf(Terms calldata terms) external view returns (bytes memory);

    /// @notice The bounds of deposits, in wei.
    function MIN_DEPOSIT() external view returns (uint256);
    function MAX_DEPOSIT() external view returns (uint256);
    function MARKET() external view returns (IMarket);
    function PANEL() external view returns (IArbiterPanel);
    function BACKUP() external view returns (IArbitrator);
}
