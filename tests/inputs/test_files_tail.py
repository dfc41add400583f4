"""The `files` input follows files as they grow, rotate and are cut."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from lyftdata.core.event import Json
from lyftdata.inputs.files import component
from lyftdata.spec.component import Batch, Input
from tests.delivery.harness import Tools, drain, open_input, records, texts

pytestmark = pytest.mark.spec("JOB-4:input.files")


class Site:
    """A folder of logs, an input over it, and a clock moved by hand."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.tools = Tools()
        self.position: Json | None = None
        self.source: Input | None = None
        self.config: Json = {"path": str(root / "app.log*")}

    def start(self, **more: object) -> None:
        if self.source:
            self.source.close()
        self.source = open_input(
            component,
            self.config,
            self.root / ".state",
            tools=self.tools,
            **{"after": self.position, **more},
        )

    def take(self, *, seconds: float = 1) -> list[str]:
        """All lines that are there now; each batch is committed."""
        return texts(self.batches(seconds=seconds))

    def batches(self, *, seconds: float = 1) -> list[Batch]:
        self.tools.clock.pass_by(seconds)
        assert self.source
        taken = []
        while (batch := self.source.read(0)) is not None:
            self.position = batch.end
            self.source.committed(batch.end)
            taken.append(batch)
        return taken

    def append(self, text: str, name: str = "app.log") -> None:
        with (self.root / name).open("a") as file:
            file.write(text)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    made.append("one\ntwo\n")
    made.start()
    yield made
    assert made.source
    made.source.close()


def test_gives_new_lines_as_they_come(site: Site) -> None:
    assert site.take() == ["one", "two"]
    site.append("three\n")
    assert site.take() == ["three"]


def test_a_line_that_still_grows_waits(site: Site) -> None:
    site.take()
    site.append("half")
    assert site.take() == []
    site.append(" whole\n")
    assert site.take() == ["half whole"]


def test_goes_on_where_it_was_after_a_restart(site: Site) -> None:
    assert site.take() == ["one", "two"]
    site.append("three\n")
    site.start()
    assert site.take() == ["three"]


def test_a_new_file_is_found(site: Site) -> None:
    site.take()
    site.append("other\n", "app.log.new")
    assert site.take() == ["other"]


def test_a_renamed_file_is_read_to_its_end(site: Site) -> None:
    site.config["path"] = str(site.root / "app.log")
    site.start()
    site.take()
    site.append("before\n")
    (site.root / "app.log").rename(site.root / "old.log")
    site.append("late\n", "old.log")
    site.append("after\n")
    assert sorted(site.take()) == ["after", "before", "late"]
    site.append("later\n", "old.log")
    assert site.take() == ["later"]


def test_a_renamed_file_is_found_again_after_a_restart(site: Site) -> None:
    site.config["path"] = str(site.root / "app.log")
    site.start()
    site.take()
    site.append("before\n")
    (site.root / "app.log").rename(site.root / "old.log")
    site.append("after\n")
    site.start()
    assert sorted(site.take()) == ["after", "before"]


def test_a_rename_inside_the_wildcard_repeats_nothing(site: Site) -> None:
    site.take()
    (site.root / "app.log").rename(site.root / "app.log.1")
    site.append("new\n")
    assert site.take() == ["new"]
    site.start()
    assert site.take() == []


def test_the_unterminated_end_of_a_file_that_was_rotated_away_is_given(site: Site) -> None:
    site.config["path"] = str(site.root / "app.log")
    site.start()
    site.take()
    site.append("last words")
    (site.root / "app.log").rename(site.root / "old.log")
    assert site.take() == []
    assert site.take(seconds=6) == ["last words"]


def test_a_file_that_was_cut_is_read_from_its_new_start(site: Site) -> None:
    site.take()
    (site.root / "app.log").write_text("anew\n")
    assert site.take() == ["anew"]


def test_a_file_that_was_cut_and_grew_past_the_old_end_is_noticed(site: Site) -> None:
    site.take()
    (site.root / "app.log").write_text("quite other lines\nthan before\n")
    assert site.take() == ["quite other lines", "than before"]


def test_positions_never_repeat_when_a_file_is_cut(site: Site) -> None:
    begins = [batch.begin for batch in site.batches()]
    for _ in range(3):
        (site.root / "app.log").write_text("")
        assert site.take() == []
        site.append("one\ntwo\n")
        begins += [batch.begin for batch in site.batches()]
    assert len(begins) == 4
    assert all(begins.count(one) == 1 for one in begins)


def test_a_removed_file_is_forgotten(site: Site) -> None:
    site.take()
    (site.root / "app.log").unlink()
    assert site.take(seconds=6) == []
    site.append("x\n", "app.log.2")
    assert site.take() == ["x"]
    site.append("y\n", "app.log.2")
    assert site.take() == ["y"]
    assert site.position
    assert [Path(one["path"]).name for one in site.position["files"]] == ["app.log.2"]


def test_caught_up_says_when_all_is_read(site: Site) -> None:
    assert site.source
    assert not site.source.caught_up
    site.take()
    assert site.source.caught_up
    assert not site.source.ended


def test_until_idle_gives_the_unterminated_last_line(site: Site) -> None:
    site.append("rest")
    site.start(until_idle=True)
    assert site.take() == ["one", "two", "rest"]


def test_a_gigantic_line_is_refused_and_the_next_is_given(tmp_path: Path) -> None:
    (tmp_path / "a.log").write_bytes(b"x" * 3_000_000 + b"\nok\n")
    source = open_input(component, {"path": str(tmp_path / "a.log")}, tmp_path / "state")
    first, second = drain(source)
    source.close()
    assert (first.count, first.raw) == (0, b"")
    assert first.refused[0].code == "line-too-long"
    assert records(second) == [b"ok"]
