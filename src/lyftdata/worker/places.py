"""Where a worker and local runs keep their state when nobody says otherwise. Cheap to import."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import platformdirs

VARIABLE: Final = "LYFTDATA_JOBS_DIR"
SERVICE: Final = Path("/var/lib/lyftdata-worker")
LOCAL: Final = "local"


def jobs_dir(environ: Mapping[str, str]) -> Path:
    """`LYFTDATA_JOBS_DIR`, else /var/lib/lyftdata-worker as root, else the user's data folder."""
    if environ.get(VARIABLE):
        return Path(environ[VARIABLE])
    if os.geteuid() == 0:
        return SERVICE
    return platformdirs.user_data_path("lyftdata") / "worker"


def local_dir(environ: Mapping[str, str]) -> Path:
    """The part of the jobs dir that runs without a server use; a worker never looks in there."""
    return jobs_dir(environ) / LOCAL
