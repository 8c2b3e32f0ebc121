"""One job of the user: read a CV, render it, and put what comes out into its place."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from cvbuild.checked import AS_WRITTEN, Choices
from cvbuild.diagnostics import BROKEN_OFF, CANNOT_WRITE, MISTAKE, UNKNOWN_VARIANT, Diagnostic, Sink
from cvbuild.engine import Typesetter
from cvbuild.files import ABSENT, Files, digest
from cvbuild.formats import FORMATS
from cvbuild.frozen import frozen
from cvbuild.outputs import is_stream, stale_pages, write_files, write_stream
from cvbuild.pipeline import Outcome, check, render, write_latex
from cvbuild.raster import pages
from cvbuild.reading import read_input

if TYPE_CHECKING:
    from cvbuild.verify import Verified


@frozen(kw_only=True)
class Job:
    """What shall be made of which CV, and how.

    `targets` are the formats that are wanted, with the path of each; `None`, of the CV or of the only target, is
    a standard stream. `dpi` is how fine pictures of pages are; `depfile` is where a rule for `make` is written.
    """

    cv: Path | None
    targets: Mapping[str, Path | None]
    choices: Choices = AS_WRITTEN
    timeout: float = 60.0
    keep_tex: bool = False
    raw_latex: bool = False
    verify: bool = False
    dpi: float = 150.0
    depfile: Path | None = None

    @property
    def name(self) -> str:
        """What the CV is called, and which variant of it this is."""
        name, variant = str(self.cv) if self.cv is not None else "<stdin>", self.choices.variant
        return f"{name} ({variant})" if variant is not None else name

    @property
    def main(self) -> Path | None:
        """The target that stands for all of them: the PDF, or the first."""
        return self.targets["pdf"] if "pdf" in self.targets else next(iter(self.targets.values()))

    @property
    def link(self) -> str | None:
        """The address by which the page leads to the PDF, if both are made: in one folder, so that they can be moved together."""
        page, pdf = self.targets.get("html"), self.targets.get("pdf")
        if page is None or pdf is None or page.parent != pdf.parent:
            return None
        from urllib.parse import quote_from_bytes

        return quote_from_bytes(os.fsencode(pdf.name))


@frozen
class Made:
    """What came of a job. `outputs` are the files that were written, with their states as in `Files.states`.

    Either all were, or none: what there was is still there then. `verified` is what was found in the PDF when it
    was read back, if that was asked for.
    """

    outcome: Outcome
    outputs: dict[str, str]
    verified: Verified | None = None


def make(job: Job, typesetter: Typesetter, files: Files, before: int | None = None) -> Made:
    """Do a job; `before` is how many pages there were the last time, as in `render`. Never raises for what is wrong: see the outcome's sink."""
    sink = Sink()
    if job.keep_tex and (job.main is None or is_stream(job.main)):
        sink.add(CANNOT_WRITE, "--keep-tex keeps files beside the output, and the output goes into a stream")
        return Made(Outcome(sink=sink), {})
    if job.depfile is not None and not _can_have_rule(job, sink):
        return Made(Outcome(sink=sink), {})
    source = read_input(job.cv, files, sink, job.raw_latex)
    if source is None:
        return Made(Outcome(sink=sink), {})
    formats = dict.fromkeys((*job.targets, *(("pdf",) if job.verify else ())))
    outcome = render(
        source, files, typesetter, choices=job.choices, formats=formats, timeout=job.timeout, pages=before, pdf=job.link
    )
    verified = _verified(outcome, files) if job.verify else None
    made = {name: _made(outcome, name, job.dpi) for name in job.targets}
    for name, target in job.targets.items():
        if len(made[name]) > 1 and (target is None or is_stream(target)):
            message = f"a stream takes one picture, and the CV has {len(made[name])} pages"
            outcome.sink.add(
                CANNOT_WRITE, message, hint="name a file with -o: `-o me.png` writes me-1.png, me-2.png, …"
            )
            return Made(outcome, {})
    if job.main is None:
        for data in made[next(iter(job.targets))].values():
            write_stream(data, outcome.sink)
        return Made(outcome, {}, verified)
    outputs = _rule(job, outcome, files) | _outputs(job, outcome, made)
    picture = job.targets.get("png")
    old = stale_pages(picture, outputs) if picture is not None and outputs else ()
    stale = [path for path in old if not _is_input((path,), files, Sink())]
    if _is_input(outputs, files, outcome.sink) or not write_files(outputs, outcome.sink, stale=stale):
        return Made(outcome, {})
    return Made(outcome, {str(path.absolute()): digest(data) for path, data in outputs.items()}, verified)


def attempt(job: Job, typesetter: Typesetter, files: Files, before: int | None = None) -> Made:
    """Do a job as `make` does, where others shall be done even if cvbuild itself fails with this one: that is told too."""
    made: Made | None = None
    sink = Sink()
    with _surviving(sink):
        made = make(job, typesetter, files, before)
    return made or Made(Outcome(sink=sink), {})


@frozen
class Examined:
    """What was found in a CV. `readable` is whether it could be read at all; `remarked` whether lint had something to say."""

    sink: Sink
    readable: bool = True
    remarked: bool = False


