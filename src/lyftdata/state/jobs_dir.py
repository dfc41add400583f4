"""The jobs directory: a folder per job, and locks so that nobody runs a job twice.

A lock is the kernel's (`flock`): it goes when its process dies. The fencing number says whose order
is newer; an older order never gets the lock again.
"""

from __future__ import annotations

import errno
import fcntl
import os
from pathlib import Path
from typing import Final

from lyftdata.core.errors import Conflict, PermanentError, TemporaryError
from lyftdata.core.ids import NAME

_LOCK: Final = "lock"
_WHOLE: Final = "worker.lock"
_FENCE: Final = "fence"


class JobLock:
    """A lock that is held until `release`, or until the process ends."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; may be called twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __enter__(self) -> JobLock:
        return self

    def __exit__(self, *_: object) -> None:
        self.release()


class JobsDir:
    """`path` holds `jobs/<job>/`."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def folder(self, job: str) -> Path:
        """The folder of a job; made by whoever first writes there."""
        if not NAME.fullmatch(job):
            raise PermanentError(f"{job!r} is no job name", code="invalid-name")
        return self.path / "jobs" / job

    def jobs(self) -> list[str]:
        """Names of the jobs that have a folder."""
        folder = self.path / "jobs"
        return sorted(one.name for one in folder.iterdir()) if folder.is_dir() else []

    def lock(self, job: str, fence: int | None = None) -> JobLock:
        """Become the only one who runs `job`; without a fence the kept one stays.

        Raises `Conflict` with code `job-locked` or `stale-fence`.
        """
        folder = self.folder(job)
        lock = _lock(folder / _LOCK, f"job {job!r} is running already", "job-locked")
        try:
            _raise_fence(folder / _FENCE, job, fence)
        except BaseException:
            lock.release()
            raise
        return lock

    def lock_whole(self) -> JobLock:
        """Become the only worker of this directory. Raises `Conflict` (`jobs-dir-locked`)."""
        what = f"the jobs directory {self.path} is used by another worker"
        return _lock(self.path / _WHOLE, what, "jobs-dir-locked")

    def holder(self, job: str) -> int | None:
        """Process id of who holds the job's lock now."""
        path = self.folder(job) / _LOCK
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CLOEXEC)
        except FileNotFoundError:
            return None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return _pid(descriptor)
        finally:
            os.close(descriptor)
        return None


def _lock(path: Path, what: str, code: str) -> JobLock:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise PermanentError(
            f"cannot open {path}: {error.strerror}; check its owner and permissions",
            code="state-unusable",
        ) from error
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = _pid(descriptor)
        os.close(descriptor)
        who = f" (process {holder})" if holder else ""
        raise Conflict(f"{what}{who}; stop that one first", code=code) from None
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    except OSError as error:
        os.close(descriptor)
        raise _unwritten(path, error) from error
    return JobLock(descriptor)


def _unwritten(path: Path, error: OSError) -> TemporaryError:
    code = "disk-full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "io-error"
    return TemporaryError(
        f"cannot write {path}: {error.strerror}; free some space on that disk, then start again",
        code=code,
    )


def _pid(descriptor: int) -> int | None:
    text = os.pread(descriptor, 32, 0)
    return int(text) if text.isdigit() else None


def _raise_fence(path: Path, job: str, fence: int | None) -> None:
    if fence is None:
        return
    kept = int(path.read_text()) if path.exists() else 0
    if fence < kept:
        raise Conflict(
            f"job {job!r}: this order has number {fence}, a newer one with number {kept} has"
            " already been followed",
            code="stale-fence",
        )
    if fence > kept:
        fresh = path.with_suffix(".new")
        try:
            with fresh.open("w") as file:
                file.write(str(fence))
                file.flush()
                os.fsync(file.fileno())
            fresh.replace(path)
        except OSError as error:
            raise _unwritten(path, error) from error
