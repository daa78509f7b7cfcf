"""YAML of the plain kind: values, lists and mappings, each thing said once, of a bounded size and depth."""

from typing import Any, Final

import yaml

LARGEST: Final = 256 * 1024
DEEPEST: Final = 32


class PlainLoader(yaml.SafeLoader):
    """YAML's own, at most DEEPEST levels deep, without aliases: a few lines could unfold into gigabytes.

    Python's recursion limit is no bound: libraries raise it until the stack overflows.
    """

    _depth = 0

    def compose_node(self, parent: Any, index: Any) -> Any:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise yaml.composer.ComposerError(
                None, None, "anchors and aliases (& and *) aren't allowed", event.start_mark
            )
        if self._depth == DEEPEST:
            raise yaml.composer.ComposerError(
                None, None, f"it is nested deeper than {DEEPEST} levels", event.start_mark
            )
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        return node
