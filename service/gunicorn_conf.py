"""gunicorn's settings; they come from ARTIKEL_* variables."""

import gc
import json
import logging
import socket
import struct
import uuid
from concurrent.futures import Future
from contextlib import suppress
from errno import EAGAIN
from http import HTTPStatus
from pathlib import Path
from time import monotonic
from typing import Any

import structlog
from gunicorn.arbiter import Arbiter
from gunicorn.http.errors import InvalidRequestLine, LimitRequestHeaders, LimitRequestLine, ParseException
from gunicorn.http.message import Request
from gunicorn.workers.gthread import TConn, ThreadWorker

from service.api.problems import CONTENT_TYPE, ProblemError, to_body
from service.api.transport import sharing_headers
from service.config import read_settings
from service.observability import logging_config

_settings = read_settings()

bind = _settings.bind
workers = _settings.workers
threads = _settings.threads
preload_app = True  # one import for all workers; the engine opens nothing before its first request
timeout = _settings.timeout
graceful_timeout = _settings.graceful_timeout
max_requests = 100_000  # a worker that lives for ever collects what libraries forget to free
max_requests_jitter = 10_000
limit_request_line = 8190  # gunicorn's largest; a `q` of 1,000 German characters fits
limit_request_fields = 64
limit_request_field_size = 8190
worker_tmp_dir = "/dev/shm" if Path("/dev/shm").is_dir() else None  # noqa: S108 - the heartbeat file; a disk can stall
control_socket_disable = True
accesslog = None  # the application writes one line a request itself
logconfig_dict = logging_config(_settings.log_level)


_SHARED = "".join(f"{name}: {value}\r\n" for name, value in sharing_headers(_settings.cors_origins).items())


_MOST_READING = min(10, timeout)
"""Seconds in which a request, of 8 kB of head and 32 kB of body at most, must have come."""
_SHORTEST = 0.001
"""Seconds; zero would be no limit."""


class _Stalled(logging.Filter):
    """Makes one sentence of what gunicorn has a traceback for: a client that neither sends nor reads in time."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record, if it is one of these; keep it in any case."""
        if record.exc_info and isinstance(record.exc_info[1], BlockingIOError):
            record.exc_info = None
            record.msg, record.args = "Client stalled; its connection was closed.", ()
            record.levelno, record.levelname = logging.WARNING, "WARNING"
        return True


class _Reading:
    """The socket of a client, of which a request must have been read by a deadline, however it comes in pieces."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.deadline = 0.0

    def __getattr__(self, name: str) -> Any:
        """All else that a socket can."""
        return getattr(self._sock, name)

    def recv(self, size: int, *flags: int) -> bytes:
        """What has come, or comes before the deadline.

        The kernel counts (SO_RCVTIMEO in socket(7)), as gunicorn reads without a limit.

        Raises:
            BlockingIOError: nothing has come before it.
        """
        left = self.deadline - monotonic()
        if left <= 0 and self._sock.gettimeout() is None:
            raise BlockingIOError(EAGAIN, "the request did not come in time")
        self._sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, _timeval(max(left, _SHORTEST)))
        return self._sock.recv(size, *flags)


def _timeval(seconds: float) -> bytes:
    return struct.pack("@ll", int(seconds), int(seconds % 1 * 1_000_000))


class ProblemWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn is untyped
    """Threads that no client can hold by doing nothing.

    What gunicorn refuses before the application sees it is refused in the application's shape.
    """

    def init_process(self) -> None:
        """Begin to work."""
        self.log.error_log.addFilter(_Stalled())
        super().init_process()

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to a thread, which lets go of a client that does not send its request, or does not read.

        It waits `_MOST_READING` seconds for all of a request, and `timeout` seconds for a client to go on reading.
        """
        if not isinstance(conn.sock, _Reading):
            conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, _timeval(timeout))
            conn.sock = _Reading(conn.sock)
        super().enqueue_req(conn)

    def handle(self, conn: TConn) -> Any:
        """Answer a request in a thread, where its time begins."""
        conn.sock.deadline = monotonic() + _MOST_READING
        return super().handle(conn)

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Go on with a connection whose request is answered, or close it.

        gunicorn waits up to two seconds for a client to close its side too, and does that where it accepts all others:
        here a thread waits.
        """
        if self.alive and not fs.cancelled() and fs.exception() is None and not fs.result():
            self.nr_conns -= 1
            self.tpool.submit(conn.close, graceful=True)
        else:
            super().finish_request(conn, fs)

    def handle_error(self, req: Request | None, client: socket.socket, addr: Any, exc: Exception) -> None:
        """Answer a request that could not be read."""
        if not isinstance(exc, ParseException):
            super().handle_error(req, client, addr, exc)
            return
        problem = _refusal(exc)
        request_id = uuid.uuid4().hex
        structlog.get_logger().warning(
            "Request refused",
            reason=type(exc).__name__,  # its text repeats the request, and so the query
            status=problem.status.value,
            request_id=request_id,
        )
        body = json.dumps(to_body(problem)).encode()
        head = (
            f"HTTP/1.1 {problem.status.value} {problem.status.phrase}\r\n"
            f"Content-Type: {CONTENT_TYPE}\r\nContent-Length: {len(body)}\r\n"
            f"X-Request-ID: {request_id}\r\n{_SHARED}"
            "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nConnection: close\r\n\r\n"
        )
        with suppress(OSError):
            client.sendall(head.encode("ascii") + body)


def _refusal(exc: ParseException) -> ProblemError:
    if isinstance(exc, LimitRequestLine):
        return ProblemError(
            HTTPStatus.REQUEST_URI_TOO_LONG,
            "invalid_parameter",
            f"The request line is longer than {limit_request_line} bytes; send the search as JSON, by QUERY or POST.",
        )
    if isinstance(exc, LimitRequestHeaders):
        return ProblemError(
            HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE,
            "invalid_parameter",
            "The request has too many or too long headers; leave some out.",
        )
    if isinstance(exc, InvalidRequestLine):
        return ProblemError(
            HTTPStatus.BAD_REQUEST,
            "invalid_parameter",
            "The request line cannot be read; what is not ASCII must be percent-encoded, as in q=L%C3%B6we.",
        )
    return ProblemError(HTTPStatus.BAD_REQUEST, "invalid_parameter", "The request is not HTTP as RFC 9112 writes it.")


worker_class = ProblemWorker


def when_ready(server: Arbiter) -> None:
    """Set what was loaded apart from what requests make, and tell a person at a terminal where to go."""
    # What all workers share is never garbage; collecting it again and again would also copy its pages.
    gc.freeze()
    host, port = server.LISTENERS[0].getsockname()[:2]
    address = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
    print(  # noqa: T201 - this line is for people, the log is for machines
        f"Serving on {address} - try:\n"
        f"  curl '{address}/v1/search?q=Sicherheitsrat'\n"
        f"  curl '{address}/v1/articles?page_size=3'\n"
        f"  curl '{address}/v1/tags'",
        flush=True,
    )
