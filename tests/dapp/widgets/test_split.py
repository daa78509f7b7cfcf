"""The picture of who gets what.

split_picture
├── the bar's parts are as wide as the shares, in the order and colours of the lines below it
├── a share of nothing leaves no trace; nothing at all says so
└── what a name says is only ever letters
percentage
└── to two decimals, half up, without floats
"""

import re
from fractions import Fraction
from html import unescape

from hypothesis import given
from hypothesis import strategies as st
from streamlit.testing.v1 import AppTest

from dapp.widgets import charts
from dapp.widgets.i18n import text_of
from dapp.widgets.split import percentage

NASTY = '"><img src=x onerror=alert(1)> $x$ :red[y]'


def drawn(*shares):
    def script(shares):
        from dapp.chain.formats import Token
        from dapp.widgets.split import Share, split_picture

        split_picture([Share(*share) for share in shares], Token("TOK", 2))

    at = AppTest.from_function(script, kwargs={"shares": shares}).run()
    assert not at.exception
    return at


def html_of(at):
    (element,) = at.get("html")
    return element.proto.body


def test_split_picture__shares__are_drawn_and_written_in_order():
    html = html_of(drawn(("Seller", 9_000), ("Platform", 250, "its fee"), ("Referrer", 750)))
    parts = re.findall(r'flex:([\d.]+) 0 0;background:(#\w+)" title="([^"]*)"', html)
    assert [(float(portion), color) for portion, color, _told in parts] == [
        (0.9, charts.COLORS[0]),
        (0.025, charts.COLORS[1]),
        (0.075, charts.COLORS[2]),
    ]
    assert parts[1][2] == "Platform · 2.5 TOK · 2.5 %"
    assert re.findall(r"color:(#\w+)\" aria-hidden", html) == [color for _portion, color, _told in parts]
    assert re.findall(r">(Seller|Platform|Referrer)<", html) == ["Seller", "Platform", "Referrer"]
    assert 'title="its fee"' in html


def test_split_picture__nothing_for_one__leaves_no_trace():
    html = html_of(drawn(("Seller", 100), ("Platform", 0)))
    assert "Platform" not in html
    assert html.count("<li") == html.count("background:#") == 1


def test_split_picture__nothing_at_all__says_so():
    at = drawn(("Seller", 0))
    assert [each.value for each in at.caption] == [text_of("frame.split.nothing", "en")]
    assert not at.get("html")


def test_split_picture__hostile_name__is_only_letters():
    html = html_of(drawn((NASTY, 100, NASTY)))
    assert "<img" not in html
    assert unescape(re.search(r">([^<]*onerror[^<]*)</span>", html)[1]) == NASTY
    assert all('"' not in told for told in re.findall(r'title="([^"]*)"', html))


@given(total=st.integers(1, 2**256), data=st.data())
def test_percentage__any_part__rounded_half_up(total, data):
    units = data.draw(st.integers(0, total))
    shown = Fraction(percentage(units, total).removesuffix(" %"))
    assert abs(shown - Fraction(100 * units, total)) <= Fraction(1, 200)
