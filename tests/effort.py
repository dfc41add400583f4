"""How hard property tests try: `make fuzz` multiplies the number of their examples."""

from __future__ import annotations

import os


def effort(examples: int) -> int:
    """The examples to try where `examples` are enough for every day."""
    return examples * int(os.environ.get("LYFTDATA_TEST_EFFORT", "1"))
