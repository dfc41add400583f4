"""Runs the two halves of a socket's life, reading and writing, until either ends."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any


async def until_one_ends(*halves: Coroutine[Any, Any, None]) -> None:
    """Run all; when one ends, cancel the others. Raises what the one that ended raised."""
    tasks = [asyncio.create_task(one) for one in halves]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.wait(tasks)
    failures = [task.exception() for task in tasks if not task.cancelled()]
    for failure in failures:
        if failure is not None:
            raise failure
