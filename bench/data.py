"""Seeded NDJSON of web requests: about 391 bytes and 13 keys an event, one object inside, some text
that is not ASCII. 90 % have the level `info` (kept by W3), 10 % the zone `zone-3` (kept by W2)."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

_AGENTS: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0",
    "Mozilla/5.0 (Macintosh; Intel Mac OS X 14_6) AppleWebKit/605.1.15 Version/18.1 Safari/605.1",
    "Mozilla/5.0 (X11; Linux x86_64; rv:143.0) Gecko/20100101 Firefox/143.0",
    "curl/8.14.1",
    "okhttp/4.12.0",
)
_WORDS: Final = ("boots", "coffee", "crème brûlée", "garden", "lamp", "naïve", "tent", "wool")
_REFERRERS: Final = ("-", "https://search.example/", "https://shop.example/offers?page=2")
_START: Final = datetime(2026, 5, 1, tzinfo=UTC)


def events(count: int, seed: int) -> Iterator[dict[str, Any]]:
    """`count` events, the same for the same seed."""
    choose = random.Random(seed)
    for number in range(count):
        at = _START + timedelta(milliseconds=number * 41)
        path = choose.choice(("/", "/login", f"/item/{choose.randrange(1 << 20)}", "/cart"))
        if choose.random() < 0.06:
            path = f"/search?q={choose.choice(_WORDS)}"
        yield {
            "@timestamp": at.strftime("%Y-%m-%dT%H:%M:%S.") + f"{at.microsecond // 1000:03d}Z",
            "level": "info" if choose.random() < 0.9 else "debug",
            "zone": "zone-3" if choose.random() < 0.1 else f"zone-{choose.randrange(10, 20)}",
            "host": f"web-{choose.randrange(16):02d}",
            "client": ".".join(str(choose.randrange(1, 255)) for _ in range(4)),
            "method": choose.choice(("GET", "GET", "GET", "POST")),
            "path": path,
            "status": choose.choice((200, 200, 200, 200, 301, 304, 404, 500)),
            "bytes": choose.randrange(120, 90_000),
            "seconds": round(choose.expovariate(8), 3),
            "agent": choose.choice(_AGENTS),
            "http": {
                "version": "1.1",
                "referrer": choose.choice(_REFERRERS),
                "session": f"{choose.getrandbits(32):08x}",
            },
            "request": f"{choose.getrandbits(128):032x}",
        }


def write(path: Path, count: int, seed: int) -> None:
    """Write the events to `path`, unless it is there with the same count and seed."""
    mark = path.with_suffix(".mark")
    wanted = f"{count} {seed} 3"
    if path.exists() and mark.exists() and mark.read_text() == wanted:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("wb") as file:
        for event in events(count, seed):
            line = json.dumps(event, ensure_ascii=False, separators=(",", ":"))
            file.write(line.encode() + b"\n")
    mark.write_text(wanted)
