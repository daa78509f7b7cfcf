// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Upline} from "../../contracts/interfaces/IAffiliates.sol";
import {Tier} from "../../contracts/interfaces/IFeePolicy.sol";
import {IListings, Listing} from "../../contracts/interfaces/IListings.sol";
import {Placement, Seal, Status, Terms} from "../../contracts/interfaces/IOrders.sol";
import {Policy} from "../../contracts/libraries/Policy.sol";
import {Offers} from "./Offers.sol";

/// @notice Placing: which orders are legal, and the terms they must be sealed with.
abstract contract Sealing is Offers {
    uint256 internal constant STOCK_COUNTED = 2;
    uint256 internal constant OPEN_COUNTED = 4;

    // -- placing ----------------------------------------------------------------------------------

    struct Wish {
        uint256 id;
        uint256 quantity;
        uint256 payer;
        uint256 buyer;
        bool fromLedger;
        bool consents;
        uint256 maxAmount;
        bool stale;
        /// Token units that the policy takes off, by a coupon.
        uint256 discount;
    }

    function _amountOf(Wish memory w) internal view returns (uint256) {
        return offers[w.id].listing.price * w.quantity - w.discount;
    }

    function _place(Wish memory w) internal {
        Offer storage o = offers[w.id];
        Listing memory l = o.listing;
        uint256 amount = _amountOf(w);
        (bool legal, Terms memory t) = _expect(w, l, amount);
        if (w.stale) ++l.price;
        Placement memory p;
        p.order = w.id | (w.quantity << 40) | (orders.length << 80);
        p.order |= ((w.consents ? uint256(8) : 0) | (w.fromLedger ? uint256(16) : 0)) << 144;
        p.buyer = accounts[w.buyer];
        p.maxAmount = w.maxAmount;
        uint256 value = l.token == address(0) && !w.fromLedger ? amount : 0;
        bytes memory data = abi.encodeCall(market.place, (p, l, uplines[p.buyer], _couponFor(w)));
        bool ok = _send(accounts[w.payer], address(market), value, data);
        _require(
            ok == (legal && !w.stale),
            "I16: a placement that isn't legal passed, or a legal one failed"
        );
        if (ok) _opened(w, t, amount);
        if (w.discount == 0) return;
        bool unused = coupons.coupons(bytes32(orders.length - (ok ? 1 : 0))) != 0;
        _require(unused != ok, "I16: a coupon went without an order, or an order without its coupon");
    }

    /// @dev A coupon of the policy's, issued for this order.
    function _couponFor(Wish memory w) private returns (bytes memory) {
        if (w.discount == 0) return "";
        bytes32 code = bytes32(orders.length);
        coupons.issue(code, w.discount);
        return abi.encode(code);
    }

    function _opened(Wish memory w, Terms memory t, uint256 amount) private {
        bytes32 id = _idOf(t);
        Status status = market.orderState(id).status();
        _require(status == Status.Placed, "I16: an order was sealed with other terms than it should have");
        orders.push();
        Order storage order = orders[orders.length - 1];
        order.terms = t;
        order.id = id;
        order.status = Status.Placed;
        order.until = clock + uint24(t.clocks >> 40);
        order.held = amount;
        lastOrder = orders.length - 1;
        if (w.fromLedger) _debit(t.token, t.payer, amount, true);
        else owed[t.token] += amount;
        if (_has(t, STOCK_COUNTED)) offers[w.id].sold += w.quantity;
        if (_has(t, OPEN_COUNTED)) ++openOrders[w.id][t.buyer];
        _busy(t.seller, clock + uint24(t.clocks >> 40) + uint24(t.clocks >> 64) + uint24(t.clocks >> 88));
        _checkStock(w.id);
    }

    /// @dev Whether the order can be placed, and the terms it must get.
    function _expect(
        Wish memory w,
        Listing memory l,
        uint256 amount
    ) private view returns (bool legal, Terms memory t) {
        (t.seller, t.buyer, t.payer) = (l.seller, accounts[w.buyer], accounts[w.payer]);
        (t.token, t.arbitrator, t.base) = (l.token, l.arbitrator, amount);
        Offer storage o = offers[w.id];
        legal = !paused && o.status == IListings.ListingStatus.Active && amount != 0 && amount <= w.maxAmount;
        legal = legal && t.seller != t.buyer && t.seller != t.payer;
        legal = legal && (l.arbitrator != address(stranger) || w.consents);
        uint256 stock = l.limits & 0xffffffffff;
        legal = legal && (stock == 0 || o.sold + w.quantity <= stock);
        uint256 maxOpen = uint16(l.limits >> 40);
        legal = legal && (maxOpen == 0 || openOrders[w.id][t.buyer] < maxOpen);
        legal =
            legal &&
            (w.fromLedger ? available[t.token][t.payer] >= amount : l.token != tokens[2] || amount < 100);
        uint256 flags = (stock == 0 ? 0 : STOCK_COUNTED) | (maxOpen == 0 ? 0 : OPEN_COUNTED);
        flags |= (w.consents ? uint256(8) : 0) | (w.fromLedger ? uint256(16) : 0);
        t.clocks = l.windows | clock | (flags << 120) | (w.quantity << 128);
        t.origin = w.id | (o.version << 40) | (orders.length << 64) | ((uint256(l.metadata) >> 128) << 128);
        bool sealable = _expectSeal(t, l, w.consents);
        (t.line1, t.line2, t.line3) = _expectLines(t, l);
        legal = legal && sealable;
    }

    /// @dev Fee, weight and clocks by the seller's record.
    function _expectSeal(Terms memory t, Listing memory l, bool consents) private view returns (bool legal) {
        Policy p = market.policy();
        Merchant storage m = merchants[t.seller];
        int256 score = _scoreOf(t.seller);
        Tier tier =
            score >= 900_000
                ? Tier.Diamond
                : score >= 800_000
                    ? Tier.Gold
                    : score >= 600_000
                        ? Tier.Silver
                        : Tier.Watch;
        legal = (m.unstakeDay == 0 ? m.stake : 0) >= p.stake(tier) * 1e15;
        uint256 unit = market.creditUnit(t.token);
        if (tier == Tier.Watch || m.earned < 20_000) {
            legal = legal && t.base <= p.watchOrderUnits() * unit;
            if (uint24(t.clocks >> 88) < 72 hours) {
                t.clocks = (t.clocks & ~(uint256(0xffffff) << 88)) | (uint256(72 hours) << 88);
            }
            uint256 settleDays = uint8(t.clocks >> 112);
            if (settleDays == 255) settleDays = 31;
            else if (settleDays < 3) settleDays = 3;
            t.clocks = (t.clocks & ~(uint256(0xff) << 112)) | (settleDays << 112);
        }
        uint256 feeBps = p.feeBps(tier);
        legal = legal && feeBps <= uint16(l.limits >> 72);
        uint256 weight = consents || unit == 0 ? 0 : (((t.base * feeBps) / 10_000) * 1_000) / unit;
        if (weight > 10_000) weight = 10_000;
        t.rates = feeBps | (weight << 16) | (p.module() << 40) | (uint256(uint96(l.limits >> 88)) << 48);
    }

    function _expectLines(Terms memory t, Listing memory l) private view returns (uint256, uint256, uint256) {
        uint256[3] memory lines;
        uint256 left = uint16(l.limits >> 56);
        if (left == 0 || registeredAt[t.buyer] == 0) return (0, 0, 0);
        (uint256 rule, uint256 caps) = market.commissionRule(t.clocks >> 168, t.token);
        Upline memory up = uplines[t.buyer];
        uint256[3] memory nodes = [up.level1, up.level2, up.level3];
        for (uint256 i = 0; i < 3; ++i) {
            uint256 rate = uint16(rule >> (16 * i));
            if (rate > left) rate = left;
            left -= rate;
            address referrer = address(uint160(nodes[i] >> 96));
            bool earns = referrer != t.seller && referrer != t.payer && referrer != t.buyer && rate != 0;
            if (nodes[i] == 0 || !earns || uint40(nodes[i]) + 1 days > clock) continue;
            lines[i] = rate | (uint256(uint80(caps >> (80 * i))) << 16) | (uint256(uint160(referrer)) << 96);
        }
        return (lines[0], lines[1], lines[2]);
    }

    function _idOf(Terms memory t) internal view returns (bytes32) {
        bytes32 rest = keccak256(
            abi.encode(
                t.base,
                t.buyer,
                t.payer,
                t.line1,
                t.line2,
                t.line3,
                t.token,
                t.arbitrator,
                t.rates,
                t.origin
            )
        );
        bytes32 domain = keccak256(abi.encode(block.chainid, address(market)));
        return keccak256(abi.encode(domain, t.clocks, t.seller, rest));
    }

    function _sealOf(Terms memory t) internal pure returns (Seal memory) {
        bytes memory words = abi.encode(t);
        bytes32 rest;
        assembly ("memory-safe") {
            rest := keccak256(add(words, 0x60), 0x140)
        }
        return Seal(t.clocks, t.seller, rest);
    }

    function _has(Terms memory t, uint256 flag) internal pure returns (bool) {
        return (t.clocks >> 120) & flag != 0;
    }
}
