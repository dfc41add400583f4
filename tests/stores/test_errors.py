"""What refusals of the system mean: which wait, which stop the job, and what they tell."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from lyftdata.core.errors import CodedError, PermanentError, TemporaryError
from lyftdata.stores.errors import mapped, told


@pytest.mark.parametrize(
    ("number", "kind", "code"),
    [
        (errno.ENOSPC, TemporaryError, "disk-full"),
        (errno.EDQUOT, TemporaryError, "disk-full"),
        (errno.EMFILE, TemporaryError, "too-many-open-files"),
        (errno.EBUSY, TemporaryError, "file-busy"),
        (errno.EACCES, PermanentError, "no-permission"),
        (errno.EROFS, PermanentError, "read-only-file-system"),
        (errno.ENOENT, PermanentError, "path-not-found"),
        (errno.EISDIR, PermanentError, "is-a-folder"),
        (errno.ENAMETOOLONG, PermanentError, "name-too-long"),
        (errno.ENODEV, TemporaryError, "io-error"),
    ],
)
def test_each_refusal_has_its_class_and_code(
    number: int, kind: type[CodedError], code: str
) -> None:
    found = mapped(OSError(number, os.strerror(number)), "write", Path("/data/x"))

    assert (type(found), found.kind) == (kind, code)
    assert str(found).startswith(f"cannot write '/data/x': {os.strerror(number)}; ")


def test_a_real_refusal_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(PermanentError, match="choose another path") as caught, told("read", "x"):
        (tmp_path / "file" / "below").read_bytes()

    assert caught.value.kind == "not-a-folder"
    assert isinstance(caught.value.__cause__, NotADirectoryError)


def test_complaints_about_content_pass_through() -> None:
    with pytest.raises(OSError, match="not a gzip file"), told("read", "x"):
        raise OSError("not a gzip file")
