// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Status, Terms} from "../../contracts/interfaces/IOrders.sol";
import {Bounds} from "../../contracts/libraries/Bounds.sol";
import {Calendar} from "../../contracts/libraries/Calendar.sol";
import {Sealing} from "./Sealing.sol";

/// @notice The way of an order, as the design has it: each edge says whether the call is legal, and if so takes it in the books.
abstract contract Trade is Sealing {
    uint256 private constant INSTANT = 1;

    // -- the machine ------------------------------------------------------------------------------

    function _accepts(uint256 index, address caller) internal returns (bool) {
        Order storage o = orders[index];
        uint256 clocks = o.terms.clocks;
        bool cooled = _has(o.terms, INSTANT) || clock >= uint40(clocks) + Bounds.COOLING_OFF;
        if (o.status != Status.Placed || caller != o.terms.seller || clock >= o.until || !cooled)
            return false;
        (o.status, o.until) = (Status.InProgress, clock + uint24(clocks >> 64));
        return true;
    }

    function _delivers(uint256 index, address caller) internal returns (bool) {
        Order storage o = orders[index];
        bool ready = o.status == Status.InProgress || (o.status == Status.Placed && _has(o.terms, INSTANT));
        if (!ready || caller != o.terms.seller || clock >= o.until) return false;
        (o.status, o.until) = (Status.Delivered, clock + uint24(o.terms.clocks >> 88));
        o.sealedUntil = o.until;
        return true;
    }

    /// @dev What a hold does, or its end.
    function _setsReview(uint256 index, address caller, uint256 until) internal returns (bool) {
        Order storage o = orders[index];
        if (o.status != Status.Delivered || caller != address(this) || clock >= o.until) return false;
        if (until < o.sealedUntil || until > o.sealedUntil + 7 days) return false;
        o.until = until;
        _busy(o.terms.seller, until);
        return true;
    }

    /// @dev Declining (by the seller) and cancelling (by the buyer).
    function _takesBack(uint256 index, address caller, bool bySeller) internal returns (bool) {
        Order storage o = orders[index];
        if (o.status != Status.Placed || caller != (bySeller ? o.terms.seller : o.terms.buyer)) return false;
        _givesBack(o);
        return true;
    }

    function _reclaims(uint256 index) internal returns (bool) {
        Order storage o = orders[index];
        if ((o.status != Status.Placed && o.status != Status.InProgress) || clock < o.until) return false;
        bool missed = o.status == Status.InProgress;
        _givesBack(o);
        if (missed) _loses(o, 5 * _weight(o), 0);
        return true;
    }

    function _refunds(uint256 index, address caller, uint256 amount) internal returns (bool) {
        Order storage o = orders[index];
        if (o.status == Status.Completed || o.status == Status.Cancelled || caller != o.terms.seller)
            return false;
        if (amount == 0 || amount > o.held) return false;
        if (amount < o.held) {
            o.held -= amount;
            _credit(o.terms.token, o.terms.buyer, amount, true);
            return true;
        }
        bool accepted = o.status != Status.Placed;
        _givesBack(o);
        if (accepted) _losesRefunded(o, 0);
        return true;
    }

    function _releases(uint256 index, address caller) internal returns (bool) {
        Order storage o = orders[index];
        if (o.status != Status.Delivered || (caller != o.terms.buyer && clock < o.until)) return false;
        uint256 earned = o.held;
        _completes(o, 0, _weight(o));
        _losesRefunded(o, earned);
        return true;
    }

    function _rates(uint256 index, address caller, uint256 stars) internal returns (bool) {
        Order storage o = orders[index];
        if (o.status != Status.Completed || caller != o.terms.buyer || o.stars != 0 || clock >= o.until)
            return false;
        if (stars == 0 || stars > 5) return false;
        int256 g = int256(o.gained);
        int256 delta =
            stars == 1
                ? -3 * g
                : stars == 2
                    ? (-3 * g) / 2
                    : stars == 4
                        ? g / 2
                        : stars == 5
                            ? g
                            : int256(0);
        int256 applied = _moveService(o.terms.seller, delta);
        if (applied < 0) o.serviceLoss += uint256(-applied);
        o.stars = stars;
        return true;
    }

    // -- ends -------------------------------------------------------------------------------------

    function _weight(Order storage o) internal view returns (uint256) {
        return uint24(o.terms.rates >> 16);
    }

    function _givesBack(Order storage o) internal {
        _ends(o);
        _credit(o.terms.token, o.terms.buyer, o.held, true);
        (o.status, o.until, o.held) = (Status.Cancelled, 0, 0);
        _closes(o, true);
    }

    function _ends(Order storage o) private {
        _require(!o.ended, "I10: an order was settled twice");
        o.ended = true;
    }

    /// @dev Pays `toBuyer` back and splits the rest by the sealed lines.
    function _completes(Order storage o, uint256 toBuyer, uint256 weight) internal {
        _ends(o);
        Terms memory t = o.terms;
        uint256 earned = o.held - toBuyer;
        _require(toBuyer <= o.held && o.held <= t.base, "I28: the buyer got back more than was paid");
        _credit(t.token, t.buyer, toBuyer, true);
        uint256 fee = (((t.base * uint16(t.rates)) / 10_000) * earned) / t.base;
        _credit(t.token, address(market), fee, true);
        uint256 left = earned - fee;
        left -= _paysLine(t, t.line1, earned);
        left -= _paysLine(t, t.line2, earned);
        left -= _paysLine(t, t.line3, earned);
        uint256 settleDays = uint8(t.clocks >> 112);
        if (settleDays == 0) _credit(t.token, t.seller, left, true);
        else _addMaturing(t.token, t.seller, Calendar.dueDay(_today(), settleDays), left);
        o.gained = _gain(t.seller, t.buyer, (weight * earned) / t.base);
        (o.status, o.until, o.held) = (Status.Completed, clock + 30 days, 0);
        _closes(o, false);
        _require(uint16(t.rates) <= Bounds.MAX_FEE_BPS, "I16: a fee above the hard cap");
        _require(
            uint256(uint16(t.line1)) + uint16(t.line2) + uint16(t.line3) <= 3_000,
            "I17: commissions above 30 %"
        );
    }

    function _paysLine(Terms memory t, uint256 line, uint256 earned) private returns (uint256 amount) {
        if (line == 0) return 0;
        amount = (t.base * uint16(line)) / 10_000;
        uint256 cap = uint80(line >> 16);
        if (cap != 0 && amount > cap) amount = cap;
        amount = (amount * earned) / t.base;
        address referrer = address(uint160(line >> 96));
        _credit(t.token, referrer, amount, true);
        _require(
            referrer != t.seller && referrer != t.buyer && referrer != t.payer,
            "I20: a party of the order earned commission on it"
        );
    }

    function _closes(Order storage o, bool restock) private {
        uint256 id = uint40(o.terms.origin);
        if (_has(o.terms, OPEN_COUNTED)) --openOrders[id][o.terms.buyer];
        if (restock && _has(o.terms, STOCK_COUNTED)) offers[id].sold -= uint40(o.terms.clocks >> 128);
        _checkStockLater(id);
    }

    /// The books run ahead of the call: the stock is compared after it.
    uint256 internal stockToCheck;

    function _checkStockLater(uint256 id) private {
        stockToCheck = id;
    }

    function _losesRefunded(Order storage o, uint256 earned) internal {
        if (earned < o.terms.base) _loses(o, (_weight(o) * (o.terms.base - earned)) / o.terms.base, 0);
    }

    function _loses(Order storage o, uint256 trade, uint256 service) internal {
        if (trade == 0) return;
        o.tradeLoss += uint256(-_moveTrade(o.terms.seller, -int256(trade)));
        o.serviceLoss += uint256(-_moveService(o.terms.seller, -int256(service)));
    }
}
