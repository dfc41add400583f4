"""The live log: clients resume by id, over a restart too, and are told what they missed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import given
from hypothesis import strategies as st

from lyftdata.observe.live import STOPPED, LiveLog
from lyftdata.observe.model import Frame

ALL = frozenset({"jobs", "logs:j"})


@dataclass
class Clock:
    now_ns: int = 1_700_000_000_000_000_000

    def wall_ns(self) -> int:
        return self.now_ns

    def monotonic_ns(self) -> int:
        return self.now_ns


def begun(*, limit: int = 100, kept: Sequence[Frame] = (), later_s: int = 0) -> LiveLog:
    return LiveLog(Clock(Clock().now_ns + later_s * 1_000_000_000), limit=limit, kept=kept)


def say(log: LiveLog, count: int, topic: str = "jobs") -> list[Frame]:
    return [log.publish(topic, "job", {"n": number}) for number in range(count)]


def test_a_client_goes_on_after_the_last_frame_it_got() -> None:
    log = begun()
    frames = say(log, 5)
    page = log.after(frames[1].id, ALL)
    assert (list(page.frames), page.cursor, page.gap) == (frames[2:], frames[-1].id, False)


def test_frames_of_other_topics_move_the_cursor_only() -> None:
    log = begun()
    start = log.newest
    say(log, 3, topic="logs:other")
    page = log.after(start, ALL)
    assert (page.frames, page.cursor, page.gap) == ((), log.newest, False)


def test_a_client_that_is_too_slow_is_told_of_the_gap_once() -> None:
    log = begun(limit=10)
    start = log.newest
    frames = say(log, 25)
    page = log.after(start, ALL)
    assert (page.gap, list(page.frames)) == (True, frames[-10:])
    assert not log.after(page.cursor, ALL).gap


def test_an_id_of_no_life_of_this_server_is_a_gap() -> None:
    log = begun()
    say(log, 3)
    assert log.after(log.newest + 1_000_000, ALL).gap


def test_after_an_orderly_end_a_client_misses_nothing() -> None:
    first = begun()
    frames = say(first, 5)
    first.publish("server", STOPPED, {})
    second = begun(kept=first.unsaved(), later_s=5)
    fresh = say(second, 2)
    page = second.after(frames[2].id, ALL)
    assert (list(page.frames), page.gap) == ([*frames[3:], *fresh], False)


def test_after_a_kill_a_client_is_told_that_the_end_may_be_missing() -> None:
    first = begun()
    frames = say(first, 5)
    saved = first.unsaved()
    say(first, 2)  # never saved: the process was killed
    second = begun(kept=saved, later_s=5)
    assert second.after(frames[-1].id, ALL).gap
    page = second.after(frames[-1].id, ALL)
    assert not second.after(page.cursor, ALL).gap


def test_ids_of_a_new_life_are_above_all_earlier_ones_even_if_the_clock_went_back() -> None:
    first = begun()
    last = say(first, 3)[-1]
    assert begun(kept=first.unsaved(), later_s=-3600).publish("jobs", "job", {}).id > last.id


def test_events_themselves_are_not_saved() -> None:
    log = begun()
    log.publish("samples:j", "sample", {"event": "secret"})
    kept = say(log, 1)
    assert log.unsaved() == kept
    assert log.unsaved() == []


def test_who_watches_is_woken_until_it_ends() -> None:
    log = begun()
    woken: list[int] = []
    end = log.watch(lambda: woken.append(1))
    say(log, 2)
    end()
    say(log, 2)
    assert len(woken) == 2


@given(
    st.lists(st.integers(0, 7), max_size=20),
    st.integers(1, 12),
    st.integers(1, 5),
)
def test_frames_come_in_order_once_and_a_gap_is_never_hidden(
    bursts: list[int], limit: int, page_size: int
) -> None:
    log = begun(limit=limit)
    cursor, said, got, gaps = log.newest, 0, [], 0
    for burst in bursts:
        said += len(say(log, burst))
        page = log.after(cursor, ALL, limit=page_size)
        cursor, gaps = page.cursor, gaps + page.gap
        got += [frame.id for frame in page.frames]
    while page_left := log.after(cursor, ALL, limit=page_size).frames:
        cursor = page_left[-1].id
        got += [frame.id for frame in page_left]
    assert got == sorted(set(got))
    assert gaps or len(got) == said
