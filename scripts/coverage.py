"""Write docs/coverage.md from forge's report: what the Solidity tests reached, and why the rest was not.

Forge counts Solidity tests only. A line that they miss is looked up in `tests/units/uncovered.yaml` (a
reason), then among the Ape tests (who asserts the error, or calls the function). The second is named, never
counted as covered.

Usage: coverage.py [lcov file]; exits with 1 if a line or branch has neither, or if a reason explains nothing.
"""

import re
import sys
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
REASONS = ROOT / "tests" / "units" / "uncovered.yaml"
PAGE = ROOT / "docs" / "coverage.md"
NOT_OURS = ("contracts/mocks/", "contracts/interfaces/")

INTRO = """# Coverage

Written by `make coverage` from forge's report. Counted are lines and branches of the contracts (mocks and
interfaces apart) that the Solidity tests reach: `tests/units` and a short, seeded run of `tests/invariants`.
The contracts are compiled for it with the least optimisation that still compiles, so that machine code can be
told apart by line.

The Ape tests under `tests/contracts` run on the real, optimised byte code and reach more, but forge can't
count them. Where a line is missing here and an Ape test asserts its error or calls its function, the page
names that test; the line stays uncounted.
"""


@dataclass
class Source:
    """One contract's hits, by line and by branch."""

    path: str
    lines: Counter[int] = field(default_factory=Counter)
    branches: Counter[tuple[int, str, str]] = field(default_factory=Counter)

    def missed(self) -> dict[int, str]:
        """Missed line numbers, each with what was missed there."""
        found = {line: "line" for line, hits in self.lines.items() if not hits}
        for line, _, _ in (branch for branch, hits in self.branches.items() if not hits):
            found.setdefault(line, "branch")
        return dict(sorted(found.items()))

    def cells(self) -> tuple[int, int, int, int]:
        """Lines hit, lines, branches hit, branches."""
        hits = (sum(1 for n in c.values() if n) for c in (self.lines, self.branches))
        line_hits, branch_hits = hits
        return line_hits, len(self.lines), branch_hits, len(self.branches)


def parse(report: str) -> list[Source]:
    """The contracts in an lcov report."""
    sources: dict[str, Source] = {}
    current = Source("")
    for row in report.splitlines():
        kind, _, rest = row.partition(":")
        parts = rest.split(",")
        if kind == "SF":
            current = sources.setdefault(rest, Source(rest))
        elif kind == "DA":
            current.lines[int(parts[0])] += int(parts[1])
        elif kind == "BRDA":
            taken = 0 if parts[3] == "-" else int(parts[3])
            current.branches[int(parts[0]), parts[1], parts[2]] += taken
    ours = (
        s for s in sources.values() if s.path.startswith("contracts/") and not s.path.startswith(NOT_OURS)
    )
    return sorted(ours, key=lambda source: source.path)


class Reasons:
    """Why lines are not reached: written reasons first, then the Ape tests that assert the same."""

    def __init__(self) -> None:
        written = yaml.safe_load(REASONS.read_text()) if REASONS.exists() else None
        self._written: dict[str, dict[str, str]] = written or {}
        self._used: set[tuple[str, str]] = set()
        folder = ROOT / "tests" / "contracts"
        self._tests = {path.relative_to(ROOT): path.read_text() for path in sorted(folder.rglob("test_*.py"))}

    def of(self, path: str, code: list[str], line: int) -> str | None:
        """The reason for line `line` (from 1) of a contract, or None."""
        text = code[line - 1].strip()
        for pattern, reason in self._written.get(path, {}).items():
            if pattern in text:
                self._used.add((path, pattern))
                return reason
        error = re.search(r"revert (?:\w+\.)?(\w+)\(", " ".join(code[line - 1 : line + 3]))
        near = error is not None and "revert" in text + code[min(line, len(code) - 1)]
        if error and near and (test := self._test_with(rf"\b{error[1]}\b")):
            return f"`{error[1]}` is asserted in {test}"
        name = self._function_at(code, line)
        if name and (test := self._test_with(rf"\.{name}\(")):
            return f"`{name}` is called in {test}"
        return None

    def stale(self) -> list[str]:
        """Reasons that explained nothing."""
        every = ((path, pattern) for path, patterns in self._written.items() for pattern in patterns)
        return [f"{path}: {pattern}" for path, pattern in every if (path, pattern) not in self._used]

    def _test_with(self, pattern: str) -> str | None:
        found = (path for path, text in self._tests.items() if re.search(pattern, text))
        path = next(found, None)
        return f"`{path}`" if path else None

    @staticmethod
    def _function_at(code: list[str], line: int) -> str | None:
        for text in reversed(code[:line]):
            if match := re.match(r"\s*function (\w+)", text):
                return match[1]
        return None


def percent(hit: int, of: int) -> str:
    """A share with one digit, rounded down so that 100 % means all."""
    return f"{1000 * hit // of / 10:.1f} %" if of else "–"


def table(sources: list[Source]) -> Iterator[str]:
    """One row a contract, and the sum."""
    yield "| contract | lines | | branches | |"
    yield "|---|---|---|---|---|"
    totals = [0, 0, 0, 0]
    for source in sources:
        cells = source.cells()
        totals = [a + b for a, b in zip(totals, cells, strict=True)]
        yield row(f"`{source.path.removeprefix('contracts/')}`", *cells)
    yield row("**all**", *totals)


def row(name: str, line_hits: int, lines: int, branch_hits: int, branches: int) -> str:
    return (
        f"| {name} | {line_hits} of {lines} | {percent(line_hits, lines)} "
        f"| {branch_hits} of {branches} | {percent(branch_hits, branches)} |"
    )


def write(sources: list[Source]) -> list[str]:
    """Write the page; give what has no reason."""
    reasons, bare = Reasons(), []
    rows = [INTRO, *table(sources), "", "## Not reached", ""]
    rows += ["| where | what | why, or which Ape test does |", "|---|---|---|"]
    for source in sources:
        code = (ROOT / source.path).read_text().splitlines()
        for line, kind in source.missed().items():
            reason = reasons.of(source.path, code, line)
            if reason is None:
                bare.append(f"{source.path}:{line}")
            text = code[line - 1].strip().replace("|", "\\|")
            where = f"{source.path.removeprefix('contracts/')}:{line}"
            rows.append(f"| {where} ({kind}) | `{text}` | {reason or '**none yet**'} |")
    PAGE.write_text("\n".join(rows) + "\n")
    return bare + reasons.stale()


def main() -> int:
    """Write the page and report what is unexplained."""
    report = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / ".cache" / "lcov.info"
    sources = parse(report.read_text())
    bare = write(sources)
    lines_hit, lines, branches_hit, branches = (
        sum(n) for n in zip(*(s.cells() for s in sources), strict=True)
    )
    print(f"coverage: {lines_hit} of {lines} lines, {branches_hit} of {branches} branches: see {PAGE.name}")
    for place in bare:
        print(f"coverage: no reason, or one that explains nothing: {place}")
    return 1 if bare else 0


if __name__ == "__main__":
    sys.exit(main())
