"""`assert`: schemas from files, and schemas that are none."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from lyftdata.builtin import registry
from lyftdata.core.errors import PermanentError
from tests.actions.harness import Tools, run, spec_of

ASSERT = registry().actions["assert"]


@pytest.mark.spec("JOB-4:assert")
def test_schema_from_a_file_and_formats_are_remarks(tmp_path: Path) -> None:
    path = tmp_path / "schema.json"
    path.write_text('{"properties": {"at": {"format": "date-time"}, "n": {"minimum": 1}}}')
    config = {"schema": {"schema-file": str(path)}, "behaviour": {"no-warnings": "drop-onfailure"}}
    found = run(ASSERT, config, {"at": "soon", "n": 1}, {"n": 0})
    assert found.results == [{"at": "soon", "n": 1}, None]
    assert found.codes == []


@pytest.mark.spec("JOB-4:assert")
def test_schemas_that_are_none(tmp_path: Path) -> None:
    config = {"schema": {"schema-string": '{"type": "nope"}'}, "behaviour": "drop-onfailure"}
    with pytest.raises(ValidationError) as caught:
        spec_of(ASSERT, config)
    assert {one["type"] for one in caught.value.errors()} == {"invalid-schema"}
    spec = spec_of(ASSERT, {**config, "schema": {"schema-file": str(tmp_path / "no")}})
    with pytest.raises(PermanentError, match="cannot read the schema"):
        ASSERT.prepare(spec, Tools())
