"""`make rivals`: install jq and miller (Debian, as root) and tenzir (PyPI) to measure against."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

from bench.engines import RIVALS


def main() -> int:
    """Install what is missing; exit 1 and name what could not be had."""
    wanted = [
        name for name, program in (("jq", "jq"), ("miller", "mlr")) if not shutil.which(program)
    ]
    if wanted and os.geteuid() == 0:
        subprocess.run(["apt-get", "install", "-y", "-q", *wanted], check=True)
    elif wanted:
        print(
            f"missing: {' '.join(wanted)}; install them as root: apt-get install {' '.join(wanted)}"
        )
    if not (RIVALS / "bin" / "tenzir").exists():
        subprocess.run([sys.executable, "-m", "venv", str(RIVALS)], check=True)
        pip = str(RIVALS / "bin" / "pip")
        subprocess.run([pip, "install", "-q", "--disable-pip-version-check", "tenzir"], check=True)
    return 1 if wanted and os.geteuid() != 0 else 0


if __name__ == "__main__":
    sys.exit(main())