def examine(
    cv: Path | None,
    files: Files,
    choices: Choices = AS_WRITTEN,
    *,
    variants: Sequence[str] = (),
    lint: bool = False,
    raw_latex: bool = False,
) -> Examined:
    """Find all that is wrong with a CV and its variants, and write nothing; None stands for standard input.

    With `variants`, only these are looked at; each finding is told once.
    """
    sink = Sink()
    source = read_input(cv, files, sink, raw_latex)
    if source is None:
        return Examined(sink, readable=False)
    remarks = Sink()
    names: list[str | None] = [None] if not variants or "all" in variants else [*variants]
    for name in names:
        own = Sink()
        checked = check(source, files, own, replace(choices, variant=name))
        if checked is not None:
            write_latex(checked, own)  # a broken template of a theme is found here
        _take_over(own, sink, name)
        if checked is not None and lint:
            from cvbuild.lint import lint as look

            found = Sink()
            look(checked.document, checked.database, checked.outline, files.today(), found)
            _take_over(found, remarks, name)
        if name is None and checked is not None:
            names += [other.name for other in checked.loaded.document.variants]
    before = len(sink.diagnostics)
    _take_over(remarks, sink, None)
    return Examined(sink, remarked=len(sink.diagnostics) > before)


def _take_over(found: Sink, sink: Sink, variant: str | None) -> None:
    """Report what was found in a variant, but for what was reported before: of other variants, or of the CV itself."""
    known = {_key(d) for d in sink.diagnostics}
    for d in found.diagnostics:
        if _key(d) not in known:
            where = f" (in the variant `{variant}`)" if variant is not None and d.code is not UNKNOWN_VARIANT else ""
            sink.add(d.code, d.message + where, d.span, hint=d.hint, labels=d.labels)


def _key(d: Diagnostic) -> tuple[object, ...]:
    """What tells a finding from others; each variant reads included files anew."""
    place = (d.span.source.name, d.span.start, d.span.end) if d.span is not None else None
    return d.code, place, d.message.partition(" (in the variant `")[0]


def attempt_to_examine(
    cv: Path | None,
    files: Files,
    choices: Choices = AS_WRITTEN,
    *,
    variants: Sequence[str] = (),
    lint: bool = False,
    raw_latex: bool = False,
) -> Examined:
    """Do what `examine` does, where others shall be examined even if cvbuild itself fails with this one."""
    found: Examined | None = None
    sink = Sink()
    with _surviving(sink):
        found = examine(cv, files, choices, variants=variants, lint=lint, raw_latex=raw_latex)
    return found or Examined(sink)


@contextmanager
def _surviving(sink: Sink) -> Iterator[None]:
    """What no lower room could deal with is told, and goes no further."""
    try:
        yield
    except Exception as error:
        if "CVBUILD_DEBUG" in os.environ:
            raise
        what = str(error).split("\n", 1)[0]
        if isinstance(error, MemoryError):
            sink.add(BROKEN_OFF, "there is not enough memory")
        elif isinstance(error, OSError):  # of the machine: no more processes, a file system that is gone
            sink.add(BROKEN_OFF, what)
        else:
            hint = "with CVBUILD_DEBUG=1 in the environment it tells more"
            sink.add(MISTAKE, f"cvbuild failed, please report it: {type(error).__name__}: {what}", hint=hint)


def _made(outcome: Outcome, name: str, dpi: float) -> dict[str, bytes]:
    """What was made in a format: endings of the files' names, with what goes into them; nothing if there were errors.

    Pages are numbered even if there is only one: a page of the web that shows `me-1.png` need not care how many there are.
    """
    if outcome.sink.failed:
        return {}
    match name:
        case "pdf":
            return {".pdf": outcome.pdf} if outcome.pdf is not None else {}
        case "tex":
            return {".tex": outcome.tex.text.encode()} if outcome.tex is not None else {}
        case "png":
            if outcome.pdf is None:
                return {}
            return {f"-{number}.png": page.png for number, page in enumerate(pages(outcome.pdf, dpi), start=1)}
        case _:
            return {FORMATS[name].ending: outcome.texts[name]}


def _outputs(job: Job, outcome: Outcome, made: Mapping[str, Mapping[str, bytes]]) -> dict[Path, bytes]:
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
            whole = FORMATS[name].ending
            outputs |= {
                place if end == whole or is_stream(place) else place.with_name(place.stem + end): data
                for end, data in made[name].items()
            }
    return outputs


def _can_have_rule(job: Job, sink: Sink) -> bool:
    """Whether `make` can be told what the outputs of a job are made of; if not, that is told."""
    from cvbuild.depfile import can_be_named

    paths = [path for path in job.targets.values() if path is not None]
    if not paths or any(map(is_stream, paths)):
        sink.add(CANNOT_WRITE, "--depfile tells what files are made of, and the output goes into a stream")
    for path in (*paths, *([job.cv] if job.cv is not None else [])):
        if not can_be_named(path):
            sink.add(CANNOT_WRITE, f"--depfile: `make` has no way to write the name `{path}`")
    return not sink.failed


def _rule(job: Job, outcome: Outcome, files: Files) -> dict[Path, bytes]:
    """The file that tells `make` what the outputs are made of, if it is wanted."""
    if job.depfile is None or outcome.sink.failed:
        return {}
    from cvbuild.depfile import depfile

    inputs = outcome.inputs if outcome.inputs is not None else files.states
    targets = (path for path in job.targets.values() if path is not None)
    return {job.depfile: os.fsencode(depfile(targets, inputs, job.cv))}


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
