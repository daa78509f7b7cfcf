"""A year of a made-up market: how scores go, what tiers tell apart, what frauds gain."""
