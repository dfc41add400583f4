"""House rules that no ready-made linter knows: `python -m tools.house_lint [--fast]`.

One file per rule in tools/house; each yields faults with file, line and the page that says why.
A rule over a room that does not exist yet finds nothing. `--fast` leaves out what must import us.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from tools.house import addresses, codes, components, fragments, marks, settings, siblings, sizes
from tools.house.tree import Fault, Tree, read_tree

Rule = Callable[[Tree], Iterator[Fault]]

STATIC: tuple[Rule, ...] = (
    sizes.check,
    codes.check,
    settings.check,
    marks.check,
    siblings.check,
    addresses.check,
    fragments.check,
)
IMPORTING: tuple[Rule, ...] = (components.check,)


def main() -> int:
    """Print every fault; 1 when there is one."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--fast", action="store_true", help="only rules that read text")
    fast = options.parse_args().fast
    tree = read_tree(Path(__file__).resolve().parent.parent)
    rules = STATIC if fast else STATIC + IMPORTING
    faults = sorted({fault for rule in rules for fault in rule(tree)})
    for fault in faults:
        print(fault)
    print(f"{len(rules)} rules, {len(tree.files)} files, {len(faults)} faults")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
