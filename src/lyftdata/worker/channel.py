"""The job process's end of the socket to its supervisor."""

from __future__ import annotations

import os
import socket

from lyftdata.worker import frames


class Channel:
    """Blocking reads and writes of frames; one thread reads, one writes."""

    def __init__(self, sock: socket.socket) -> None:
        self._socket = sock

    def read_start(self) -> frames.Start:
        """The first frame. Raises EOFError when the supervisor closed before it."""
        length = int.from_bytes(self._exactly(frames.LENGTH_BYTES), "big")
        return frames.decode_start(self._exactly(length))

    def send(self, data: bytes) -> None:
        """Write whole frames."""
        if data:
            self._socket.sendall(data)

    def wait_for_end(self) -> None:
        """Return when the supervisor is gone."""
        try:
            while self._socket.recv(4096):
                pass
        except OSError:
            return

    def _exactly(self, count: int) -> bytes:
        data = bytearray()
        while len(data) < count:
            got = self._socket.recv(count - len(data))
            if not got:
                raise EOFError("the supervisor closed the channel before it said what to run")
            data += got
        return bytes(data)


def channel_on_stdin() -> Channel:
    """Take the socket that stands as standard input, and put /dev/null in its place."""
    sock = socket.socket(fileno=os.dup(0))
    sock.set_inheritable(False)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    os.close(null)
    return Channel(sock)
