"""Hold the docs to the tree: every link, file, make target and Ape script that they name must exist."""

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
INLINE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
FILE = re.compile(r"^[\w@.-]*(/[\w@.-]+)*\.(sol|py|md|json|toml|yaml|sh|cjs|lock|in)$|^[\w.-]+(/[\w.-]+)+/?$")
MAKE = re.compile(r"(?:^|[\s;&`])make ([a-z][a-z-]*)")
APE_RUN = re.compile(r"\bape run (\w+)")


def git(*arguments: str) -> list[str]:
    return subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True).stdout.splitlines()


def anchors(page: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    text = FENCE.sub("", page.read_text())
    return {
        re.sub(r"[^\w -]", "", heading.lower()).strip().replace(" ", "-") for heading in HEADING.findall(text)
    }


class Tree:
    """What the docs may name."""

    def __init__(self) -> None:
        self.files = git("ls-files", "--cached", "--others", "--exclude-standard")
        self.folders = {str(parent) for file in self.files for parent in Path(file).parents}
        self.targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))

    def has(self, path: str) -> bool:
        """Whether a tracked file or folder ends with this path, or the path is one that git ignores."""
        path = path.rstrip("/").removeprefix("./")
        if any(known == path or known.endswith("/" + path) for known in (*self.files, *self.folders)):
            return True
        return bool(git("check-ignore", path))


def page_faults(page: Path, tree: Tree) -> list[str]:
    text = page.read_text()
    faults = []
    for target in LINK.findall(FENCE.sub("", text)):
        if re.match(r"[a-z]+:", target):
            continue
        name, _, anchor = target.partition("#")
        linked = (page.parent / name).resolve() if name else page
        if not linked.exists():
            faults.append(f"links to {name}, which doesn't exist")
        elif anchor and linked.suffix == ".md" and anchor not in anchors(linked):
            faults.append(f"links to #{anchor}, which {linked.name} has no heading for")
    inline = INLINE.findall(FENCE.sub("", text))
    faults += [
        f"names the file {code}, which doesn't exist"
        for code in inline
        if FILE.match(code) and not tree.has(code)
    ]
    for code in (*inline, *FENCE.findall(text)):
        faults += [
            f"names `make {name}`, which the Makefile lacks"
            for name in MAKE.findall(code)
            if name not in tree.targets
        ]
        faults += [
            f"names `ape run {name}`, but there is no scripts/{name}.py"
            for name in APE_RUN.findall(code)
            if not tree.has(f"scripts/{name}.py")
        ]
    return faults


def main() -> int:
    tree = Tree()
    pages = [ROOT / "README.md", ROOT / "README.zh-CN.md", *sorted((ROOT / "docs").glob("**/*.md"))]
    faults = [
        f"{page.relative_to(ROOT)} {fault}."
        for page in pages
        if page.exists()
        for fault in page_faults(page, tree)
    ]
    faults += [f"{page.name} is missing." for page in pages if not page.exists()]
    print("\n".join(faults) or f"docs: {len(pages)} pages, every link, file and command they name exists")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
