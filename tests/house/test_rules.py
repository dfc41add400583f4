"""Each house rule finds what it is for, and nothing in a clean tree."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools.house import addresses, codes, fragments, marks, settings, siblings, sizes
from tools.house.tree import Tree
from tools.house_lint import Rule


def tree(folder: Path, files: dict[str, str]) -> Tree:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return Tree(folder, tuple(sorted(files)))


LONG = "def long() -> None:\n" + "    print()\n" * 51
CODE = 'class Missing(Exception):\n    code = "not-here"\n'
SPEC = "| A-1 | whole | |\n| A-2 | parted | `x`, `y` |\n"
MARKED = '@pytest.mark.spec("A-2:{}")\ndef test_it() -> None: ...\n'
ROOM = "/" + "work/main/src"
REGISTRY = "https://" + "pypi" + ".org/simple"

BROKEN: list[tuple[Rule, str, dict[str, str]]] = [
    (sizes.check, "src/a.py:401: file-size", {"src/a.py": "x = 1\n" * 401}),
    (sizes.check, "tests/a.py:301: file-size", {"tests/a.py": "x = 1\n" * 301}),
    (sizes.check, "src/a.py:1: function-size: long has 51 lines", {"src/a.py": LONG}),
    (codes.check, "src/a.py:2: undocumented-code: `## not-here`", {"src/a.py": CODE}),
    (
        codes.check,
        "src/a.py:1: undocumented-code: `## too-big`",
        {"src/a.py": 'raise Wrong("no", code="too-big")\n'},
    ),
    (
        codes.check,
        "docs/reference/errors.md:3: unused-code",
        {"src/a.py": CODE, "docs/reference/errors.md": "## not-here\n\n## old\n"},
    ),
    (
        settings.check,
        "src/a.py:2: undocumented-setting: LYFTDATA_URL is missing",
        {"src/a.py": '\nx = "LYFTDATA_URL"\n', "docs/reference/settings.md": "LYFTDATA_URL_OLD\n"},
    ),
    (
        marks.check,
        "tests/a.py:1: unknown-promise: 'A-2:z'",
        {"docs/spec.md": SPEC, "tests/a.py": MARKED.format("z")},
    ),
    (
        siblings.check,
        "src/lyftdata/actions/a.py:1: sibling-import: imports its sibling b",
        {"src/lyftdata/actions/a.py": "from lyftdata.actions.b import step\n"},
    ),
    (addresses.check, "a.md:1: machine-path", {"a.md": f"cd {ROOM}\n"}),
    (addresses.check, "a.md:1: registry-address", {"a.md": f"{REGISTRY}\n"}),
    (fragments.check, "changelog.d/3.md:1: fragment-name", {"changelog.d/3.md": "It.\n"}),
    (fragments.check, "changelog.d/3.fixed.md:1: empty", {"changelog.d/3.fixed.md": "\n"}),
]
CLEAN = {
    "src/lyftdata/actions/a.py": "from lyftdata.actions._shared import step\n",
    "src/a.py": CODE,
    "docs/reference/errors.md": "# Codes\n\n## not-here\nIt is not.\n",
    "docs/spec.md": SPEC,
    "tests/a.py": MARKED.format("x"),
    "changelog.d/3.fixed.md": "It works.\n",
    "changelog.d/README.md": "How.\n",
}


@pytest.mark.parametrize(("rule", "start", "files"), BROKEN, ids=[case[1] for case in BROKEN])
def test_a_rule_finds_its_fault(
    rule: Rule, start: str, files: dict[str, str], tmp_path: Path
) -> None:
    found = [str(fault) for fault in rule(tree(tmp_path, files))]
    assert len(found) == 1
    assert found[0].startswith(start)


@pytest.mark.parametrize("rule", sorted({case[0] for case in BROKEN}, key=lambda r: r.__module__))
def test_a_clean_tree_has_no_fault(rule: Rule, tmp_path: Path) -> None:
    assert list(rule(tree(tmp_path, CLEAN))) == []
