"""Charts are Vega-Lite.

each kind of chart
└── fits the schema of Vega-Lite
show
└── no chart's data passes through Arrow
radar
└── closed, its first axis on top
"""

import json
from pathlib import Path

import altair
import pytest
from jsonschema import Draft7Validator
from streamlit.testing.v1 import AppTest

from dapp.risk.engine import Factor, RiskAssessment
from dapp.widgets import charts
from dapp.widgets.assessment import factor_spec

DAYS = [{"day": "2026-11-01", "sold": 1.5, "token": "ETH"}, {"day": "2026-11-02", "sold": 2.0, "token": "T"}]
POINTS = [{"at": 1_700_000_000_000, "score": 600}, {"at": 1_700_000_100_000, "score": 612}]
AXES = [("trade", 0.6), ("service", 0.5), ("compliance", 0.0), ("community", 1.0), ("security", 1.2)]
FACTORS = (Factor("self_dealing", 50, {}), Factor("<b>made up</b>", 30, {}))
ASSESSMENT = RiskAssessment(bytes(32), 80, 75, FACTORS, 1_700_000_000, "sha256")
SPECS = {
    "bars": charts.bars(DAYS, "day", "sold", color="token"),
    "line": charts.line(POINTS, "at", "score"),
    "radar": charts.radar(AXES),
    "factors": factor_spec(ASSESSMENT),
}


@pytest.fixture(scope="module")
def schema():
    (path,) = (Path(altair.__file__).parent / "vegalite").glob("v*/schema/vega-lite-schema.json")
    return Draft7Validator(json.loads(path.read_text()))


@pytest.mark.parametrize("name", SPECS)
def test_chart__each_kind__is_vega_lite(schema, name):
    schema.validate(json.loads(json.dumps(SPECS[name])))


@pytest.mark.parametrize("name", SPECS)
def test_show__each_kind__is_vega_lite_with_its_data_inside(schema, name):
    def script(spec):
        from dapp.widgets import charts

        charts.show(spec, height=200)

    at = AppTest.from_function(script, kwargs={"spec": SPECS[name]}).run()
    assert not at.exception
    (drawn,) = at.get("vega_lite_chart")
    assert not drawn.proto.data.data
    assert not drawn.proto.datasets
    spec = json.loads(drawn.proto.spec)
    schema.validate(spec)
    assert all(layer["data"]["values"] for layer in spec["layer"])


def test_radar__shape__closed_and_within():
    shape = SPECS["radar"]["layer"][1]["data"]["values"]
    assert [(point["x"], point["y"]) for point in (shape[0], shape[-1])] == [(0.0, 0.6)] * 2
    assert all(point["x"] ** 2 + point["y"] ** 2 <= 1.000001 for point in shape)
