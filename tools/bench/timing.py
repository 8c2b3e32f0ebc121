"""Time commands in turn, and the memory of one.

Times come from hyperfine: it starts a command without a shell and waits for its end. It is called
once for each run, so that the commands take turns and each has a folder and an environment of its
own. Noise of the machine then meets all of them alike, and each round has a ratio of its own.
"""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

Times = dict[str, list[float]]
"""Seconds of each round, by the name of the command."""


@dataclass(frozen=True, slots=True)
class Command:
    """What is run, where, and with which environment (all of it). Unless `may_fail`, its status must be 0."""

    words: tuple[str, ...]
    folder: Path
    environment: Mapping[str, str]
    may_fail: bool = False


class Failed(Exception):
    """A command that should have worked did not; the message has what it said."""


def once(command: Command) -> float:
    """The seconds that a command takes, by hyperfine. Raises `Failed`."""
    with TemporaryDirectory() as folder:
        result = Path(folder) / "result.json"
        hyperfine = ["hyperfine", "-N", "--runs", "1", "--style", "none", "--export-json", str(result)]
        ran = subprocess.run(
            [*hyperfine, *(["-i"] if command.may_fail else []), shlex.join(command.words)],
            cwd=command.folder,
            env={"PATH": os.environ.get("PATH", os.defpath), **command.environment},
            capture_output=True,
            text=True,
        )
        if ran.returncode != 0:
            said = subprocess.run(
                command.words, cwd=command.folder, env=dict(command.environment), capture_output=True, text=True
            )
            raise Failed(f"{shlex.join(command.words)}\n{said.stdout}{said.stderr}{ran.stderr}")
        return float(json.loads(result.read_bytes())["results"][0]["times"][0])


def in_turn(commands: Mapping[str, Command], rounds: int, warm_ups: int = 1) -> Times:
    """Run all commands so many rounds, each round beginning with another one. Raises `Failed`."""
    names = list(commands)
    times: Times = {name: [] for name in names}
    for number in range(warm_ups + rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            taken = once(commands[name])
            if number >= warm_ups:
                times[name].append(taken)
    return times


# A process that was begun by a large one counts that one's memory as its own: so a small one begins it.
_LAUNCHER = """
import os, sys, time
begin = time.monotonic()
child = os.fork()
if child == 0:
    nothing = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nothing, 1)
    words = [str(time.monotonic()) if word == "NOW" else word for word in sys.argv[1:]]
    os.execv(words[0], words)
_, status, usage = os.wait4(child, 0)
print(os.waitstatus_to_exitcode(status), time.monotonic() - begin, usage.ru_maxrss)
"""


@dataclass(frozen=True, slots=True)
class Spent:
    """Seconds, and the most bytes of memory that a command, or the largest process it waited for, had at a time."""

    seconds: float
    memory: int


def spent_by(command: Command) -> Spent:
    """Run a command once; a word `NOW` of it becomes the time at which it is begun, by `time.monotonic`.

    Raises `Failed`.
    """
    ran = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, *command.words],
        cwd=command.folder,
        env=dict(command.environment),
        capture_output=True,
        text=True,
    )
    status, seconds, size = ran.stdout.split() or ("?", "0", "0")
    if status != "0" and not command.may_fail:
        raise Failed(f"{shlex.join(command.words)} ended with status {status}\n{ran.stderr}")
    return Spent(float(seconds), int(size) * (1 if sys.platform == "darwin" else 1024))
