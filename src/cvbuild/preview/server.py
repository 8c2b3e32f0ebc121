"""The preview's socket: one thread that waits for all connections, and two that make what is asked for.

Each connection serves one request. Neither slow clients nor many of them hold anything up: their number is bounded, a
request must come within seconds, and a client that does not take what it is sent is left.
"""

from __future__ import annotations

import asyncio
import errno
import hashlib
import hmac
import secrets
import socket
import threading
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from http import HTTPStatus
from types import TracebackType
from typing import Final

from cvbuild import cache
from cvbuild.diagnostics import Diagnostic
from cvbuild.preview.http import MAX_HEAD, BadRequest, Request, Response, parse, refusal
from cvbuild.preview.show import Show
from cvbuild.preview.site import Events, Site

HOST: Final = "127.0.0.1"
PORT: Final = 5284
"""The port that is tried first; so the address stays the same from day to day."""
TRIED: Final = 20
MAX_CONNECTIONS: Final = 64
PATIENCE: Final = 10.0
"""Seconds for a request to come, and for an answer to be taken."""
PULSE: Final = 15.0
"""Seconds after which a stream without news shows that it is alive."""


class NoPort(Exception):
    """There is no port to listen at; its text says why."""


class Preview:
    """A page that shows a PDF while it is being made; a context manager, which serves it meanwhile.

    `name` is that of the PDF. `identity` tells one CV from another: its address is the same the next time. `port` is
    the port to listen at; by default, `PORT` or the next that is free. Raises `NoPort`.
    """

    def __init__(self, name: str, identity: str, port: int | None = None) -> None:
        self._socket = _listen(port)
        self.port: int = self._socket.getsockname()[1]
        secret = _secret(identity)
        self.address: Final = f"http://{HOST}:{self.port}/{secret}/"
        self._show = Show(name)
        self._site = Site(self._show, name, secret, self.port)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._serve, name="preview", daemon=True)
        self._workers = ThreadPoolExecutor(2, "preview")
        self._ready = threading.Event()
        self._news = asyncio.Condition()
        self._connections: set[asyncio.Task[None]] = set()

    def __enter__(self) -> Preview:
        self._thread.start()
        self._ready.wait()
        self._show.on_change(self._spread)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._show.on_change(lambda: None)
        with suppress(RuntimeError):  # it never began
            self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2)
        self._workers.shutdown(wait=False, cancel_futures=True)
        self._socket.close()

    def once(self) -> str:
        """An address that leads to the page once: see `Site.ticket`."""
        return f"http://{HOST}:{self.port}{self._site.ticket()}"

    def building(self) -> None:
        """Show that a build has begun."""
        self._show.building()

    def built(self, pdf: bytes | None, diagnostics: Iterable[Diagnostic], at: str, seconds: float) -> None:
        """Show what came of a build: see `Show.built`."""
        self._show.built(pdf, diagnostics, at, seconds)

    def explain(self, codes: dict[str, str]) -> None:
        """Have these at hand for who asks what a code means."""
        self._show.explain(codes)

    @property
    def explained(self) -> Iterable[str]:
        """The codes that are."""
        return self._show.explained

    # --- what follows runs in the thread of the loop ---

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.set_exception_handler(lambda loop, context: None)  # connections that were cut tell nobody anything
        try:
            server = self._loop.run_until_complete(asyncio.start_server(self._begin, sock=self._socket, limit=MAX_HEAD))
        finally:
            self._ready.set()
        self._loop.run_forever()
        server.close()
        for task in self._connections:
            task.cancel()
        self._loop.run_until_complete(asyncio.gather(*self._connections, return_exceptions=True))
        self._loop.close()

    def _spread(self) -> None:
        """Tell all streams that there are news; from any thread."""
        with suppress(RuntimeError):  # the loop has just been closed
            self._loop.call_soon_threadsafe(lambda: self._loop.create_task(self._wake()))

    async def _wake(self) -> None:
        async with self._news:
            self._news.notify_all()

    async def _begin(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._connections.add(task)
        try:
            await self._connection(reader, writer)
        except (OSError, EOFError):
            pass  # the client is gone, or does not speak
        finally:
            self._connections.discard(task)
            writer.transport.abort() if writer.transport.get_write_buffer_size() else writer.close()

    async def _connection(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        request: Request | None = None
        answer: Response | Events
        full = len(self._connections) > MAX_CONNECTIONS
        if len(self._connections) > 2 * MAX_CONNECTIONS:
            return
        try:
            async with asyncio.timeout(1.0 if full else PATIENCE):
                request = parse(await reader.readuntil(b"\r\n\r\n"))
            if full:
                answer = refusal(HTTPStatus.SERVICE_UNAVAILABLE, "There are too many connections.")
            else:
                answer = await self._loop.run_in_executor(self._workers, self._site.answer, request)
        except asyncio.LimitOverrunError:
            answer = refusal(HTTPStatus.REQUEST_HEADER_FIELDS_TOO_LARGE, "The request is too long.")
        except BadRequest as error:
            answer = refusal(HTTPStatus.BAD_REQUEST, str(error))
        except (OSError, EOFError):
            raise
        except Exception as error:
            what = f"This is a mistake in cvbuild itself: {type(error).__name__}."
            answer = refusal(HTTPStatus.INTERNAL_SERVER_ERROR, what)
        if isinstance(answer, Events):
            await self._stream(reader, writer)
            return
        writer.write(answer.head() + (answer.body if request is None or request.method != "HEAD" else b""))
        async with asyncio.timeout(PATIENCE):
            await writer.drain()
            writer.close()
            await writer.wait_closed()

    async def _stream(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Server-sent events: the state now, and whenever it changes; until the client goes.

        https://html.spec.whatwg.org/multipage/server-sent-events.html. Who is slow is told the last state only.
        """
        writer.write(Events.head.head(length=False) + b"retry: 500\n\n")
        gone = self._loop.create_task(reader.read(1))
        told = -1
        try:
            while not gone.done():
                version, state = self._show.state()
                if version != told:
                    writer.write(b"data: " + state + b"\n\n")
                    told = version
                else:
                    writer.write(b":\n\n")
                async with asyncio.timeout(PATIENCE):
                    await writer.drain()
                await self._changed(gone, told)
        finally:
            gone.cancel()

    async def _changed(self, gone: asyncio.Task[bytes], told: int) -> None:
        """Wait until there are news, the client is gone, or it is time for a sign of life."""
        news = self._loop.create_task(self._newer(told))
        try:
            await asyncio.wait({gone, news}, timeout=PULSE, return_when=asyncio.FIRST_COMPLETED)
        finally:
            news.cancel()

    async def _newer(self, told: int) -> None:
        async with self._news:
            await self._news.wait_for(lambda: self._show.version != told)


def _listen(port: int | None) -> socket.socket:
    """A socket at this port; by default at the first that is free. Raises `NoPort`."""
    for candidate in (port,) if port is not None else (*range(PORT, PORT + TRIED), 0):
        try:
            return socket.create_server((HOST, candidate), backlog=MAX_CONNECTIONS)
        except OSError as error:
            if port is not None or error.errno not in (errno.EADDRINUSE, errno.EACCES):
                taken = "another program uses it" if error.errno == errno.EADDRINUSE else error.strerror
                raise NoPort(f"cannot listen at port {candidate}: {taken}") from error
    raise NoPort("there is no free port")


def _secret(identity: str) -> str:
    """The part of the address that nobody can guess; for one CV of one user it stays the same, so that tabs find it again."""
    key = cache.load("preview", "key")
    if key is None or len(key) != 32:
        key = secrets.token_bytes(32)
        cache.store("preview", "key", key)  # readable by this user alone
    return hmac.new(key, identity.encode("utf-8", "surrogateescape"), hashlib.sha256).hexdigest()[:40]
