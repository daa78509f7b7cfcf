"""Listings and their versions."""

from dapp.index.failures import ForeignHistory
from dapp.index.kinds import ListingStatus
from dapp.index.market_state import MarketState
from dapp.index.records import ListingRecord


def on_listed(
    s: MarketState,
    listing_id: int,
    seller: bytes,
    version: int,
    _seller: bytes,
    price: int,
    token: bytes,
    _arbitrator: bytes,
    _metadata: bytes,
    windows: int,
    _pricing: bytes,
    _limits: int,
    cid: str,
) -> None:
    """Listed."""
    s.concerns(seller)
    s.listing_versions.append((s.key, listing_id, version, cid))
    category = windows >> 168 & 0xFFFF
    listing = s.listings.edit(listing_id)
    if listing is None:
        active = int(ListingStatus.ACTIVE)
        listing = ListingRecord(
            listing_id, s.key, seller, version, active, category, token, price, cid, listed_at=s.now
        )
        s.listings.add(listing_id, listing)
        return
    if version != listing.version + 1:
        raise ForeignHistory(f"Version {version} of listing {listing_id} came after {listing.version}.")
    listing.version_key, listing.version, listing.category = s.key, version, category
    listing.token, listing.price, listing.cid = token, price, cid


def on_status_changed(s: MarketState, listing_id: int, status: int) -> None:
    """ListingStatusChanged."""
    listing = s.listings.edit(listing_id)
    if listing is None:
        raise ForeignHistory(f"An event names listing {listing_id}, which isn't indexed.")
    listing.status = status
