"""Much work at once: tasks that are done by several processes.

A third of the time of a CV is Python's, and threads would have to take turns with that (tools/bench/batch.py measures
it). So each worker is a process. Where it can be a copy of this one (Linux), its start takes no time; elsewhere it is a
new Python, which imports all anew.

The standard library's pools give up all that is left when one worker dies, as when the machine has no more memory; here
only the task at which it died is lost. And when we are stopped, workers are told so, and wait for no task to end.
"""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections import deque
from collections.abc import Callable, Generator, Sequence
from contextlib import suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from typing import Any, Final, NamedTuple, TypeVar

Task = TypeVar("Task")
Result = TypeVar("Result")

# A copy of a process in which threads run may hold locks for ever; ours has none when work begins. macOS has its own.
_START: Final = "fork" if sys.platform == "linux" else "spawn"
_PATIENCE: Final = 5.0
"""Seconds that a worker may take to tidy up when it is stopped."""


class _Worker(NamedTuple):
    process: BaseProcess
    pipe: Connection[Any, Any]


def processors() -> int:
    """How many processors this process may use."""
    if sys.version_info >= (3, 13):
        return os.process_cpu_count() or 1
    return len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 1


def worth(tasks: int) -> int:
    """How many processes are worth their start for so many tasks: a new Python takes as long to begin as a CV takes."""
    return tasks if _START == "fork" else tasks // 2


def in_processes(
    work: Callable[[Task], Result], tasks: Sequence[Task], count: int
) -> Generator[tuple[int, Result | None], None, None]:
    """Do `work` on all tasks, in `count` processes; gives the number of each task, and its result, as they come.

    The result is None if the process died over it. `work`, tasks and results can be pickled. Whoever does not take all
    results closes this; tasks that are being done are broken off then, and no worker outlives it.
    """
    waiting = deque(range(len(tasks)))
    busy: dict[Connection[Any, Any], tuple[_Worker, int]] = {}
    workers: list[_Worker] = []

    def give(worker: _Worker) -> None:
        number = waiting.popleft()
        busy[worker.pipe] = worker, number
        with suppress(OSError):  # it has died; that is seen where its result is waited for
            worker.pipe.send(tasks[number])

    try:
        while waiting or busy:
            while waiting and len(busy) < count:
                _hire(work, workers)
                give(workers[-1])
            for pipe in wait(list(busy)):
                assert isinstance(pipe, Connection)
                worker, number = busy.pop(pipe)
                try:
                    result = pipe.recv()
                except (EOFError, OSError):
                    result = None
                if result is not None and waiting:
                    give(worker)
                else:
                    workers.remove(worker)
                    _dismiss([worker])
                yield number, result
    finally:
        for worker, _ in busy.values():
            worker.process.terminate()
        _dismiss(workers)


def _hire(work: Callable[[Any], Any], workers: list[_Worker]) -> None:
    """Start a worker, and put it into the list."""
    context = get_context(_START)
    ours, theirs = context.Pipe()
    # A copy has our ends of all pipes too; as long as it holds them, no worker would see that we are gone.
    copied = [ours, *(worker.pipe for worker in workers)] if _START == "fork" else []
    process = context.Process(target=_serve, args=(work, theirs, copied), daemon=True)  # type: ignore[attr-defined]
    process.start()
    workers.append(_Worker(process, ours))
    theirs.close()


def _dismiss(workers: Sequence[_Worker]) -> None:
    """Wait for the end of workers that have nothing more to do."""
    for worker in workers:
        worker.pipe.close()
    for worker in workers:
        worker.process.join(_PATIENCE)
        if worker.process.is_alive():
            worker.process.kill()
            worker.process.join()


def _serve(work: Callable[[Any], Any], pipe: Connection[Any, Any], copied: Sequence[Connection[Any, Any]]) -> None:
    """What a worker does: one task after another, until there are no more."""
    for other in copied:
        other.close()
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) is not signal.SIG_IGN:
            signal.signal(getattr(signal, name), lambda *_: sys.exit())  # so that all is tidied up
    gc.enable()  # of many tasks there is more garbage than of one
    with suppress(EOFError, OSError, KeyboardInterrupt, SystemExit):  # whoever started us is done, or gone
        while True:
            pipe.send(work(pipe.recv()))
