"""The pipeline: from the bytes of a CV file to a PDF, or to diagnostics.

Every stage takes a sink and reports all that it finds; the pipeline stops
before the next stage if there were errors.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from cvbuild import cache
from cvbuild.checked import AS_WRITTEN, Checked, Choices, Loaded
from cvbuild.choosing import choose, leave_out, read_tree, without_emptied
from cvbuild.clock import NoTime, epoch
from cvbuild.databases import load_database
from cvbuild.diagnostics import (
    BAD_THEME,
    BAD_TIME,
    ENGINE_BOUND,
    ENGINE_TIMEOUT,
    MISSING_KEY,
    NO_ENGINE,
    OTHER_KIND,
    TEMPLATE_FAILED,
    Sink,
)
from cvbuild.engine import EngineBound, EngineError, EngineTimeout, TexJob, Typeset, Typesetter
from cvbuild.engine.scripts import equip
from cvbuild.files import Files, state
from cvbuild.frozen import frozen
from cvbuild.outline import make_outline, set_aside
from cvbuild.places import builtin_themes
from cvbuild.recognise import text_kind
from cvbuild.schema import load_document
from cvbuild.source import Source, Span
from cvbuild.theme import ThemeError, find_theme, theme_styles
from cvbuild.writers import LatexWriter, TemplateFailed, Written
from cvbuild.writers.photo import check_photo
from cvbuild.writers.registry import needs_engine, needs_latex, write_text

PATIENCE = 3.0
"""Seconds that an engine may take for one line, when it is looked for where it does not go on."""
MAX_FAILED = 20
"""Failed documents that are kept, with their logs, …"""
MAX_TEX = 8 * 1024**2
MAX_LOG = 1024**2
"""… of which each is so many bytes at the most; of a longer log, the beginning and the end are kept."""


@frozen
class Tex:
    """A CV as LaTeX."""

    preamble: str
    written: Written
    pages: int | None = None
    """How many it was written to have."""

    @property
    def text(self) -> str:
        """The whole file."""
        return self.preamble + self.written.text


@dataclass(slots=True)
class Outcome:
    """What a render gave. `pdf` is None if there were errors, or if it was not wanted.

    `texts` are the other formats that were wanted, by name.     `inputs` is the state of every file that the result depends on, as in
    `Files.states`; None if the engine cannot tell what it read. `missing` are
    the characters that no font has.
    """

    pdf: bytes | None = None
    pages: int = 0
    texts: dict[str, bytes] = field(default_factory=dict)
    tex: Tex | None = None
    log: str = ""
    inputs: dict[str, str] | None = None
    checked: Checked | None = None
    missing: frozenset[str] = frozenset()
    sink: Sink = field(default_factory=Sink)


def check(source: Source, files: Files, sink: Sink, choices: Choices = AS_WRITTEN) -> Checked | None:
    """All that can be known to be right or wrong about a CV before it is written; None if there are errors."""
    if kind := text_kind(source.text):
        _report_kind(kind, source, sink)
        return None
    try:
        epoch()
    except NoTime as error:
        sink.add(BAD_TIME, str(error), hint="unset it, or set it to the output of `date +%s`")
        return None
    root = read_tree(source, files, sink, choices)
    if root is None:
        _check_sound_part(source, files, sink)
        return None
    written = load_document(root, sink)
    if written is None:
        return None
    apart, document = choose(written, choices, sink)
    # Even with errors so far: the theme, the lists and the citations may hold more, to be told in the same run.
    found = find_theme(document.theme, source.folder, files, sink, choices.theme)
    styles = theme_styles(found, files, sink) if found is not None else ()
    marks = found.marks if found is not None else ()
    photo = None
    if document.photo is not None:  # as in few
        from cvbuild.pictures import load_portrait

        photo = load_portrait(root, document, source, files, sink)
    database = load_database(root, written, source, files, sink)
    if database is None:
        return None
    document, database = leave_out(written, document, database, apart, choices, sink)
    outline = make_outline(document, database, sink, marks, styles, photo, files.today)
    if found is not None:
        outline = set_aside(outline, found, document.theme, sink)
    if found is None or sink.failed:
        return None
    if database.left_out:
        document = without_emptied(document, outline)
    return Checked(source, document, database, outline, found, files, Loaded(root, written), choices)


def _report_kind(kind: str, source: Source, sink: Sink) -> None:
    start = len(source.text) - len(source.text.lstrip())
    name = source.name if source.name.lower().endswith(".bib") else "refs.bib"
    hint = "a CV is YAML; begin with `name: Your Name`"
    if kind == "BibTeX":
        hint = (
            f"a CV names such a file by `publications: {Path(name).name}`; `cvbuild import {name}` turns it into YAML"
        )
    sink.add(OTHER_KIND, f"this is {kind}, and no CV", Span(source, start, start).line_part(), hint=hint)


def _check_sound_part(source: Source, files: Files, sink: Sink) -> None:
    """Look at what stands before a mistake in the YAML, for mistakes that can be told without what stands behind it."""
    from cvbuild.tree.syntax import sound_part

    part, own = sound_part(source, sink), Sink()
    root = read_tree(part, files, own) if part is not None else None
    if root is None:
        return
    load_document(root, own)
    for found in own.diagnostics:
        if found.code is not MISSING_KEY or (found.span is not None and found.span.start > root.span.start):
            sink.add(found.code, found.message, found.span, hint=found.hint, labels=found.labels)


def write_latex(checked: Checked, sink: Sink, pages: int | None = None) -> Tex | None:
    """The CV as LaTeX; `pages` is how many pages it will have, if that is known."""
    writer = LatexWriter(checked.theme, checked.outline.words, checked.files)
    tex: Tex | None = None
    with _theme_at_work(checked, sink):
        tex = Tex(writer.preamble(), writer.document(checked.outline, pages=pages), pages)
        check_photo(checked, tex.written.pictures, sink)
    return tex


@contextmanager
def _theme_at_work(checked: Checked, sink: Sink) -> Iterator[None]:
    """Report what goes wrong in the theme."""
    try:
        yield
    except TemplateFailed as error:
        from cvbuild.blame import template_span

        place = template_span(error.path, error.line, checked.files) if error.path is not None else None
        sink.add(TEMPLATE_FAILED, str(error), place)
    except (OSError, ThemeError) as error:
        sink.add(BAD_THEME, f"the theme `{checked.theme.name}` cannot be read: {error}")


def render(
    source: Source,
    files: Files | None = None,
    typesetter: Typesetter | None = None,
    *,
    choices: Choices = AS_WRITTEN,
    formats: Collection[str] = ("pdf",),
    timeout: float = 60.0,
    pages: int | None = None,
    pdf: str | None = None,
) -> Outcome:
    """Make a CV in all `formats`. Never raises for what is wrong with the CV, its theme or the engine: see `Outcome.sink`.

    `files` are those with which `source` was read. `timeout`, in seconds, is that of one run of the
    engine. `pages` is how many there were the last time: "page 1 of 3" then takes one run, not two.
    `pdf` is the address by which a page in the web leads to the PDF.
    """
    files = files or Files()
    typesetter = typesetter or Typesetter()
    outcome = Outcome()
    checked = check(source, files, outcome.sink, choices)
    if checked is None:
        return outcome
    checked = replace(checked, pdf=pdf) if pdf is not None else checked
    outcome.checked = checked
    if needs_latex(formats):
        _typeset_cv(outcome, checked, typesetter, timeout, pages, typeset=needs_engine(formats))
    else:
        outcome.inputs = dict(files.states)
    for name in formats:
        if not needs_latex((name,)) and not outcome.sink.failed:
            with _theme_at_work(checked, outcome.sink):
                outcome.texts[name] = write_text(name, checked, outcome.sink)
    if outcome.sink.failed:
        outcome.pdf = None
    elif outcome.inputs is not None:
        outcome.inputs |= files.states
    return outcome


def _typeset_cv(
    outcome: Outcome, checked: Checked, typesetter: Typesetter, timeout: float, pages: int | None, *, typeset: bool
) -> None:
    """Write a CV as LaTeX, and have it typeset if it shall be; what comes of it goes into the outcome."""
    files = checked.files
    numbered = checked.theme.options.get("page_numbers") == "n-of-m"
    outcome.tex = write_latex(checked, outcome.sink, pages if numbered else None)
    if outcome.tex is None:
        return
    if not typeset:
        outcome.inputs = dict(files.states)
        return
    result = _typeset(outcome.tex, files, typesetter, timeout, outcome.sink)
    if numbered and result is not None and result.pdf is not None and result.pages != pages:
        # The number of pages is known only now. One run more, and it stands in the foot.
        outcome.tex = write_latex(checked, outcome.sink, result.pages) or outcome.tex
        result = _typeset(outcome.tex, files, typesetter, timeout, outcome.sink) or result
    if result is None:
        return
    outcome.log = result.log
    if result.messages or result.pdf is None:
        _report(result, checked, outcome.tex, typesetter, timeout, outcome.sink)
    outcome.missing = frozenset(c for message in result.messages for c in message.character or "")
    if result.pdf is not None and not outcome.sink.failed:
        outcome.pdf, outcome.pages = result.pdf, result.pages
        if checked.document.pages is not None and result.pages > checked.document.pages:
            from cvbuild.lengthy import report_pages

            report_pages(checked, result.pdf, result.pages, outcome.sink)
        if result.outside is not None and typesetter.identity is not None:
            others = (str(path) for path in (typesetter.identity, *result.outside))
            outcome.inputs = {**files.states, **{path: state(path) for path in others}}


def _report(result: Typeset, checked: Checked, tex: Tex, typesetter: Typesetter, timeout: float, sink: Sink) -> None:
    """Report what TeX said."""
    from cvbuild.blame import Case, report  # of most CVs, it says nothing

    case = Case(
        source=checked.source,
        theme=checked.theme,
        files=checked.files,
        written=tex.written,
        engine=typesetter.name,
        probe=lambda: _trace(checked, tex, typesetter, timeout),
        keep=lambda log: _keep(tex, log),
    )
    report(result, case, sink)


def builtin_preambles() -> tuple[str, ...]:
    """The preambles of the built-in themes, for engines that can preload them."""
    files = sorted(Path(builtin_themes()).glob("*/preamble.tex"))
    return tuple(file.read_text(encoding="utf-8") for file in files)


def _typeset(tex: Tex, files: Files, typesetter: Typesetter, timeout: float, sink: Sink) -> Typeset | None:
    written = tex.written
    job = equip(TexJob(tex.preamble, written.text, epoch=epoch(), assets=written.pictures, timeout=timeout), files)
    try:
        return typesetter.run(job)
    except EngineTimeout as error:
        place = _stuck(tex, job, typesetter, timeout)
        hint = "TeX was at work on this, or on what comes next" if place else "--timeout gives it more time"
        sink.add(ENGINE_TIMEOUT, f"typesetting was {error}", place, hint=hint)
    except EngineBound as error:
        place = _stuck(tex, job, typesetter, timeout)
        sink.add(ENGINE_BOUND, str(error), place, hint=error.hint)
    except EngineError as error:
        sink.add(NO_ENGINE, str(error), hint=error.hint)
    except OSError as error:
        sink.add(NO_ENGINE, f"the engine has no place to work in: {error}", hint="is the disk full?")
    return None


def _stuck(tex: Tex, job: TexJob, typesetter: Typesetter, timeout: float) -> Span | None:
    """The place of the CV at which an engine does not go on."""
    line = typesetter.stuck_at(job, min(timeout, PATIENCE))
    return tex.written.place(line) if line is not None else None


def _trace(checked: Checked, tex: Tex, typesetter: Typesetter, timeout: float) -> tuple[Written, Typeset] | None:
    """The document, written and typeset once more with probes."""
    writer = LatexWriter(checked.theme, checked.outline.words, checked.files, probing=True)
    try:
        probing = Tex(tex.preamble, writer.document(checked.outline, pages=tex.pages))
    except (TemplateFailed, OSError):
        return None
    result = _typeset(probing, checked.files, typesetter, timeout, Sink())
    return (probing.written, result) if result is not None else None


def _keep(tex: Tex, log: str) -> Path | None:
    """Keep what failed, and TeX's log of it, in the user's cache; returns the path of the log."""
    text, words = tex.text.encode(), log.encode("utf-8", "replace")
    if len(words) > MAX_LOG:
        words = words[: MAX_LOG // 2] + b"\n[...]\n" + words[-MAX_LOG // 2 :]
    contents = {"cv.tex": text[:MAX_TEX], "cv.log": words}
    folder = cache.keep_files("failed", hashlib.sha256(text).hexdigest()[:12], contents, MAX_FAILED)
    return Path(folder, "cv.log") if folder is not None else None
