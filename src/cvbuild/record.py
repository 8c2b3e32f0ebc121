"""What a job read and wrote the last time it was done, so that it need not be done again.

A record belongs to a job, given in a folder, under an environment. It holds the
state of everything that the result depends on: each file that was read or looked
for, the engine, the libraries, and cvbuild's own code. If all is as it was, and the
outputs still are what was written, there is nothing to do.

Which jobs a command line asks for takes long to find out, so that is kept too
(`Command`): if nothing has changed for each of them, it is answered at once.

Programs that may read what cvbuild cannot see (a TeX system) leave no record.
"""

from __future__ import annotations

import hashlib
import os
import sys

from cvbuild import cache
from cvbuild.files import ABSENT, DAY, state
from cvbuild.places import PACKAGE

_COMMANDS, _JOBS = "runs", "jobs"
_MOST_JOBS = 2000
_FORM = "3"  # of the entries; another number makes all older ones unknown
# How the state of code is told: not by its contents, which would take long.
_CODE, _LIBRARY = "code ", "library "
# What cvbuild or its engine takes from the environment.
_ENVIRONMENT = (
    "SOURCE_DATE_EPOCH", "CVBUILD_ENGINE_DIR", "CVBUILD_SCRIPTS_DIR", "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    "LOCALAPPDATA", "NO_COLOR", "GITHUB_WORKSPACE",
)  # fmt: skip
# Libraries that have a part in what comes out.
_LIBRARIES = ("jinja2", "markupsafe", "yaml", "pylatexenc", "typer", "pypdfium2")


class Said:
    """What is said of a job: on standard error `found`, then `last`, then `pointer`; on standard output `printed`.

    `found` is what is wrong, `last` the line that tells what was made, `pointer` says where to read more.
    """

    def __init__(self, found: str = "", last: str = "", pointer: str = "", printed: str = "") -> None:
        self.found, self.last, self.pointer, self.printed = found, last, pointer, printed


class Record:
    """One finished job. `inputs` and `outputs` are paths with their states; `said` is what is said if it is asked for again."""

    def __init__(self, inputs: dict[str, str], outputs: dict[str, str], said: Said, pages: int) -> None:
        self.inputs, self.outputs, self.said, self.pages = inputs, outputs, said, pages

    def holds(self, known: dict[str, str] | None = None) -> bool:
        """Whether everything is as it was. `known` are states found so far, for who asks of many records."""
        known = {} if known is None else known

        def now(path: str, then: str) -> str:
            found = known.get(path)
            if found is None:
                found = known[path] = _now(path, then)
            return found

        return (
            bool(self.outputs)
            and all(now(path, then) == then != ABSENT for path, then in self.outputs.items())
            and all(now(path, then) == then for path, then in self.inputs.items())
        )

    def refresh(self) -> None:
        """Make the outputs newer than the inputs, for `make`, which goes by their times."""
        try:
            read = [
                path
                for path, then in self.inputs.items()
                if path != DAY and then != ABSENT and not then.startswith((_CODE, _LIBRARY))
            ]
            newest = max(os.stat(path).st_mtime_ns for path in read)
            for path in self.outputs:
                if os.stat(path).st_mtime_ns < newest:
                    os.utime(path)
        except OSError:
            pass  # not ours to touch; they are still right


class Command:
    """A command line by which all was well: the `keys` of its jobs, and what else it said.

    `told` is whether the last line of each job was told; `tail` is what was said at the end of all.
    """

    def __init__(self, keys: list[str], told: bool, tail: str) -> None:
        self.keys, self.told, self.tail = keys, told, tail

    def answer(self) -> Said | None:
        """What is said where nothing has changed; None if there is something to do."""
        known: dict[str, str] = {}
        records = []
        for key in self.keys:
            record = recall(key)
            if record is None or not record.holds(known):
                return None
            records.append(record)
        if not records:  # whoever wrote this was not this version
            return None
        for record in records:
            record.refresh()
        said = [record.said for record in records]
        return Said(
            "".join(one.found + (one.last if self.told else "") for one in said),
            self.tail,
            next((one.pointer for one in said if one.pointer), ""),
            "".join(one.printed for one in said),
        )


