"""A model on the disk: what it was fitted from, as JSON, and never a pickle, which could run anything.

Reading fits the forest anew (a fifth of a second) and compares its scores with those that the file says, so a
file of another library's version, or one that was touched, is refused and not believed.
"""

import hashlib
import tempfile
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

import msgspec
import numpy as np

from dapp.risk.failures import BadModelFile, RiskError
from dapp.risk.features import FEATURES
from dapp.risk.model import AnomalyModel, Row

NAME: Final = "anomaly.json"
LARGEST: Final = 8 * 1024 * 1024
_CONTROLS: Final = 20
_TOLERANCE: Final = 1e-5


class _Content(msgspec.Struct, forbid_unknown_fields=True):
    schema: str
    version: int
    source: str
    seed: int
    trained_at: int
    libraries: dict[str, str]
    features: list[str]
    rows: list[list[float]]
    controls: list[float]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    digest: str
    model: _Content


def save(model: AnomalyModel, path: Path) -> str:
    """Write a model, whole or not at all; returns the digest that names it."""
    rows = [list(row) for row in model.rows]
    content = _Content(
        "anomaly-model",
        1,
        model.source,
        model.seed,
        model.trained_at,
        _libraries(),
        list(FEATURES),
        rows,
        model.scores(rows[:_CONTROLS]),
    )
    digest = digest_of(content)
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(msgspec.json.encode(_File(digest, content)))
    Path(file.name).replace(path)
    return digest


def load(path: Path) -> AnomalyModel | None:
    """The model of a file, fitted anew; None if there is no file. Raises BadModelFile."""
    try:
        if path.stat().st_size > LARGEST:
            raise BadModelFile(f"{path} has more than {LARGEST:,} bytes: it isn't a model.")
        kept = msgspec.json.decode(path.read_bytes(), type=_File)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise BadModelFile(f"{path} can't be read: {error.strerror}.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise BadModelFile(f"{path} isn't a model: {error}.") from error
    content = kept.model
    if (content.schema, content.version, tuple(content.features)) != ("anomaly-model", 1, FEATURES):
        raise BadModelFile(f"{path} is a model of another version: train it again.")
    if kept.digest != digest_of(content):
        raise BadModelFile(f"{path} was changed after it was written: train it again.")
    return _fitted(content, path)


def digest_of(content: Any) -> str:
    """The SHA-256 of a content's JSON."""
    return hashlib.sha256(msgspec.json.encode(content)).hexdigest()


def _fitted(content: _Content, path: Path) -> AnomalyModel:
    rows: list[Row] = [tuple(row) for row in content.rows]
    try:
        model = AnomalyModel.fit(rows, content.seed, content.source, content.trained_at)
        scores = model.scores(rows[:_CONTROLS])
    except (RiskError, ValueError) as error:
        raise BadModelFile(f"{path} can't be fitted: {error}") from error
    if len(scores) != len(content.controls) or not np.allclose(scores, content.controls, atol=_TOLERANCE):
        then, now = (
            ", ".join(f"{name} {made[name]}" for name in sorted(made))
            for made in (content.libraries, _libraries())
        )
        raise BadModelFile(f"{path} was made with {then} and gives other scores with {now}: train it again.")
    return model


def _libraries() -> dict[str, str]:
    return {name: version(name) for name in ("scikit-learn", "numpy")}
