"""Charts as Vega-Lite specifications: plain dicts, drawn in the page's colours, light or dark.

Numbers in a chart are approximate (floats); the exact amount stands beside it or in the tooltip as text.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

# Told apart in light and dark, and by people who don't see all colours; from the palette of Okabe and Ito.
COLORS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C8C8C")
Spec = dict[str, Any]
Rows = Sequence[Mapping[str, Any]]
_RINGS = (0.25, 0.5, 0.75, 1.0)


def show(spec: Spec, *, height: int | None = None, key: str | None = None) -> None:
    """Draw a specification across the width there is. height in pixels.

    Streamlit carries a chart's own data through pandas and Arrow, at ten times the chart's cost; that of a
    layer it leaves where it is.
    """
    if "data" in spec:
        spec = {"layer": [spec]}
    st.vega_lite_chart(spec | ({"height": height} if height else {}), width="stretch", key=key)


def bars(rows: Rows, x: str, y: str, *, color: str | None = None, tooltip: Sequence[str] = ()) -> Spec:
    """Bars of `y` (numbers) over `x` (texts, in the order given), stacked by `color`; fields name columns."""
    encoding: Spec = {
        "x": {"field": x, "type": "ordinal", "sort": None, "title": None, "axis": {"labelAngle": 0}},
        "y": {"field": y, "type": "quantitative", "title": None},
        "tooltip": [{"field": name, "type": "nominal"} for name in tooltip or (x, y)],
    }
    if color:
        encoding["color"] = _color(color, _distinct(rows, color))
    return _spec(rows, {"type": "bar", "cornerRadiusEnd": 3}, encoding)


def line(rows: Rows, x: str, y: str, *, color: str | None = None, tooltip: Sequence[str] = ()) -> Spec:
    """A line of `y` (numbers) over `x` (Unix milliseconds)."""
    encoding: Spec = {
        "x": {"field": x, "type": "temporal", "title": None},
        "y": {"field": y, "type": "quantitative", "title": None, "scale": {"zero": False}},
        "tooltip": [{"field": name, "type": "nominal"} for name in tooltip or (y,)],
    }
    if color:
        encoding["color"] = _color(color, _distinct(rows, color))
    return _spec(rows, {"type": "line", "interpolate": "step-after", "point": True}, encoding)


def radar(axes: Sequence[tuple[str, float]]) -> Spec:
    """A radar of shares from 0 to 1 by axis, first axis on top, clockwise."""
    angles = [2 * math.pi * place / len(axes) for place in range(len(axes))]
    points = [
        _at(angle, min(max(share, 0.0), 1.0)) for angle, (_name, share) in zip(angles, axes, strict=True)
    ]
    rings = [
        {"ring": ring, **_at(angle, ring), "_place": place}
        for ring in _RINGS
        for place, angle in enumerate([*angles, angles[0]])
    ]
    names = [
        {"name": name, "share": f"{share:.0%}", **_at(angle, 1.18)}
        for angle, (name, share) in zip(angles, axes, strict=True)
    ]
    shape = [{**point, "_place": place} for place, point in enumerate([*points, points[0]])]
    scale = {"domain": [-1.4, 1.4]}
    xy = {axis: {"field": axis, "type": "quantitative", "axis": None, "scale": scale} for axis in "xy"}
    order = {"order": {"field": "_place", "type": "quantitative"}}
    area = {"type": "line", "color": COLORS[0], "strokeWidth": 2, "fill": COLORS[0], "fillOpacity": 0.25}
    return {
        "layer": [
            {
                "data": {"values": rings},
                "mark": {"type": "line", "color": "#8C8C8C", "opacity": 0.5, "strokeWidth": 1},
                "encoding": {**xy, **order, "detail": {"field": "ring"}},
            },
            {"data": {"values": shape}, "mark": area, "encoding": {**xy, **order}},
            {
                "data": {"values": names},
                "mark": {"type": "text", "fontSize": 12, "color": "#8C8C8C"},
                "encoding": {**xy, "text": {"field": "name"}, "tooltip": [{"field": "share"}]},
            },
        ],
        "height": 300,
        "view": {"stroke": None},
    }


def _at(angle: float, radius: float) -> dict[str, float]:
    return {"x": round(math.sin(angle) * radius, 6), "y": round(math.cos(angle) * radius, 6)}


def _spec(rows: Rows, mark: Spec, encoding: Spec) -> Spec:
    return {"data": {"values": [dict(row) for row in rows]}, "mark": mark, "encoding": encoding}


def _distinct(rows: Rows, field: str) -> list[str]:
    return list(dict.fromkeys(str(row[field]) for row in rows))


def _color(field: str, domain: Sequence[str]) -> Spec:
    colors = [COLORS[place % len(COLORS)] for place in range(len(domain))]
    return {
        "field": field,
        "type": "nominal",
        "sort": None,
        "title": None,
        "scale": {"domain": list(domain), "range": colors},
        "legend": {"orient": "bottom"},
    }
