"""One cold render, with the time that each stage takes; run by the Python that cvbuild is installed for.

    python stage_child.py STARTED RESULT render CV.yaml …

STARTED is the time at which this process was begun, by the clock that `time.monotonic` reads. The
product knows nothing of this: its functions are wrapped here, before its command line is called.
"""

import time

BEGUN = time.monotonic()

import builtins  # noqa: E402
import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from importlib import import_module  # noqa: E402
from typing import Any  # noqa: E402

# Stage, module, function.
WRAPPED = [
    ("read and check", "cvbuild.build", "check"),
    ("write LaTeX", "cvbuild.build", "write_latex"),
    ("typeset", "cvbuild.build", "_typeset"),
    ("put the PDF in its place", "cvbuild.build", "write_file"),
]


class Clock:
    """Gives the time that passes to the innermost stage that is running."""

    def __init__(self) -> None:
        self.spent = {"start Python": 0.0, "import": 0.0, **{stage: 0.0 for stage, _, _ in WRAPPED}, "all else": 0.0}
        self.running = ["all else"]
        self.last = BEGUN

    def tick(self) -> None:
        """Give the time since the last tick to the stage that is running."""
        now = time.monotonic()
        self.spent[self.running[-1]] += now - self.last
        self.last = now

    def wrap(self, stage: str, module: Any, name: str) -> None:
        """Replace a function by one that is the stage while it runs."""
        function = getattr(module, name)

        def timed(*args: Any, **named: Any) -> Any:
            if self.running[-1] == stage:
                return function(*args, **named)
            self.tick()
            self.running.append(stage)
            try:
                return function(*args, **named)
            finally:
                self.tick()
                self.running.pop()

        setattr(module, name, timed)


def main() -> None:
    """Run the command line, and write what each stage took, in seconds."""
    started, result = float(sys.argv[1]), sys.argv[2]
    del sys.argv[1:3]
    clock = Clock()
    clock.spent["start Python"] = BEGUN - started
    end = os._exit

    def leave(status: int) -> None:
        clock.tick()
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
        with open(result, "w", encoding="utf-8") as file:  # noqa: PTH123
            json.dump({**clock.spent, "memory": memory}, file)
        end(status)

    os._exit = leave  # type: ignore[assignment]
    clock.wrap("import", builtins, "__import__")
    clock.running.append("import")
    entry = import_module("cvbuild.__main__").main
    for stage, module, name in WRAPPED:
        clock.wrap(stage, import_module(module), name)
    clock.tick()
    clock.running.pop()
    try:
        entry()
    except SystemExit as error:
        if error.code:
            raise
    leave(0)


if __name__ == "__main__":
    main()
