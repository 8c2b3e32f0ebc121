"""What TeX complains about is told at the text, or the line of a template, that caused it."""

from __future__ import annotations

import os
from itertools import cycle
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tools.tex_errors import ERRORS, planted, results, texts_of

from cvbuild import cache
from cvbuild.checked import Choices
from cvbuild.engine import Typesetter
from cvbuild.engine.advice import advice_for, cleaned
from cvbuild.engine.log import Probe, last_probe
from cvbuild.pipeline import Outcome, render
from cvbuild.source import Source
from tests.support import ROOT

RICH = """\
name: Given Family
headline: The headline
address: [The street, The town]
summary: |
  First paragraph.

  Second paragraph.
sections:
  First:
    - position: Professor
      at: The university
      date: 2001
      text: Words below
      bullets: [Point one, Point two]
    - talk: The talk
      venues: [{event: The event, location: The hall}]
  Second section:
    - {person: Somebody, role: The role, note: The remark}
    - A bare point
  Papers:
    publications: {}
publications:
  one: {title: The title, journal: The journal, year: 2020}
"""


@pytest.mark.engine
def test_planted_errors_are_found_at_their_place(tmp_path: Path) -> None:
    """Each text of a CV gets another error; `tools.tex_errors` plants all of them, in all engines."""
    (tmp_path / "cv.yaml").write_text(RICH)
    errors = cycle(ERRORS.values())
    found = []
    with Typesetter() as typesetter:
        for span in [span for span in texts_of(tmp_path / "cv.yaml") if planted(span, "") is not None][1::6]:
            tex = next(errors)
            found.append((span.text, tex, results(span, tex, typesetter, None)))
    assert [case for case in found if case[2] not in ("place", "unused")] == []
    assert len([case for case in found if case[2] == "place"]) >= 2


def typeset(yaml: str, folder: Path, engine: str | None = None, **templates: str) -> Outcome:
    """A CV in a theme with these templates."""
    (folder / "theme.toml").write_text('extends = "noether"\n')
    for name, text in templates.items():
        path = folder / (name.replace("__", "/") + ".tex")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    with Typesetter(engine) as typesetter:
        return render(
            Source("cv.yaml", yaml, ROOT, raw_latex=True), typesetter=typesetter, choices=Choices(theme=f"{folder}/.")
        )


PLAIN = "name: N\nsections:\n  A:\n    - fine\n    - award: Prize\n"


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["tectonic", "xelatex"])
def test_an_error_of_a_theme_is_told_in_the_theme(engine: str, tmp_path: Path) -> None:
    (error,) = typeset(PLAIN, tmp_path, engine, theme="\\cvfont{cvserif}{cvserif}\n\n\\nosuchmacro\n").sink.diagnostics
    assert error.code.number == "CV602"
    assert error.span is not None
    assert (error.span.source.name, error.span.line) == (str(tmp_path / "theme.tex"), 3)
    assert error.message == "TeX says: Undefined control sequence: \\nosuchmacro"


@pytest.mark.engine
def test_an_error_at_an_entry_names_entry_and_template(tmp_path: Path) -> None:
    award = "<% for e in block.entries %>\n<< at(e) >>\n\\nosuchmacro{<< e.award >>}\n<% endfor %>\n"
    (error,) = typeset(PLAIN, tmp_path, blocks__award=award).sink.diagnostics
    assert error.span is not None
    assert (error.span.source.name, error.span.line, error.span.column) == ("cv.yaml", 5, 7)
    (label,) = error.labels
    assert (label.span.source.name, label.span.line) == (str(tmp_path / "blocks" / "award.tex"), 3)


@pytest.mark.engine
def test_the_log_is_kept_for_the_user_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    outcome = typeset("name: N\nsummary: see `\\nosuch`{=latex}\n", tmp_path)
    (error,) = outcome.sink.diagnostics
    (log,) = (tmp_path / "cache" / "cvbuild" / "failed").glob("*/cv.log")
    assert error.hint is not None
    assert str(log) in error.hint
    assert "\\nosuch" in log.read_text()
    assert "\\begin{document}" in (log.parent / "cv.tex").read_text()
    assert [path.stat().st_mode & 0o077 for path in (log, log.parent, log.parent.parent)] == [0, 0, 0]


