"""The wallet alone on a page, for its browser tests: one token on a bare chain in place of the market."""
