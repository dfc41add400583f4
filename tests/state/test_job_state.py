"""What a job remembers: together or not at all, and across processes."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from lyftdata.core.errors import Conflict, NotFound, PermanentError
from lyftdata.state import (
    Commit,
    DeadLetter,
    JobsDir,
    JobState,
    NewerState,
    OpenChunk,
    dead_letters,
)


def letter(record: bytes = b"{}", code: str = "bad") -> DeadLetter:
    return DeadLetter(
        at_ns=1_700_000_000_123_000_000,
        code=code,
        reason="why",
        action=2,
        name="filter",
        field="k",
        value="1",
        record=record,
    )


def commit(at: int, **more: object) -> Commit:
    fields = {"added": {"received": 2}, "counters": {}, "number": at} | more
    return Commit(position={"at": at}, **fields)  # type: ignore[arg-type]


def test_a_new_state_is_empty(tmp_path: Path) -> None:
    state = JobState.open(tmp_path)
    assert (state.position, state.number, state.open_chunk()) == (None, 0, None)
    assert set(state.ledger.values()) == {0}
    state.close()


def test_a_commit_survives(tmp_path: Path) -> None:
    state = JobState.open(tmp_path)
    state.commit(commit(1, counters={"n": 5}, dead=[letter()], facts={"window-end": 7}))
    state.commit(commit(2, counters={"n": 6}))
    life = state.life
    state.close()
    state = JobState.open(tmp_path)
    assert (state.position, state.number, state.counters) == ({"at": 2}, 2, {"n": 6})
    assert (state.ledger["received"], state.fact("window-end"), state.life) == (4, 7, life)
    assert state.count_dead_letters() == 1
    state.close()


def test_a_journalled_chunk_is_open_until_it_is_committed(tmp_path: Path) -> None:
    chunk = OpenChunk(
        begin=None, end={"at": 1}, parts=[("a", {"size": 3})], guid="g", number=1, window=(1, 2)
    )
    state = JobState.open(tmp_path)
    state.journal(chunk)
    state.close()
    state = JobState.open(tmp_path)
    assert state.open_chunk() == chunk
    state.commit(commit(1))
    assert state.open_chunk() is None
    state.close()


def test_a_commit_that_fails_changes_nothing(tmp_path: Path) -> None:
    state = JobState.open(tmp_path)
    state.commit(commit(1))
    other = sqlite3.connect(tmp_path / "state.db")
    other.execute("DROP TABLE dead_letters")
    other.commit()
    other.close()
    with pytest.raises(PermanentError) as caught:
        state.commit(commit(2, dead=[letter()]))
    assert caught.value.kind == "state-unusable"
    assert (state.position, state.ledger["received"]) == ({"at": 1}, 2)
    state.close()


def test_a_newer_state_is_refused_with_the_fix(tmp_path: Path) -> None:
    JobState.open(tmp_path).close()
    connection = sqlite3.connect(tmp_path / "state.db")
    connection.execute("PRAGMA user_version = 99")
    connection.close()
    with pytest.raises(NewerState, match="version 99"):
        JobState.open(tmp_path)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    (tmp_path / "state.db").write_bytes(b"x" * 4096)
    with pytest.raises(PermanentError, match="move it away"):
        JobState.open(tmp_path)


def test_a_folder_that_cannot_be_made_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(PermanentError) as caught:
        JobState.open(tmp_path / "file" / "job")
    assert caught.value.kind == "state-unusable"


# --- dead letters ---------------------------------------------------------------------------------


def test_dead_letters_come_newest_first_in_pages(tmp_path: Path) -> None:
    state = JobState.open(tmp_path)
    state.commit(commit(1, dead=[letter(code=str(n)) for n in range(5)]))
    first = state.dead_letters(limit=2)
    assert [one.letter.code for one in first] == ["4", "3"]
    rest = state.dead_letters(limit=9, after=first[-1].id)
    assert [one.letter.code for one in rest] == ["2", "1", "0"]
    state.close()


def test_the_oldest_go_when_there_are_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "MAX_ROWS", 3)
    state = JobState.open(tmp_path)
    state.commit(commit(1, dead=[letter(code="old")]))
    state.commit(commit(2, dead=[letter(code=str(n)) for n in range(4)]))
    assert [one.letter.code for one in state.dead_letters()] == ["3", "2", "1"]
    assert state.ledger["dead_letters_dropped"] == 2
    state.close()


def test_the_oldest_go_when_they_take_too_much_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dead_letters, "MAX_BYTES", 10)
    state = JobState.open(tmp_path)
    state.commit(commit(1, dead=[letter(b"1234"), letter(b"5678"), letter(b"9012")]))
    assert [one.letter.record for one in state.dead_letters()] == [b"9012", b"5678"]
    state.close()


def test_a_huge_record_is_cut_and_says_how_long_it_was(tmp_path: Path) -> None:
    state = JobState.open(tmp_path)
    state.commit(commit(1, dead=[letter(b"x" * (dead_letters.MAX_RECORD + 5))]))
    (held,) = state.dead_letters()
    assert len(held.letter.record) == dead_letters.MAX_RECORD
    assert held.record_bytes == dead_letters.MAX_RECORD + 5
    state.close()


def test_a_letter_is_shown_as_the_api_shows_it(tmp_path: Path) -> None:
    state = JobState.open(tmp_path)
    state.commit(commit(1, dead=[letter(b"\xff{}")]))
    shown = state.dead_letter(1).shown()
    assert (shown["at"], shown["action"], shown["event"]) == (
        "2023-11-14T22:13:20.123Z",
        2,
        "\ufffd{}",
    )
    state.close()


def test_purged_letters_are_gone(tmp_path: Path) -> None:
    state = JobState.open(tmp_path)
    state.commit(commit(1, dead=[letter(), letter(), letter()]))
    assert state.purge_dead_letters([1, 99]) == 1
    assert state.purge_dead_letters() == 2
    with pytest.raises(NotFound):
        state.dead_letter(2)
    state.close()


# --- locks ----------------------------------------------------------------------------------------


def test_a_job_is_run_once(tmp_path: Path) -> None:
    jobs = JobsDir(tmp_path)
    with jobs.lock("a", 1), pytest.raises(Conflict) as caught:
        jobs.lock("a", 2)
    assert caught.value.kind == "job-locked"
    jobs.lock("a", 2).release()


def test_an_older_order_never_gets_the_lock(tmp_path: Path) -> None:
    jobs = JobsDir(tmp_path)
    jobs.lock("a", 5).release()
    with pytest.raises(Conflict) as caught:
        jobs.lock("a", 4)
    assert caught.value.kind == "stale-fence"
    jobs.lock("a").release()
    jobs.lock("a", 5).release()


def test_the_holder_is_known_while_it_holds(tmp_path: Path) -> None:
    jobs = JobsDir(tmp_path)
    assert jobs.holder("a") is None
    with jobs.lock("a"):
        assert isinstance(jobs.holder("a"), int)
    assert jobs.holder("a") is None


def test_one_worker_has_the_directory(tmp_path: Path) -> None:
    jobs = JobsDir(tmp_path)
    with jobs.lock_whole(), pytest.raises(Conflict) as caught:
        JobsDir(tmp_path).lock_whole()
    assert caught.value.kind == "jobs-dir-locked"


@pytest.mark.parametrize("name", ["", "../x", "a/b", ".x"])
def test_a_name_cannot_leave_the_directory(tmp_path: Path, name: str) -> None:
    with pytest.raises(PermanentError):
        JobsDir(tmp_path).folder(name)
