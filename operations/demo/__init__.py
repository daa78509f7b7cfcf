"""A small believable market: shops, services, a referral tree, trades of each kind, orders in every state."""
