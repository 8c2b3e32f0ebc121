"""One cold render, with the time that each stage takes; run by the Python that cvbuild is installed for.

    python stage_child.py STARTED RESULT render CV.yaml …

STARTED is the time at which this process was begun, by the clock that `time.monotonic` reads. The
product knows nothing of this: its functions are wrapped here, each as soon as its module is there,
so that everything is imported when, and only if, it would be. Nothing is imported here that would
spare cvbuild the time for it.
"""

from __future__ import annotations

import time

BEGUN = time.monotonic()

import builtins  # noqa: E402
import os  # noqa: E402
import sys  # noqa: E402

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

# Stage, module, function.
WRAPPED = [
    ("start the engine", "cvbuild.__main__", "_begin"),
    ("read and check", "cvbuild.pipeline", "check"),
    ("write LaTeX", "cvbuild.pipeline", "write_latex"),
    ("wait for the engine", "cvbuild.pipeline", "_typeset"),
    ("put the PDF in its place", "cvbuild.outputs", "write_file"),
    ("keep a record", "cvbuild.record", "keep"),
]


class Clock:
    """Gives the time that passes to the innermost stage that is running."""

    def __init__(self) -> None:
        self.spent = {"import": 0.0, **{stage: 0.0 for stage, _, _ in WRAPPED}, "all else": 0.0}
        self.running = ["all else"]
        self.waiting = list(WRAPPED)
        self.last = time.monotonic()

    def tick(self) -> None:
        """Give the time since the last tick to the stage that is running."""
        now = time.monotonic()
        self.spent[self.running[-1]] += now - self.last
        self.last = now

    def timed(self, stage: str, function: Any) -> Any:
        """The function, which is the stage while it runs."""

        def run(*args: Any, **named: Any) -> Any:
            if self.running[-1] == stage:
                return function(*args, **named)
            self.tick()
            self.running.append(stage)
            try:
                return function(*args, **named)
            finally:
                self.tick()
                self.running.pop()

        return run

    def wrap(self) -> None:
        """Wrap what has been imported by now."""
        for waiting in self.waiting[:]:
            stage, name, function = waiting
            module: ModuleType | None = sys.modules.get(name)
            if hasattr(module, function):
                setattr(module, function, self.timed(stage, getattr(module, function)))
                self.waiting.remove(waiting)


def main() -> None:
    """Run the command line, and write what each stage took: a name and seconds a line; `memory` is in kilobytes."""
    started, result = float(sys.argv[1]), sys.argv[2]
    del sys.argv[1:3]
    clock = Clock()
    end = os._exit

    def leave(status: int) -> None:
        clock.tick()
        import resource

        spent = {"start Python": BEGUN - started, **clock.spent}
        spent["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        with open(result, "w", encoding="utf-8") as file:  # noqa: PTH123
            file.writelines(f"{name}\t{value}\n" for name, value in spent.items())
        end(status)

    os._exit = leave  # type: ignore[assignment]
    load = clock.timed("import", builtins.__import__)

    def load_and_wrap(*args: Any, **named: Any) -> Any:
        module = load(*args, **named)
        clock.wrap()
        return module

    builtins.__import__ = load_and_wrap
    from cvbuild.__main__ import main as entry

    try:
        entry()
    except SystemExit as error:
        if error.code:
            raise
    leave(0)


if __name__ == "__main__":
    main()
