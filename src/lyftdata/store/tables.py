"""All tables: `control` (what was decided) and `telemetry` (what was observed), a file each.

Written for SQLite and PostgreSQL alike. A test holds them equal to the migrations.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
)

_NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
control: Final = MetaData(naming_convention=_NAMING)
telemetry: Final = MetaData(naming_convention=_NAMING)

Big: Final = BigInteger().with_variant(Integer, "sqlite")
"""64 bit everywhere; on SQLite it must be called INTEGER to number rows by itself."""

# --- control --------------------------------------------------------------------------------------

jobs: Final = Table(
    "jobs",
    control,
    Column("name", String(63), primary_key=True),
    Column("draft", Text, nullable=False),
    Column("draft_valid", Boolean, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("created_ns", Big, nullable=False),
    Column("updated_ns", Big, nullable=False),
    Column("latest_version", Integer, nullable=False),
    Column("staged_ns", Big, nullable=False),
)
versions: Final = Table(
    "versions",
    control,
    Column("job", String(63), primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("hash", String(64), nullable=False),
    Column("text", Text, nullable=False),
    Column("note", Text, nullable=False),
    Column("author", String(63), nullable=False),
    Column("staged_ns", Big, nullable=False),
)
assignments: Final = Table(
    "assignments",
    control,
    Column("job", String(63), primary_key=True),
    Column("worker", String(63), primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("version", Integer, nullable=False),
    Column("fence", Big, nullable=False),
    Column("wanted", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("code", String(63), nullable=False),
    Column("since_ns", Big, nullable=False),
    Column("deadline_ns", Big, nullable=False),
    Column("text", Text, nullable=False),
    Column("hash_wanted", String(64), nullable=False),
    Column("hash_reported", String(64), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_try_ns", Big, nullable=False),
    Index("ix_assignments_worker", "worker"),
)
deployments: Final = Table(
    "deployments",
    control,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("job", String(63), nullable=False),
    Column("worker", String(63), nullable=False),
    Column("version", Integer, nullable=False),
    Column("at_ns", Big, nullable=False),
    Column("by", String(63), nullable=False),
    Index("ix_deployments_job", "job", "worker"),
)
sequences: Final = Table(
    "sequences",
    control,
    Column("name", String(32), primary_key=True),
    Column("value", Big, nullable=False),
)
workers: Final = Table(
    "workers",
    control,
    Column("id", String(63), primary_key=True),
    Column("name", String(255), nullable=False),
    Column("created_ns", Big, nullable=False),
    Column("builtin", Boolean, nullable=False),
    Column("version", String(63), nullable=False),
    Column("host", String(255), nullable=False),
    Column("pid", Integer, nullable=False),
    Column("labels", JSON, nullable=False),
    Column("inputs", JSON, nullable=False),
    Column("actions", JSON, nullable=False),
    Column("outputs", JSON, nullable=False),
    Column("max_jobs", Integer, nullable=False),
    Column("last_seen_ns", Big, nullable=False),
)
worker_keys: Final = Table(
    "worker_keys",
    control,
    Column("worker", String(63), primary_key=True),
    Column("key_hash", String(64), primary_key=True),
    Column("created_ns", Big, nullable=False),
)
users: Final = Table(
    "users",
    control,
    Column("name", String(63), primary_key=True),
    Column("id", String(36), nullable=False, unique=True),
    Column("role", String(16), nullable=False),
    Column("password_hash", String(255), nullable=False),
    Column("created_ns", Big, nullable=False),
)
sessions: Final = Table(
    "sessions",
    control,
    Column("secret_hash", String(64), primary_key=True),
    Column("user", String(63), nullable=False),
    Column("created_ns", Big, nullable=False),
    Column("expires_ns", Big, nullable=False),
    Index("ix_sessions_user", "user"),
)
tokens: Final = Table(
    "tokens",
    control,
    Column("id", String(36), primary_key=True),
    Column("name", String(63), nullable=False),
    Column("user", String(63), nullable=False),
    Column("role", String(16), nullable=False),
    Column("secret_hash", String(64), nullable=False, unique=True),
    Column("created_ns", Big, nullable=False),
    Column("expires_ns", Big, nullable=False),
    Index("ix_tokens_user", "user"),
)
contexts: Final = Table(
    "contexts",
    control,
    Column("scope", String(8), primary_key=True),
    Column("owner", String(63), primary_key=True),
    Column("values", JSON, nullable=False),
)

# --- telemetry ------------------------------------------------------------------------------------

logs: Final = Table(
    "logs",
    telemetry,
    Column("id", Big, primary_key=True, autoincrement=True),
    Column("at_ns", Big, nullable=False),
    Column("level", String(8), nullable=False),
    Column("worker", String(63), nullable=False),
    Column("job", String(63), nullable=False),
    Column("run", String(36), nullable=False),
    Column("code", String(63), nullable=False),
    Column("message", Text, nullable=False),
    Column("count", Integer, nullable=False),
    Column("fields", JSON, nullable=False),
    Column("size", Integer, nullable=False),
    Index("ix_logs_job", "job", "id"),
    Index("ix_logs_worker", "worker", "id"),
)
runs: Final = Table(
    "runs",
    telemetry,
    Column("id", String(63), primary_key=True),
    Column("job", String(63), nullable=False),
    Column("version", Integer, nullable=False),
    Column("worker", String(63), nullable=False),
    Column("state", String(16), nullable=False),
    Column("started_ns", Big, nullable=False),
    Column("ended_ns", Big, nullable=False),
    Column("reason", Text, nullable=False),
    Column("counters", JSON, nullable=False),
    Index("ix_runs_job", "job", "id"),
)
points: Final = Table(
    "points",
    telemetry,
    Column("subject", String(80), primary_key=True),
    Column("step_s", Integer, primary_key=True),
    Column("at_s", Big, primary_key=True),
    Column("samples", Integer, nullable=False),
    Column("values", JSON, nullable=False),
    Index("ix_points_age", "step_s", "at_s"),
)
totals: Final = Table(
    "totals",
    telemetry,
    Column("job", String(63), primary_key=True),
    Column("worker", String(63), primary_key=True),
    Column("values", JSON, nullable=False),
)
frames: Final = Table(
    "frames",
    telemetry,
    Column("id", Big, primary_key=True, autoincrement=False),
    Column("at_ns", Big, nullable=False),
    Column("topic", String(80), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("data", JSON, nullable=False),
)
