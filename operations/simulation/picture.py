"""Draws the scores of each kind over the year: the median, and where eight in ten of them lie. As SVG."""

from collections.abc import Sequence

from operations.simulation.people import Kind
from operations.simulation.report import scores_at
from operations.simulation.year import Year

WIDTH, HEIGHT = 900, 460
LEFT, RIGHT, TOP, BOTTOM = 56, 190, 20, 40
COLORS = {
    Kind.HONEST: ("#1a7f37", "#3fb950"),
    Kind.LAZY: ("#9a6700", "#d29922"),
    Kind.WASH: ("#8250df", "#ab7df8"),
    Kind.FARM: ("#0969da", "#4493f8"),
    Kind.EXIT: ("#cf222e", "#f85149"),
}
TIERS = ((600, "Silver"), (800, "Gold"), (900, "Diamond"))


def picture(year: Year) -> str:
    """The whole SVG, readable on light and dark pages."""
    days = range(year.SAMPLE, year.days + 1, year.SAMPLE)
    parts = [_frame(year.days)]
    ends: list[tuple[float, Kind]] = []
    for kind in Kind:
        samples = [(day, scores_at(year, kind, day)) for day in days]
        rows = [(day, scores) for day, scores in samples if len(scores) >= 5]
        if not rows:
            continue
        low, middle, high = ([(day, _part(s, share)) for day, s in rows] for share in (0.1, 0.5, 0.9))
        band = _points(high, year.days) + " " + _points(low[::-1], year.days)
        parts.append(f'<polygon class="band {kind.name.lower()}" points="{band}"/>')
        parts.append(f'<polyline class="line {kind.name.lower()}" points="{_points(middle, year.days)}"/>')
        ends.append((middle[-1][1], kind))
    parts.append(_labels(ends))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-label="Scores of each kind of merchant over a year">\n'
        + _style()
        + "\n".join(parts)
        + "\n</svg>\n"
    )


def _part(scores: Sequence[int], share: float) -> float:
    return scores[min(int(len(scores) * share), len(scores) - 1)] / 1_000


def _x(day: float, days: int) -> float:
    return LEFT + (WIDTH - LEFT - RIGHT) * day / days


def _y(score: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - score / 1_000)


def _points(values: Sequence[tuple[int, float]], days: int) -> str:
    return " ".join(f"{_x(day, days):.1f},{_y(score):.1f}" for day, score in values)


def _frame(days: int) -> str:
    lines = [
        f'<text class="axis end" x="{LEFT - 8}" y="{_y(score) + 4:.1f}">{score}</text>'
        for score in range(0, 1_001, 200)
    ]
    for score, name in TIERS:
        x, y = WIDTH - RIGHT, _y(score)
        lines.append(f'<line class="tier" x1="{LEFT}" y1="{y:.1f}" x2="{x}" y2="{y:.1f}"/>')
        lines.append(f'<text class="axis" x="{LEFT + 6}" y="{y - 4:.1f}">{name}</text>')
    for day in range(0, days + 1, 60):
        x = _x(day, days)
        lines.append(f'<text class="axis mid" x="{x:.1f}" y="{HEIGHT - 14}">day {day}</text>')
    return "\n".join(lines)


def _labels(ends: list[tuple[float, Kind]]) -> str:
    """Each kind's name at the end of its line, moved apart where they would touch."""
    texts, last = [], 0.0
    for score, kind in sorted(ends, reverse=True):
        last = max(_y(score) + 4, last + 18)
        texts.append(
            f'<text class="name {kind.name.lower()}" x="{WIDTH - RIGHT + 8}" y="{last:.1f}">{kind}</text>'
        )
    return "\n".join(texts)


def _style() -> str:
    def rules(place: int) -> str:
        return " ".join(
            f".line.{kind.name.lower()} {{ stroke: {color[place]} }} "
            f".band.{kind.name.lower()}, .name.{kind.name.lower()} {{ fill: {color[place]} }}"
            for kind, color in COLORS.items()
        )

    return (
        "<style>\n"
        'text { font: 13px system-ui, -apple-system, "Segoe UI", Helvetica, Arial, sans-serif }\n'
        ".axis { fill: #57606a } .end { text-anchor: end } .mid { text-anchor: middle }\n"
        ".name { font-weight: 600 }\n"
        ".tier { stroke: #818b98; stroke-dasharray: 4 4 } .line { fill: none; stroke-width: 2.2 }\n"
        ".band { fill-opacity: 0.12 }\n"
        f"{rules(0)}\n"
        f"@media (prefers-color-scheme: dark) {{ .axis {{ fill: #b7bdc8 }} {rules(1)} }}\n"
        "</style>\n"
    )
