"""
keep_program
├── every screen is loaded before the first visitor comes
└── the collector looks at what came later, and at nothing else
"""

import gc
import sys

from dapp.program import keep_program
from dapp.widgets.links import SCREENS


def test_keep_program__afterwards__all_is_loaded_and_out_of_sight():
    keep_program()
    try:
        assert {f"dapp.views.{name}" for name in SCREENS} <= sys.modules.keys()
        in_sight = len(gc.get_objects())
        assert gc.get_freeze_count() > 10 * in_sight
    finally:
        gc.unfreeze()
