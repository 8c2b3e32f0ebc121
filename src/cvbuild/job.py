"""One job of the user: read a CV, render it, and put what comes out into its place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from cvbuild.checked import AS_WRITTEN, Choices
from cvbuild.diagnostics import CANNOT_WRITE, Sink
from cvbuild.engine import Typesetter
from cvbuild.files import ABSENT, Files, digest
from cvbuild.formats import FORMATS
from cvbuild.frozen import frozen
from cvbuild.outputs import is_stream, write_files, write_stream
from cvbuild.pipeline import Outcome, render
from cvbuild.reading import read_input

if TYPE_CHECKING:
    from cvbuild.verify import Verified


@frozen(kw_only=True)
class Job:
    """What shall be made of which CV, and how.

    `targets` are the formats that are wanted, with the path of each; `None`, of the CV or of the only target, is
    a standard stream.
    """

    cv: Path | None
    targets: Mapping[str, Path | None]
    choices: Choices = AS_WRITTEN
    timeout: float = 60.0
    keep_tex: bool = False
    raw_latex: bool = False
    verify: bool = False

    @property
    def main(self) -> Path | None:
        """The target that stands for all of them: the PDF, or the first."""
        return self.targets["pdf"] if "pdf" in self.targets else next(iter(self.targets.values()))


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
    if job.keep_tex and (job.main is None or is_stream(job.main)):
        sink.add(CANNOT_WRITE, "--keep-tex keeps files beside the output, and the output goes into a stream")
        return Made(Outcome(sink=sink), {})
    source = read_input(job.cv, files, sink, job.raw_latex)
    if source is None:
        return Made(Outcome(sink=sink), {})
    formats = dict.fromkeys((*job.targets, *(("pdf",) if job.verify else ())))
    outcome = render(source, files, typesetter, choices=job.choices, formats=formats, timeout=job.timeout, pages=pages)
    verified = _verified(outcome, files) if job.verify else None
    if job.main is None:
        for data in _made(outcome, *job.targets).values():
            write_stream(data, outcome.sink)
        return Made(outcome, {}, verified)
    outputs = _outputs(job, outcome)
    if _is_input(outputs, files, outcome.sink) or not write_files(outputs, outcome.sink):
        return Made(outcome, {})
    return Made(outcome, {str(path.absolute()): digest(data) for path, data in outputs.items()}, verified)


def _made(outcome: Outcome, name: str) -> dict[str, bytes]:
    """What was made in a format: endings of the files' names, with what goes into them; nothing if there were errors."""
    if outcome.sink.failed:
        return {}
    match name:
        case "pdf":
            return {".pdf": outcome.pdf} if outcome.pdf is not None else {}
        case "tex":
            return {".tex": outcome.tex.text.encode()} if outcome.tex is not None else {}
        case _:
            return {FORMATS[name].ending: outcome.texts[name]}


def _outputs(job: Job, outcome: Outcome) -> dict[Path, bytes]:
    """All files of a job; the PDF last: if it is new, the others are."""
    outputs: dict[Path, bytes] = {}
    pictures = outcome.tex.written.pictures if outcome.tex is not None else {}
    for path in (job.targets.get("tex"), job.main if job.keep_tex else None):
        if path is not None:
            outputs |= {path.with_name(name): data for name, data in pictures.items()}
    if job.keep_tex and job.main is not None and outcome.tex is not None:
        outputs[job.main.with_suffix(".tex")] = outcome.tex.text.encode()
        outputs[job.main.with_suffix(".log")] = outcome.log.encode()
    for name in sorted(job.targets, key=lambda name: name == "pdf"):
        place = job.targets[name]
        if place is not None:
            made = _made(outcome, name)
            outputs |= {
                place if len(made) == 1 else place.with_name(place.stem + end): data for end, data in made.items()
            }
    return outputs


def _verified(outcome: Outcome, files: Files) -> Verified | None:
    """Read the PDF of an outcome back before it is written anywhere; one that does not hold the CV is thrown away."""
    checked = outcome.checked
    if outcome.pdf is None or checked is None:
        return None
    from cvbuild.verify import verify

    known = dict(files.states)
    found = verify(
        outcome.pdf,
        checked.document,
        checked.outline,
        checked.theme,
        files,
        outcome.sink,
        loaded=checked.loaded,
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
