"""One cold render, with the time at which each stage begins and ends; run by the Python that cvbuild is installed for.

    python stage_child.py STARTED RESULT render CV.yaml …

STARTED is the time at which this process was begun, by the clock that `time.monotonic` reads. The
product knows nothing of this: its functions are wrapped here, before its command line is called.
"""

import time

BEGUN = time.monotonic()

import json  # noqa: E402
import os  # noqa: E402
import resource  # noqa: E402
import sys  # noqa: E402
from collections.abc import Callable  # noqa: E402
from importlib import import_module  # noqa: E402
from typing import Any  # noqa: E402

# Stage, module, function. The innermost that is running gets the time.
WRAPPED = [
    ("read and check", "cvbuild.build", "check"),
    ("write LaTeX", "cvbuild.build", "write_latex"),
    ("typeset", "cvbuild.engine.tectonic", "run"),
    ("put the PDF in its place", "cvbuild.build", "write_file"),
]


def main() -> None:
    """Run the command line, and write what each stage took, in seconds."""
    started, result = float(sys.argv[1]), sys.argv[2]
    del sys.argv[1:3]
    spent = {"start Python": BEGUN - started}

    def leave(status: int) -> None:
        spent["in all"] = time.monotonic() - started
        spent["memory"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024.0
        with open(result, "w", encoding="utf-8") as file:  # noqa: PTH123
            json.dump(spent, file)
        end(status)

    end = os._exit
    os._exit = leave  # type: ignore[assignment]
    before = time.monotonic()
    for _, module, _ in WRAPPED:
        import_module(module)
    entry = import_module("cvbuild.__main__").main
    import_module("cvbuild.cli")
    spent["import"] = time.monotonic() - before
    for stage, module, name in WRAPPED:
        wrap(spent, stage, import_module(module), name)
    try:
        entry()
    except SystemExit as error:
        if error.code:
            raise
    leave(0)


def wrap(spent: dict[str, float], stage: str, module: Any, name: str) -> None:
    """Replace a function by one that adds its time to `spent`."""
    function: Callable[..., Any] = getattr(module, name)

    def timed(*args: Any, **named: Any) -> Any:
        begin = time.monotonic()
        try:
            return function(*args, **named)
        finally:
            spent[stage] = spent.get(stage, 0.0) + time.monotonic() - begin

    setattr(module, name, timed)


if __name__ == "__main__":
    main()
