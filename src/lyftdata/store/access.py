"""Users, sessions, tokens: implements `access.service.AccessStore`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass

from sqlalchemy import Connection, delete, insert, select

from lyftdata.access.model import Session, Token, User
from lyftdata.store import tables
from lyftdata.store.database import Database
from lyftdata.store.rows import put


@dataclass(frozen=True, slots=True)
class SqlAccessRows:
    """Users, sessions, tokens inside one transaction."""

    connection: Connection

    def user(self, name: str) -> User | None:
        """One user."""
        query = select(tables.users).where(tables.users.c.name == name)
        row = self.connection.execute(query).mappings().first()
        return User(**row) if row else None

    def users(self) -> list[User]:
        """All by name."""
        query = select(tables.users).order_by(tables.users.c.name)
        return [User(**row) for row in self.connection.execute(query).mappings()]

    def put_user(self, user: User) -> None:
        """Insert or replace."""
        put(self.connection, tables.users, asdict(user))

    def remove_user(self, name: str) -> None:
        """With all sessions and tokens of theirs."""
        for table in (tables.sessions, tables.tokens):
            self.connection.execute(delete(table).where(table.c.user == name))
        self.connection.execute(delete(tables.users).where(tables.users.c.name == name))

    def session(self, secret_hash: str) -> Session | None:
        """By the hash of its secret."""
        query = select(tables.sessions).where(tables.sessions.c.secret_hash == secret_hash)
        row = self.connection.execute(query).mappings().first()
        return Session(**row) if row else None

    def put_session(self, session: Session) -> None:
        """Insert or replace."""
        put(self.connection, tables.sessions, asdict(session))

    def remove_session(self, secret_hash: str) -> None:
        """End it."""
        sessions = tables.sessions
        self.connection.execute(delete(sessions).where(sessions.c.secret_hash == secret_hash))

    def remove_expired(self, now_ns: int) -> None:
        """End all sessions whose time is over."""
        sessions = tables.sessions
        self.connection.execute(delete(sessions).where(sessions.c.expires_ns <= now_ns))

    def token(self, secret_hash: str) -> Token | None:
        """By the hash of its secret."""
        query = select(tables.tokens).where(tables.tokens.c.secret_hash == secret_hash)
        row = self.connection.execute(query).mappings().first()
        return Token(**row) if row else None

    def tokens(self, user: str = "") -> list[Token]:
        """Of a user, or all."""
        query = select(tables.tokens).order_by(tables.tokens.c.id)
        if user:
            query = query.where(tables.tokens.c.user == user)
        return [Token(**row) for row in self.connection.execute(query).mappings()]

    def put_token(self, token: Token) -> None:
        """Keep a new one."""
        self.connection.execute(insert(tables.tokens).values(asdict(token)))

    def remove_token(self, id_: str) -> None:
        """End it."""
        self.connection.execute(delete(tables.tokens).where(tables.tokens.c.id == id_))


@dataclass(frozen=True, slots=True)
class SqlAccessStore:
    """Users in the control database."""

    database: Database

    @contextmanager
    def read(self) -> Iterator[SqlAccessRows]:
        """One consistent view."""
        with self.database.read() as connection:
            yield SqlAccessRows(connection)

    @contextmanager
    def write(self, *, dry_run: bool = False) -> Iterator[SqlAccessRows]:
        """One transaction."""
        with self.database.write(dry_run=dry_run) as connection:
            yield SqlAccessRows(connection)
