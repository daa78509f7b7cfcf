// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {CreditReason} from "../interfaces/IMerchants.sol";
import {IOrders, Resolution, Seal, Status, Terms} from "../interfaces/IOrders.sol";
import {Bounds} from "../libraries/Bounds.sol";
import {Cid} from "../libraries/Cid.sol";
import {CreditFormula} from "../libraries/CreditFormula.sol";
import {OrderFields, OrderState} from "../libraries/OrderState.sol";
import {TermsFields} from "../libraries/TermsFields.sol";
import {Placing} from "./Placing.sol";

/// @title Orders: see {IOrders}.
/// @dev What a batch shares with its single form returns its error as bytes (empty = done), so that both report the same.
abstract contract Orders is Placing {
    using TermsFields for uint256;
    using TermsFields for Terms;
    using TermsFields for Seal;

    // -- the seller's work ----------------------------------------------------------------------

    /// @inheritdoc IOrders
    function accept(Seal calldata seal) external {
        _must(_accept(seal, seal.idOf(ORDER_DOMAIN)));
    }

    /// @inheritdoc IOrders
    function acceptMany(Seal[] calldata seals) external returns (bytes[] memory faults) {
        faults = new bytes[](seals.length);
        for (uint256 i = 0; i < seals.length; ++i) {
            bytes32 id = seals[i].idOf(ORDER_DOMAIN);
            faults[i] = _report(id, _accept(seals[i], id));
        }
    }

    /// @inheritdoc IOrders
    function deliver(Seal calldata seal, string calldata cid) external {
        _must(_deliver(seal, seal.idOf(ORDER_DOMAIN), cid));
    }

    /// @inheritdoc IOrders
    function deliverMany(Seal[] calldata seals, string[] calldata cids) external returns (bytes[] memory faults) {
        if (seals.length != cids.length) revert Orders_LengthMismatch(seals.length, cids.length);
        faults = new bytes[](seals.length);
        for (uint256 i = 0; i < seals.length; ++i) {
            bytes32 id = seals[i].idOf(ORDER_DOMAIN);
            faults[i] = _report(id, _deliver(seals[i], id, cids[i]));
        }
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
            _orders[id] = OrderFields.make(s.status(), s.until(), held - amount);
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
        if (block.timestamp >= s.until()) revert Orders_TooLate(block.timestamp, s.until());
        int256 moved = _moveService(
            terms.seller,
            id,
            CreditReason.Rating,
            CreditFormula.ratingDelta(stars, s.gained())
        );
        // forge-lint: disable-next-line(unsafe-typecast)
        _orders[id] = s.withStars(stars).addLosses(0, moved < 0 ? uint256(-moved) : 0);
        emit OrderRated(id, stars);
    }

    // -- anybody's time-outs --------------------------------------------------------------------

    /// @inheritdoc IOrders
    function release(Terms calldata terms) external {
        _must(_release(terms, terms.idOf(ORDER_DOMAIN)));
    }

    /// @inheritdoc IOrders
    function releaseMany(Terms[] calldata orders) external returns (bytes[] memory faults) {
        faults = new bytes[](orders.length);
        for (uint256 i = 0; i < orders.length; ++i) {
            bytes32 id = orders[i].idOf(ORDER_DOMAIN);
            faults[i] = _report(id, _release(orders[i], id));
        }
    }

    /// @inheritdoc IOrders
    function reclaim(Terms calldata terms) external {
        (bytes32 id, OrderState s) = _load(terms);
        Status status = s.status();
        if (status != Status.Placed && status != Status.InProgress) revert Orders_WrongStatus(id, status);
        if (block.timestamp < s.until()) revert Orders_TooEarly(block.timestamp, s.until());
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
        if (block.timestamp >= s.until()) revert Orders_TooLate(block.timestamp, s.until());
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
        (uint256 gained, uint256 applied) = _payOut(terms, toBuyer, earned, how != Resolution.Fallback);
        _orders[id] = OrderFields.makeEnded(Status.Completed, block.timestamp + Bounds.RATING_WINDOW, gained);
        _closeSale(terms.clocks, terms.origin, terms.buyer, false);
        if (how == Resolution.Ruling) _loseRuling(terms, id, toBuyer, held);
        else if (how == Resolution.Settlement && s.status() != Status.Placed) _loseRefunded(terms, id, earned);
        emit OrderResolved(id, how, toBuyer, earned, applied);
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
    function orderIdOf(Terms calldata terms) external view returns (bytes32 id) {
        return terms.idOf(ORDER_DOMAIN);
    }

    /// @inheritdoc IOrders
    function orderState(
        bytes32 id
    ) external view returns (Status status, uint256 until, uint256 held, uint256 stars) {
        OrderState s = _orders[id];
        return (s.status(), s.until(), s.held(), s.stars());
    }

    // -- shared by single and batch forms -------------------------------------------------------

    function _accept(Seal calldata seal, bytes32 id) private returns (bytes memory fault) {
        OrderState s = _orders[id];
        if (s.status() != Status.Placed) return _wrongStatus(id, s.status());
        if (msg.sender != seal.seller) return _notSeller(seal.seller);
        if (block.timestamp >= s.until()) return _tooLate(s.until());
        uint256 from = seal.clocks.placedAt() + Bounds.COOLING_OFF;
        if (!seal.clocks.has(TermsFields.INSTANT) && block.timestamp < from) return _tooEarly(from);
        uint256 until = block.timestamp + seal.clocks.deliverSeconds();
        _orders[id] = OrderFields.make(Status.InProgress, until, s.held());
        emit OrderAccepted(id, until);
    }

    function _deliver(Seal calldata seal, bytes32 id, string calldata cid) private returns (bytes memory fault) {
        OrderState s = _orders[id];
        Status status = s.status();
        bool instant = status == Status.Placed && seal.clocks.has(TermsFields.INSTANT);
        if (status != Status.InProgress && !instant) return _wrongStatus(id, status);
        if (msg.sender != seal.seller) return _notSeller(seal.seller);
        if (block.timestamp >= s.until()) return _tooLate(s.until());
        if (bytes(cid).length > Cid.MAX_LENGTH) {
            return abi.encodeWithSelector(Cid.Cid_TooLong.selector, bytes(cid).length, Cid.MAX_LENGTH);
        }
        if (!Cid.isValid(cid)) return abi.encodeWithSelector(Cid.Cid_Malformed.selector, cid);
        uint256 until = block.timestamp + seal.clocks.reviewSeconds();
        _orders[id] = OrderFields.make(Status.Delivered, until, s.held());
        emit OrderDelivered(id, until, cid);
    }

    function _release(Terms calldata terms, bytes32 id) private returns (bytes memory fault) {
        OrderState s = _orders[id];
        if (s.status() != Status.Delivered) return _wrongStatus(id, s.status());
        if (block.timestamp < s.until() && msg.sender != terms.buyer) return _tooEarly(s.until());
        uint256 earned = s.held();
        (uint256 gained, uint256 applied) = _payOut(terms, 0, earned, true);
        _orders[id] = OrderFields.makeEnded(Status.Completed, block.timestamp + Bounds.RATING_WINDOW, gained);
        _closeSale(terms.clocks, terms.origin, terms.buyer, false);
        _loseRefunded(terms, id, earned);
        emit OrderReleased(id, earned, applied);
    }

    // -- checks ---------------------------------------------------------------------------------

    function _requireSeller(address seller) private view {
        if (msg.sender != seller) revert Orders_NotSeller(msg.sender, seller);
    }

    function _requireBuyer(address buyer) private view {
        if (msg.sender != buyer) revert Orders_NotBuyer(msg.sender, buyer);
    }

    function _requireModule(Terms calldata terms) private view {
        address module = modules(terms.rates.moduleIndex()).disputes;
        if (msg.sender != module) revert Orders_NotModule(msg.sender, module);
    }

    function _requireStatus(bytes32 id, OrderState s, Status status) private pure {
        if (s.status() != status) revert Orders_WrongStatus(id, s.status());
    }

    function _requireLive(bytes32 id, OrderState s) private pure {
        Status status = s.status();
        if (status == Status.Completed || status == Status.Cancelled) revert Orders_WrongStatus(id, status);
    }

    function _notSeller(address seller) private view returns (bytes memory) {
        return abi.encodeWithSelector(Orders_NotSeller.selector, msg.sender, seller);
    }
}
