// SPDX-License-Identifier: MIT
pragma solidity 0.8.37;

/// @notice A service on offer. Only its hash is stored; the event carries it, and callers pass it back.
struct Listing {
    /// Who sells, and who may edit the listing.
    address seller;
    /// Token units for a quantity of one; the meaning is the policy's where there is one.
    uint256 price;
    /// What it is paid in; zero is the native coin.
    address token;
    /// Who rules on disputes; zero is the market's own panel. One that is not allow-listed needs the buyer's consent.
    address arbitrator;
    /// keccak256 of the metadata's CID string.
    bytes32 metadata;
    /// Packed, from bit 0: 40 zero · acceptSeconds 24 · deliverSeconds 24 · reviewSeconds 24 · settleDays 8 (255 = month's
    /// end) · flags 8 (bit 0 = instant) · 40 zero · category 16. The layout is that of {Terms-clocks}.
    uint256 windows;
    /// Who prices an order ({IPricing}); zero is the fixed price.
    address pricing;
    /// Packed, from bit 0: stock 40 (0 = unlimited) · maxOpenPerBuyer 16 (0 = unlimited) · maxCommissionBps 16 ·
    /// maxFeeBps 16 · maxArbitrationCost 96 (wei, each party's deposit in a dispute).
    uint256 limits;
}

/// @title Services on offer.
interface IListings {
    enum ListingStatus {
        None,
        Active,
        Paused,
        Retired
    }

    /// @notice A new version of a listing: the first at publication, one more at each edit.
    event Listed(
        uint256 indexed listingId,
        address indexed seller,
        uint256 version,
        Listing listing,
        string cid
    );
    /// @notice The seller paused, resumed or retired the listing.
    event ListingStatusChanged(uint256 indexed listingId, ListingStatus status);

    error Listings_NotSeller(address caller, address seller);
    /// @notice The listing passed is not the current version of `listingId`.
    error Listings_Changed(uint256 listingId);
    error Listings_WrongStatus(uint256 listingId, ListingStatus status);
    error Listings_OutOfStock(uint256 listingId, uint256 left, uint256 quantity);
    error Listings_StockBelowSold(uint256 stock, uint256 sold);
    error Listings_TooManyOpenOrders(uint256 listingId, address buyer, uint256 limit);
    /// @notice A window is outside its hard bounds (seconds).
    error Listings_WindowOutOfBounds(uint256 window, uint256 min, uint256 max);
    error Listings_SettleDaysOutOfBounds(uint256 settleDays, uint256 max);
    /// @notice A rate is above its hard cap (basis points).
    error Listings_RateTooHigh(uint256 bps, uint256 max);
    error Listings_PriceOutOfBounds(uint256 price);
    error Listings_PricingHasNoCode(address pricing);
    error Listings_ArbitratorIsSeller(address arbitrator);
    /// @notice Bits that mean nothing are set in a packed word.
    error Listings_UnknownBits(uint256 windows, uint256 limits);
    /// @notice The metadata hash isn't that of the CID string.
    error Listings_MetadataMismatch(bytes32 metadata, string cid);

    /// @notice Puts a service on offer. Callable by its seller, unless paused. Orders need the stake of his tier as well.
    /// @dev Reverts {MarketPaused}, {Cid_Malformed}, {Cid_TooLong} and the errors above.
    /// @param cid Any CIDv0 or CIDv1 of the metadata, as a string without a prefix.
    function list(Listing calldata listing, string calldata cid) external returns (uint256 listingId);

    /// @notice Replaces the listing by a new version. Orders already placed keep theirs. Callable by the seller,
    /// unless paused.
    /// @param current The version that is current; `next` must have the same seller.
    function edit(
        Listing calldata next,
        string calldata cid,
        uint256 listingId,
        Listing calldata current
    ) external;

    /// @notice Pauses, resumes (Active) or retires the listing; a retired one stays retired. Callable by the seller.
    function setListingStatus(uint256 listingId, Listing calldata listing, ListingStatus status) external;

    /// @notice The stored state of a listing: hash (184 bits, in the low bits), version, status and units sold. `sold` counts
    /// live and completed orders placed while the stock was limited.
    function listingState(
        uint256 listingId
    ) external view returns (uint184 hash, uint256 version, ListingStatus status, uint256 sold);

    /// @notice How many listings were ever made; ids run from 1.
    function listingCount() external view returns (uint256);

    /// @notice Orders that `buyer` has open on a listing that limits them.
    function openOrdersOf(uint256 listingId, address buyer) external view returns (uint256);
}
