"""Which promises of docs/spec.md are proven: a pytest plugin notes, `make spec` counts.

The plugin (`-p tools.spec_report`) writes one file per test module into build/spec; a row counts
only by tests that passed, for every part that it has.
"""

from __future__ import annotations

import difflib
import json
import re
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SPEC = ROOT / "docs" / "spec.md"
RESULTS = ROOT / "build" / "spec"
PROPERTY = "lyftdata-spec"

_ROW = re.compile(r"^\| ([A-Z]+-\d+) \| (.*) \| (.*?)\s*\|$")
_PART = re.compile(r"`([^`]+)`")


@dataclass(frozen=True, slots=True)
class Row:
    """One promise: its id, its sentence, its parts (none: the row is one whole)."""

    id: str
    promise: str
    parts: tuple[str, ...]

    @property
    def marks(self) -> tuple[str, ...]:
        """What tests must carry, all of it, to prove the row."""
        return tuple(f"{self.id}:{part}" for part in self.parts) or (self.id,)


def read_rows(text: str) -> list[Row]:
    """The rows of the inventory, in its order."""
    found = (_ROW.match(line.replace("\\|", "\N{BROKEN BAR}")) for line in text.splitlines())
    return [
        Row(row[1], row[2].replace("\N{BROKEN BAR}", "|"), tuple(_PART.findall(row[3])))
        for row in found
        if row
    ]


def unknown(mark: str, known: Iterable[str]) -> str:
    """Why `mark` is no id of the inventory and what is near; empty when it is one."""
    names = list(known)
    if mark in names:
        return ""
    row, _, part = mark.partition(":")
    parts = [name for name in names if name.partition(":")[0] == row]
    near = [name for name in parts if part and name.endswith(part)] or (
        parts[:8] if parts and not part else difflib.get_close_matches(mark, names, n=3)
    )
    hint = f"; it has: {', '.join(near)}" if near else ""
    return f"{mark!r} is no row (or part) of docs/spec.md{hint}"


# --- the plugin ---------------------------------------------------------------------------------


def _marks(item: pytest.Item) -> list[str]:
    return [str(mark) for marker in item.iter_markers("spec") for mark in marker.args]


@dataclass(slots=True, eq=False)
class Recorder:
    """Checks the marks of each test and notes, in the process that owns the run, how it ended."""

    known: frozenset[str]
    folder: Path
    ended: dict[str, tuple[list[str], bool]] = field(default_factory=dict)

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        faults = [fault for mark in _marks(item) if (fault := unknown(mark, self.known))]
        if faults:
            pytest.fail("\n".join(faults), pytrace=False)
        item.user_properties.append((PROPERTY, _marks(item)))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        noted = [value for key, value in report.user_properties if key == PROPERTY]
        marks = [str(mark) for value in noted if isinstance(value, list) for mark in value]
        if not marks or report.skipped or hasattr(report, "wasxfail"):
            return
        if report.passed and report.when != "call":
            return
        before = self.ended.get(report.nodeid, ([], True))[1]
        self.ended[report.nodeid] = (marks, before and report.passed)

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if hasattr(session.config, "workerinput"):  # a worker of xdist: its controller writes
            return
        record(self.folder, self.ended)


def record(folder: Path, ended: Mapping[str, tuple[Sequence[str], bool]]) -> None:
    """Write what the tests of a run proved, beside what other modules proved before."""
    modules: dict[str, dict[str, dict[str, object]]] = {}
    for node, (marks, passed) in ended.items():
        module = modules.setdefault(node.partition("::")[0], {})
        module[node] = {"ids": list(marks), "passed": passed}
    for name, tests in modules.items():
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / (name.removesuffix(".py").replace("/", ".") + ".json")
        kept = json.loads(path.read_text()) if path.exists() else {}
        path.write_text(json.dumps({**kept, **tests}, indent=1, sort_keys=True) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    """Join the run that loads this module with `-p`."""
    known = frozenset(mark for row in read_rows(SPEC.read_text("utf-8")) for mark in row.marks)
    config.pluginmanager.register(Recorder(known, RESULTS), "lyftdata-spec-recorder")


# --- the report ---------------------------------------------------------------------------------


def read_proven(folder: Path) -> frozenset[str]:
    """Ids (or parts) that at least one test proved and no test refuted."""
    passed: set[str] = set()
    failed: set[str] = set()
    for path in sorted(folder.glob("*.json")):
        for test in json.loads(path.read_text()).values():
            (passed if test["passed"] else failed).update(test["ids"])
    return frozenset(passed - failed)


def report(rows: Sequence[Row], proven: frozenset[str]) -> list[str]:
    """One line per row, and `proven N of M` at the end."""
    lines: list[str] = []
    whole = 0
    for row in rows:
        missing = [mark for mark in row.marks if mark not in proven]
        whole += not missing
        have = len(row.marks) - len(missing)
        state = "proven" if not missing else "partly" if have else "open"
        lines.append(f"{row.id:<7} {state:<7} {have:>2}/{len(row.marks):<3} {row.promise[:72]}")
        if have and missing:
            lines.append("          lacks " + " ".join(mark.partition(":")[2] for mark in missing))
    parts = [mark for row in rows for mark in row.marks]
    lines.append(f"parts {sum(mark in proven for mark in parts)} of {len(parts)}")
    lines.append(f"proven {whole} of {len(rows)}")
    return lines


def main() -> int:
    """Print the report; 1 when no test has run yet."""
    if not any(RESULTS.glob("*.json")):
        print("no test has noted anything in build/spec yet: run `make test` first")
        print(f"proven 0 of {len(read_rows(SPEC.read_text('utf-8')))}")
        return 1
    print("\n".join(report(read_rows(SPEC.read_text("utf-8")), read_proven(RESULTS))))
    return 0


if __name__ == "__main__":
    sys.exit(main())
