"""One job of the user: read a CV, render it, and put what comes out into its place."""

from __future__ import annotations

import os
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from cvbuild.build import Outcome, render
from cvbuild.diagnostics import CANNOT_WRITE, Sink
from cvbuild.engine import Typesetter
from cvbuild.files import Files, digest
from cvbuild.frozen import frozen
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

    `verified` is what was found in the PDF when it was read back, if that was asked for.
    """

    outcome: Outcome
    outputs: dict[str, str]
    verified: Verified | None = None


def make(job: Job, typesetter: Typesetter, files: Files, pages: int | None = None) -> Made:
    """Do a job; `pages` is as in `render`. Never raises for what is wrong: see the outcome's sink."""
    sink = Sink()
    source = read_input(job.cv, files, sink, job.raw_latex)
    if source is None:
        return Made(Outcome(sink=sink), {})
    outcome = render(source, files, typesetter, theme=job.theme, timeout=job.timeout, pages=pages)
    verified = _verified(outcome, files) if job.verify else None
    if job.target is None:
        if outcome.pdf is not None:
            write_stream(outcome.pdf, outcome.sink)
        return Made(outcome, {}, verified)
    outputs: dict[Path, bytes] = {}
    if job.keep_tex and outcome.tex is not None:
        outputs[job.target.with_suffix(".tex")] = outcome.tex.text.encode()
        outputs[job.target.with_suffix(".log")] = outcome.log.encode()
        outputs |= {job.target.with_name(name): data for name, data in outcome.tex.written.pictures.items()}
    if outcome.pdf is not None:
        outputs[job.target] = outcome.pdf
    for path, data in outputs.items():
        write_file(path, data, outcome.sink)
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


def write_stream(data: bytes, sink: Sink) -> bool:
    """Write `data` to standard output."""
    if sys.stdout is None:
        sink.add(CANNOT_WRITE, "standard output is closed")
        return False
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        sink.add(CANNOT_WRITE, f"standard output cannot be written: {error.strerror}")
        sys.stdout = None  # Python would try again at its end
        return False
    return True


def write_file(path: Path, data: bytes, sink: Sink) -> bool:
    """Put `data` at `path` in one step: whoever looks sees the old file or the new one, never half of it."""
    scratch: str | None = None
    try:
        if path.exists() and not path.is_file():  # a device, a pipe: nothing there to be replaced
            with path.open("wb") as stream:
                stream.write(data)
            return True
        path = Path(os.path.realpath(path))  # through a symbolic link, to the file that it means
        handle, scratch = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(handle, "wb") as stream:
            stream.write(data)
            stream.flush()
            os.fsync(stream.fileno())
        mode = path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~_umask()
        Path(scratch).chmod(mode)
        Path(scratch).replace(path)
    except OSError as error:
        sink.add(CANNOT_WRITE, f"`{path}` cannot be written: {error.strerror or error}")
        if scratch is not None:
            Path(scratch).unlink(missing_ok=True)
        return False
    return True


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
