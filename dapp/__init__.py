"""Hanse's Python side: the reference model, typed handles on the chain, and what is built on them."""
