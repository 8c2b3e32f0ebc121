"""The pipeline: from the bytes of a CV file to a PDF, or to diagnostics.

Every stage takes a sink and reports all that it finds; the pipeline stops
before the next stage if there were errors.
"""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from cvbuild import tree
from cvbuild.diagnostics import (
    BAD_THEME,
    CANNOT_WRITE,
    ENGINE_FAILED,
    ENGINE_TIMEOUT,
    MISSING_GLYPH,
    NO_ENGINE,
    OVERFULL,
    TEMPLATE_FAILED,
    Sink,
)
from cvbuild.engine import EngineError, EngineTimeout, Message, TexJob, Typeset, choose_engine
from cvbuild.engine.scripts import equip, hint_for
from cvbuild.model import Document
from cvbuild.outline import Outline, make_outline
from cvbuild.schema import load_document
from cvbuild.source import Source, Span
from cvbuild.theme import Theme, builtin_folder, find_theme
from cvbuild.writers import LatexWriter, TemplateFailed, Written

# A run that did not say otherwise bears the beginning of 1980, the oldest time that every
# file format can express: the same CV gives the same bytes, whenever it is typeset.
DEFAULT_EPOCH = 315_532_800


@dataclass(frozen=True, slots=True)
class Checked:
    """A CV in which no error was found."""

    source: Source
    document: Document
    outline: Outline
    theme: Theme


@dataclass(frozen=True, slots=True)
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
    """What a render gave. `pdf` is None if there were errors."""

    pdf: bytes | None = None
    pages: int = 0
    tex: Tex | None = None
    log: str = ""
    sink: Sink = field(default_factory=Sink)


def check(source: Source, sink: Sink, theme: str | None = None) -> Checked | None:
    """All that can be known to be right or wrong about a CV before it is written; None if there are errors."""
    root = tree.parse(source, sink)
    document = load_document(root, sink) if root is not None else None
    if document is None:
        return None
    # Even with errors so far: the theme, the lists and the citations may hold more, to be told in the same run.
    found = find_theme(document.theme, source.folder, sink, theme)
    outline = make_outline(document, sink, _broken_works(root, document))
    if found is None or sink.failed:
        return None
    return Checked(source, document, outline, found)


def _broken_works(root: tree.Node | None, document: Document) -> frozenset[str]:
    works = root.get("publications") if isinstance(root, tree.Mapping) else None
    keys = {key.text for key, _ in works.pairs} if isinstance(works, tree.Mapping) else set()
    return frozenset(keys.difference(work.key for work in document.publications))


def write_latex(checked: Checked, sink: Sink, pages: int | None = None) -> Tex | None:
    """The CV as LaTeX; `pages` is how many pages it will have, if that is known."""
    writer = LatexWriter(checked.theme, checked.outline.words)
    try:
        return Tex(writer.preamble(), writer.document(checked.outline, pages=pages))
    except TemplateFailed as error:
        sink.add(TEMPLATE_FAILED, str(error))
    except OSError as error:
        sink.add(BAD_THEME, f"the theme `{checked.theme.name}` cannot be read: {error}")
    return None


def render(source: Source, *, theme: str | None = None, engine: str | None = None, timeout: float = 60.0) -> Outcome:
    """Typeset a CV. Never raises for what is wrong with the CV, its theme or the engine: see `Outcome.sink`."""
    outcome = Outcome()
    checked = check(source, outcome.sink, theme)
    if checked is None:
        return outcome
    outcome.tex = write_latex(checked, outcome.sink)
    if outcome.tex is None:
        return outcome
    result = _typeset(outcome.tex, engine, timeout, outcome.sink)
    if result is None:
        return outcome
    if result.pdf is not None and checked.theme.options.get("page_numbers") == "n-of-m":
        # The number of pages is known only now. One run more, and it stands in the foot.
        outcome.tex = write_latex(checked, outcome.sink, pages=result.pages) or outcome.tex
        result = _typeset(outcome.tex, engine, timeout, outcome.sink) or result
    outcome.log = result.log
    _report_messages(result, outcome.tex.written, source, outcome.sink)
    if result.pdf is not None and not outcome.sink.failed:
        outcome.pdf, outcome.pages = result.pdf, result.pages
    return outcome


def builtin_preambles() -> tuple[str, ...]:
    """The preambles of the built-in themes, for engines that can preload them."""
    files = sorted(builtin_folder().glob("*/preamble.tex"))
    return tuple(file.read_text(encoding="utf-8") for file in files)


def _typeset(tex: Tex, engine: str | None, timeout: float, sink: Sink) -> Typeset | None:
    job = equip(TexJob(tex.preamble, tex.written.text, epoch=_epoch(), timeout=timeout))
    try:
        return choose_engine(engine).run(job)
    except EngineTimeout as error:
        sink.add(ENGINE_TIMEOUT, f"typesetting was {error}")
    except EngineError as error:
        sink.add(NO_ENGINE, str(error), hint=error.hint)
    return None


def _epoch() -> int:
    """The time that the PDF bears, in seconds since 1970 (reproducible-builds.org, SOURCE_DATE_EPOCH)."""
    given = os.environ.get("SOURCE_DATE_EPOCH", "")
    return int(given) if given.isdecimal() else DEFAULT_EPOCH


def _report_messages(result: Typeset, written: Written, source: Source, sink: Sink) -> None:
    for message in result.messages:
        place = written.place(message.line) if message.line is not None else None
        match message.kind:
            case "missing-character":
                _report_missing(message, place, source, sink)
            case "overfull":
                found = re.search(r"\(([0-9.]+)pt too", message.text)
                by = f" by {float(found[1]) * 0.3514598:.1f} mm" if found else ""
                sink.add(OVERFULL, f"a line is too wide{by}; it stands out into the margin", place)
            case "error":
                sink.add(
                    ENGINE_FAILED, f"TeX says: {message.text}", place, hint="--keep-tex keeps the .tex file and the log"
                )
    if result.pdf is None and not any(m.kind == "error" for m in result.messages):
        last = result.log.strip().splitlines()[-1:] or ["it said nothing"]
        sink.add(ENGINE_FAILED, f"the engine gave no PDF: {last[0]}", hint="--keep-tex keeps the .tex file and the log")


def _report_missing(message: Message, place: Span | None, source: Source, sink: Sink) -> None:
    """A character that no font has, at the very place where it stands in the CV if that can be found."""
    char = message.character
    if char is None:
        sink.add(MISSING_GLYPH, message.text, place)
        return
    at = source.text.find(char, place.start if place is not None and place.source is source else 0)
    at = at if at >= 0 else source.text.find(char)
    span = Span(source, at, at + len(char)) if at >= 0 else place
    missing = f"the fonts have no {char} (U+{ord(char[0]):04X}); it is missing in the PDF"
    sink.add(MISSING_GLYPH, missing, span, hint=hint_for(char[0]))


def write_file(path: Path, data: bytes, sink: Sink) -> bool:
    """Put `data` at `path` in one step: whoever looks sees the old file or the new one, never half of it."""
    scratch: str | None = None
    try:
        if path.exists() and not path.is_file():  # a device, a pipe: nothing there to be replaced
            with path.open("wb") as stream:
                stream.write(data)
            return True
        path = path.resolve()  # through a symbolic link, to the file that it means
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
