"""Settings of a worker, as its command line gives them. Cheap to import."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from lyftdata.core.errors import CodedError


class BadSetting(CodedError):
    """A flag or variable has a value that cannot be used."""

    code = "bad-setting"


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkerSettings:
    """Who the worker is, where its server is, and what it may use."""

    url: str
    worker_id: str
    api_key: str = field(repr=False)
    jobs_dir: Path
    name: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    tls_ca: Path | None = None
    """PEM file of the authorities to trust instead of the system's."""
    tls_insecure: bool = False
    limit_capabilities: bool = False
    max_jobs: int = 0
    """How many jobs at most; 0: no limit of its own."""
    job_memory_bytes: int = 0
    """Address space of a job process; 0: no limit."""
    stall_s: float = 60.0
    """A job process that shows no sign of life for so long is killed."""
    drain_s: float = 30.0
    """How long a survivor of an earlier worker may take to end."""


def parse_labels(text: str) -> dict[str, str]:
    """`region=eu,gpu` as a map; a label without `=` has an empty value."""
    labels: dict[str, str] = {}
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        key, _, value = part.partition("=")
        labels[key.strip()] = value.strip()
    return labels


def connect_url(url: str) -> str:
    """The websocket address behind a server's base URL. Raises `BadSetting`."""
    scheme, separator, rest = url.rstrip("/").partition("://")
    schemes = {"https": "wss", "http": "ws"}
    if not separator or scheme not in schemes or not rest:
        raise BadSetting(
            f"the server's URL {url!r} must look like https://host:3000 "
            "(http:// only for a server that was started with --disable-tls)",
        )
    return f"{schemes[scheme]}://{rest}/api/workers/connect"
