"""The trained anomaly model, read once for all sessions and again when its file changes."""

import streamlit as st

from dapp.market import market
from dapp.risk.model import AnomalyModel
from dapp.risk.opening import model_of, model_path


def trained_model() -> AnomalyModel | None:
    """None if none is trained, or it can't be used."""
    path = model_path(market().settings)
    return _read(str(path), path.stat().st_mtime_ns) if path.exists() else None


@st.cache_resource(max_entries=2, show_spinner=False)
def _read(_path: str, _changed: int) -> AnomalyModel | None:
    return model_of(market().settings)
