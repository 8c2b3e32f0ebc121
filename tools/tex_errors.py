"""Plant errors of TeX at each text of CVs, and count how near to them they are reported.

    python -m tools.tex_errors [--engine xelatex] [--theme turing] [--every 10] [CV.yaml …]

Raw LaTeX that fails is put behind the first word of one text after another. An error is found if CV602
is reported at the planted place itself; it is near at the same line.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from cvbuild.checked import Choices
from cvbuild.diagnostics import Sink
from cvbuild.engine import Typesetter
from cvbuild.files import Files
from cvbuild.pipeline import check, render
from cvbuild.source import Source, Span
from cvbuild.writers import LatexWriter

ROOT = Path(__file__).parents[1]
ERRORS = {
    "undefined": r"\nosuchmacro",
    "open brace": "{",
    "closing brace": "}",
    "formula": "x_1",
    "environment": r"\begin{center}",
    "column": "&",
    "parameter": r"\hskip#1",
    "dimension": r"\hskip 99999cm",
    "endless": r"\def\x{a\x}\edef\y{\x}",
    "file": r"\input{nosuchfile}",
}
"""What is planted, by the name of the mistake."""


def texts_of(path: Path, theme: str | None = None) -> list[Span]:
    """Where the texts of a CV stand that are printed, each once."""
    source, sink, files = Source(str(path), path.read_text(encoding="utf-8"), path.parent), Sink(), Files()
    checked = check(source, files, sink, Choices(theme=theme))
    assert checked is not None, list(sink.sorted())
    writer = LatexWriter(checked.theme, checked.outline.words, files, probing=True)
    spans = {(span.start, span.end): span for span in writer.document(checked.outline).probes if span.source is source}
    return [spans[key] for key in sorted(spans)]


def planted(span: Span, tex: str) -> tuple[Source, tuple[int, int]] | None:
    """The CV with raw LaTeX behind the first word of a text, and the line and column of it; None if it is no text."""
    text, words = span.source.text, span.text
    start = len(words) - len(words.lstrip("\"'|>+-\n "))
    end = start + len(words[start:].split(None, 1)[0].rstrip("\"'")) if words[start:].strip() else start
    if end == start or re.match(r"[\w-]+:(?: |\n|$)|[\[{-]", words):
        return None  # a mapping or a list: its texts have places of their own
    quoted = words[0] == '"'
    raw = "`" + (tex.replace("\\", "\\\\") if quoted else tex) + "`{=latex}"
    at = span.start + end
    source = Source(span.source.name, f"{text[:at]} {raw}{text[at:]}", span.source.folder, raw_latex=True)
    return source, source.position(at + 1)


def results(span: Span, tex: str, typesetter: Typesetter, theme: str | None) -> str:
    """What became of an error that was planted: `place`, `line`, `near` (three lines), `far`, `none`, or `unused`."""
    made = planted(span, tex)
    sink = Sink()
    if made is None or check(made[0], Files(), sink, Choices(theme=theme)) is None:
        return "unused"
    source, (line, column) = made
    outcome = render(source, typesetter=typesetter, choices=Choices(theme=theme))
    if outcome.tex is None or tex not in outcome.tex.text[len(outcome.tex.preamble) :]:
        return "unused"  # not printed
    errors = [d for d in outcome.sink.diagnostics if d.is_error]
    if not errors:
        return "no error"
    span_of = errors[0].span
    if span_of is None or errors[0].code.number != "CV602" or span_of.source is not source:
        return "none"
    if (span_of.line, span_of.column) == (line, column):
        return "place"
    return "line" if span_of.line == line else "near" if abs(span_of.line - line) <= 3 else "far"


def sweep(
    paths: list[Path], engine: str | None, theme: str | None, every: int, errors: dict[str, str]
) -> Iterator[tuple[str, Span, str]]:
    """The name of each error that was planted, where, and what became of it."""
    with Typesetter(engine) as typesetter:
        for path in paths:
            for span in texts_of(path, theme)[::every]:
                for name, tex in errors.items():
                    yield name, span, results(span, tex, typesetter, theme)


def main() -> int:
    """Print a table, and all that is not reported at its line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("cv", nargs="*", type=Path, default=sorted((ROOT / "examples").glob("*.yaml")))
    parser.add_argument("--engine")
    parser.add_argument("--theme")
    parser.add_argument("--every", type=int, default=1, help="only each n-th text")
    parser.add_argument("--only", help="only this error")
    given = parser.parse_args()
    errors = {name: tex for name, tex in ERRORS.items() if given.only in (None, name)}
    counts: dict[str, Counter[str]] = {name: Counter() for name in errors}
    for name, span, what in sweep(given.cv, given.engine, given.theme, given.every, errors):
        counts[name][what] += 1
        if what not in ("place", "line", "unused"):
            print(f"{what}: {name} in {span.source.name}:{span.line}:{span.column}: {span.text[:60]!r}")
    for name, found in counts.items():
        print(f"{name:15}", ", ".join(f"{number} {what}" for what, number in found.most_common()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
