"""Run a TeX program safely: bounds of time, memory and output, and an environment with nothing in it.

TeX is a programming language, and this is the one place where one of its
programs is started. Escaping keeps a CV's text from being a program; the
bounds here hold even if a theme's macros go astray.
"""

from __future__ import annotations

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

from cvbuild.engine.base import EngineError, EngineTimeout
from cvbuild.frozen import frozen

MAX_MEMORY = 4 * 1024**3
MAX_OUTPUT = 512 * 1024**2
MAX_WORDS = 4 * 1024**2
"""Bytes that are kept of what a program prints; the rest is read and forgotten."""


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

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        self._process = process
        self._streams = [stream for stream in (process.stdout, process.stderr) if stream]

    @property
    def alive(self) -> bool:
        """Whether it has not ended by itself."""
        return self._process.poll() is None

    def finish(self, timeout: float) -> Ran:
        """Wait for its end, `timeout` seconds at the most. Raises `EngineTimeout`."""
        readers = [_Reader(stream) for stream in self._streams]
        self._streams = []
        end = time.monotonic() + timeout
        try:
            for reader in readers:
                reader.start()
            for reader in readers:
                reader.join(max(0, end - time.monotonic()))
            self._process.wait(max(0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            raise EngineTimeout(f"stopped after {timeout:g} seconds") from None
        finally:
            self.stop()  # also at Ctrl-C, and whatever the program itself has started
        out, err = (bytes(reader.kept).decode("utf-8", "replace") for reader in readers)
        return Ran(self._process.returncode, out, err)

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

    def __enter__(self) -> Running:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def start(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str],
    memory: int = MAX_MEMORY,
    descriptors: Sequence[int] = (),
) -> Running:
    """Start a program in `folder` with just this environment, and these open files. Raises `EngineError`."""
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
            pass_fds=descriptors,
        )
    except OSError as error:
        raise EngineError(f"`{command[0]}` cannot be started: {error.strerror or error}") from None
    _limit(process.pid, memory)
    return Running(process)


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str],
    timeout: float,
    memory: int = MAX_MEMORY,
) -> Ran:
    """Run a program as `start` does, and wait for its end. Raises `EngineError` or `EngineTimeout`."""
    with start(command, folder=folder, environment=environment, memory=memory) as running:
        return running.finish(timeout)


def _limit(pid: int, memory: int) -> None:
    if sys.platform == "linux":
        import resource

        try:
            resource.prlimit(pid, resource.RLIMIT_AS, (memory, memory))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        except (ProcessLookupError, PermissionError, ValueError):
            pass  # it has already ended, or has stricter limits
