"""What the process is made of, as against what comes and goes with its visitors."""

import gc
from importlib import import_module

from dapp.widgets.links import SCREENS


def keep_program() -> None:
    """Load every screen, and take the program out of the sight of Python's collector of cycles.

    It stays as long as the process does, and to look through it stopped all sessions for 0.2 s each time.
    """
    for name in SCREENS:
        import_module(f"dapp.views.{name}")
    gc.collect()
    gc.freeze()
