"""The verbs of signing in: users, sessions, tokens, the limit on tries."""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict, deque
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import Final, Protocol

from lyftdata.access.model import ROLES, Caller, Role, Session, Token, User
from lyftdata.access.passwords import Passwords, check_policy
from lyftdata.core.clock import Clock, Ids, Randomness
from lyftdata.core.errors import CodedError, Conflict, Denied, NotFound, NotSignedIn

ADMIN: Final = "admin"
SESSION_NS: Final = 12 * 3600 * 1_000_000_000
DAY_NS: Final = 24 * 3600 * 1_000_000_000
TRIES: Final = 10
WINDOW_NS: Final = 60 * 1_000_000_000
TRACKED: Final = 10_000


class TooManyTries(CodedError):
    """Too many sign-ins from one place in a minute."""

    code = "too-many-tries"


class AccessRows(Protocol):
    """Users, sessions, tokens inside one transaction."""

    def user(self, name: str) -> User | None: ...
    def users(self) -> list[User]: ...
    def put_user(self, user: User) -> None: ...
    def remove_user(self, name: str) -> None:
        """With all sessions and tokens of theirs."""
        ...

    def session(self, secret_hash: str) -> Session | None: ...
    def put_session(self, session: Session) -> None: ...
    def remove_session(self, secret_hash: str) -> None: ...
    def remove_expired(self, now_ns: int) -> None: ...
    def token(self, secret_hash: str) -> Token | None: ...
    def tokens(self, user: str = "") -> list[Token]: ...
    def put_token(self, token: Token) -> None: ...
    def remove_token(self, id_: str) -> None: ...


class AccessStore(Protocol):
    """Where users live."""

    def read(self) -> AbstractContextManager[AccessRows]: ...
    def write(self, *, dry_run: bool = False) -> AbstractContextManager[AccessRows]: ...