def recall(key: str) -> Record | None:
    """The record under this key; None if there is none."""
    data = cache.load(_JOBS, key)
    if data is None:
        return None
    try:
        found, last, pointer, printed, pages, inputs, outputs, *items = _text(data).split("\0")
        one, two = 2 * int(inputs), 2 * (int(inputs) + int(outputs))
        return Record(
            dict(zip(items[0:one:2], items[1:one:2], strict=True)),
            dict(zip(items[one:two:2], items[one + 1 : two : 2], strict=True)),
            Said(found, last, pointer, printed),
            int(pages),
        )
    except ValueError:  # whoever wrote this was not this version
        return None


def keep(key: str, record: Record) -> None:
    """Write a record down; the code of this process is added to its inputs."""
    inputs = {**record.inputs, PACKAGE: _now(PACKAGE, _CODE)}
    for name in _LIBRARIES:
        path = getattr(sys.modules.get(name), "__file__", None)
        if path:
            inputs[path] = _now(path, _LIBRARY)
    items = [part for states in (inputs, record.outputs) for pair in states.items() for part in pair]
    said = [
        words.replace("\0", "")
        for words in (record.said.found, record.said.last, record.said.pointer, record.said.printed)
    ]
    _store(_JOBS, key, [*said, str(record.pages), str(len(inputs)), str(len(record.outputs)), *items], _MOST_JOBS)


def recall_command(arguments: list[str]) -> Command | None:
    """What is known of this command line; None if nothing is."""
    try:
        data = cache.load(_COMMANDS, key_of(*arguments))
        if data is None:
            return None
        told, tail, *keys = _text(data).split("\0")
    except (OSError, ValueError):  # the working folder is gone; or whoever wrote this was not this version
        return None
    return Command(keys, told == "told", tail)


def keep_command(arguments: list[str], command: Command) -> None:
    """Write down what is known of a command line."""
    said = ["told" if command.told else "", command.tail.replace("\0", "")]
    try:
        key = key_of(*arguments)
    except OSError:  # the working folder is gone
        return
    _store(_COMMANDS, key, [*said, *command.keys], cache.MAX_ENTRIES)


def key_of(*asked: str) -> str:
    """The key under which something is kept that was asked for here and now. Raises OSError if there is no here."""
    environment = [os.environ.get(name, "\0") for name in _ENVIRONMENT]
    terminal = str(sys.stderr is not None and sys.stderr.isatty())
    parts = [_FORM, sys.version, terminal, os.getcwd(), *environment, *asked]
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()


def _store(kind: str, key: str, parts: list[str], most: int) -> None:
    cache.store(kind, key, "\0".join(parts).encode("utf-8", "surrogateescape"), most)


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogateescape")


def _now(path: str, then: str) -> str:
    """The state of an input now, told in the way in which it was told then."""
    try:
        if then.startswith(_CODE):
            return _CODE + _code(path)
        if then.startswith(_LIBRARY):
            return _LIBRARY + _times(os.stat(path))
    except OSError:
        return ABSENT
    return state(path)


def _code(folder: str) -> str:
    """The names, sizes and times of all modules in a folder."""
    found: list[str] = []
    folders = [folder]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith((".py", ".toml", ".lock")):
                    found.append(f"{entry.path} {_times(entry.stat())}")
                elif not entry.name.startswith(("_", ".")) and entry.is_dir():
                    folders.append(entry.path)
    return hashlib.sha256("\n".join(sorted(found)).encode("utf-8", "surrogateescape")).hexdigest()


def _times(stat: os.stat_result) -> str:
    return f"{stat.st_size} {stat.st_mtime_ns}"
