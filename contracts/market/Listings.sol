// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

import {IListings, Listing} from "../interfaces/IListings.sol";
import {Bounds} from "../libraries/Bounds.sol";
import {Cid} from "../libraries/Cid.sol";
import {TermsFields} from "../libraries/TermsFields.sol";
import {Merchants} from "./Merchants.sol";

/// @title Listings: see {IListings}.
abstract contract Listings is Merchants, IListings {
    using TermsFields for uint256;
    using TermsFields for Listing;

    uint256 private constant SOLD = 184;
    uint256 private constant VERSION = 224;
    uint256 private constant STATUS = 248;
    uint256 private constant SOLD_MASK = type(uint40).max;

    uint256 public listingCount;
    /// @dev Packed: hash 184 · sold 40 · version 24 · status 8.
    mapping(uint256 listingId => uint256) private _listings;
    mapping(uint256 listingId => mapping(address buyer => uint256)) public openOrdersOf;

    /// @inheritdoc IListings
    function list(Listing calldata listing, string calldata cid) external returns (uint256 listingId) {
        _openPolicy();
        _check(listing, cid);
        listingId = ++listingCount;
        _listings[listingId] = _pack(listing, 0, 1, ListingStatus.Active);
        emit Listed(listingId, msg.sender, 1, listing, cid);
    }

    /// @inheritdoc IListings
    function edit(
        Listing calldata next,
        string calldata cid,
        uint256 listingId,
        Listing calldata current
    ) external {
        _openPolicy();
        uint256 slot = _ownListing(listingId, current);
        _check(next, cid);
        uint256 version = _version(slot) + 1;
        uint256 stock = next.limits.stock();
        if (stock != 0 && stock < _sold(slot)) revert Listings_StockBelowSold(stock, _sold(slot));
        _listings[listingId] = _pack(next, _sold(slot), version, _status(slot));
        emit Listed(listingId, msg.sender, version, next, cid);
    }

    /// @inheritdoc IListings
    function setListingStatus(uint256 listingId, Listing calldata listing, ListingStatus status) external {
        uint256 slot = _ownListing(listingId, listing);
        if (status == ListingStatus.None) revert Listings_WrongStatus(listingId, status);
        _listings[listingId] = _pack(listing, _sold(slot), _version(slot), status);
        emit ListingStatusChanged(listingId, status);
    }

    /// @inheritdoc IListings
    function listingState(
        uint256 listingId
    ) external view returns (uint184 hash, uint256 version, ListingStatus status, uint256 sold) {
        uint256 slot = _listings[listingId];
        return (uint184(slot), _version(slot), _status(slot), _sold(slot));
    }

    // -- for the rest of the market -------------------------------------------------------------

    /// @dev Checks that the listing is current and active, and takes `quantity` from its stock where that is limited, and one
    /// of the buyer's places where those are.
    /// @return version The listing's version; `flags` tell what was counted, for {_unsell}.
    function _sell(
        uint256 listingId,
        Listing calldata listing,
        address buyer,
        uint256 quantity
    ) internal returns (uint256 version, uint256 flags) {
        uint256 slot = _listings[listingId];
        if (uint184(slot) != listing.hashOf()) revert Listings_Changed(listingId);
        if (_status(slot) != ListingStatus.Active) revert Listings_WrongStatus(listingId, _status(slot));
        version = _version(slot);
        uint256 stock = listing.limits.stock();
        if (stock != 0) {
            uint256 left = stock - _sold(slot);
            if (quantity > left) revert Listings_OutOfStock(listingId, left, quantity);
            _listings[listingId] = slot + (quantity << SOLD);
            flags = TermsFields.STOCK_COUNTED;
        }
        uint256 maxOpen = listing.limits.maxOpenPerBuyer();
        if (maxOpen != 0) {
            if (++openOrdersOf[listingId][buyer] > maxOpen) {
                revert Listings_TooManyOpenOrders(listingId, buyer, maxOpen);
            }
            flags |= TermsFields.OPEN_COUNTED;
        }
    }

    /// @dev An order ended: frees the buyer's place, and the stock if nothing was sold after all.
    function _closeSale(uint256 clocks, uint256 origin, address buyer, bool restock) internal {
        uint256 listingId = origin.listingId();
        if (clocks.has(TermsFields.OPEN_COUNTED)) --openOrdersOf[listingId][buyer];
        if (restock && clocks.has(TermsFields.STOCK_COUNTED))
            _listings[listingId] -= clocks.quantity() << SOLD;
    }

    function _ownListing(uint256 listingId, Listing calldata listing) private view returns (uint256 slot) {
        slot = _listings[listingId];
        if (slot == 0 || uint184(slot) != listing.hashOf()) revert Listings_Changed(listingId);
        if (msg.sender != listing.seller) revert Listings_NotSeller(msg.sender, listing.seller);
        if (_status(slot) == ListingStatus.Retired)
            revert Listings_WrongStatus(listingId, ListingStatus.Retired);
    }

    function _check(Listing calldata listing, string calldata cid) private view {
        if (msg.sender != listing.seller) revert Listings_NotSeller(msg.sender, listing.seller);
        Cid.check(cid);
        if (keccak256(bytes(cid)) != listing.metadata)
            revert Listings_MetadataMismatch(listing.metadata, cid);
        if (
            listing.windows & ~TermsFields.WINDOWS_MASK != 0 || listing.limits & ~TermsFields.LIMITS_MASK != 0
        ) {
            revert Listings_UnknownBits(listing.windows, listing.limits);
        }
        _checkWindow(listing.windows.acceptSeconds(), Bounds.MIN_WINDOW);
        _checkWindow(listing.windows.deliverSeconds(), Bounds.MIN_WINDOW);
        _checkWindow(listing.windows.reviewSeconds(), Bounds.MIN_REVIEW_WINDOW);
        uint256 settleDays = listing.windows.settleDays();
        if (settleDays > Bounds.MAX_SETTLE_DAYS && settleDays != Bounds.MONTH_END) {
            revert Listings_SettleDaysOutOfBounds(settleDays, Bounds.MAX_SETTLE_DAYS);
        }
        _checkRate(listing.limits.maxCommissionBps(), Bounds.MAX_COMMISSION_BPS);
        _checkRate(listing.limits.maxFeeBps(), Bounds.MAX_FEE_BPS);
        if (listing.price > type(uint128).max || (listing.price == 0 && listing.pricing == address(0))) {
            revert Listings_PriceOutOfBounds(listing.price);
        }
        if (listing.token != NATIVE && listing.token.code.length == 0)
            revert Ledger_UnsupportedToken(listing.token);
        if (listing.pricing != address(0) && listing.pricing.code.length == 0)
            revert Listings_PricingHasNoCode(listing.pricing);
        if (listing.arbitrator == listing.seller) revert Listings_ArbitratorIsSeller(listing.arbitrator);
    }

    function _checkWindow(uint256 window, uint256 min) private pure {
        if (window < min || window > Bounds.MAX_WINDOW) {
            revert Listings_WindowOutOfBounds(window, min, Bounds.MAX_WINDOW);
        }
    }

    function _checkRate(uint256 bps, uint256 max) private pure {
        if (bps > max) revert Listings_RateTooHigh(bps, max);
    }

    function _pack(
        Listing calldata listing,
        uint256 sold,
        uint256 version,
        ListingStatus status
    ) private pure returns (uint256) {
        return
            uint256(listing.hashOf()) | (sold << SOLD) | (version << VERSION) | (uint256(status) << STATUS);
    }

    function _sold(uint256 slot) private pure returns (uint256) {
        return (slot >> SOLD) & SOLD_MASK;
    }

    function _version(uint256 slot) private pure returns (uint256) {
        return uint24(slot >> VERSION);
    }

    function _status(uint256 slot) private pure returns (ListingStatus) {
        return ListingStatus(slot >> STATUS);
    }
}
