// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IAffiliates, Upline} from "../../contracts/interfaces/IAffiliates.sol";
import {ISettings} from "../../contracts/interfaces/IFeePolicy.sol";
import {ILedger} from "../../contracts/interfaces/ILedger.sol";
import {IListings, Listing} from "../../contracts/interfaces/IListings.sol";
import {IMerchants} from "../../contracts/interfaces/IMerchants.sol";
import {IOrders, Placement, Resolution, Terms} from "../../contracts/interfaces/IOrders.sol";
import {CouponPricing} from "../../contracts/mocks/CouponPricing.sol";
import {Stage} from "./Stage.sol";
import {vm} from "../invariants/Vm.sol";

// the market's functions, where random calls rarely or never lead
// ├── listings: each bound · affiliates: signatures, rules, caps · placing: policies, parties, limits
// └── orders: wrong caller, wrong state, wrong terms
contract TradeUnits is Stage {
    function _fails(uint256 by, bytes memory data, bytes4 fault) private {
        _fails(accounts[by], address(market), 0, data, fault);
    }

    // -- listings ---------------------------------------------------------------------------------

    function test_list__bad__reverts() external {
        _list(_service());
        Listing memory l = _service();
        _fails(BUYER, abi.encodeCall(market.list, (l, CID)), IListings.Listings_NotSeller.selector);
        bytes memory data = abi.encodeCall(
            market.list,
            (l, "QmdfTbBqBPQ7VNxZEYEj14VmRuZBkqFbiwReogJgS1zR1n")
        );
        _fails(SELLER, data, IListings.Listings_MetadataMismatch.selector);
        l.windows |= 1;
        _badListing(l, IListings.Listings_UnknownBits.selector);
        (l = _service()).limits |= 1 << 200;
        _badListing(l, IListings.Listings_UnknownBits.selector);
        (l = _service()).windows &= ~(uint256(0xffffff) << 88);
        _badListing(l, IListings.Listings_WindowOutOfBounds.selector);
        (l = _service()).windows |= uint256(99) << 112;
        _badListing(l, IListings.Listings_SettleDaysOutOfBounds.selector);
        (l = _service()).limits |= uint256(0xffff) << 56;
        _badListing(l, IListings.Listings_RateTooHigh.selector);
        (l = _service()).price = 0;
        _badListing(l, IListings.Listings_PriceOutOfBounds.selector);
        (l = _service()).token = address(0x77);
        _badListing(l, ILedger.Ledger_UnsupportedToken.selector);
        (l = _service()).pricing = address(0x77);
        _badListing(l, IListings.Listings_PricingHasNoCode.selector);
        (l = _service()).arbitrator = accounts[SELLER];
        _badListing(l, IListings.Listings_ArbitratorIsSeller.selector);
    }

    function _badListing(Listing memory l, bytes4 fault) private {
        _fails(SELLER, abi.encodeCall(market.list, (l, CID)), fault);
    }

    function test_listing__stock_places_and_status__kept() external {
        Listing memory l = _service();
        l.limits |= 1 | (uint256(1) << 40);
        uint256 id = _list(l);
        Terms memory t = _place(id, l, 0);
        Placement memory p = _wish(id, 99, 0);
        bytes4 out = IListings.Listings_OutOfStock.selector;
        _fails(accounts[BUYER], address(market), PRICE, _placing(p, l, ""), out);
        Listing memory more = _service();
        more.limits |= 2 | (uint256(1) << 40);
        bytes memory data = abi.encodeCall(market.edit, (more, CID, id, l));
        _call(t.seller, address(market), 0, data);
        bytes4 fault = IListings.Listings_Changed.selector;
        _fails(accounts[BUYER], address(market), PRICE, _placing(p, l, ""), fault);
        _fails(SELLER, data, fault);
        fault = IListings.Listings_TooManyOpenOrders.selector;
        _fails(accounts[BUYER], address(market), PRICE, _placing(p, more, ""), fault);
        _call(t.buyer, address(market), 0, abi.encodeCall(market.cancel, (t)));
        t = _place(id, more, 0);
        p.buyer = accounts[REFERRER];
        _placeAs(p, more, PRICE, "");
        data = abi.encodeCall(market.edit, (l, CID, id, more));
        _fails(SELLER, data, IListings.Listings_StockBelowSold.selector);
        data = abi.encodeCall(market.setListingStatus, (id, more, IListings.ListingStatus.None));
        _fails(SELLER, data, IListings.Listings_WrongStatus.selector);
        data = abi.encodeCall(market.setListingStatus, (id, more, IListings.ListingStatus.Retired));
        _fails(BUYER, data, IListings.Listings_NotSeller.selector);
        _call(accounts[SELLER], address(market), 0, data);
        _fails(SELLER, data, IListings.Listings_WrongStatus.selector);
        fault = IListings.Listings_WrongStatus.selector;
        _fails(accounts[BUYER], address(market), PRICE, _placing(_wish(id, 1, 0), more, ""), fault);
    }

    // -- affiliates -------------------------------------------------------------------------------

    function test_registerBySig__signed__registered_once() external {
        address a = accounts[OUTSIDER];
        (bytes memory data, bytes memory late, bytes memory forged) = _registrations(a);
        _fails(BUYER, late, IAffiliates.Affiliates_SignatureExpired.selector);
        _fails(BUYER, forged, IAffiliates.Affiliates_BadSignature.selector);
        _call(accounts[BUYER], address(market), 0, data);
        _fails(BUYER, data, IAffiliates.Affiliates_AlreadyRegistered.selector);
        (uint256 at, ) = market.nodeOf(a);
        _same(at, clock);
    }

    function _registrations(
        address a
    ) private view returns (bytes memory good, bytes memory late, bytes memory forged) {
        Upline memory up = uplines[accounts[REFERRER]];
        bytes memory signature = _signRegistration(a, clock + 10);
        good = abi.encodeCall(market.registerBySig, (a, accounts[REFERRER], up, clock + 10, signature));
        late = abi.encodeCall(market.registerBySig, (a, accounts[REFERRER], up, clock - 1, signature));
        forged = abi.encodeCall(market.registerBySig, (a, accounts[REFERRER], up, clock + 11, signature));
    }

    function _signRegistration(address a, uint256 deadline) private view returns (bytes memory) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("Hanse Market"),
                keccak256("1"),
                block.chainid,
                market
            )
        );
        bytes32 hash = keccak256(
            abi.encode(
                keccak256("Registration(address account,address referrer,uint256 deadline)"),
                a,
                accounts[REFERRER],
                deadline
            )
        );
        (uint8 v, bytes32 r, bytes32 s) = vm.sign(
            OUTSIDER + 1,
            keccak256(abi.encodePacked(hex"1901", domain, hash))
        );
        return abi.encodePacked(r, s, v);
    }

    function test_affiliates__bad__reverts() external {
        Upline memory none;
        Upline memory wrong = Upline(1, 0, 0);
        address r = accounts[REFERRER];
        bytes memory data = abi.encodeCall(market.register, (accounts[OUTSIDER], none));
        _fails(OUTSIDER, data, IAffiliates.Affiliates_SelfReferral.selector);
        data = abi.encodeCall(market.register, (address(0x77), none));
        _fails(OUTSIDER, data, IAffiliates.Affiliates_UnknownReferrer.selector);
        _fails(
            OUTSIDER,
            abi.encodeCall(market.register, (r, wrong)),
            IAffiliates.Affiliates_UplineMismatch.selector
        );
        data = abi.encodeCall(market.setCommissionRule, (3, [uint256(2_000), 1_000, 1]));
        _fails(address(this), address(market), 0, data, IAffiliates.Affiliates_RatesTooHigh.selector);
        data = abi.encodeCall(market.setCommissionCaps, (3, address(0), [uint256(2 ** 80), 0, 0]));
        _fails(address(this), address(market), 0, data, IAffiliates.Affiliates_CapTooHigh.selector);
        market.setCommissionRule(3, [uint256(100), 50, 0]);
        market.setCommissionCaps(3, tokens[1], [uint256(9), 8, 7]);
        (uint256 rule, uint256 caps) = market.commissionRule(3, tokens[1]);
        _same(uint16(rule), 100);
        _same(uint80(caps), 9);
        Listing memory l = _service();
        uint256 id = _list(l);
        Placement memory p = _wish(id, 1, 0);
        data = abi.encodeCall(market.place, (p, l, wrong, ""));
        bytes4 fault = IAffiliates.Affiliates_UplineMismatch.selector;
        _fails(accounts[BUYER], address(market), PRICE, data, fault);
        p.buyer = accounts[OUTSIDER];
        data = abi.encodeCall(market.place, (p, l, wrong, ""));
        _fails(accounts[OUTSIDER], address(market), PRICE, data, fault);
        // Not in the tree, and nothing passed: no lines.
        p.buyer = address(0);
        data = abi.encodeCall(market.place, (p, l, none, ""));
        _call(accounts[OUTSIDER], address(market), PRICE, data);
    }

    // -- placing ----------------------------------------------------------------------------------

    function test_place__policy__prices_and_uses_up() external {
        CouponPricing policy = new CouponPricing(address(market));
        policy.issue("half", PRICE / 2);
        Listing memory l = _service();
        l.pricing = address(policy);
        uint256 id = _list(l);
        Terms memory t = _placeAs(_wish(id, 1, 0), l, PRICE / 2, abi.encode(bytes32("half")));
        _same(t.base, PRICE / 2);
        _same(policy.coupons("half"), 0);
    }

    function test_place__bad__reverts() external {
        Listing memory l = _service();
        uint256 id = _list(l);
        Placement memory p = _wish(id, 1, 0);
        p.order = id;
        _badPlace(BUYER, PRICE, p, l, IOrders.Orders_ZeroQuantity.selector);
        p = _wish(id, 1, 32);
        _badPlace(BUYER, PRICE, p, l, IOrders.Orders_UnknownOptions.selector);
        p = _wish(id, 1, 0);
        p.maxAmount = PRICE - 1;
        _badPlace(BUYER, PRICE, p, l, IOrders.Orders_AboveMaximum.selector);
        p = _wish(id, 1, 0);
        _badPlace(SELLER, PRICE, p, l, IOrders.Orders_SelfPurchase.selector);
        _badPlace(BUYER, PRICE - 1, p, l, ILedger.Ledger_WrongValue.selector);
        _badPlace(BUYER, PRICE, _wish(id, 1, 16), l, ILedger.Ledger_WrongValue.selector);
        _badPlace(BUYER, 0, _wish(id, 1, 16), l, ILedger.Ledger_InsufficientBalance.selector);
        _call(accounts[BUYER], address(market), PRICE, _placing(p, l, ""));
        _badPlace(BUYER, PRICE, p, l, IOrders.Orders_Duplicate.selector);
        l.arbitrator = accounts[BUYER];
        _badPlace(BUYER, PRICE, _wish(_list(l), 1, 0), l, IOrders.Orders_ArbitratorIsParty.selector);
        l.arbitrator = address(stranger);
        _badPlace(BUYER, PRICE, _wish(_list(l), 1, 0), l, IOrders.Orders_ArbitratorNotAllowed.selector);
        l = _service();
        l.limits &= ~(uint256(0xffff) << 72);
        _badPlace(BUYER, PRICE, _wish(_list(l), 1, 0), l, IOrders.Orders_FeeAboveSellersMaximum.selector);
        l = _service();
        l.price = 3 ether;
        _badPlace(BUYER, 3 ether, _wish(_list(l), 1, 0), l, IOrders.Orders_AboveWatchLimit.selector);
        CouponPricing policy = new CouponPricing(address(market));
        policy.issue("all", PRICE);
        l = _service();
        l.pricing = address(policy);
        p = _wish(_list(l), 1, 0);
        bytes memory data = _placing(p, l, abi.encode(bytes32("all")));
        _fails(accounts[BUYER], address(market), 0, data, IOrders.Orders_AmountOutOfBounds.selector);
        l = _service();
        l.token = tokens[2];
        data = _placing(_wish(_list(l), 1, 0), l, "");
        _fails(accounts[BUYER], address(market), 0, data, ILedger.Ledger_TokenTookFee.selector);
        market.pause();
        l = _service();
        _badPlace(BUYER, PRICE, _wish(id, 2, 0), l, ISettings.MarketPaused.selector);
    }

    function _badPlace(
        uint256 by,
        uint256 value,
        Placement memory p,
        Listing memory l,
        bytes4 fault
    ) private {
        _fails(accounts[by], address(market), value, _placing(p, l, ""), fault);
    }

    function test_place__without_stake__reverts() external {
        Listing memory l = _service();
        _call(accounts[SELLER], address(market), 0, abi.encodeCall(market.list, (l, CID)));
        _badPlace(BUYER, PRICE, _wish(1, 1, 0), l, IMerchants.Merchants_StakeTooLow.selector);
    }

    // -- orders -----------------------------------------------------------------------------------

    function test_orders__wrong_caller_state_or_terms__reverts() external {
        Terms memory t = _delivered();
        bytes4 fault = IOrders.Orders_WrongStatus.selector;
        _fails(SELLER, abi.encodeCall(market.accept, (_sealOf(t))), fault);
        _fails(BUYER, abi.encodeCall(market.cancel, (t)), fault);
        _fails(BUYER, abi.encodeCall(market.reclaim, (t)), fault);
        _fails(BUYER, abi.encodeCall(market.decline, (t)), IOrders.Orders_NotSeller.selector);
        _fails(SELLER, abi.encodeCall(market.cancel, (t)), IOrders.Orders_NotBuyer.selector);
        _fails(SELLER, abi.encodeCall(market.refund, (t, 0)), ILedger.Ledger_ZeroAmount.selector);
        _fails(SELLER, abi.encodeCall(market.refund, (t, PRICE + 1)), IOrders.Orders_WrongSplit.selector);
        bytes memory data = abi.encodeCall(market.resolve, (t, 0, Resolution.Ruling));
        _fails(SELLER, data, IOrders.Orders_NotModule.selector);
        address module = address(disputes);
        _fails(module, address(market), 0, data, fault);
        data = abi.encodeCall(market.resolve, (t, PRICE + 1, Resolution.Settlement));
        _fails(module, address(market), 0, data, IOrders.Orders_WrongSplit.selector);
        _fails(SELLER, abi.encodeCall(market.release, (t)), IOrders.Orders_TooEarly.selector);
        _call(t.buyer, address(market), 0, abi.encodeCall(market.release, (t)));
        _fails(SELLER, abi.encodeCall(market.refund, (t, 1)), fault);
        _fails(BUYER, abi.encodeCall(market.rate, (t, 6)), IOrders.Orders_RatingOutOfRange.selector);
        _call(t.buyer, address(market), 0, abi.encodeCall(market.rate, (t, 5)));
        _fails(BUYER, abi.encodeCall(market.rate, (t, 5)), IOrders.Orders_AlreadyRated.selector);
        data = abi.encodeCall(market.markDisputed, (t, clock + 1));
        _fails(module, address(market), 0, data, fault);
        data = abi.encodeCall(market.reverseOrderCredit, (t));
        _fails(address(this), address(market), 0, data, IOrders.Orders_NothingToReverse.selector);
        ++t.base;
        _fails(BUYER, abi.encodeCall(market.release, (t)), IOrders.Orders_Unknown.selector);
        _fails(SELLER, abi.encodeCall(market.accept, (_sealOf(t))), IOrders.Orders_Unknown.selector);
    }

    function test_orders__cooling_off_and_late__reverts() external {
        Listing memory l = _service();
        l.windows &= ~(uint256(1) << 120);
        Terms memory t = _place(_list(l), l, 0);
        bytes memory accept = abi.encodeCall(market.accept, (_sealOf(t)));
        bytes memory deliver = abi.encodeCall(market.deliver, (CID, _sealOf(t)));
        _fails(SELLER, accept, IOrders.Orders_TooEarly.selector);
        _fails(SELLER, deliver, IOrders.Orders_WrongStatus.selector);
        _tick(1 hours);
        bytes[] memory both = new bytes[](2);
        (both[0], both[1]) = (accept, accept);
        _call(t.seller, address(market), 0, abi.encodeCall(market.batch, (both)));
        _tick(4 days);
        _fails(SELLER, deliver, IOrders.Orders_TooLate.selector);
        _call(accounts[OUTSIDER], address(market), 0, abi.encodeCall(market.reclaim, (t)));
    }
}
