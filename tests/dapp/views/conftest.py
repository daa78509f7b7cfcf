"""Fixtures of the screens' tests."""

from tests.dapp.views.pages import silent_chain

__all__ = ["silent_chain"]
