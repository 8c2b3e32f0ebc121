"""Run a TeX program safely: confined, within bounds of time, memory and output, and in an environment with nothing in it.

TeX is a programming language, and this is the one place where one of its
programs is started. Escaping keeps a CV's text from being a program; the
bounds here hold even if a theme's macros go astray, or are meant to.
"""

from __future__ import annotations

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Thread
from typing import IO

from cvbuild.engine.base import EngineBound, EngineError, EngineTimeout
from cvbuild.engine.sandbox import Reach, confined, reach_of
from cvbuild.frozen import frozen

if sys.platform == "linux":
    import fcntl
    import resource

MAX_MEMORY = 4 * 1024**3
MAX_OUTPUT = 512 * 1024**2
"""Bytes that a program may write into one file, and into its folder altogether."""
MAX_FILES = 10_000
"""Files that there may be in its folder."""
MAX_OPEN = 256
MAX_WORDS = 4 * 1024**2
"""Bytes that are kept of what a program prints; the rest is read and forgotten."""
_LOOK = 0.25
"""Seconds between two looks at the size of the folder."""
_ENDLESS = "the TeX code of the theme seems never to end"
_ONLY_ITSELF = Reach()


@frozen
class Ran:
    """How a program ended, and what it printed."""

    status: int
    stdout: str
    stderr: str


class _Reader(Thread):
    """Reads a stream to its end, so that who writes it never waits, and keeps the first `MAX_WORDS` bytes."""

    def __init__(self, stream: IO[bytes]) -> None:
        super().__init__(daemon=True)
        self.stream, self.kept = stream, bytearray()

    def run(self) -> None:
        with self.stream:
            while some := os.read(self.stream.fileno(), 65536):
                self.kept += some[: MAX_WORDS - len(self.kept)]


class Running:
    """A program that was started, and is stopped at the latest when it is left as a context manager."""

    def __init__(self, process: subprocess.Popen[bytes], folder: Path, lifeline: int | None) -> None:
        self._process, self._folder, self._lifeline = process, folder, lifeline
        self._streams = [stream for stream in (process.stdout, process.stderr) if stream]

    @property
    def alive(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    def finish(self, timeout: float) -> Ran:
        """Wait for its end, `timeout` seconds at the most. Raises `EngineTimeout`, or `EngineBound` if it took too much."""
        readers = [_Reader(stream) for stream in self._streams]
        self._streams = []
        _limit(self._process.pid, CPU=math.ceil(timeout) + 1)  # if we are stopped or killed, nobody else would end it
        try:
            for reader in readers:
                reader.start()
            self._wait(readers, timeout)
        finally:
            self.stop()  # also at Ctrl-C, and whatever the program itself has started
        if self._process.returncode == -getattr(signal, "SIGXFSZ", 0):
            raise EngineBound(f"the engine wrote more than {MAX_OUTPUT >> 20} MB into a file", _ENDLESS)
        out, err = (bytes(reader.kept).decode("utf-8", "replace") for reader in readers)
        return Ran(self._process.returncode, out, err)

    def _wait(self, readers: Sequence[_Reader], timeout: float) -> None:
        """Wait until the streams and the process have ended, and look now and then at how much it writes."""
        end = time.monotonic() + timeout
        waiting = list(readers)
        while True:
            pause = min(_LOOK, max(0, end - time.monotonic()))
            with suppress(subprocess.TimeoutExpired):
                if not waiting:
                    self._process.wait(pause)
                    return
                waiting[0].join(pause)
                if not waiting[0].is_alive():
                    del waiting[0]
                    continue
            if time.monotonic() >= end:
                raise EngineTimeout(f"stopped after {timeout:g} seconds")
            _check_size(self._folder)

    def stop(self) -> None:
        """End it, and all that it has started."""
        process = self._process
        if os.name == "posix":
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        elif process.poll() is None:
            process.kill()
        if process.poll() is None:
            process.wait()
        for stream in self._streams:
            stream.close()
        if self._lifeline is not None:
            os.close(self._lifeline)
            self._lifeline = None

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str],
    reach: Reach = _ONLY_ITSELF,
    memory: int = MAX_MEMORY,
    descriptors: Sequence[int] = (),
) -> Running:
    """Start a program in `folder` with just this environment, and these open files. Raises `EngineError`.

    It reaches the folder, what it needs to start, and `reach`; nothing else, where the system can see to that.
    """
    own = reach_of(Path(command[0]))
    reach = Reach(
        runs=(*own.runs, *reach.runs),
        reads=(*own.reads, *reach.reads),
        writes=(folder, Path(os.devnull), *reach.writes),
        alone=own.alone,
    )
    lifeline, held = _lifeline()

    def begin() -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
            pass_fds=(*descriptors, *held),
        )

    try:
        process = confined(reach, begin)
    except (OSError, EngineError) as error:
        if lifeline is not None:
            os.close(lifeline)
        if isinstance(error, EngineError):
            raise
        raise EngineError(f"`{command[0]}` cannot be started: {error.strerror or error}") from None
    else:
        _limit(
            process.pid, AS=memory, FSIZE=MAX_OUTPUT, CORE=0, NOFILE=MAX_OPEN, **({"NPROC": 0} if reach.alone else {})
        )
        _tie(held, process.pid)
        return Running(process, folder, lifeline)
    finally:
        for descriptor in held:
            os.close(descriptor)


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str],
    timeout: float,
    reach: Reach = _ONLY_ITSELF,
    memory: int = MAX_MEMORY,
) -> Ran:
    """Run a program as `start` does, and wait for its end. Raises `EngineError`, as does `Running.finish`."""
    with start(command, folder=folder, environment=environment, reach=reach, memory=memory) as running:
        return running.finish(timeout)


