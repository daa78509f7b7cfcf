"""The colours of `.streamlit/config.toml`, by the contrast ratios of WCAG 2.

theme, light and dark
├── text on its backgrounds: 7 : 1
├── links on the background, white letters on buttons: 4.5 : 1
├── what is selected or outlined, against the page: 3 : 1
└── the chart colours against both pages: 2 : 1 at least, and told apart from each other
"""

import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from dapp.widgets.charts import COLORS

CONFIG = tomllib.loads((Path(__file__).parents[2] / ".streamlit" / "config.toml").read_text())
THEMES = ("light", "dark")


def luminance(color):
    def linear(part):
        return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(int(color[place : place + 2], 16) / 255) for place in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("name", THEMES)
def test_theme__text__is_readable(name):
    theme = CONFIG["theme"][name]
    for background in ("backgroundColor", "secondaryBackgroundColor"):
        assert contrast(theme["textColor"], theme[background]) >= 7
        assert contrast(theme["linkColor"], theme[background]) >= 4.5


@pytest.mark.parametrize("name", THEMES)
def test_theme__buttons__are_readable_and_stand_out(name):
    theme = CONFIG["theme"][name]
    assert contrast("#FFFFFF", theme["primaryColor"]) >= 4.5
    assert contrast(theme["primaryColor"], theme["backgroundColor"]) >= 3


@pytest.mark.parametrize("name", THEMES)
def test_charts__colours__stand_out(name):
    background = CONFIG["theme"][name]["backgroundColor"]
    assert min(contrast(color, background) for color in COLORS) >= 2
    assert all(one != other for one, other in combinations(COLORS, 2))
