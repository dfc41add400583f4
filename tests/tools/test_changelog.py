"""Fragments become the part of a release."""

from __future__ import annotations

from tools.changelog import insert, section


def test_fragments_are_grouped_by_kind_and_newest_release_comes_first() -> None:
    older = insert("# Changes\n", section("0.1.0", {"1.added.md": "The first.\n"}))
    part = section("0.2.0", {"9.fixed.md": "A fix\nin two lines.\n", "7.added.md": "More.\n"})
    assert insert(older, part) == (
        "# Changes\n\n"
        "## 0.2.0\n\n### Added\n\n- More.\n\n### Fixed\n\n- A fix in two lines.\n\n"
        "## 0.1.0\n\n### Added\n\n- The first.\n"
    )
