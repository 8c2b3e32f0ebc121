"""The pipeline: from the bytes of a CV file to a PDF, or to diagnostics.

Every stage takes a sink and reports all that it finds; the pipeline stops
before the next stage if there were errors.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from cvbuild import tree
from cvbuild.databases import load_database
from cvbuild.diagnostics import (
    BAD_THEME,
    ENGINE_BOUND,
    ENGINE_FAILED,
    ENGINE_TIMEOUT,
    MISSING_GLYPH,
    NO_ENGINE,
    OUTSIDE_FILE,
    OVERFULL,
    TEMPLATE_FAILED,
    Sink,
)
from cvbuild.engine import EngineBound, EngineError, EngineTimeout, TexJob, Typeset, Typesetter, epoch
from cvbuild.engine.scripts import equip, hint_for
from cvbuild.files import Files, state
from cvbuild.frozen import frozen
from cvbuild.model import Document
from cvbuild.outline import Outline, make_outline
from cvbuild.places import builtin_themes
from cvbuild.publications import Database
from cvbuild.schema import load_document
from cvbuild.source import Source, Span
from cvbuild.theme import Theme, ThemeError, find_theme, theme_styles
from cvbuild.writers import LatexWriter, TemplateFailed, Written

_REACH = "TeX sees the engine's files and the pictures of the CV; a template gets a theme's other files, with `include`"


@frozen
class Checked:
    """A CV in which no error was found."""

    source: Source
    document: Document
    database: Database
    outline: Outline
    theme: Theme
    files: Files


@frozen
class Tex:
    """A CV as LaTeX."""

    preamble: str
    written: Written

    @property
    def text(self) -> str:
        """The whole file."""
        return self.preamble + self.written.text


@dataclass(slots=True)
class Outcome:
    """What a render gave. `pdf` is None if there were errors.

    `inputs` is the state of every file that the result depends on, as in
    `Files.states`; None if the engine cannot tell what it read.
    """

    pdf: bytes | None = None
    pages: int = 0
    tex: Tex | None = None
    log: str = ""
    inputs: dict[str, str] | None = None
    sink: Sink = field(default_factory=Sink)


def check(source: Source, files: Files, sink: Sink, theme: str | None = None) -> Checked | None:
    """All that can be known to be right or wrong about a CV before it is written; None if there are errors."""
    root = tree.parse(source, sink)
    document = load_document(root, sink) if root is not None else None
    if document is None:
        return None
    # Even with errors so far: the theme, the lists and the citations may hold more, to be told in the same run.
    found = find_theme(document.theme, source.folder, files, sink, theme)
    styles = theme_styles(found, files, sink) if found is not None else ()
    marks = found.marks if found is not None else ()
    database = load_database(root, document, source, files, sink)
    if database is None:
        return None
    outline = make_outline(document, database, sink, marks, styles)
    if found is None or sink.failed:
        return None
    return Checked(source, document, database, outline, found, files)


def write_latex(checked: Checked, sink: Sink, pages: int | None = None) -> Tex | None:
    """The CV as LaTeX; `pages` is how many pages it will have, if that is known."""
    writer = LatexWriter(checked.theme, checked.outline.words, checked.files)
    try:
        return Tex(writer.preamble(), writer.document(checked.outline, pages=pages))
    except TemplateFailed as error:
        sink.add(TEMPLATE_FAILED, str(error))
    except (OSError, ThemeError) as error:
        sink.add(BAD_THEME, f"the theme `{checked.theme.name}` cannot be read: {error}")
    return None


def render(
    source: Source,
    files: Files | None = None,
    typesetter: Typesetter | None = None,
    *,
    theme: str | None = None,
    timeout: float = 60.0,
    pages: int | None = None,
) -> Outcome:
    """Typeset a CV. Never raises for what is wrong with the CV, its theme or the engine: see `Outcome.sink`.

    `files` are those with which `source` was read. `timeout`, in seconds, is that of one run of the
    engine. `pages` is how many there were the last time: "page 1 of 3" then takes one run, not two.
    """
    files = files or Files()
    typesetter = typesetter or Typesetter()
    outcome = Outcome()
    checked = check(source, files, outcome.sink, theme)
    if checked is None:
        return outcome
    numbered = checked.theme.options.get("page_numbers") == "n-of-m"
    outcome.tex = write_latex(checked, outcome.sink, pages if numbered else None)
    if outcome.tex is None:
        return outcome
    result = _typeset(outcome.tex, files, typesetter, timeout, outcome.sink)
    if numbered and result is not None and result.pdf is not None and result.pages != pages:
        # The number of pages is known only now. One run more, and it stands in the foot.
        outcome.tex = write_latex(checked, outcome.sink, result.pages) or outcome.tex
        result = _typeset(outcome.tex, files, typesetter, timeout, outcome.sink) or result
    if result is None:
        return outcome
    outcome.log = result.log
    _report_messages(result, outcome.tex.written, source, typesetter.name, outcome.sink)
    if result.pdf is not None and not outcome.sink.failed:
        outcome.pdf, outcome.pages = result.pdf, result.pages
        if result.outside is not None and typesetter.identity is not None:
            others = (str(path) for path in (typesetter.identity, *result.outside))
            outcome.inputs = {**files.states, **{path: state(path) for path in others}}
    return outcome


def builtin_preambles() -> tuple[str, ...]:
    """The preambles of the built-in themes, for engines that can preload them."""
    files = sorted(Path(builtin_themes()).glob("*/preamble.tex"))
    return tuple(file.read_text(encoding="utf-8") for file in files)


def _typeset(tex: Tex, files: Files, typesetter: Typesetter, timeout: float, sink: Sink) -> Typeset | None:
    job = equip(TexJob(tex.preamble, tex.written.text, epoch=epoch(), timeout=timeout), files)
    try:
        return typesetter.run(job)
    except EngineTimeout as error:
        sink.add(ENGINE_TIMEOUT, f"typesetting was {error}")
    except EngineBound as error:
        sink.add(ENGINE_BOUND, str(error), hint=error.hint)
    except EngineError as error:
        sink.add(NO_ENGINE, str(error), hint=error.hint)
    except OSError as error:
        sink.add(NO_ENGINE, f"the engine has no place to work in: {error}", hint="is the disk full?")
    return None


def _report_messages(result: Typeset, written: Written, source: Source, engine: str | None, sink: Sink) -> None:
    missing: list[tuple[str, Span | None]] = []
    for message in result.messages:
        place = written.place(message.line) if message.line is not None else None
        match message.kind:
            case "missing-character" if message.character is not None:
                missing.append((message.character, _place_of(message.character, place, source)))
            case "missing-character":
                sink.add(MISSING_GLYPH, message.text, place)
            case "overfull":
                found = re.search(r"\(([0-9.]+)pt too", message.text)
                by = f" by {float(found[1]) * 0.3514598:.1f} mm" if found else ""
                sink.add(OVERFULL, f"a line is too wide{by}; it stands out into the margin", place)
            case "error" if message.outside is not None:
                file = f"`{message.outside}`" if message.outside else "a file that it does not name"
                sink.add(OUTSIDE_FILE, f"TeX asked for {file}, which is out of its reach", place, hint=_REACH)
            case "error":
                sink.add(
                    ENGINE_FAILED, f"TeX says: {message.text}", place, hint="--keep-tex keeps the .tex file and the log"
                )
    _report_missing(missing, engine, sink)
    if result.pdf is None and not any(m.kind == "error" for m in result.messages):
        last = result.log.strip().splitlines()[-1:] or ["it said nothing"]
        sink.add(ENGINE_FAILED, f"the engine gave no PDF: {last[0]}", hint="--keep-tex keeps the .tex file and the log")


def _place_of(character: str, near: Span | None, source: Source) -> Span | None:
    """Where a character stands: in or after `near`, or else anywhere in the CV; `near` itself if it is not found.

    What a work of a file prints stands right behind its key, and is not looked for in all the other works.
    """
    if near is not None and near.source is not source:
        text = near.source.text
        end = re.compile(r"^[ \t]*@|\"id\"\s*:", re.MULTILINE).search(text, near.end)
        at = text.find(character, near.start, end.start() if end else len(text))
        if at >= 0:
            return Span(near.source, at, at + len(character))
    at = source.text.find(character, near.start if near is not None and near.source is source else 0)
    at = at if at >= 0 else source.text.find(character)
    return Span(source, at, at + len(character)) if at >= 0 else near


def _report_missing(missing: list[tuple[str, Span | None]], engine: str | None, sink: Sink) -> None:
    """Characters that no font has: one finding for each line of a file, at the first of them."""
    lines: dict[tuple[str, int] | None, list[tuple[str, Span | None]]] = {}
    for character, span in sorted(missing, key=lambda found: found[1].start if found[1] else 0):
        lines.setdefault((span.source.name, span.line) if span else None, []).append((character, span))
    for found in lines.values():
        characters = list(dict.fromkeys(character for character, _ in found))
        codes = [f"{character} (U+{ord(character[0]):04X})" for character in characters]
        what = f"{codes[0]}; it is" if len(codes) == 1 else f"{', '.join(codes[:-1])} and {codes[-1]}; they are"
        hint = next(filter(None, (hint_for(character[0]) for character in characters)), None)
        if hint is None and engine == "pdflatex":
            hint = "pdfTeX has fonts for fewer characters than the embedded engine"
        sink.add(MISSING_GLYPH, f"the fonts have no {what} missing in the PDF", found[0][1], hint=hint)
