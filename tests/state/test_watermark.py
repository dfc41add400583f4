"""The file of a tracked window."""

from __future__ import annotations

from pathlib import Path

import pytest

from lyftdata.core.errors import PermanentError
from lyftdata.state.watermark import read_watermark, write_watermark


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "new" / "window.json"
    assert read_watermark(path) is None
    write_watermark(path, 1_700_000_000_123_456_789)
    write_watermark(path, 1_700_000_300_123_456_789)
    assert read_watermark(path) == 1_700_000_300_123_456_789
    assert [one.name for one in path.parent.iterdir()] == ["window.json"]


@pytest.mark.parametrize("content", ["", "{}", '{"window-end-ns": "x"}', "[1]"])
def test_another_file_is_refused_with_its_path(tmp_path: Path, content: str) -> None:
    path = tmp_path / "window.json"
    path.write_text(content)
    with pytest.raises(PermanentError, match=r"window\.json") as caught:
        read_watermark(path)
    assert caught.value.kind == "watermark-unusable"
