// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {OrderState} from "../libraries/OrderState.sol";
import {Listing} from "./IListings.sol";
import {Upline} from "./IAffiliates.sol";

/// @notice The terms of an order, sealed at placement. Their hash (with chain and market) is the order's id; one event carries
/// them, storage keeps a single slot of state, and callers pass them back. Packed words are described from bit 0.
struct Terms {
    /// placedAt 40 · acceptSeconds 24 · deliverSeconds 24 · reviewSeconds 24 · settleDays 8 · flags 8 · quantity 40 ·
    /// category 16. Flags: 1 instant, 2 stock counted, 4 open orders counted, 8 arbitrator by the buyer's consent,
    /// 16 paid from the payer's ledger balance.
    uint256 clocks;
    address seller;
    /// Token units paid, after discounts.
    uint256 base;
    /// Holds the rights and gets the refunds.
    address buyer;
    address payer;
    /// Commission lines of levels 1 to 3: rateBps 16 · cap 80 (token units, 0 = none) · referrer 160. Zero = none.
    uint256 line1;
    uint256 line2;
    uint256 line3;
    /// Zero is the native coin.
    address token;
    /// Zero is the panel of the order's disputes module.
    address arbitrator;
    /// feeBps 16 · weight 24 (credit, thousandths of a point) · module 8 · maxArbitrationCost 96 (wei).
    uint256 rates;
    /// listingId 40 · version 24 · salt 64 · metadata 128 (high half of the listing's metadata hash).
    uint256 origin;
}

/// @notice The first two words of {Terms} and the hash of the rest: enough for what only the seller does.
struct Seal {
    uint256 clocks;
    address seller;
    bytes32 rest;
}

/// @notice What the caller of {IOrders-place} decides.
struct Placement {
    /// Packed, from bit 0: listingId 40 · quantity 40 · salt 64 (anything that makes the order distinct from the buyer's others
    /// of the same second) · options 8: 8 = accepts an arbitrator that is not allow-listed (the order then earns no credit),
    /// 16 = pay from the ledger.
    uint256 order;
    /// Zero is the caller. Holds the rights; the caller is the payer.
    address buyer;
    /// The most the order may cost, in token units.
    uint256 maxAmount;
}

/// @notice 等待接单 Placed · 服务进行中 InProgress · 待支付 Delivered · 争议中 Disputed · 已完成 Completed · 已取消 Cancelled.
enum Status {
    None,
    Placed,
    InProgress,
    Delivered,
    Disputed,
    Completed,
    Cancelled
}

/// @notice How an order ended otherwise than by release, refund or a missed deadline.
enum Resolution {
    Settlement,
    Ruling,
    Fallback
}

/// @title Orders: escrow from placement to the last wei.
/// @dev Clocks are half-open: the one side may act while `now < until`, the time-out from `now >= until`. Paying out credits
/// ledger balances only and calls nobody. Shares round down, the seller gets the remainder. Nothing but {place} looks at the
/// pause or at a role.
interface IOrders {
    event OrderPlaced(bytes32 indexed id, Terms terms);
    /// @notice The delivery window of the terms starts now.
    event OrderAccepted(bytes32 indexed id);
    /// @notice The review window of the terms starts now.
    event OrderDelivered(bytes32 indexed id, string cid);
    /// @notice The whole of what was left (`earned`) was split by the sealed lines; the seller's trade score rose by
    /// `credit` thousandths of a point.
    event OrderReleased(bytes32 indexed id, uint256 earned, uint256 credit);
    /// @notice The seller gave `amount` back; `left` stays in escrow.
    event OrderRefunded(bytes32 indexed id, uint256 amount, uint256 left);
    event OrderCancelled(bytes32 indexed id, uint256 refunded);
    event OrderDeclined(bytes32 indexed id, uint256 refunded);
    /// @notice A deadline passed and the buyer got back what was left.
    event OrderReclaimed(bytes32 indexed id, uint256 refunded);
    event OrderDisputed(bytes32 indexed id, uint256 endsAt);
    /// @notice A module ended the order: `toBuyer` went back, `earned` was split, the trade score rose by `credit`.
    event OrderResolved(bytes32 indexed id, Resolution how, uint256 toBuyer, uint256 earned, uint256 credit);
    /// @notice The review window of a delivered order ends at `until` now: a hold lengthened it, or was cleared.
    event OrderReviewSet(bytes32 indexed id, uint256 until);
    event OrderRated(bytes32 indexed id, uint256 stars);

