"""What a job process must not forget: position, journal, ledger, dead letters; and who may run it.

One SQLite file per job, one lock per job and per jobs directory. Below the engine, which decides
when to commit; the metadata of the server lives in `store`.
"""

from lyftdata.state.database import NewerState
from lyftdata.state.dead_letters import DeadLetter, HeldLetter
from lyftdata.state.job_state import Commit, JobState, OpenChunk
from lyftdata.state.jobs_dir import JobLock, JobsDir

__all__ = [
    "Commit",
    "DeadLetter",
    "HeldLetter",
    "JobLock",
    "JobState",
    "JobsDir",
    "NewerState",
    "OpenChunk",
]
