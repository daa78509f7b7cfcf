"""Deploying, verifying and operating a market: what the commands in `scripts/` are made of, on Ape."""
