"""`lyftdata test`: runs the tests that are written in a job file, or beside it."""

from __future__ import annotations

import tempfile
import textwrap
from dataclasses import replace
from pathlib import Path
from typing import Annotated

import typer

from lyftdata.cli.edge import NO, say
from lyftdata.cli.lazy import examples
from lyftdata.cli.run_job import Context, context_values
from lyftdata.dsl.job import Job, parse_tests
from lyftdata.engine.testing import TestResult, run_tests
from lyftdata.worker.local import load_job, local_environment, read_text

Files = Annotated[list[Path], typer.Argument(metavar="FILE...", readable=False, show_default=False)]


def test(files: Files, *, context: Context = None) -> None:  # noqa: PT028 - a command, no test
    """Run the tests of job files: `tests:` in the file, or FILE.tests.yaml beside it.

    Exit code 1 when one fails or there is none.
    """
    passed = failed = 0
    for path in files:
        job = _with_tests(path, load_job(path, context_values(context)))
        with tempfile.TemporaryDirectory(prefix="lyftdata-test-") as folder:
            for result in run_tests(job, env=local_environment(Path(folder))):
                passed, failed = passed + result.passed, failed + (not result.passed)
                _print(path, result)
    print(f"{passed} passed, {failed} failed")
    if not passed and not failed:
        say("no test found: write `tests:` with `given` and `expect` into the job file")
    if failed or not passed:
        raise typer.Exit(NO)


def _with_tests(path: Path, job: Job) -> Job:
    beside = path.with_name(path.name + ".tests.yaml")
    if not beside.exists():
        beside = path.with_suffix(".tests.yaml")
    if not beside.exists():
        return job
    more = parse_tests(read_text(beside), file=str(beside))
    return replace(job, tests=(*job.tests, *more))


def _print(path: Path, result: TestResult) -> None:
    print(f"{'ok  ' if result.passed else 'FAIL'} {path}: {result.name}")
    for problem in result.problems:
        print(textwrap.indent(problem, "     "))


test.epilog = examples("lyftdata test job.yaml", "lyftdata test jobs/*.yaml")  # type: ignore[attr-defined]
