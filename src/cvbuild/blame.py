"""What an engine said about a document, as findings at the places that are to blame.

TeX tells the line at which it stopped, and the writer knows which entry of the CV a
line came from. That is near, but macros run when all their arguments are read, often some
fields later, or in the head of a page. So a document that failed is set once more with probes: before
each text, TeX then writes to its log that it has come by. The last probe is the text at
which it stopped. It costs nothing as long as nothing fails.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

from cvbuild import tree
from cvbuild.diagnostics import ENGINE_FAILED, MISSING_GLYPH, OUTSIDE_FILE, OVERFULL, TOO_HIGH, Label, Sink
from cvbuild.engine import Message, Typeset
from cvbuild.engine.advice import advice_for, cleaned
from cvbuild.engine.log import Probe, last_probe, probe_of_page
from cvbuild.engine.scripts import NOWHERE, hint_for
from cvbuild.files import Files, shown
from cvbuild.frozen import frozen
from cvbuild.places import builtin_themes
from cvbuild.source import Source, Span
from cvbuild.theme import Theme
from cvbuild.writers import Written

_REACH = "TeX sees the engine's files and the pictures of the CV; a template gets a theme's other files, with `include`"
_COMMAND = re.compile(r"Undefined control sequence: (\\.+)$")
_OUTPUT = re.compile(r"^(?:<output>|\\@outputpage|\\@opcol|\\@(?:odd|even)(?:foot|head))", re.MULTILINE)
_MM = 0.3514598
"""Millimetres in a point of TeX's."""
_ESCAPED = re.compile(r"\\\\|\\[{}]")
_STRUCTURE = re.compile(r"Too many \}'s|Extra \}|ended by|Missing \}|\(\\end occurred|Extra \\endgroup")
_FONT = re.compile(r"\\[A-Za-z0-9]+/[^/\s]+(?:/[^/\s]+)*/[0-9.]+|\[\]|[|$]")


@frozen
class Case:
    """A document that was typeset, and what may be asked about it.

    `probe` writes and typesets it again with probes; `keep` keeps it and TeX's log (a text), and says where.
    """

    source: Source
    theme: Theme
    files: Files
    written: Written
    engine: str | None
    probe: Callable[[], tuple[Written, Typeset] | None]
    keep: Callable[[str], Path | None]


def report(result: Typeset, case: Case, sink: Sink) -> None:
    """Report all that TeX said."""
    missing: list[tuple[str, Span | None]] = []
    for message in result.messages:
        place = case.written.place(message.line) if message.line is not None else None
        match message.kind:
            case "missing-character" if message.character is not None:
                missing.append((message.character, _place_of(message.character, place, case.source)))
            case "missing-character":
                sink.add(MISSING_GLYPH, message.text, place)
            case "overfull":
                _report_overfull(message, place, case, sink)
            case "error" if message.outside is not None:
                file = f"`{message.outside}`" if message.outside else "a file that it does not name"
                found, labels = _blame(message, case)
                what = f"TeX asked for {file}, which is out of its reach"
                sink.add(OUTSIDE_FILE, what, found, hint=_REACH, labels=labels)
            case "error":
                found, labels = _blame(message, case)
                hint = _with_log(advice_for(message.text, case.engine), case.keep(result.log))
                sink.add(ENGINE_FAILED, f"TeX says: {cleaned(message.text)}", found, hint=hint, labels=labels)
    _report_missing(missing, case.source, case.engine, sink)
    if result.pdf is None and not any(m.kind == "error" for m in result.messages):
        last = result.log.strip().splitlines()[-1:] or ["it said nothing"]
        hint = _with_log(None, case.keep(result.log))
        sink.add(ENGINE_FAILED, f"the engine gave no PDF: {last[0]}", hint=hint)


def _with_log(hint: str | None, kept: Path | None) -> str | None:
    log = f"TeX's log: {kept}" if kept is not None else None
    return "; ".join(filter(None, (hint, log))) or None


# --- errors ---


def _blame(message: Message, case: Case) -> tuple[Span | None, tuple[Label, ...]]:
    """The place of an error, and a second one: the template that brought the text into trouble."""
    if message.preamble is not None:
        return _in_preamble(message, case), ()
    place = case.written.place(message.line) if message.line is not None else None
    traced = case.probe()
    if traced is None:
        return place, ()
    written, result = traced
    again = next((m for m in result.messages if m.kind == "error"), None)
    if again is None or again.text != message.text:
        return place, ()  # with probes it fails in another way, or not at all
    line = again.line
    probed = _nearest(last_probe(result.log), written.probes)
    if _STRUCTURE.search(message.text):
        probed = _unbalanced(last_probe(result.log), written.probes) or probed
    # Before the first place, nothing of the CV was set: the theme is to blame.
    place = None if line is not None and written.place(line) is None else probed or place
    template = _template_of(message, line, written, case)
    if template is None or (place is not None and _is_raw(place)):
        return place, ()
    if place is None or (_OUTPUT.search(message.context) and _is_users(template)):
        return template, ()
    return place, (Label(template, "the template is here"),) if _is_users(template) else ()


def _nearest(probe: Probe | None, probes: tuple[Span, ...]) -> Span | None:
    """Where a probe is from. If TeX looked for the end of what begins there: the first LaTeX after it that is not closed."""
    if probe is None or probe.number >= len(probes):
        return None
    later = probes[probe.number :] if probe.runaway else ()
    return next((span for span in later if _is_raw(span) and _is_open(span.text)), probes[probe.number])


