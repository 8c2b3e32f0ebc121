"""What a command read and wrote the last time it was given, so that it need not be done again.

A record belongs to a command line, given in a folder, under an environment. It
holds the state of everything that the result depends on: each file that was read
or looked for, the engine, the libraries, and cvbuild's own code. If all is as it
was, and the outputs still are what was written, there is nothing to do.

Programs that may read what cvbuild cannot see (a TeX system) leave no record.
"""

from __future__ import annotations

import hashlib
import os
import sys

from cvbuild import cache
from cvbuild.files import ABSENT, DAY, state
from cvbuild.places import PACKAGE

_KIND = "runs"
_FORM = "2"  # of the entries; another number makes all older ones unknown
# How the state of code is told: not by its contents, which would take long.
_CODE, _LIBRARY = "code ", "library "
# What cvbuild or its engine takes from the environment.
_ENVIRONMENT = (
    "SOURCE_DATE_EPOCH", "CVBUILD_ENGINE_DIR", "CVBUILD_SCRIPTS_DIR", "HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME",
    "LOCALAPPDATA", "NO_COLOR", "GITHUB_WORKSPACE",
)  # fmt: skip
# Libraries that have a part in what comes out.
_LIBRARIES = ("jinja2", "markupsafe", "yaml", "pylatexenc", "typer", "pypdfium2")


class Record:
    """One finished command. `inputs` and `outputs` are paths with their states.

    `said` is what it told on standard error, `printed` what it told on standard output.
    """

    def __init__(self, inputs: dict[str, str], outputs: dict[str, str], said: str, printed: str, pages: int) -> None:
        self.inputs, self.outputs, self.said, self.printed, self.pages = inputs, outputs, said, printed, pages

    def holds(self) -> bool:
        """Whether everything is as it was."""
        return (
            bool(self.outputs)
            and all(state(path) == then != ABSENT for path, then in self.outputs.items())
            and all(_now(path, then) == then for path, then in self.inputs.items())
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


def recall(arguments: list[str]) -> Record | None:
    """The record of this command line; None if there is none."""
    try:
        data = cache.load(_KIND, _key(arguments))
    except OSError:  # the working folder is gone
        return None
    if data is None:
        return None
    try:
        said, printed, pages, inputs, outputs, *items = data.decode("utf-8", "surrogateescape").split("\0")
        first, last = 2 * int(inputs), 2 * (int(inputs) + int(outputs))
        return Record(
            dict(zip(items[0:first:2], items[1:first:2], strict=True)),
            dict(zip(items[first:last:2], items[first + 1 : last : 2], strict=True)),
            said,
            printed,
            int(pages),
        )
    except ValueError:  # whoever wrote this was not this version
        return None


def keep(arguments: list[str], record: Record) -> None:
    """Write a record down; the code of this process is added to its inputs."""
    inputs = {**record.inputs, PACKAGE: _now(PACKAGE, _CODE)}
    for name in _LIBRARIES:
        path = getattr(sys.modules.get(name), "__file__", None)
        if path:
            inputs[path] = _now(path, _LIBRARY)
    items = [part for states in (inputs, record.outputs) for pair in states.items() for part in pair]
    said, printed = (words.replace("\0", "") for words in (record.said, record.printed))
    text = "\0".join([said, printed, str(record.pages), str(len(inputs)), str(len(record.outputs)), *items])
    try:
        cache.store(_KIND, _key(arguments), text.encode("utf-8", "surrogateescape"))
    except OSError:
        pass


def _key(arguments: list[str]) -> str:
    environment = [os.environ.get(name, "\0") for name in _ENVIRONMENT]
    terminal = str(sys.stderr is not None and sys.stderr.isatty())
    parts = [_FORM, sys.version, terminal, os.getcwd(), *environment, *arguments]
    return hashlib.sha256(repr(parts).encode("utf-8", "surrogateescape")).hexdigest()


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
