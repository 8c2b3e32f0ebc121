"""Several CVs in one command: done side by side, told one after another."""

from __future__ import annotations

import gc
from collections.abc import Generator, Sequence
from contextlib import closing

from cvbuild.cli.output import Format, clean, put
from cvbuild.cli.progress import Progress
from cvbuild.cli.task import Done, Task, do, known, words

_NAMED = 8
"""So many of the CVs that failed are named in the last line."""


def render_all(tasks: Sequence[Task], most: int | None, *, force: bool, quiet: bool) -> tuple[list[Done], str]:
    """Do all tasks, up to `most` at once (None: one per processor), and tell what came of each, in their order.

    Gives that, and what shall be said at the end of all if nothing has changed the next time.
    """
    gc.enable()  # of many CVs there is more garbage than of one
    states: dict[str, str] = {}
    looked = [known(task, states, force=force) for task in tasks]
    done: dict[int, Done] = {number: before for number, (_, before) in enumerate(looked) if before is not None}
    todo = {number: task for number, (task, before) in enumerate(looked) if before is None}
    told = 0
    try:
        with Progress(len(tasks), shown=not quiet) as progress, closing(_done(todo, most)) as coming:
            while told < len(tasks):
                if told in done:
                    progress.clear()
                    _tell(done[told], quiet)
                    told += 1
                    continue
                progress.show(len(done), sum(one.state == "failed" for one in done.values()))
                number, one = next(coming)
                done[number] = one
    except BaseException:  # at Ctrl-C: a process may be broken off while it makes a folder, or removes one
        from cvbuild.engine.scratch import remove_left_runs

        remove_left_runs()
        raise
    ordered = [done[number] for number in range(len(tasks))]
    silent = tasks[0].how.voice.form is Format.json
    tail = _summary(tasks, ordered) if not silent and not (quiet and all(one.status == 0 for one in ordered)) else ""
    put(tail + next((one.said.pointer for one in ordered if one.said.pointer), ""))
    return ordered, f"cvbuild: {len(tasks)} up to date\n" if not silent and not quiet else ""


def _done(todo: dict[int, Task], most: int | None) -> Generator[tuple[int, Done], None, None]:
    """Do tasks; gives the number of each, and what came of it, as they come."""
    from cvbuild.batch import in_processes, processors, worth

    # Streams belong to this process.
    ours = [number for number, task in todo.items() if task.job.cv is None or task.job.main is None]
    others = [number for number in todo if number not in ours]
    count = min(most or processors(), worth(len(others)))
    if count <= 1:
        ours, others = [*ours, *others], []
    for number in ours:
        yield number, do(todo[number])
    if not others:
        return
    import cvbuild.job  # noqa: F401  once here, and not once in each copy of this process

    with closing(in_processes(do, [todo[number] for number in others], count)) as coming:
        for place, one in coming:
            number = others[place]
            yield number, one if one is not None else _lost(todo[number])


def _lost(task: Task) -> Done:
    """What came of a task over which its process died."""
    from cvbuild.diagnostics import BROKEN_OFF, Sink
    from cvbuild.job import Made
    from cvbuild.pipeline import Outcome

    sink = Sink()
    sink.add(BROKEN_OFF, "the process that worked on this CV was ended", hint="was there too little memory? try `-j 1`")
    return Done(words(task.how.voice, Made(Outcome(sink=sink), {}), task.job, alone=False), "failed", 2)


def _tell(one: Done, quiet: bool) -> None:
    """Say what came of a task. What is up to date is only counted."""
    last = one.said.last if one.state == "failed" or (one.state == "written" and not quiet) else ""
    put(one.said.found + last, one.said.printed)


def _summary(tasks: Sequence[Task], done: Sequence[Done]) -> str:
    """How many CVs were written, are up to date, and failed, as a line; and which failed."""
    counts = [(sum(one.state == state for one in done), state) for state in ("written", "up to date", "failed")]
    said = ", ".join(f"{number} {state}" for number, state in counts if number)
    failed = list(dict.fromkeys(task.job.name for task, one in zip(tasks, done, strict=True) if one.state == "failed"))
    if failed:
        more = f" and {len(failed) - _NAMED} more" if len(failed) > _NAMED else ""
        said += f": {', '.join(failed[:_NAMED])}{more}"
    return clean(f"cvbuild: {said}\n")
