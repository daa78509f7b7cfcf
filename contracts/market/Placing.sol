// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {Upline} from "../interfaces/IAffiliates.sol";
import {Tier} from "../interfaces/IFeePolicy.sol";
import {Listing} from "../interfaces/IListings.sol";
import {IOrders, Placement, Status, Terms} from "../interfaces/IOrders.sol";
import {IPricing} from "../interfaces/IPricing.sol";
import {Account} from "../libraries/Account.sol";
import {Bounds} from "../libraries/Bounds.sol";
import {Bps} from "../libraries/Bps.sol";
import {CreditFormula} from "../libraries/CreditFormula.sol";
import {Lines} from "../libraries/Lines.sol";
import {OrderFields, OrderState} from "../libraries/OrderState.sol";
import {Policy} from "../libraries/Policy.sol";
import {TermsFields} from "../libraries/TermsFields.sol";
import {Affiliates} from "./Affiliates.sol";
import {Escrow} from "./Escrow.sol";

/// @title Placing: how an order comes about and its terms are sealed.
abstract contract Placing is Escrow, Affiliates {
    using TermsFields for uint256;
    using TermsFields for Terms;

    uint256 private constant OPTIONS = TermsFields.FOREIGN_ARBITRATOR | TermsFields.FROM_LEDGER;

    /// @inheritdoc IOrders
    function place(
        Placement calldata p,
        Listing calldata listing,
        Upline calldata upline,
        bytes calldata pricingData
    ) external payable returns (bytes32 id) {
        uint256 quantity = p.order.orderedQuantity();
        if (quantity == 0) revert Orders_ZeroQuantity();
        // A policy is asked before anything else is read, so that it can't come between a check and its effect.
        // 40 bits of quantity times a listing's 128 bits of price can't overflow; a forged price is no listing's.
        uint256 amount;
        unchecked {
            amount =
                listing.pricing == address(0) ? listing.price * quantity : _priced(p, listing, pricingData);
        }
        return _place(p, listing, upline, amount);
    }

    function _priced(
        Placement calldata p,
        Listing calldata listing,
        bytes calldata data
    ) private nonReentrant returns (uint256) {
        return
            IPricing(listing.pricing).price(
                p.order.listingId(),
                _buyerOf(p),
                p.order.orderedQuantity(),
                listing.price,
                data
            );
    }

    function _place(
        Placement calldata p,
        Listing calldata listing,
        Upline calldata upline,
        uint256 amount
    ) private returns (bytes32 id) {
        Policy settings = _openPolicy();
        // Memory starts as zeros; every field is set below, or stays empty.
        // slither-disable-next-line uninitialized-local
        Terms memory t;
        t.seller = listing.seller;
        t.buyer = _buyerOf(p);
        t.payer = msg.sender;
        t.token = listing.token;
        t.arbitrator = listing.arbitrator;
        t.base = amount;
        if (amount > p.maxAmount) revert Orders_AboveMaximum(amount, p.maxAmount);
        if (amount == 0 || amount > type(uint128).max) revert Orders_AmountOutOfBounds(amount);
        uint256 options = p.order.options();
        if (options & ~OPTIONS != 0) revert Orders_UnknownOptions(options);
        _checkParties(t, options);
        uint256 quantity = p.order.orderedQuantity();
        (uint256 version, uint256 counted) = _sell(p.order.listingId(), listing, t.buyer, quantity);
        t.clocks = listing.windows | block.timestamp | ((options | counted) << 120) | (quantity << 128);
        t.origin = TermsFields.packOrigin(p.order.listingId(), version, p.order.salt(), listing.metadata);
        _seal(t, settings, listing);
        _addLines(t, settings, upline, listing.limits.maxCommissionBps());
        id = t.idOfMemory(ORDER_DOMAIN);
        if (OrderState.unwrap(_orders[id]) != 0) revert Orders_Duplicate(id);
        _orders[id] = OrderFields.make(Status.Placed, block.timestamp + t.clocks.acceptSeconds(), amount);
        _take(t.token, amount, options & TermsFields.FROM_LEDGER != 0);
        t.emitPlaced(id);
    }

    /// @dev Payer, buyer and seller all count as parties; the seller neither buys nor pays, no party is the arbitrator.
    function _checkParties(Terms memory t, uint256 options) private view {
        if (t.seller == t.buyer || t.seller == t.payer) revert Orders_SelfPurchase(t.seller);
        address arbitrator = t.arbitrator;
        if (arbitrator == address(0)) return;
        if (arbitrator == t.buyer || arbitrator == t.payer || arbitrator == t.seller) {
            revert Orders_ArbitratorIsParty(arbitrator);
        }
        if (!arbitratorAllowed[arbitrator] && options & TermsFields.FOREIGN_ARBITRATOR == 0) {
            revert Orders_ArbitratorNotAllowed(arbitrator);
        }
    }

    /// @dev Fixes fee, credit weight and clocks by the seller's record as it is now.
    function _seal(Terms memory t, Policy settings, Listing calldata listing) private {
        Account a = _accounts[t.seller];
        Tier tier = CreditFormula.tierOf(a.score());
        _requireStake(settings, a, tier, t.seller);
        uint256 unit = _creditUnit(settings, t.token);
        uint256 clocks = t.clocks;
        if (CreditFormula.isLimited(tier, a.earned(), creditTable.seasoned())) {
            uint256 limit = settings.watchOrderUnits() * unit;
            if (t.base > limit) revert Orders_AboveWatchLimit(t.base, limit);
            if (clocks.reviewSeconds() < Bounds.WATCH_REVIEW_WINDOW) {
                clocks = clocks.withReviewSeconds(Bounds.WATCH_REVIEW_WINDOW);
            }
            // The month's end may be tomorrow; a month is not.
            uint256 settleDays = clocks.settleDays();
            if (settleDays == Bounds.MONTH_END) clocks = clocks.withSettleDays(Bounds.WATCH_MONTH_DAYS);
            else if (settleDays < Bounds.WATCH_SETTLE_DAYS)
                clocks = clocks.withSettleDays(Bounds.WATCH_SETTLE_DAYS);
            t.clocks = clocks;
        }
        uint256 feeBps = settings.feeBps(tier);
        uint256 maxFeeBps = listing.limits.maxFeeBps();
        if (feeBps > maxFeeBps) revert Orders_FeeAboveSellersMaximum(feeBps, maxFeeBps);
        uint256 weight =
            clocks.has(TermsFields.FOREIGN_ARBITRATOR)
                ? 0
                : CreditFormula.weightOf(Bps.mulDown(t.base, feeBps), unit, creditTable.maxWeight());
        t.rates = TermsFields.packRates(
            feeBps,
            weight,
            settings.module(),
            listing.limits.listedArbitrationCost()
        );
        uint256 end;
        // Three windows of 24 bits.
        unchecked {
            end = block.timestamp + clocks.acceptSeconds() + clocks.deliverSeconds() + clocks.reviewSeconds();
        }
        Account busy = _busyUntil(a, end);
        if (Account.unwrap(busy) != Account.unwrap(a)) _accounts[t.seller] = busy;
    }

    /// @dev Reads the upline once and seals it. Parties earn nothing.
    function _addLines(
        Terms memory t,
        Policy settings,
        Upline calldata upline,
        uint256 offeredBps
    ) private view {
        if (offeredBps == 0) return;
        (uint256 line1, uint256 line2, uint256 line3) = _linesOf(
            settings,
            t.buyer,
            upline,
            t.clocks.category(),
            t.token,
            offeredBps
        );
        t.line1 = _unlessParty(t, line1);
        t.line2 = _unlessParty(t, line2);
        t.line3 = _unlessParty(t, line3);
    }

    function _unlessParty(Terms memory t, uint256 line) private pure returns (uint256) {
        address referrer = Lines.referrerOf(line);
        return referrer == t.seller || referrer == t.payer || referrer == t.buyer ? 0 : line;
    }

    function _buyerOf(Placement calldata p) private view returns (address) {
        return p.buyer == address(0) ? msg.sender : p.buyer;
    }
}
