"""The worker's own memory: assignments and the server's key."""

from __future__ import annotations

import stat
from pathlib import Path

import msgspec
import pytest

from lyftdata.core.errors import Denied, PermanentError
from lyftdata.worker.assignments import FILE, Assignments, PinnedKey
from tests.worker.bench import Signer

TEXT = "name: hello\ninput:\n  echo: {event: hi}\noutput:\n  discard: {}\n"


def test_what_was_saved_is_loaded(tmp_path: Path, signer: Signer) -> None:
    bundle = signer.bundle(TEXT)
    Assignments(tmp_path).save([(bundle, None)])
    assert Assignments(tmp_path).load() == [(bundle, None)]


def test_the_file_is_private(tmp_path: Path, signer: Signer) -> None:
    Assignments(tmp_path).save([(signer.bundle(TEXT), None)])
    assert stat.S_IMODE((tmp_path / FILE).stat().st_mode) == 0o600


def test_a_damaged_file_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("[{")
    with pytest.raises(PermanentError, match="move it away"):
        Assignments(tmp_path).load()


def test_a_bundle_of_the_pinned_server_is_good(tmp_path: Path, signer: Signer) -> None:
    pinned = PinnedKey(tmp_path)
    pinned.pin(signer.public)
    pinned.check(signer.bundle(TEXT))


@pytest.mark.parametrize("field", ["text", "job", "assignment", "hash", "version", "fence"])
def test_a_changed_bundle_is_refused(tmp_path: Path, signer: Signer, field: str) -> None:
    pinned = PinnedKey(tmp_path)
    pinned.pin(signer.public)
    bundle = signer.bundle(TEXT)
    value = 99 if field in ("version", "fence") else "other"
    with pytest.raises(Denied, match="not signed"):
        pinned.check(msgspec.structs.replace(bundle, **{field: value}))


def test_another_server_is_refused(tmp_path: Path, signer: Signer) -> None:
    PinnedKey(tmp_path).pin(signer.public)
    with pytest.raises(Denied, match="another key"):
        PinnedKey(tmp_path).pin(Signer().public)
