"""Runs that Streamlit ends early, because the browser reported something meanwhile."""

from contextlib import contextmanager

import pytest
from streamlit.runtime.scriptrunner import StopException
from streamlit.runtime.scriptrunner.script_runner import ScriptRunner


@contextmanager
def cut_at(place):
    """Runs end where Streamlit looks for the `place`-th time (from 0) whether there is a newer one.

    Gives a list that is empty unless one was ended.
    """
    looked, cut = 0, []
    look = ScriptRunner._maybe_handle_execution_control_request

    def look_or_end(runner):
        nonlocal looked
        if runner._execing:
            looked += 1
            if looked == place + 1:
                cut.append(place)
                raise StopException
        look(runner)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ScriptRunner, "_maybe_handle_execution_control_request", look_or_end)
        yield cut
