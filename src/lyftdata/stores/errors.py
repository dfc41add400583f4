"""What refusals of the operating system mean for a job: wait and try again, or stop."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from lyftdata.core.errors import CodedError, PermanentError, TemporaryError

_WAIT: Final = {
    errno.ENOSPC: ("disk-full", "free some space; the job goes on by itself"),
    errno.EDQUOT: ("disk-full", "raise the quota or free some space; the job goes on by itself"),
    errno.EIO: ("io-error", "look at the disk and the system log; it is tried again"),
    errno.ESTALE: ("io-error", "look at the network file system; it is tried again"),
    errno.EMFILE: ("too-many-open-files", "raise the limit of open files (ulimit -n)"),
    errno.ENFILE: ("too-many-open-files", "raise the system's limit of open files"),
    errno.EBUSY: ("file-busy", "it is tried again"),
    errno.EAGAIN: ("file-busy", "it is tried again"),
}
_STOP: Final = {
    errno.EACCES: ("no-permission", "give the user that runs the job the right to it"),
    errno.EPERM: ("no-permission", "give the user that runs the job the right to it"),
    errno.EROFS: ("read-only-file-system", "choose a place that can be written"),
    errno.ENOENT: ("path-not-found", "create it or correct the path"),
    errno.ENOTDIR: ("not-a-folder", "a part of the path is a file; choose another path"),
    errno.EISDIR: ("is-a-folder", "the path names a folder; name a file"),
    errno.ENAMETOOLONG: ("name-too-long", "use a shorter name"),
    errno.ELOOP: ("link-loop", "the path goes through links that lead nowhere"),
    errno.EFBIG: ("file-too-large", "raise the limit of file sizes (ulimit -f) or split the file"),
}


def mapped(error: OSError, doing: str, path: Path | str) -> CodedError:
    """The error to raise for a refusal while `doing` something to `path`."""
    number = error.errno or 0
    reason = error.strerror or str(error)
    if number in _STOP:
        code, fix = _STOP[number]
        return PermanentError(f"cannot {doing} {str(path)!r}: {reason}; {fix}", code=code)
    code, fix = _WAIT.get(number, ("io-error", "it is tried again"))
    return TemporaryError(f"cannot {doing} {str(path)!r}: {reason}; {fix}", code=code)


@contextmanager
def told(doing: str, path: Path | str) -> Iterator[None]:
    """Turn any `OSError` inside into a `TemporaryError` or `PermanentError`."""
    try:
        yield
    except OSError as error:
        if error.errno is None:  # a library's complaint about content, not the system's refusal
            raise
        raise mapped(error, doing, path) from error
