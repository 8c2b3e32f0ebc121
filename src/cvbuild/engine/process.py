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
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from cvbuild.engine.base import EngineError, EngineTimeout

MAX_MEMORY = 4 * 1024**3
MAX_OUTPUT = 512 * 1024**2


@dataclass(frozen=True, slots=True)
class Ran:
    """How a program ended, and what it printed."""

    status: int
    stdout: str
    stderr: str


def run(
    command: Sequence[str | Path],
    *,
    folder: Path,
    environment: Mapping[str, str],
    timeout: float,
    memory: int = MAX_MEMORY,
) -> Ran:
    """Run a program in `folder` with just this environment. Raises `EngineError` or `EngineTimeout`."""
    try:
        process = subprocess.Popen(
            [str(part) for part in command],
            cwd=folder,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=os.name == "posix",
        )
    except OSError as error:
        raise EngineError(f"`{command[0]}` cannot be started: {error.strerror or error}") from None
    _limit(process.pid, memory)
    try:
        out, err = process.communicate(timeout=timeout)
    except subprocess.TimeoutExpired:
        raise EngineTimeout(f"stopped after {timeout:g} seconds") from None
    finally:
        _kill(process)  # also at Ctrl-C, and whatever the program itself has started
    return Ran(process.returncode, out.decode("utf-8", "replace"), err.decode("utf-8", "replace"))


def _limit(pid: int, memory: int) -> None:
    if sys.platform == "linux":
        import resource

        try:
            resource.prlimit(pid, resource.RLIMIT_AS, (memory, memory))
            resource.prlimit(pid, resource.RLIMIT_FSIZE, (MAX_OUTPUT, MAX_OUTPUT))
            resource.prlimit(pid, resource.RLIMIT_CORE, (0, 0))
        except (ProcessLookupError, PermissionError, ValueError):
            pass  # it has already ended, or has stricter limits


def _kill(process: subprocess.Popen[bytes]) -> None:
    if os.name == "posix":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    elif process.poll() is None:
        process.kill()
    if process.poll() is None:
        process.wait()
