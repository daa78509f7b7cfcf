// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IListings, Listing} from "../../contracts/interfaces/IListings.sol";
import {Books} from "./Books.sol";

/// @notice Listings, published before a run and during it; each call must succeed exactly when it is legal.
abstract contract Offers is Books {
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
        _offer(_listing(SELLER, 0, 0.5 ether, 2_000, 0), SELLER);
        _offer(_listing(SECOND_SELLER, 1, 100e6, 1_500, 5 | (2 << 40)), SECOND_SELLER);
        _offer(_listing(SECOND_SELLER, 0, 0.2 ether, 0, 1 << 40), SECOND_SELLER);
        _offer(_listing(SELLER, 2, 40e18, 3_000, 7), SELLER);
        _require(offers.length == 5, "the listings of the run");
    }

    /// @dev A service whose arbitrator, settlement and way to start go with its number.
    function _listing(
        uint256 seller,
        uint256 token,
        uint256 price,
        uint256 commissionBps,
        uint256 limits
    ) internal view returns (Listing memory l) {
        uint256 kind = offers.length % 4;
        uint256[4] memory settleDays = [uint256(1), 0, 7, 255];
        address[4] memory arbitrators = [address(0), address(0), address(foreign), address(stranger)];
        l.seller = accounts[seller];
        l.price = price;
        l.token = tokens[token];
        l.arbitrator = arbitrators[kind];
        l.metadata = keccak256(bytes(CID));
        l.windows =
            (uint256(1 days) << 40) |
            (uint256(3 days) << 64) |
            (uint256(1 days) << 88) |
            (settleDays[kind] << 112) |
            (uint256(kind == 2 ? 0 : 1) << 120);
        l.limits = limits | (commissionBps << 56) | (uint256(300) << 72) | (uint256(0.02 ether) << 88);
    }

    /// @dev Publishes a listing; only its seller may, within the bounds, and not while paused.
    function _offer(Listing memory l, uint256 caller) internal {
        bool legal = !paused && accounts[caller] == l.seller && uint16(l.limits >> 56) <= 3_000;
        legal = legal && (l.price != 0 || l.pricing != address(0));
        bool ok = _as(caller, abi.encodeCall(market.list, (l, CID)));
        _require(ok == legal, "I18: a listing that isn't legal passed, or a legal one failed");
        if (!ok) return;
        _require(market.listingCount() == offers.length, "I14: a listing got another's number");
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
        legal =
            legal &&
            (price != 0 || next.pricing != address(0)) &&
            price <= type(uint128).max &&
            commissionBps <= 3_000;
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
}
