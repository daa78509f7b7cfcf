"""Play a year of a made-up market and write what it says into docs/simulation.md and docs/simulation.svg."""

import argparse
import re
from pathlib import Path

from operations.simulation.picture import picture
from operations.simulation.report import page
from operations.simulation.year import Year

ROOT = Path(__file__).resolve().parent.parent
PAGE, PICTURE = ROOT / "docs" / "simulation.md", ROOT / "docs" / "simulation.svg"
MARKED = re.compile(r"(<!-- simulate: [^\n]*-->\n).*(\n<!-- /simulate -->)", re.DOTALL)


def main() -> None:
    """Prints the report; --write puts it and the picture into the docs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--merchants", type=int, default=1_000)
    parser.add_argument("--write", action="store_true", help="put the report and the picture into docs/")
    given = parser.parse_args()
    year = Year(given.seed, given.merchants).play()
    report = page(year)
    print(report)
    if given.write:
        PICTURE.write_text(picture(year))
        PAGE.write_text(MARKED.sub(lambda found: found[1] + report + found[2], PAGE.read_text()))


if __name__ == "__main__":
    main()
