# save, load
# ├── round trip → the same scores to the last digit, and the digest names the content
# ├── no file → None
# ├── not JSON, a pickle, cut, another version, too large → BadModelFile
# ├── a row or a control changed → BadModelFile, even with a digest that fits
# └── nothing else is left in the folder

import json
import pickle

import msgspec
import pytest

from dapp.risk import model_file
from dapp.risk.failures import BadModelFile
from dapp.risk.model_file import digest_of, load, save


@pytest.fixture
def path(tmp_path):
    return tmp_path / "data" / "anomaly.json"


@pytest.fixture
def change(model, path):
    """Writes the model with its content changed, and with the digest of what it then holds."""

    def change(**values):
        save(model, path)
        content = msgspec.json.decode(path.read_bytes(), type=model_file._File).model
        for name, value in values.items():
            setattr(content, name, value)
        path.write_bytes(msgspec.json.encode({"digest": digest_of(content), "model": content}))

    return change


def test_model__written_and_read__gives_the_same_scores(model, unknown, path):
    digest = save(model, path)
    read = load(path)
    assert read == model
    rows = list(unknown.features.values())
    assert read.scores(rows) == model.scores(rows)
    assert save(read, path) == digest
    assert [each.name for each in path.parent.iterdir()] == ["anomaly.json"]


def test_model__no_file__is_none(path):
    assert load(path) is None


class Trap:
    """What unpickling would run."""

    def __reduce__(self):
        return pytest.fail, ("a pickle was read",)


@pytest.mark.parametrize(
    "data",
    [b"", b"{", b"[]", b'{"digest": "", "model": 5}', b"\xff\xfe", pickle.dumps(Trap()), b"[" * 200_000],
)
def test_model__not_a_model__is_refused(path, data):
    path.parent.mkdir()
    path.write_bytes(data)
    with pytest.raises(BadModelFile, match="isn't a model"):
        load(path)


def test_model__larger_than_any__is_not_read(path):
    path.parent.mkdir()
    with path.open("wb") as file:
        file.truncate(model_file.LARGEST + 1)
    with pytest.raises(BadModelFile, match="more than"):
        load(path)


def test_model__changed_after_it_was_written__is_refused(model, path):
    save(model, path)
    document = json.loads(path.read_text())
    document["model"]["rows"][0][0] += 1
    path.write_text(json.dumps(document))
    with pytest.raises(BadModelFile, match="was changed"):
        load(path)


def test_model__other_version__is_refused(change, path):
    change(version=2)
    with pytest.raises(BadModelFile, match="another version"):
        load(path)


def test_model__scores_that_it_doesn_t_give__are_refused(change, path):
    change(seed=99, libraries={"scikit-learn": "0.1"})
    with pytest.raises(BadModelFile, match=r"made with scikit-learn 0\.1 and gives other scores"):
        load(path)


def test_model__rows_that_are_no_features__are_refused(change, path):
    change(rows=[[1.0]] * 60)
    with pytest.raises(BadModelFile, match="can't be fitted"):
        load(path)