@dataclass(slots=True)
class Tries:
    """Counts tries per key in a sliding minute. Bounded: forgets the longest unseen key first."""

    clock: Clock
    _seen: OrderedDict[str, deque[int]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def count(self, key: str) -> None:
        """Note a try; raises `TooManyTries` beyond ten a minute."""
        now = self.clock.monotonic_ns()
        with self._lock:
            times = self._seen.setdefault(key, deque(maxlen=TRIES))
            self._seen.move_to_end(key)
            while len(self._seen) > TRACKED:
                self._seen.popitem(last=False)
            while times and times[0] <= now - WINDOW_NS:
                times.popleft()
            if len(times) == TRIES:
                wait = (times[0] + WINDOW_NS - now) // 1_000_000_000 + 1
                raise TooManyTries(f"too many tries to sign in: wait {wait} s")
            times.append(now)


@dataclass(frozen=True, slots=True)
class AccessService:
    """All verbs of signing in."""

    store: AccessStore
    passwords: Passwords
    tries: Tries
    clock: Clock
    ids: Ids
    randomness: Randomness

    def has_users(self) -> bool:
        """Whether anybody can sign in yet."""
        with self.store.read() as rows:
            return bool(rows.users())

    def users(self) -> list[User]:
        """All by name."""
        with self.store.read() as rows:
            return rows.users()

    def create_user(self, name: str, password: str, role: Role, *, dry_run: bool = False) -> User:
        """Make a new user. Raises `WeakPassword`, `Conflict`."""
        user = self._user(name, password, role)
        with self.store.write(dry_run=dry_run) as rows:
            if rows.user(name) is not None:
                raise Conflict(f"there is a user {name!r} already")
            rows.put_user(user)
        return user

    def set_password(self, name: str, password: str, *, dry_run: bool = False) -> User:
        """Give a user another password; their sessions and tokens end. Raises `WeakPassword`."""
        fresh = self._user(name, password, "viewer")
        with self.store.write(dry_run=dry_run) as rows:
            user = replace(_known(rows, name), password_hash=fresh.password_hash)
            rows.remove_user(name)
            rows.put_user(user)
        return user

    def remove_user(self, caller: Caller, name: str, *, dry_run: bool = False) -> None:
        """End a user, with their sessions and tokens; never oneself, so that an admin stays."""
        if caller.user == name:
            raise Conflict("nobody removes themselves: ask another admin")
        with self.store.write(dry_run=dry_run) as rows:
            _known(rows, name)
            rows.remove_user(name)

    def put_user(self, name: str, password: str, role: Role) -> User:
        """Make a user, or make it anew: old sessions and tokens end. Raises `WeakPassword`."""
        user = self._user(name, password, role)
        with self.store.write() as rows:
            rows.remove_user(name)
            rows.put_user(user)
        return user

    def sign_in(self, name: str, password: str, *, address: str) -> tuple[User, str]:
        """Check the password; returns the user and the secret of a new session."""
        self.tries.count(f"{name}\x1f{address}")
        with self.store.read() as rows:
            user = rows.user(name)
        if not self.passwords.matches(user.password_hash if user else None, password):
            raise NotSignedIn("wrong user name or password", code="wrong-password")
        assert user is not None
        secret, now = self._secret(), self.clock.wall_ns()
        session = Session(
            secret_hash=secret_hash(secret),
            user=user.name,
            created_ns=now,
            expires_ns=now + SESSION_NS,
        )
        with self.store.write() as rows:
            rows.remove_expired(now)
            rows.put_session(session)
        return user, secret

    def sign_out(self, secret: str) -> None:
        """End a session."""
        with self.store.write() as rows:
            rows.remove_session(secret_hash(secret))

    def by_session(self, secret: str) -> Caller:
        """Who holds this session; raises `NotSignedIn`."""
        with self.store.read() as rows:
            session = rows.session(secret_hash(secret))
            user = rows.user(session.user) if session else None
        if session is None or user is None or session.expires_ns <= self.clock.wall_ns():
            raise NotSignedIn("the sign-in has ended: sign in again", code="session-ended")
        return Caller(user=user.name, role=user.role, by="session")

    def by_token(self, secret: str) -> Caller:
        """Who holds this token; raises `NotSignedIn`."""
        with self.store.read() as rows:
            token = rows.token(secret_hash(secret))
            user = rows.user(token.user) if token else None
        if token is None or user is None:
            raise NotSignedIn("this token is not known here", code="unknown-token")
        if 0 < token.expires_ns <= self.clock.wall_ns():
            raise NotSignedIn(f"the token {token.name!r} has expired", code="expired-token")
        return Caller(user=user.name, role=_lesser(user.role, token.role), by="token")

    # --- tokens ----------------------------------------------------------------------------------

    def tokens(self, caller: Caller) -> list[Token]:
        """The caller's own; all of them for an admin."""
        with self.store.read() as rows:
            return rows.tokens("" if caller.role == ADMIN else caller.user)

    def make_token(
        self,
        caller: Caller,
        *,
        name: str,
        role: Role | None = None,
        expires_in_days: int | None = None,
        dry_run: bool = False,
    ) -> tuple[Token, str]:
        """A token for the caller, with no more rights than the caller; returns its secret once."""
        wanted = role or caller.role
        if _lesser(wanted, caller.role) != wanted:
            raise Denied(f"a {caller.role} cannot make a token with the role {wanted}")
        now, secret = self.clock.wall_ns(), "lyft_" + self._secret()
        token = Token(
            id=self.ids.uuid7(),
            name=name,
            user=caller.user,
            role=wanted,
            secret_hash=secret_hash(secret),
            created_ns=now,
            expires_ns=now + expires_in_days * DAY_NS if expires_in_days is not None else 0,
        )
        with self.store.write(dry_run=dry_run) as rows:
            if any(one.name == name for one in rows.tokens(caller.user)):
                raise Conflict(f"you have a token named {name!r} already")
            rows.put_token(token)
        return token, secret

    def remove_token(self, caller: Caller, id_: str, *, dry_run: bool = False) -> None:
        """End a token; others' tokens do not exist for those who are not admins."""
        with self.store.write(dry_run=dry_run) as rows:
            mine = rows.tokens("" if caller.role == ADMIN else caller.user)
            if all(one.id != id_ for one in mine):
                raise NotFound(f"no token has the id {id_!r}")
            rows.remove_token(id_)

    def _user(self, name: str, password: str, role: Role) -> User:
        check_policy(password)
        return User(
            id=self.ids.uuid7(),
            name=name,
            role=role,
            password_hash=self.passwords.hash(password),
            created_ns=self.clock.wall_ns(),
        )

    def _secret(self) -> str:
        return self.randomness.randbytes(32).hex()


def secret_hash(secret: str) -> str:
    """What is stored of a session or token."""
    return hashlib.sha256(secret.encode()).hexdigest()


def _known(rows: AccessRows, name: str) -> User:
    user = rows.user(name)
    if user is None:
        raise NotFound(f"no user has the name {name!r}")
    return user


def _lesser(one: Role, other: Role) -> Role:
    return max(one, other, key=ROLES.index)
