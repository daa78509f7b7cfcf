// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Upline} from "../../contracts/interfaces/IAffiliates.sol";
import {Tier} from "../../contracts/interfaces/IFeePolicy.sol";
import {IListings, Listing} from "../../contracts/interfaces/IListings.sol";
import {Placement, Seal, Status, Terms} from "../../contracts/interfaces/IOrders.sol";
import {Bounds} from "../../contracts/libraries/Bounds.sol";
import {Calendar} from "../../contracts/libraries/Calendar.sol";
import {Policy} from "../../contracts/libraries/Policy.sol";
import {Books} from "./Books.sol";

/// @notice Listings and the way of an order, as the design has it; each call must succeed exactly when it is legal.
abstract contract Trade is Books {
    uint256 private constant INSTANT = 1;
    uint256 internal constant STOCK_COUNTED = 2;
    uint256 internal constant OPEN_COUNTED = 4;

    struct Offer {
        Listing listing;
        uint256 version;
        IListings.ListingStatus status;
        uint256 sold;
    }

    /// Listing ids run from 1.
    Offer[] internal offers;
    mapping(uint256 listingId => mapping(address buyer => uint256)) internal openOrders;
    bool internal paused;

    constructor() {
        _stakeAll();
        offers.push();
        _list(SELLER, 0, 0.5 ether, address(0), 0, 1, 2_000, 0);
        _list(SECOND_SELLER, 1, 100e6, address(foreign), 7, 0, 1_500, 5 | (2 << 40));
        _list(SECOND_SELLER, 0, 0.2 ether, address(stranger), 255, 1, 0, 1 << 40);
        _list(SELLER, 2, 40e18, address(0), 1, 0, 3_000, 7);
    }

    function _list(
        uint256 seller,
        uint256 token,
        uint256 price,
        address arbitrator,
        uint256 settleDays,
        uint256 instant,
        uint256 commissionBps,
        uint256 limits
    ) private {
        Listing memory l;
        l.seller = accounts[seller];
        l.price = price;
        l.token = tokens[token];
        l.arbitrator = arbitrator;
        l.metadata = keccak256(bytes(CID));
        l.windows =
            (uint256(1 days) << 40) |
            (uint256(3 days) << 64) |
            (uint256(1 days) << 88) |
            (settleDays << 112) |
            (instant << 120);
        l.limits = limits | (commissionBps << 56) | (uint256(300) << 72) | (uint256(0.02 ether) << 88);
        bool ok = _as(seller, abi.encodeCall(market.list, (l, CID)));
        _require(ok, "the listings of the run");
        offers.push(Offer(l, 1, IListings.ListingStatus.Active, 0));
    }

    // -- listings ---------------------------------------------------------------------------------

    function _offerOf(uint256 seed) internal view returns (uint256) {
        return 1 + (seed % (offers.length - 1));
    }

    function _edit(uint256 id, uint256 price, uint256 stock, uint256 commissionBps, uint256 caller) internal {
        Offer storage o = offers[id];
        Listing memory next = o.listing;
        next.price = price;
        next.limits = (next.limits & ~uint256(0xffffffffff)) | stock;
        next.limits = (next.limits & ~(uint256(0xffff) << 56)) | (commissionBps << 56);
        bool legal =
            !paused && accounts[caller] == o.listing.seller && o.status != IListings.ListingStatus.Retired;
        legal = legal && price != 0 && price <= type(uint128).max && commissionBps <= 3_000;
        legal = legal && (stock == 0 || stock >= o.sold);
        bool ok = _as(caller, abi.encodeCall(market.edit, (next, CID, id, o.listing)));
        _require(ok == legal, "I14: an edit that isn't legal passed, or a legal one failed");
        if (!ok) return;
        o.listing = next;
        ++o.version;
        _checkStock(id);
    }

    function _setStatus(uint256 id, IListings.ListingStatus status, uint256 caller) internal {
        Offer storage o = offers[id];
        bool legal = accounts[caller] == o.listing.seller && o.status != IListings.ListingStatus.Retired;
        legal = legal && status != IListings.ListingStatus.None;
        bool ok = _as(caller, abi.encodeCall(market.setListingStatus, (id, o.listing, status)));
        _require(ok == legal, "I8: a listing's status moved though it may not, or didn't though it may");
        if (ok) o.status = status;
    }

    function _checkStock(uint256 id) internal {
        (, , , uint256 sold) = market.listingState(id);
        uint256 stock = offers[id].listing.limits & 0xffffffffff;
        _require(stock == 0 || sold <= stock, "I14: more sold than there is");
        _require(sold == offers[id].sold, "I14: units sold aren't those of live and completed orders");
    }

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
    }

    function _place(Wish memory w) internal {
        Offer storage o = offers[w.id];
        Listing memory l = o.listing;
        uint256 amount = l.price * w.quantity;
        (bool legal, Terms memory t) = _expect(w, l, amount);
        if (w.stale) ++l.price;
        Placement memory p;
        p.order = w.id | (w.quantity << 40) | (orders.length << 80);
        p.order |= ((w.consents ? uint256(8) : 0) | (w.fromLedger ? uint256(16) : 0)) << 144;
        p.buyer = accounts[w.buyer];
        p.maxAmount = w.maxAmount;
        uint256 value = l.token == address(0) && !w.fromLedger ? amount : 0;
        bytes memory data = abi.encodeCall(market.place, (p, l, uplines[p.buyer], ""));
        bool ok = _send(accounts[w.payer], address(market), value, data);
        _require(
            ok == (legal && !w.stale),
            "I16: a placement that isn't legal passed, or a legal one failed"
        );
        if (ok) _opened(w, t, amount);
    }

    function _opened(Wish memory w, Terms memory t, uint256 amount) private {
        bytes32 id = _idOf(t);
        (Status status, , , ) = market.orderState(id);
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
        legal =
            !paused &&
            o.status == IListings.ListingStatus.Active &&
            w.quantity != 0 &&
            amount <= w.maxAmount;
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

    // -- the machine: each edge says whether the call is legal, and if so takes it in the books ------

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
