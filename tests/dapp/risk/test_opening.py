# assessor_of, of the files in the data folder
# ├── none → the shipped rules, no model, nobody blocked
# ├── the operator's → his; a model that can't be used → none, and the log says why
# ├── a bad rule file or block list → refused
# └── sign-ins: those of the settings; a database that can't be read → none, and the log says so

import logging
from dataclasses import replace

import pytest

from dapp.index import Index
from dapp.lined_yaml import BadRuleFile
from dapp.risk import model_file
from dapp.risk.opening import assessor_of, model_path, risk_folder
from dapp.risk.rules import DEFAULT, load_rules
from dapp.risk.sign_ins import sign_ins_of
from tests.dapp.risk.sales import BUYER, COIN, NOW
from tests.dapp.risk.scene import Scene, indexed

LISTED = "0x90F79bf6EB2c4f870365E785982E1f101E93b906"


@pytest.fixture
def settings(running_market, tmp_path):
    return replace(
        running_market.settings, data=tmp_path, database_url=f"sqlite:///{tmp_path / 'index.sqlite'}"
    )


@pytest.fixture
def assessor(running_market, settings):
    """Makes an assessor of the files as they are."""
    index = Index.open(settings.database_url, running_market.contracts.record)
    yield lambda: assessor_of(index, settings)
    index.engine.dispose()


@pytest.fixture
def write(settings):
    def write(name, text):
        risk_folder(settings).mkdir(exist_ok=True)
        (risk_folder(settings) / name).write_text(text)

    return write


def test_assessor__no_files__goes_by_what_is_shipped(assessor):
    made = assessor()
    assert (made.rules, made.model, dict(made.blocked.entries)) == (load_rules(), None, {})


def test_assessor__operators_files__go_before(assessor, write, settings, model):
    write("rules.yaml", DEFAULT.read_text().replace("threshold: 75", "threshold: 80"))
    write("block-list.txt", f"{LISTED} why\n")
    model_file.save(model, model_path(settings))
    made = assessor()
    assert (made.rules.threshold, made.model, set(made.blocked.entries)) == (80, model, {LISTED})


def test_assessor__model_that_can_t_be_used__is_none_and_told(assessor, write, caplog):
    write("anomaly.json", "{}")
    with caplog.at_level(logging.WARNING):
        assert assessor().model is None
    assert "isn't a model" in caplog.text
    assert "without a model" in caplog.text


@pytest.mark.parametrize("name", ["rules.yaml", "block-list.txt"])
def test_assessor__bad_file__is_refused(assessor, write, name):
    write(name, "nonsense")
    with pytest.raises(BadRuleFile, match=name):
        assessor()


def test_assessor__sign_ins__are_those_of_the_settings(running_market, settings, caplog):
    scene = Scene(running_market.contracts.record)
    order = scene.deliver(scene.place(BUYER, LISTED, COIN))
    kept = sign_ins_of(settings)
    kept.note(BUYER, "ab" * 16, scene.now)
    kept.note(LISTED, "ab" * 16, NOW)
    with indexed(scene, settings.database_url) as (index, _follow):
        found = assessor_of(index, settings).assess(order)
        assert [factor.name for factor in found.assessment.factors] == ["shared_device"]
        kept.close()
        for file in settings.data.glob("private.sqlite*"):
            file.unlink()
        (settings.data / "private.sqlite").mkdir()
        with caplog.at_level(logging.WARNING):
            found = assessor_of(index, settings).assess(order)
    assert found.assessment.factors == ()
    assert "sign-ins can't be read" in caplog.text
