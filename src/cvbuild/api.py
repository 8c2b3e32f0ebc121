"""cvbuild for programs: what `import cvbuild` offers. docs/python-api.md shows it at work.

Nothing here prints, ends the program, or raises because of what a CV holds. Values that come out are plain: they can be
pickled, compared and printed, and hold on to nothing.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import BrokenExecutor, CancelledError, Executor, Future
from datetime import date
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar, overload

from cvbuild.checked import Choices
from cvbuild.diagnostics import BROKEN_OFF, Sink
from cvbuild.diagnostics import Diagnostic as Finding
from cvbuild.engine import ENGINES, Typesetter
from cvbuild.files import Files
from cvbuild.formats import FORMATS
from cvbuild.frozen import frozen
from cvbuild.job import Job, attempt, attempt_to_examine
from cvbuild.jobs import all_jobs
from cvbuild.source import Span
from cvbuild.targets import Refused

PathLike: TypeAlias = str | os.PathLike[str]
Asked = TypeVar("Asked")


@frozen
class Diagnostic:
    """One thing that is wrong, or may be.

    `code` is as docs/diagnostics.md lists it, and stays the same from version to version; `title` says in a few words
    what the code means, `message` what is wrong here, and `hint` how to cure it. `file` is None where no place in a file
    is to blame. Lines and columns count from 1; the end is the first character behind.
    """

    code: str
    severity: Literal["error", "warning"]
    title: str
    message: str
    hint: str | None = None
    file: Path | None = None
    line: int | None = None
    column: int | None = None
    end_line: int | None = None
    end_column: int | None = None

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}: " if self.file is not None else ""
        return f"{place}{self.severity} {self.code}: {self.message}"


@frozen
class Result:
    """What came of one CV, which is at `path`.

    `outputs` are the files that were written, those that were asked for first: all, or none if anything was wrong. `pages` is how many a PDF has, None
    if none was made. All paths are absolute.
    """

    path: Path
    diagnostics: tuple[Diagnostic, ...] = ()
    outputs: tuple[Path, ...] = ()
    pages: int | None = None

    @property
    def ok(self) -> bool:
        """Whether there are no errors; there may be warnings."""
        return not self.errors

    @property
    def errors(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are errors."""
        return tuple(d for d in self.diagnostics if d.severity == "error")

    @property
    def warnings(self) -> tuple[Diagnostic, ...]:
        """The diagnostics that are warnings."""
        return tuple(d for d in self.diagnostics if d.severity == "warning")


@overload
def build(  # type: ignore[overload-overlap]  # a text is also texts
    path: PathLike,
    /,
    to: str | Iterable[str] = ...,
    output: PathLike | None = ...,
    *,
    theme: str | None = ...,
    variant: str | None = ...,
    settings: Iterable[str] = ...,
    private: bool = ...,
    as_of: date | None = ...,
    engine: str | None = ...,
    today: date | None = ...,
    timeout: float = ...,
    keep_tex: bool = ...,
    raw_latex: bool = ...,
    verify: bool = ...,
    executor: Executor | None = ...,
) -> Result: ...
@overload
def build(
    path: Iterable[PathLike],
    /,
    to: str | Iterable[str] = ...,
    output: PathLike | None = ...,
    *,
    theme: str | None = ...,
    variant: str | None = ...,
    settings: Iterable[str] = ...,
    private: bool = ...,
    as_of: date | None = ...,
    engine: str | None = ...,
    today: date | None = ...,
    timeout: float = ...,
    keep_tex: bool = ...,
    raw_latex: bool = ...,
    verify: bool = ...,
    executor: Executor | None = ...,
) -> list[Result]: ...
def build(
    path: PathLike | Iterable[PathLike],
    /,
    to: str | Iterable[str] = ("pdf",),
    output: PathLike | None = None,
    *,
    theme: str | None = None,
    variant: str | None = None,
    settings: Iterable[str] = (),
    private: bool = False,
    as_of: date | None = None,
    engine: str | None = None,
    today: date | None = None,
    timeout: float = 60.0,
    keep_tex: bool = False,
    raw_latex: bool = False,
    verify: bool = False,
    executor: Executor | None = None,
) -> Result | list[Result]:
    """Make a CV in one or several formats; of several CVs, the results are in the order of the paths.

    `to` are the formats, `output` is a file or a folder, and a folder if there are several CVs; without it, files lie
    beside their CVs. One whose name ends in a slash is made. `variant` is one of the CV's variants; `settings` are such as
    `theme.accent=navy`. The others are as the options of `cvbuild render`.

    With an `executor` of `concurrent.futures` each CV is a task of its own. Files are written whole, or not at all. A CV is
    always made anew, also where nothing has changed.

    Raises ValueError if what is asked for cannot be done whatever the CV holds: a format that there is not, two CVs that
    would be written to one file; and TypeError for a day that is none. What is wrong with a CV, or with the machine, is in the result.
    """
    if engine is not None and engine not in ENGINES:
        raise ValueError(f"there is no engine `{engine}`; there are {', '.join(ENGINES)}")
    if not timeout >= 1:
        raise ValueError("`timeout` is a number of seconds, 1 or more")
    formats = [to] if isinstance(to, str) else list(to)
    if isinstance(settings, str):  # its letters would be taken for settings
        raise TypeError("`settings` are texts, as ['theme.accent=navy']")
    if variant == "all":
        raise ValueError("`variant` names one variant; build each of them")
    if not formats:
        raise ValueError(f"`to` names no format; there are {', '.join(FORMATS)}")
    paths = _paths(path)
    try:
        jobs = all_jobs(
            paths,
            ",".join(formats),
            _absolute(output) if output is not None else None,
            Choices(theme=theme, settings=tuple(settings), private=private, as_of=_day(as_of)),
            variants=(variant,) if variant is not None else (),
            timeout=timeout,
            keep_tex=keep_tex,
            raw_latex=raw_latex,
            verify=verify,
        )
    except Refused as why:
        raise ValueError(str(why)) from None
    results = _all(_build, [_Build(job, engine, _day(today) or _day(as_of)) for job in jobs], executor)
    return results[0] if isinstance(path, (str, os.PathLike)) else results