def _limit(pid: int, **bounds: int) -> None:
    """Set bounds of a process, by the names that the system has for them."""
    if sys.platform == "linux":
        for name, bound in bounds.items():
            with suppress(ProcessLookupError, PermissionError, ValueError):  # it has ended, or has stricter limits
                resource.prlimit(pid, getattr(resource, f"RLIMIT_{name}"), (bound, bound))


def bounds_memory(memory: int) -> bool:
    """Whether a program that may use so many bytes is kept from more by this bound, and not by one of the user's shell."""
    if sys.platform != "linux":
        return False
    least = min(resource.getrlimit(resource.RLIMIT_AS), key=lambda bound: bound if bound >= 0 else math.inf)
    return least < 0 or least >= memory


def _lifeline() -> tuple[int | None, tuple[int, ...]]:
    """A pipe by which the system tells that we are gone, however we go: our end, and the one for the program to hold."""
    if sys.platform != "linux":
        return None, ()
    theirs, ours = os.pipe()
    return ours, (theirs,)


def _tie(held: Sequence[int], pid: int) -> None:
    """When the other end of these pipes is closed, the program is killed: Linux sends it a signal of our choice then."""
    if sys.platform == "linux":
        for descriptor in held:
            with suppress(OSError):  # it has already ended
                fcntl.fcntl(descriptor, fcntl.F_SETOWN, pid)
                fcntl.fcntl(descriptor, fcntl.F_SETSIG, signal.SIGKILL)
                fcntl.fcntl(descriptor, fcntl.F_SETFL, os.O_ASYNC)


def _check_size(folder: Path) -> None:
    """Raises `EngineBound` if there is too much in a folder."""
    size = count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            with suppress(OSError):  # just removed
                size += Path(place, name).lstat().st_size
            count += 1
    if size > MAX_OUTPUT:
        raise EngineBound(f"the engine wrote more than {MAX_OUTPUT >> 20} MB", _ENDLESS)
    if count > MAX_FILES:
        raise EngineBound(f"the engine wrote more than {MAX_FILES} files", _ENDLESS)
