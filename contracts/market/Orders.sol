// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CreditReason} from "../interfaces/IMerchants.sol";
import {IOrders, Resolution, Seal, Status, Terms} from "../interfaces/IOrders.sol";
import {Bounds} from "../libraries/Bounds.sol";
import {Cid} from "../libraries/Cid.sol";
import {OrderFields, OrderState} from "../libraries/OrderState.sol";
import {TermsFields} from "../libraries/TermsFields.sol";
import {Placing} from "./Placing.sol";

/// @title Orders: see {IOrders}.
abstract contract Orders is Placing {
    using TermsFields for uint256;
    using TermsFields for Terms;
    using TermsFields for Seal;

    // -- the seller's work ----------------------------------------------------------------------

    /// @inheritdoc IOrders
    function accept(Seal calldata seal) external {
        bytes32 id = seal.idOf(ORDER_DOMAIN);
        OrderState s = _orders[id];
        _requireStatus(id, s, Status.Placed);
        _requireSeller(seal.seller);
        _requireBefore(s.until());
        if (!seal.clocks.has(TermsFields.INSTANT)) _requireFrom(seal.clocks.placedAt() + Bounds.COOLING_OFF);
        _orders[id] = OrderFields.make(
            Status.InProgress,
            block.timestamp + seal.clocks.deliverSeconds(),
            s.held()
        );
        emit OrderAccepted(id);
    }

    /// @inheritdoc IOrders
    function deliver(string calldata cid, Seal calldata seal) external {
        bytes32 id = seal.idOf(ORDER_DOMAIN);
        OrderState s = _orders[id];
        // Straight from Placed only if the listing was instant: the buyer agreed to that.
        if (s.status() != Status.Placed || !seal.clocks.has(TermsFields.INSTANT)) {
            _requireStatus(id, s, Status.InProgress);
        }
        _requireSeller(seal.seller);
        _requireBefore(s.until());
        Cid.check(cid);
        _orders[id] = OrderFields.make(
            Status.Delivered,
            block.timestamp + seal.clocks.reviewSeconds(),
            s.held()
        );
        emit OrderDelivered(id, cid);
    }

    /// @inheritdoc IOrders
    function decline(Terms calldata terms) external {
        (bytes32 id, OrderState s) = _load(terms);
        _requireSeller(terms.seller);
        _requireStatus(id, s, Status.Placed);
        emit OrderDeclined(id, _giveBack(terms, id, s));
    }

    /// @inheritdoc IOrders
    function refund(Terms calldata terms, uint256 amount) external {
        (bytes32 id, OrderState s) = _load(terms);
        _requireSeller(terms.seller);
        _requireLive(id, s);
        if (amount == 0) revert Ledger_ZeroAmount();
        uint256 held = s.held();
        if (amount > held) revert Orders_WrongSplit(amount, 0, held);
        if (amount < held) {
            _orders[id] = s.subHeld(amount);
            _credit(terms.token, terms.buyer, amount);
        } else {
            _giveBack(terms, id, s);
            // Giving everything back before accepting is a decline, and doesn't score.
            if (s.status() != Status.Placed) _loseRefunded(terms, id, 0);
        }
        emit OrderRefunded(id, amount, held - amount);
    }

    // -- the buyer's rights ---------------------------------------------------------------------

    /// @inheritdoc IOrders
    function cancel(Terms calldata terms) external {
        (bytes32 id, OrderState s) = _load(terms);
        _requireBuyer(terms.buyer);
        _requireStatus(id, s, Status.Placed);
        emit OrderCancelled(id, _giveBack(terms, id, s));
    }

    /// @inheritdoc IOrders
    function rate(Terms calldata terms, uint256 stars) external {
        (bytes32 id, OrderState s) = _load(terms);
        _requireBuyer(terms.buyer);
        _requireStatus(id, s, Status.Completed);
        if (stars == 0 || stars > 5) revert Orders_RatingOutOfRange(stars);
        if (s.stars() != 0) revert Orders_AlreadyRated(id, s.stars());
        _requireBefore(s.until());
        int256 moved = _moveService(
            terms.seller,
            id,
            CreditReason.Rating,
            creditTable.ratingDelta(stars, s.gained())
        );
        // forge-lint: disable-next-line(unsafe-typecast)
        _orders[id] = s.withStars(stars).addLosses(0, moved < 0 ? uint256(-moved) : 0);
        emit OrderRated(id, stars);
    }

    // -- anybody's time-outs --------------------------------------------------------------------

    /// @inheritdoc IOrders
    function release(Terms calldata terms) external {
        (bytes32 id, OrderState s) = _load(terms);
        _requireStatus(id, s, Status.Delivered);
        if (msg.sender != terms.buyer) _requireFrom(s.until());
        uint256 earned = s.held();
        (uint256 gained, uint256 applied) = _payOut(terms, earned, terms.rates.weight());
        _orders[id] = OrderFields.makeEnded(Status.Completed, block.timestamp + Bounds.RATING_WINDOW, gained);
        _closeSale(terms.clocks, terms.origin, terms.buyer, false);
        _loseRefunded(terms, id, earned);
        emit OrderReleased(id, earned, applied);
    }

    /// @inheritdoc IOrders
    function reclaim(Terms calldata terms) external {
        (bytes32 id, OrderState s) = _load(terms);
        Status status = s.status();
        if (status != Status.Placed && status != Status.InProgress) revert Orders_WrongStatus(id, status);
        _requireFrom(s.until());
        uint256 refunded = _giveBack(terms, id, s);
        if (status == Status.InProgress) _loseMissedDeadline(terms, id);
        emit OrderReclaimed(id, refunded);
    }

    // -- the order's module, and the credit module ----------------------------------------------

    /// @inheritdoc IOrders
    function markDisputed(Terms calldata terms, uint256 endsAt) external {
        (bytes32 id, OrderState s) = _load(terms);
        _requireModule(terms);
        Status status = s.status();
        if (status != Status.InProgress && status != Status.Delivered) revert Orders_WrongStatus(id, status);
        _requireBefore(s.until());
        _orders[id] = OrderFields.make(Status.Disputed, endsAt, s.held());
        _accounts[terms.seller] = _busyUntil(_accounts[terms.seller], endsAt);
        emit OrderDisputed(id, endsAt);
    }

    /// @inheritdoc IOrders
    function resolve(Terms calldata terms, uint256 toBuyer, Resolution how) external {
        (bytes32 id, OrderState s) = _load(terms);
        _requireModule(terms);
        if (how == Resolution.Settlement) _requireLive(id, s);
        else _requireStatus(id, s, Status.Disputed);
        uint256 held = s.held();
        if (toBuyer > held) revert Orders_WrongSplit(toBuyer, 0, held);
        uint256 earned = held - toBuyer;
        _credit(terms.token, terms.buyer, toBuyer);
        uint256 weight = how == Resolution.Fallback ? 0 : terms.rates.weight();
        (uint256 gained, uint256 applied) = _payOut(terms, earned, weight);
        _orders[id] = OrderFields.makeEnded(Status.Completed, block.timestamp + Bounds.RATING_WINDOW, gained);
        _closeSale(terms.clocks, terms.origin, terms.buyer, false);
        if (how == Resolution.Ruling) _loseRuling(terms, id, toBuyer, held);
        // What was refunded before counts as a refund, whoever decided about the rest.
        if (s.status() != Status.Placed)
            _loseRefunded(terms, id, how == Resolution.Settlement ? earned : held);
        emit OrderResolved(id, how, toBuyer, earned, applied);
    }

    /// @inheritdoc IOrders
    function setReviewEnd(Terms calldata terms, uint256 until) external restricted {
        (bytes32 id, OrderState s) = _load(terms);
        _requireStatus(id, s, Status.Delivered);
        _requireBefore(s.until());
        uint256 sealedEnd = s.until() - s.extension();
        uint256 max = sealedEnd + Bounds.MAX_HOLD;
        if (until < sealedEnd || until > max) revert Orders_ReviewOutOfBounds(until, sealedEnd, max);
        _orders[id] = OrderFields.makeExtended(until, s.held(), until - sealedEnd);
        _accounts[terms.seller] = _busyUntil(_accounts[terms.seller], until);
        emit OrderReviewSet(id, until);
    }

    /// @inheritdoc IOrders
    function reverseOrderCredit(
        Terms calldata terms
    ) external restricted returns (int256 trade, int256 service) {
        (bytes32 id, OrderState s) = _load(terms);
        if (s.tradeLoss() == 0 && s.serviceLoss() == 0) revert Orders_NothingToReverse(id);
        _orders[id] = s.withoutLosses();
        // forge-lint: disable-next-item(unsafe-typecast)
        trade = _moveTrade(terms.seller, id, CreditReason.Reversal, int256(s.tradeLoss()));
        // forge-lint: disable-next-item(unsafe-typecast)
        service = _moveService(terms.seller, id, CreditReason.Reversal, int256(s.serviceLoss()));
    }

    /// @inheritdoc IOrders
    function orderState(bytes32 id) external view returns (OrderState) {
        return _orders[id];
    }

    // -- checks ---------------------------------------------------------------------------------

    function _requireSeller(address seller) private view {
        if (msg.sender != seller) revert Orders_NotSeller(msg.sender, seller);
    }

    function _requireBuyer(address buyer) private view {
        if (msg.sender != buyer) revert Orders_NotBuyer(msg.sender, buyer);
    }

    function _requireModule(Terms calldata terms) private view {
        address module = moduleAt(terms.rates.moduleIndex());
        if (msg.sender != module) revert Orders_NotModule(msg.sender, module);
    }

    function _requireStatus(bytes32 id, OrderState s, Status status) private pure {
        if (OrderState.unwrap(s) == 0) revert Orders_Unknown(id);
        if (s.status() != status) revert Orders_WrongStatus(id, s.status());
    }

    function _requireLive(bytes32 id, OrderState s) private pure {
        Status status = s.status();
        if (status == Status.Completed || status == Status.Cancelled) revert Orders_WrongStatus(id, status);
    }

    /// @dev Clocks are half-open: the act is legal while `now < until`, its time-out from `now >= until`.
    function _requireBefore(uint256 until) private view {
        if (block.timestamp >= until) revert Orders_TooLate(block.timestamp, until);
    }

    function _requireFrom(uint256 from) private view {
        if (block.timestamp < from) revert Orders_TooEarly(block.timestamp, from);
    }
}