    /// @notice No order has these terms.
    error Orders_Unknown(bytes32 id);
    error Orders_Duplicate(bytes32 id);
    error Orders_WrongStatus(bytes32 id, Status status);
    error Orders_NotSeller(address caller, address seller);
    error Orders_NotBuyer(address caller, address buyer);
    /// @notice The order's disputes module alone may do this.
    error Orders_NotModule(address caller, address module);
    error Orders_TooEarly(uint256 timestamp, uint256 from);
    error Orders_TooLate(uint256 timestamp, uint256 until);
    error Orders_SelfPurchase(address seller);
    error Orders_ArbitratorIsParty(address arbitrator);
    error Orders_ArbitratorNotAllowed(address arbitrator);
    error Orders_AboveMaximum(uint256 amount, uint256 maximum);
    error Orders_FeeAboveSellersMaximum(uint256 feeBps, uint256 maxFeeBps);
    error Orders_AmountOutOfBounds(uint256 amount);
    error Orders_ZeroQuantity();
    error Orders_UnknownOptions(uint256 options);
    /// @notice A merchant on Watch, or a newcomer, may not take an order this large in this token.
    error Orders_AboveWatchLimit(uint256 amount, uint256 limit);
    /// @notice Not more than is held can be refunded or split, and the parts must sum to it.
    error Orders_WrongSplit(uint256 toBuyer, uint256 toSeller, uint256 held);
    error Orders_RatingOutOfRange(uint256 stars);
    error Orders_AlreadyRated(bytes32 id, uint256 stars);
    /// @notice A review can end no earlier than sealed, and at most 7 days later.
    error Orders_ReviewOutOfBounds(uint256 until, uint256 min, uint256 max);
    error Orders_NothingToReverse(bytes32 id);

    /// @notice Buys from a listing: takes the money into escrow and seals the terms. Callable by anyone, unless paused; the
    /// caller pays, by `msg.value`, from his ERC-20 allowance, or from his ledger balance.
    /// @param listing The exact version that the buyer saw.
    /// @param upline The buyer's upline; not read if the listing offers no commission.
    /// @param pricingData What the listing's pricing policy gets, if there is one; else ignored.
    function place(
        Placement calldata placement,
        Listing calldata listing,
        Upline calldata upline,
        bytes calldata pricingData
    ) external payable returns (bytes32 id);

    /// @notice Takes the order on. Callable by the seller from the end of the cooling-off time until the accept window ends.
    function accept(Seal calldata seal) external;

    /// @notice Sends the order's money back before accepting. Callable by the seller while Placed.
    function decline(Terms calldata terms) external;

    /// @notice Takes the money back before the order is accepted. Callable by the buyer while Placed.
    function cancel(Terms calldata terms) external;

    /// @notice Hands in the work and starts the review window. Callable by the seller before the deadline; straight from Placed
    /// if the listing was instant.
    /// @param cid What was delivered, by any CIDv0 or CIDv1.
    function deliver(string calldata cid, Seal calldata seal) external;

    /// @notice Pays out what is left in escrow and completes the order.
    /// @dev Callable by the buyer once delivered, by anyone once the review window is over.
    function release(Terms calldata terms) external;

    /// @notice Gives the buyer `amount` of what is held. Callable by the seller in every live state; status and clocks stay,
    /// a refund of all that is held ends the order.
    function refund(Terms calldata terms, uint256 amount) external;

    /// @notice Sends the money back to the buyer after a missed accept or delivery deadline. Callable by anyone.
    function reclaim(Terms calldata terms) external;

    /// @notice Rates a completed order with 1 to 5 stars, once, within 30 days. Callable by the buyer.
    function rate(Terms calldata terms, uint256 stars) external;

    /// @notice Moves a live order to Disputed. Callable by the order's own module.
    /// @param endsAt Until when the seller's stake must stay at the latest.
    function markDisputed(Terms calldata terms, uint256 endsAt) external;

    /// @notice Ends an order: `toBuyer` goes back, the rest of what is held is split. Callable by the order's own module.
    /// @dev Ruling and Fallback need a Disputed order. A ruling moves score and stake, a fallback neither; what the
    /// seller had refunded before counts as a refund in any case.
    function resolve(Terms calldata terms, uint256 toBuyer, Resolution how) external;

    /// @notice Moves the end of a delivered order's review, while it runs: no earlier than sealed, at most 7 days later. Callable
    /// by the risk role ({IRiskHolds}). The buyer can release all the same.
    function setReviewEnd(Terms calldata terms, uint256 until) external;

    /// @notice Gives back what the order took from its seller's score, once. Callable by the credit role, after an appeal.
    /// @return trade Thousandths of a point given back to the trade dimension; `service` to the other.
    function reverseOrderCredit(Terms calldata terms) external returns (int256 trade, int256 service);

    /// @notice keccak256(abi.encode(chain id, market)); an order's id is keccak256(domain, clocks, seller,
    /// keccak256(the other ten words)).
    function ORDER_DOMAIN() external view returns (bytes32);

    /// @notice The state of an order, see {OrderState}: where it stands (None if there is no such order), when the running
    /// clock ends (Placed: accept, InProgress: deliver, Delivered: review, Disputed: the stake's lock, Completed: rating),
    /// what is held in escrow (token units), the buyer's rating and what it did to the seller's score.
    function orderState(bytes32 id) external view returns (OrderState);
}
