"""Charts are Vega-Lite, and a split's percentages are exact.

each kind of chart
└── fits the schema of Vega-Lite
share_bar
└── parts in the order given, each with its colour
radar
└── closed, its first axis on top
percentage
└── to two decimals, half up, without floats
"""

import json
from fractions import Fraction
from pathlib import Path

import altair
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from dapp.widgets import charts
from dapp.widgets.split import percentage

DAYS = [{"day": "2026-11-01", "sold": 1.5, "token": "ETH"}, {"day": "2026-11-02", "sold": 2.0, "token": "T"}]
POINTS = [{"at": 1_700_000_000_000, "score": 600}, {"at": 1_700_000_100_000, "score": 612}]
AXES = [("trade", 0.6), ("service", 0.5), ("compliance", 0.0), ("community", 1.0), ("security", 1.2)]
PARTS = [{"who": "seller", "part": 0.9}, {"who": "platform", "part": 0.1}]
SPECS = {
    "bars": charts.bars(DAYS, "day", "sold", color="token"),
    "line": charts.line(POINTS, "at", "score"),
    "share": charts.share_bar(PARTS, "who", "part"),
    "radar": charts.radar(AXES),
}


@pytest.fixture(scope="module")
def schema():
    (path,) = (Path(altair.__file__).parent / "vegalite").glob("v*/schema/vega-lite-schema.json")
    return Draft7Validator(json.loads(path.read_text()))


@pytest.mark.parametrize("name", SPECS)
def test_chart__each_kind__is_vega_lite(schema, name):
    schema.validate(json.loads(json.dumps(SPECS[name])))


def test_share_bar__parts__in_order_each_with_its_colour():
    scale = SPECS["share"]["encoding"]["color"]["scale"]
    assert scale == {"domain": ["seller", "platform"], "range": list(charts.COLORS[:2])}


def test_radar__shape__closed_and_within():
    shape = SPECS["radar"]["layer"][1]["data"]["values"]
    assert [(point["x"], point["y"]) for point in (shape[0], shape[-1])] == [(0.0, 0.6)] * 2
    assert all(point["x"] ** 2 + point["y"] ** 2 <= 1.000001 for point in shape)


@given(total=st.integers(1, 2**256), data=st.data())
def test_percentage__any_part__rounded_half_up(total, data):
    units = data.draw(st.integers(0, total))
    shown = Fraction(percentage(units, total).removesuffix(" %"))
    assert abs(shown - Fraction(100 * units, total)) <= Fraction(1, 200)
