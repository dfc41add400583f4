"""Jobs as files: `<name>.yaml` exactly as written, and `manifest.json` with their digests.

A folder that is damaged is refused as a whole, with file and line, before anything changes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

import msgspec

from lyftdata.cli.api import Api, diagnostic
from lyftdata.core.diagnostic import Diagnostic, Place
from lyftdata.core.errors import Conflict, Invalid
from lyftdata.core.ids import NAME

MANIFEST: Final = "manifest.json"
FORMAT: Final = "lyftdata-jobs/1"


class Entry(msgspec.Struct, frozen=True):
    """One job of an archive."""

    name: str
    file: str
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """What an archive holds."""

    format: str
    jobs: list[Entry]


@dataclass(frozen=True, slots=True)
class JobFile:
    """A job's text, and the file it stands in."""

    name: str
    text: str
    path: Path


@dataclass(frozen=True, slots=True)
class ImportStep:
    """What an import does with one job."""

    name: str
    what: Literal["create", "update", "unchanged"]
    text: str
    etag: str = ""


def export(api: Api, folder: Path) -> list[str]:
    """Write all jobs; returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    entries = []
    for summary in api.items("/api/jobs"):
        name = str(summary["name"])
        data = str(api.get(f"/api/jobs/{name}")["text"]).encode()
        (folder / f"{name}.yaml").write_bytes(data)
        entries.append(Entry(name, f"{name}.yaml", hashlib.sha256(data).hexdigest()))
    manifest = msgspec.json.encode(Manifest(FORMAT, entries))
    (folder / MANIFEST).write_bytes(msgspec.json.format(manifest, indent=2) + b"\n")
    return [entry.name for entry in entries]


def read(folder: Path) -> list[JobFile]:
    """All jobs of an archive. Raises `Invalid` with every fault: file and line.

    Files that were edited after the export are fine; missing and unreadable ones are not.
    """
    path = folder / MANIFEST
    try:
        manifest = msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise Invalid([_fault(path, f"{folder} is no export: it has no {MANIFEST}")]) from None
    except (OSError, msgspec.DecodeError) as error:
        raise Invalid([_fault(path, f"the manifest cannot be read: {error}")]) from error
    if manifest.format != FORMAT:
        raise Invalid([_fault(path, f"unknown format {manifest.format!r}, expected {FORMAT!r}")])
    found = [_read_one(folder, entry) for entry in manifest.jobs]
    faults = [one for one in found if isinstance(one, Diagnostic)]
    if faults:
        raise Invalid(faults)
    return [one for one in found if isinstance(one, JobFile)]


def plan_import(api: Api, files: Sequence[JobFile], *, update: bool) -> list[ImportStep]:
    """Say what an import would do. Raises `Invalid`, and `Conflict` (exists) without `update`."""
    faults: list[Diagnostic] = []
    for file in files:
        answer = api.post("/api/jobs/lint", {"text": file.text, "file": str(file.path)})
        faults += [diagnostic(one) for one in answer["diagnostics"] if one["severity"] == "error"]
        if answer.get("name") and answer["name"] != file.name:
            faults.append(_fault(file.path, f"the manifest calls this job {file.name!r}"))
    if faults:
        raise Invalid(faults)
    known = {str(one["name"]) for one in api.items("/api/jobs")}
    steps = [_step(api, file, exists=file.name in known) for file in files]
    differing = [step.name for step in steps if step.what == "update"]
    if differing and not update:
        raise Conflict(
            f"these jobs exist and differ: {', '.join(differing)}; add --update to overwrite them",
            code="exists",
        )
    return steps


def carry_out(api: Api, steps: Sequence[ImportStep]) -> None:
    """Create and update."""
    for step in steps:
        match step.what:
            case "create":
                api.post("/api/jobs", {"text": step.text})
            case "update":
                api.put(f"/api/jobs/{step.name}", {"text": step.text}, etag=step.etag)
            case "unchanged":
                pass


def _step(api: Api, file: JobFile, *, exists: bool) -> ImportStep:
    if not exists:
        return ImportStep(file.name, "create", file.text)
    job = api.get(f"/api/jobs/{file.name}")
    if job["text"] == file.text:
        return ImportStep(file.name, "unchanged", file.text)
    return ImportStep(file.name, "update", file.text, str(job.get("etag") or ""))


def _read_one(folder: Path, entry: Entry) -> JobFile | Diagnostic:
    path = folder / entry.file
    if not NAME.fullmatch(entry.name) or Path(entry.file).name != entry.file:
        return _fault(folder / MANIFEST, f"{entry.name!r} in {entry.file!r} is no job of an export")
    try:
        data = path.read_bytes()
    except OSError as error:
        return _fault(path, f"cannot be read: {error.strerror}")
    try:
        return JobFile(entry.name, data.decode(), path)
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        return _fault(path, "is not UTF-8 text", line)


def _fault(path: Path, message: str, line: int = 1) -> Diagnostic:
    return Diagnostic(file=str(path), place=Place(line, 1), code="bad-archive", message=message)
