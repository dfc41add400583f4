"""What happens by time: leases end, deadlines pass, figures are kept, bounds are held."""

from __future__ import annotations

import asyncio
from typing import Final

import structlog

from lyftdata.fleet.model import LEASE_S
from lyftdata.server.services import Services
from lyftdata.store.database import StoreFailed

TICK_S: Final = 1.0
TIDY_TICKS: Final = 300
KEEP_TICKS: Final = 5
OFFLINE: Final = (
    f"the worker has not been heard of for {LEASE_S:g} s; should the run go on there, "
    "the worker says so when it is back"
)


class Housekeeping:
    """One task; its work runs in a thread, so that the loop stays free."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._log = structlog.get_logger("housekeeping")
        self._ticks = 0

    async def run(self) -> None:
        """Until cancelled."""
        while True:
            try:
                await asyncio.to_thread(self.tick)
            except StoreFailed as error:
                # A full disk must not end the server: it goes on once there is space.
                self._log.error("housekeeping failed", reason=str(error))
            await asyncio.sleep(TICK_S)

    def tick(self) -> None:
        """Everything that is due."""
        here = self._services
        if self._ticks == 0:
            here.fleet.await_all()
        for worker in here.fleet.expire():
            here.reports.lost(worker)
            here.lose_runs(worker, why=OFFLINE)
            self._log.warning("worker went offline", worker=worker)
        here.reports.tick(here.fleet.online())
        if self._ticks % KEEP_TICKS == 0:
            here.observe.keep()
        if self._ticks % TIDY_TICKS == 0:
            here.observe.tidy()
        self._ticks += 1
