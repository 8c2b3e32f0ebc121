"""One job of the user: read a CV, render it, and put what comes out into its place."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cvbuild.build import Outcome, render
from cvbuild.diagnostics import CANNOT_WRITE, Sink
from cvbuild.engine import Typesetter
from cvbuild.files import ABSENT, Files, digest
from cvbuild.frozen import frozen
from cvbuild.outputs import is_stream, write_files, write_stream
from cvbuild.reading import read_input

if TYPE_CHECKING:
    from cvbuild.verify import Verified


@frozen
class Job:
    """What shall be rendered, and how. `cv` and `target` are `None` for the standard streams."""

    cv: Path | None
    target: Path | None
    theme: str | None = None
    timeout: float = 60.0
    keep_tex: bool = False
    raw_latex: bool = False
    verify: bool = False


@frozen
class Made:
    """What came of a job. `outputs` are the files that were written, with their states as in `Files.states`.

    Either all were, or none: what there was is still there then. `verified` is what was found in the PDF when it
    was read back, if that was asked for.
    """

    outcome: Outcome
    outputs: dict[str, str]
    verified: Verified | None = None


def make(job: Job, typesetter: Typesetter, files: Files, pages: int | None = None) -> Made:
    """Do a job; `pages` is as in `render`. Never raises for what is wrong: see the outcome's sink."""
    sink = Sink()
    if job.keep_tex and (job.target is None or is_stream(job.target)):
        sink.add(CANNOT_WRITE, "--keep-tex keeps files beside the PDF, and the PDF goes into a stream")
        return Made(Outcome(sink=sink), {})
    source = read_input(job.cv, files, sink, job.raw_latex)
    if source is None:
        return Made(Outcome(sink=sink), {})
    outcome = render(source, files, typesetter, theme=job.theme, timeout=job.timeout, pages=pages)
    verified = _verified(outcome, files) if job.verify else None
    if job.target is None:
        if outcome.pdf is not None:
            write_stream(outcome.pdf, outcome.sink)
        return Made(outcome, {}, verified)
    outputs: dict[Path, bytes] = {}  # the PDF last: if it is new, the others are
    if job.keep_tex and outcome.tex is not None:
        outputs[job.target.with_suffix(".tex")] = outcome.tex.text.encode()
        outputs[job.target.with_suffix(".log")] = outcome.log.encode()
        outputs |= {job.target.with_name(name): data for name, data in outcome.tex.written.pictures.items()}
    if outcome.pdf is not None:
        outputs[job.target] = outcome.pdf
    if _is_input(outputs, files, outcome.sink) or not write_files(outputs, outcome.sink):
        return Made(outcome, {})
    return Made(outcome, {str(path.absolute()): digest(data) for path, data in outputs.items()}, verified)


def _verified(outcome: Outcome, files: Files) -> Verified | None:
    """Read the PDF of an outcome back before it is written anywhere; one that does not hold the CV is thrown away."""
    checked = outcome.checked
    if outcome.pdf is None or checked is None:
        return None
    from cvbuild import tree
    from cvbuild.verify import verify

    known = dict(files.states)
    found = verify(
        outcome.pdf,
        checked.document,
        checked.outline,
        checked.theme,
        files,
        outcome.sink,
        root=tree.parse(checked.source, Sink()),
        missing=outcome.missing,
    )
    if outcome.inputs is not None:  # what was read of the theme to tell its words from others
        outcome.inputs.update((path, now) for path, now in files.states.items() if path not in known)
    if outcome.sink.failed:
        outcome.pdf = None
    return found


def _is_input(outputs: Iterable[Path], files: Files, sink: Sink) -> bool:
    """Whether an output would overwrite what it is made of, under whatever name; that is told."""
    for output in outputs:
        with suppress(OSError):
            there = output.stat()
            if any(then != ABSENT and _is_same(there, path) for path, then in files.states.items()):
                sink.add(CANNOT_WRITE, f"`{output}` is read for this CV; the output must have another name")
                return True
    return False


def _is_same(there: os.stat_result, path: str) -> bool:
    try:
        return os.path.samestat(there, Path(path).stat())
    except OSError:
        return False