def _unbalanced(probe: Probe | None, probes: tuple[Span, ...]) -> Span | None:
    """The last LaTeX of the CV's own, up to a probe, that opens or closes more than it closes or opens."""
    before = probes[: probe.number + 1] if probe is not None else ()
    return next((span for span in reversed(before) if _is_raw(span) and not _is_balanced(span.text)), None)


def _is_balanced(tex: str) -> bool:
    tex = _ESCAPED.sub("", tex)
    return tex.count("{") == tex.count("}") and tex.count("\\begin{") == tex.count("\\end{")


def _is_raw(span: Span) -> bool:
    """Whether it is LaTeX of the CV's own, which begins with a backtick."""
    return span.source.text.startswith("`", span.start)


def _is_open(tex: str) -> bool:
    tex = _ESCAPED.sub("", tex)
    return tex.count("{") > tex.count("}")


def _template_of(message: Message, line: int | None, written: Written, case: Case) -> Span | None:
    """Where a template says what TeX does not understand, or else the line of it that was being read."""
    command = _COMMAND.search(message.text)
    if command:
        spelled = re.compile(re.escape(command[1]) + r"(?![A-Za-z@])")
        for path in dict.fromkeys(path for path, _ in written.templates if path):
            source = _source(path, case.files)
            found = spelled.search(source.text) if source is not None else None
            if source is not None and found:
                return Span(source, *found.span())
    origin = written.template(line) if line is not None else None
    return template_span(*origin, case.files) if origin is not None and origin[0] else None


def _in_preamble(message: Message, case: Case) -> Span | None:
    for folder in case.theme.folders:
        if case.files.has(folder / "preamble.tex"):
            return template_span(str(folder / "preamble.tex"), message.preamble or 1, case.files)
    return None


def template_span(path: str, line: int, files: Files) -> Span | None:
    """A line of a template, without the white space around it; None if the file cannot be read any more."""
    source = _source(path, files)
    if source is None:
        return None
    text, start = source.line(line), source.offset(line)
    indent = len(text) - len(text.lstrip())
    return Span(source, start + indent, start + max(indent, len(text.rstrip())))


def _source(path: str, files: Files) -> Source | None:
    try:
        text = files.text(path)
    except (OSError, UnicodeDecodeError):
        return None
    return Source(shown(path), text, Path(path).parent)


def _is_users(span: Span) -> bool:
    """Whether a template is not one of ours."""
    return not span.source.folder.resolve().is_relative_to(Path(builtin_themes()).resolve())


# --- what does not fit ---


def _report_overfull(message: Message, place: Span | None, case: Case, sink: Sink) -> None:
    found = re.search(r"\(([0-9]{1,9}(?:\.[0-9]+)?)pt too", message.text)
    by = f" by {float(found[1]) * _MM:.1f} mm" if found else ""
    if "vbox" in message.text:
        if place is None and (traced := case.probe()) is not None:
            place = _nearest(probe_of_page(traced[1].log, message.text), traced[0].probes)
        sink.add(TOO_HIGH, f"something is higher than the page{by}; it stands out at the foot", place)
        return
    sink.add(
        OVERFULL,
        f"a line is too wide{by}; it stands out into the margin",
        _words_of(message.context, place, case.written) or place,
    )


def _words_of(shown: str, near: Span | None, written: Written) -> Span | None:
    """The longest word of a line, as TeX shows it, in the part of a file that begins at `near`."""
    if near is None:
        return None
    later = [span.start for _, span in written.places if span.source is near.source and span.start > near.start]
    end = min(later, default=len(near.source.text))
    words = {part for word in _FONT.sub(" ", shown).split() for part in re.split(r"[-\u00ad\ufffd^]+", word)}
    for word in sorted(words, key=lambda word: (-len(word), word)):
        if len(word) < 8:
            break
        at = near.source.text.find(word, near.start, end)
        if at >= 0:
            return Span(near.source, at, at + len(word))
    return None


# --- characters that no font has ---


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


def _report_missing(missing: list[tuple[str, Span | None]], source: Source, engine: str | None, sink: Sink) -> None:
    """Characters that no font has: one finding for each line of a file, at the first of them."""
    lines: dict[tuple[str, int] | None, list[tuple[str, Span | None]]] = {}
    for character, span in sorted(missing, key=lambda found: found[1].start if found[1] else 0):
        lines.setdefault((span.source.name, span.line) if span else None, []).append((character, span))
    root = tree.parse(source, Sink()) if missing else None
    for found in lines.values():
        place = found[0][1]
        characters = list(dict.fromkeys(character for character, _ in found))
        codes = [f"{character} (U+{ord(character[0]):04X})" for character in characters]
        if len(codes) <= 3:
            names = (unicodedata.name(character[0], "") for character in characters)
            codes = [f"{name} {code}".strip() for name, code in zip(names, codes, strict=True)]
        what = codes[0] if len(codes) == 1 else f"{', '.join(codes[:-1])} and {codes[-1]}"
        path = (
            tree.path_to(root, place.start)
            if root and place and place.text in characters and place.source is source
            else ()
        )
        where = f" of `{'.'.join(path)}`" if path else ""
        are = "it is" if len(codes) == 1 else "they are"
        hints = [hint_for(character[0], engine) for character in characters]
        hint = next((hint for hint in hints if hint != NOWHERE), NOWHERE)
        sink.add(MISSING_GLYPH, f"the fonts have no {what}{where}; {are} missing in the PDF", place, hint=hint)
