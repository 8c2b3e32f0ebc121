"""One job of a command: done in this process or in another, and told in the same words."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

from cvbuild import record
from cvbuild.cli.output import Voice, pages_of, put, status
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.record import Said
from cvbuild.report import Output, summary

if TYPE_CHECKING:
    from cvbuild.engine import Typesetter
    from cvbuild.job import Job, Made

State = Literal["written", "up to date", "failed"]


@frozen
class Manner:
    """How all jobs of a command are done and told.

    `alone` is whether there is only one: what goes wrong in cvbuild itself is raised then. `records` is whether
    records are read and kept.
    """

    voice: Voice
    day: tuple[int, int, int] | None = None
    engine: str | None = None
    alone: bool = True
    records: bool = True


@frozen
class Task:
    """A job, and how it is done; `pages` is how many there were the last time. It can go to another process."""

    job: Job
    how: Manner
    pages: int | None = None

    def key(self) -> str | None:
        """The key of its record: the same in whatever command line the job is asked for. None if there can be none."""
        voice = self.how.voice
        if not self.how.records or self.job.cv is None:
            return None
        try:
            return record.key_of(
                repr(self.job), repr(self.how.day), repr(self.how.engine), voice.form, str(voice.taken)
            )
        except OSError:  # the working folder is gone
            return None


@frozen
class Done:
    """What came of a task; it can go to another process. `key` is that of its record, if there is one."""

    said: Said
    state: State
    status: int = 0
    key: str | None = None


def known(task: Task, states: dict[str, str], *, force: bool) -> tuple[Task, Done | None]:
    """The task, with what is known of it from the last time; and what came of it then if nothing has changed.

    `states` is as in `Record.holds`.
    """
    key = task.key()
    last = record.recall(key) if key is not None else None
    if last is None:
        return task, None
    if force or not last.holds(states):
        return Task(task.job, task.how, last.pages), None
    last.refresh()
    return task, Done(last.said, "up to date", key=key)


def render_one(task: Task, typesetter: Typesetter | None, *, force: bool) -> Done:
    """Do a task if it must be done, with a typesetter that may have begun."""
    task, done = known(task, {}, force=force)
    return done or do(task, typesetter)


def do(task: Task, typesetter: Typesetter | None = None) -> Done:
    """Do a task, and keep a record of it."""
    from cvbuild.engine import Typesetter
    from cvbuild.job import attempt, make

    job, how = task.job, task.how
    files = Files(how.day)
    with typesetter or Typesetter(how.engine) as typesetter:
        made = (make if how.alone else attempt)(job, typesetter, files, task.pages)
    outcome = made.outcome
    said = words(how.voice, made, job, alone=how.alone)
    if leave := status(outcome.sink):  # also if there are more pages than there may be
        return Done(said, "failed" if outcome.sink.failed else "written", leave)
    key = task.key() if made.outputs and outcome.inputs is not None else None
    if key is not None and outcome.inputs is not None:
        record.keep(key, record.Record(outcome.inputs, made.outputs, _again(how.voice, made, job), outcome.pages))
    return Done(said, "written", key=key)


def tell(done: Done, *, told: bool) -> None:
    """Say what came of a task; unless it shall be `told`, only what is wrong."""
    said = done.said
    put(said.found + (said.last if told or done.state == "failed" else "") + said.pointer, said.printed)


def words(voice: Voice, made: Made, job: Job, *, alone: bool = True) -> Said:
    """What is said of what came of a job; if it is not `alone`, what is wrong begins with its name."""
    outcome = made.outcome
    name = f"{job.name}: " if outcome.sink.failed and not alone else ""
    return voice.words(
        outcome.sink,
        f"cvbuild: {name}{ending(made, job)}\n{_proven(made)}",
        status=status(outcome.sink),
        outputs=outputs_of(made, job, written=True),
        pages=outcome.pages or None,
    )


def ending(made: Made, job: Job) -> str:
    """What came of a job, in some words: what was written, or how much is wrong, and what is there then."""
    sink = made.outcome.sink
    if not sink.failed:
        return f"wrote {_named(made, job)}"
    kept = job.main is not None and job.main.exists() and str(job.main.absolute()) not in made.outputs
    what = f"{job.main} is left as it was" if kept else f"no {'PDF' if 'pdf' in job.targets else 'file'} was written"
    return f"{summary(sink.diagnostics)}; {what}"


def _proven(made: Made) -> str:
    if made.verified is None or made.outcome.sink.failed:
        return ""
    return f"cvbuild: verified: {made.verified} are in the PDF, in order\n"


def _again(voice: Voice, made: Made, job: Job) -> Said:
    """What will be said the next time if nothing has changed until then."""
    outcome = made.outcome
    last = f"cvbuild: {_named(made, job, 'up to date')}\n{_proven(made)}"
    return voice.words(outcome.sink, last, outputs=outputs_of(made, job, written=False), pages=outcome.pages)


def _named(made: Made, job: Job, state: str = "") -> str:
    """The files that were asked for and written, and how many pages there are, for people; `state`: what they are."""
    pages = pages_of(made.outcome.pages) if made.outcome.pages else ""
    if job.main is None:
        return pages or f"{next(iter(job.targets))} to standard output"
    names = _written(made, job) or [str(job.main)]
    listed = names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
    said = f" {'is' if len(names) == 1 and ' to ' not in listed else 'are'} {state}" if state else ""
    return listed + said + (f" ({pages})" if pages else "")


def _written(made: Made, job: Job) -> list[str]:
    """The targets that were written, for people: of pictures of pages, the first and the last."""
    names: list[str] = []
    for name, target in job.targets.items():
        files = [path for path in _files(name, target, made.outcome.pages) if str(path.absolute()) in made.outputs]
        names += [f"{files[0]} to {files[-1]}"] if len(files) > 1 else map(str, files)
    return names


def _files(name: str, target: Path | None, pages: int) -> list[Path]:
    """The files that a target may stand for."""
    if target is None:
        return []
    return [target, *(target.with_name(f"{target.stem}-{n}.png") for n in range(1, pages + 1) if name == "png")]


def outputs_of(made: Made, job: Job, *, written: bool) -> tuple[Output, ...]:
    """The files of a job, named as the user does; those that were asked for come first, and pictures last."""
    if job.main is None or not made.outputs:
        return ()
    asked = [path for name, target in job.targets.items() for path in _files(name, target, made.outcome.pages)]
    others = sorted({job.main.with_name(Path(path).name) for path in made.outputs}, key=_is_picture)
    rule = [job.depfile] if job.depfile is not None else []
    possible = dict.fromkeys((*asked, job.main.with_suffix(".tex"), job.main.with_suffix(".log"), *rule, *others))
    return tuple(Output(str(path), written) for path in possible if str(path.absolute()) in made.outputs)


def _is_picture(path: Path) -> tuple[bool, Path]:
    return path.name.startswith("picture-"), path