def test_few_failures_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    for number in range(5):
        folder = cache.keep_files("failed", str(number), {"a": b"x", "b": b"y"}, 3)
        assert folder is not None
        os.utime(folder, (number, number))
    assert sorted(path.name for path in (tmp_path / "cvbuild" / "failed").iterdir()) == ["2", "3", "4"]


@pytest.mark.engine
def test_what_is_wider_or_higher_than_the_page_is_told_at_its_text(tmp_path: Path) -> None:
    yaml = (
        "name: N\nsections:\n  A:\n    - fine\n    - tall `\\rule{1pt}{40cm}`{=latex} thing\n    - last\n"
        f"    - position: P\n      at: 'Wxyzwxyz{'m' * 20}`\\hskip 30cm`{{=latex}}x'\n"
    )
    found = typeset(yaml, tmp_path).sink.sorted()
    assert [(d.code.number, d.span and d.span.line) for d in found] == [("CV606", 5), ("CV605", 8)]


def test_the_probe_that_came_last() -> None:
    assert last_probe("@cvprobe 3\n@cvprobe 7\n./cv.tex:4: Undefined control sequence.\n@cvprobe 9\n") == Probe(7)
    runaway = (
        "@cvprobe 3\nRunaway argument?\n{\\x \\cvprobe {8}a \\cvprobe {9}b\n! File ended while scanning use of \\x .\n"
    )
    assert last_probe(runaway) == Probe(8, runaway=True)
    assert last_probe("! Undefined control sequence.\n") is None


@given(st.text())
def test_any_log_is_read(log: str) -> None:
    last_probe(log)
    assert len(cleaned(log)) <= 240
    advice_for(log, None)


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("Undefined control sequence: \\foo", "spelled"),
        ("Missing $ inserted.", "formulas"),
        ("File ended while scanning use of \\cvpar .", "brace"),
        ("LaTeX Error: File `tikz.sty' not found.", "embedded engine has"),
        ("LaTeX Error: File `extra.tex' not found.", '<% include "extra.tex" %>'),
        ("Dimension too large.", "metres"),
        ("LaTeX Error: Too many unprocessed floats.", "float"),
        ("TeX capacity exceeded, sorry [main memory size=5000000].", "memory"),
        ("TeX capacity exceeded, sorry [input stack size=10000].", "calls itself"),
        ("Misplaced alignment tab character &.", "table"),
        ("LaTeX Error: Missing \\begin{document}.", "preamble"),
        ("Emergency stop.", "log"),
        ("Font \\x=nosuch at 10pt not loadable: Metric (TFM) file not found.", "fonts"),
    ],
)
def test_frequent_errors_are_explained(said: str, words: str) -> None:
    advice = advice_for(said, None)
    assert advice is not None
    assert words in advice


@pytest.mark.engine
def test_where_tex_never_ends(tmp_path: Path) -> None:
    yaml = "name: N\nsections:\n  A:\n    - fine\n    - see `\\loop\\iftrue\\repeat`{=latex}\n    - fine\n"
    with Typesetter() as typesetter:
        outcome = render(Source("cv.yaml", yaml, ROOT, raw_latex=True), typesetter=typesetter, timeout=1.5)
    assert [(d.code.number, d.span and d.span.line) for d in outcome.sink.sorted()] == [("CV603", 5)]


def test_lines_that_tex_cannot_read_are_broken() -> None:
    from tests.support import whole_latex

    words = whole_latex(f"name: N\nsummary: '{'word ' * 60_000}'\n")
    endless = whole_latex(f"name: N\nsummary: '{'x' * 300_000}'\n")
    for text in (words, endless):
        assert max(map(len, text.split("\n"))) <= 20_010
    assert words.replace("\n", " ").count("word ") >= 59_999
    assert endless.replace("\\cvsplit{}", "").replace("%\n", "").count("x" * 300_000) == 1