@overload
def check(  # type: ignore[overload-overlap]
    path: PathLike,
    /,
    *,
    theme: str | None = ...,
    variant: str | None = ...,
    settings: Iterable[str] = ...,
    private: bool = ...,
    as_of: date | None = ...,
    lint: bool = ...,
    today: date | None = ...,
    raw_latex: bool = ...,
    executor: Executor | None = ...,
) -> Result: ...
@overload
def check(
    path: Iterable[PathLike],
    /,
    *,
    theme: str | None = ...,
    variant: str | None = ...,
    settings: Iterable[str] = ...,
    private: bool = ...,
    as_of: date | None = ...,
    lint: bool = ...,
    today: date | None = ...,
    raw_latex: bool = ...,
    executor: Executor | None = ...,
) -> list[Result]: ...
def check(
    path: PathLike | Iterable[PathLike],
    /,
    *,
    theme: str | None = None,
    variant: str | None = None,
    settings: Iterable[str] = (),
    private: bool = False,
    as_of: date | None = None,
    lint: bool = False,
    today: date | None = None,
    raw_latex: bool = False,
    executor: Executor | None = None,
) -> Result | list[Result]:
    """Find all that is wrong with a CV, or with several, and write nothing. No engine is needed.

    With `lint`, also what is valid and yet probably not meant (docs/lint.md). The CV and all its variants are looked at; with `variant`,
    only this one. The others are as for `build`.
    """
    choices = Choices(theme=theme, settings=tuple(settings), private=private, as_of=_day(as_of))
    variants, day = (variant,) if variant is not None else (), _day(today) or _day(as_of)
    asked = [_Check(Path(one), choices, variants, lint, day, raw_latex) for one in _paths(path)]
    results = _all(_check, asked, executor)
    return results[0] if isinstance(path, (str, os.PathLike)) else results


@frozen
class _Build:
    job: Job
    engine: str | None
    day: tuple[int, int, int] | None

    @property
    def path(self) -> Path:
        assert self.job.cv is not None
        return self.job.cv


@frozen
class _Check:
    path: Path
    choices: Choices
    variants: tuple[str, ...]
    lint: bool
    day: tuple[int, int, int] | None
    raw_latex: bool


def _build(asked: _Build) -> Result:
    with Typesetter(asked.engine) as typesetter:
        made = attempt(asked.job, typesetter, Files(asked.day))
    wanted = [path for path in asked.job.targets.values() if path is not None]
    outputs = tuple(
        sorted(map(Path, made.outputs), key=lambda path: wanted.index(path) if path in wanted else len(wanted))
    )
    return Result(asked.path, _plain(made.outcome.sink), outputs, made.outcome.pages or None if outputs else None)


def _check(asked: _Check) -> Result:
    found = attempt_to_examine(
        asked.path,
        Files(asked.day),
        asked.choices,
        variants=asked.variants,
        lint=asked.lint,
        raw_latex=asked.raw_latex,
    )
    return Result(asked.path, _plain(found.sink))


def _all(work: Callable[[Asked], Result], asked: Sequence[Asked], executor: Executor | None) -> list[Result]:
    """Do all that is asked for, here or by an executor; what is not done yet is given up if this is interrupted."""
    if executor is None:
        return [work(one) for one in asked]
    futures: list[Future[Result]] = []
    try:
        futures.extend(executor.submit(work, one) for one in asked)
        return [_result(future, one) for future, one in zip(futures, asked, strict=True)]
    finally:
        for future in futures:
            future.cancel()


def _result(future: Future[Result], asked: object) -> Result:
    try:
        return future.result()
    except (BrokenExecutor, CancelledError) as error:
        assert isinstance(asked, (_Build, _Check))
        sink = Sink()
        sink.add(BROKEN_OFF, f"the executor gave up this CV: {error or 'it was cancelled'}")
        return Result(asked.path, _plain(sink))


def _paths(path: PathLike | Iterable[PathLike]) -> list[str]:
    """All paths as they are from everywhere: a worker may be in another folder."""
    return [_absolute(one) for one in ([path] if isinstance(path, (str, os.PathLike)) else path)]


def _absolute(path: PathLike) -> str:
    slash = os.sep if os.fspath(path).endswith(("/", os.sep)) else ""  # it tells that there shall be a folder
    return str(Path(path).absolute()) + slash


def _day(today: date | None) -> tuple[int, int, int] | None:
    if today is not None and not isinstance(today, date):
        raise TypeError(f"a day is a `datetime.date`, and not {today!r}")
    return (today.year, today.month, today.day) if today is not None else None


def _plain(sink: Sink) -> tuple[Diagnostic, ...]:
    """What was found, without the sources that it was found in."""
    return tuple(_diagnostic(found) for found in sink.sorted())


def _diagnostic(found: Finding) -> Diagnostic:
    code = found.code
    return Diagnostic(code.number, code.severity, code.title, found.message, found.hint, *_place(found.span))


def _place(span: Span | None) -> tuple[Path, int, int, int, int] | tuple[()]:
    if span is None:
        return ()
    source = span.source
    return (Path(source.name).absolute(), *source.position(span.start), *source.position(span.end))
