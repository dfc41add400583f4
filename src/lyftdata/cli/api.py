"""The HTTP API as the CLI sees it; the only module here that speaks HTTP.

Every failure becomes an error of ours with a code and a way out.
"""

from __future__ import annotations

import ssl
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx2
import msgspec

from lyftdata.core.diagnostic import Diagnostic, Place
from lyftdata.core.errors import (
    CodedError,
    Conflict,
    Denied,
    Invalid,
    NotFound,
    NotSignedIn,
    PermanentError,
    Unavailable,
)
from lyftdata.core.event import Json

TIMEOUT_S: Final = 60.0
PAGE: Final = 200
NOT_SIGNED_IN: Final = 401
KINDS: Final[Mapping[int, type[CodedError]]] = {
    NOT_SIGNED_IN: NotSignedIn,
    403: Denied,
    404: NotFound,
    409: Conflict,
    412: Conflict,
}


class Refused(CodedError):
    """The server answered no, for a reason that its code names."""

    code = "refused"


class Api:
    """One server, as one user."""

    def __init__(
        self, url: str, *, token: str = "", tls_insecure: bool = False, ca: str = ""
    ) -> None:
        self.url = url.rstrip("/")
        headers = {"Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        self._client = httpx2.Client(
            base_url=self.url,
            headers=headers,
            verify=_trust(ca, tls_insecure=tls_insecure),
            timeout=TIMEOUT_S,
        )

    def sign_in(self, username: str, password: str) -> None:
        """Start a session by cookie, for this object's life."""
        self._client.headers["Origin"] = self.url  # cookie writes must come from our own address
        self.post("/api/auth/login", {"username": username, "password": password})

    def get(self, path: str, **query: Any) -> Any:
        """GET; query values that are None are left out."""
        return self.send("GET", path, query=query).json()

    def post(self, path: str, body: Json | None = None, **query: Any) -> Any:
        """POST a JSON body."""
        return _body(self.send("POST", path, body=body or {}, query=query))

    def put(self, path: str, body: Json, *, etag: str = "", **query: Any) -> Any:
        """PUT a JSON body; with an ETag only if nobody else wrote meanwhile."""
        headers = {"If-Match": etag} if etag else {}
        return _body(self.send("PUT", path, body=body, query=query, headers=headers))

    def delete(self, path: str) -> None:
        """DELETE."""
        self.send("DELETE", path)

    def items(self, path: str, *, limit: int | None = None, **query: Any) -> list[Json]:
        """All items of a list, page by page, or the first `limit`."""
        found: list[Json] = []
        cursor: str | None = None
        while True:
            want = PAGE if limit is None else min(PAGE, limit - len(found))
            page = self.get(path, limit=want, cursor=cursor, **query)
            found += page["items"]
            cursor = page.get("next_cursor")
            if cursor is None or (limit is not None and len(found) >= limit):
                return found if limit is None else found[:limit]

    def events(self, path: str, **query: Any) -> Iterator[Json]:
        """The frames of a stream of server-sent events, until the server ends it."""
        with self._client.stream("GET", path, params=_given(query), timeout=None) as answer:
            if answer.is_error:
                answer.read()
                raise problem(answer)
            for line in answer.iter_lines():
                if line.startswith("data:"):
                    yield msgspec.json.decode(line[5:])

    def send(
        self,
        method: str,
        path: str,
        *,
        body: Json | None = None,
        query: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx2.Response:
        """One request. Raises our errors for every failure."""
        try:
            answer = self._client.request(
                method, path, json=body, params=_given(query or {}), headers=headers
            )
        except httpx2.TransportError as error:
            raise unreachable(self.url, error) from error
        if answer.is_error:
            raise problem(answer)
        return answer


def problem(answer: httpx2.Response) -> Exception:
    """The error that a problem+json answer stands for."""
    try:
        body: Json = answer.json()
    except ValueError:
        body = {}
    if body.get("diagnostics"):
        return Invalid([diagnostic(one) for one in body["diagnostics"]])
    status = answer.status_code
    what = body.get("detail") or body.get("title") or f"HTTP {status} without an explanation"
    code = body.get("code", "")
    if status == NOT_SIGNED_IN:
        what = f"{what}; sign in with `lyftdata login`, or set LYFTDATA_TOKEN"
    return KINDS.get(status, Refused)(what, code=code)


def diagnostic(one: Json) -> Diagnostic:
    """A diagnostic from its HTTP shape."""
    place = Place(one["line"], one["column"], one.get("end_line", 0), one.get("end_column", 0))
    return Diagnostic(
        file=one["file"],
        place=place,
        code=one["code"],
        message=one["message"],
        path=tuple(one.get("path") or ()),
        value=one.get("value") or "",
        suggestion=one.get("suggestion") or "",
        severity=one.get("severity") or "error",
    )


def unreachable(url: str, error: Exception) -> Unavailable:
    """What to do when there is no connection at all."""
    if "CERTIFICATE" in str(error).upper():
        return Unavailable(
            f"{url} shows a certificate that is not trusted here; set LYFTDATA_TLS_CA to its "
            "authority, or for a server you know use --tls-insecure",
            code="tls-untrusted",
        )
    return Unavailable(
        f"no answer from {url} ({error}); is the server running (`lyftdata run server`), and is "
        "LYFTDATA_URL right (https, or http for --disable-tls)?",
        code="server-unreachable",
    )


def _trust(ca: str, *, tls_insecure: bool) -> ssl.SSLContext:
    try:
        context = ssl.create_default_context(cafile=ca or None)
    except OSError as error:
        raise PermanentError(
            f"cannot read the certificate authorities in {ca} (LYFTDATA_TLS_CA): {error}",
            code="tls-file-unreadable",
        ) from error
    if tls_insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
    return context


def _given(query: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in query.items() if value is not None}


def _body(answer: httpx2.Response) -> Any:
    return answer.json() if answer.content else {}
