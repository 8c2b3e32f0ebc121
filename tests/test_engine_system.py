"""The engines of a TeX system: the same CV as the embedded engine gives. Each is skipped where it is not installed."""

from __future__ import annotations

import os
import re
import shutil
import stat
import time
from collections.abc import Sequence
from itertools import cycle
from pathlib import Path

import pytest

from cvbuild.checked import Choices
from cvbuild.cli.options import EngineName
from cvbuild.clock import epoch
from cvbuild.diagnostics import Sink
from cvbuild.engine import ENGINES, EngineError, TexJob, Typesetter
from cvbuild.engine.fonts import code_points
from cvbuild.engine.parts import Parts
from cvbuild.engine.system import PROGRAMS, SystemEngine
from cvbuild.files import Files
from cvbuild.pipeline import Outcome, check, render, write_latex
from cvbuild.source import Source
from cvbuild.writers import LatexWriter
from tests.pdf import Pdf
from tests.support import EXAMPLES, source
from tests.test_examples import facts

pytestmark = pytest.mark.engine

each_program = pytest.mark.parametrize(
    "engine",
    [pytest.param(p, marks=pytest.mark.skipif(not shutil.which(p), reason=f"no {p}")) for p in PROGRAMS],
)
pdftex = pytest.mark.skipif(not shutil.which("pdflatex"), reason="no pdflatex")


def typeset(yaml: str, engine: str = "pdflatex", theme: str | None = None) -> tuple[Pdf, Outcome]:
    outcome = render(source(yaml), typesetter=Typesetter(engine), choices=Choices(theme=theme))
    assert outcome.pdf is not None, list(outcome.sink.sorted())
    return Pdf(outcome.pdf), outcome


# Without a TeX system --------------------------------------------------------


def test_the_command_line_knows_every_engine() -> None:
    assert tuple(EngineName) == ENGINES


def fake(folder: Path, *lines: str) -> SystemEngine:
    """A pdflatex that is a shell script."""
    program = folder / "pdflatex"
    program.write_text("#!/bin/sh\n" + "\n".join(lines) + "\n")
    program.chmod(program.stat().st_mode | stat.S_IXUSR)
    return SystemEngine("pdflatex", program, Parts(folder / "engine"))


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_what_pdftex_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", "tr_TR.UTF-8")  # LuaTeX ends if the machine does not have it
    engine = fake(tmp_path, "env > cv.pdf", 'echo "Output written on cv.pdf (1 page). $*" > cv.log')
    result = engine.run(TexJob("", "x\n", 7))
    assert result.pdf is not None
    told = dict(line.split("=", 1) for line in result.pdf.decode().splitlines() if "=" in line)
    own = f"{tmp_path}/engine/bundle/pdftex//:"
    assert {told[name] for name in ("TEXINPUTS", "TFMFONTS", "ENCFONTS", "TEXFONTMAPS")} == {own}
    assert told["TTFONTS"] == f"{tmp_path}/engine/bundle//:"
    assert (told["SOURCE_DATE_EPOCH"], told["FORCE_SOURCE_DATE"]) == ("7", "1")
    assert "LANG" not in told
    assert "-no-shell-escape" in result.log


@pytest.mark.skipif(os.name != "posix", reason="a shell script")
def test_pdftex_gets_letters_with_their_accents(tmp_path: Path) -> None:
    engine = fake(tmp_path, "cp cv.tex cv.pdf", 'echo "Output written on cv.pdf (1 page)" > cv.log')
    result = engine.run(TexJob("", "Ange\u0301lique Viê\u0323t \u2126 x\u0302\n", 0))
    assert result.pdf is not None
    assert result.pdf.decode() == "Ang\u00e9lique Việt \u2126 x\u0302\n"


def test_an_engine_that_is_not_installed_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    for name in PROGRAMS:
        with pytest.raises(EngineError, match=name) as caught:
            SystemEngine.find(name, Parts(tmp_path))
        assert caught.value.hint is not None
        assert "texlive" in caught.value.hint


# All of them -----------------------------------------------------------------


@each_program
def test_the_same_input_gives_the_same_bytes(engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    yaml = "name: Ł. Đặng\nemail: a@b.org\nsections:\n  A: 'é **b** *i* `c` $x^2$'\n"
    first = typeset(yaml, engine)[1].pdf
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    time.sleep(1.1)
    assert typeset(yaml, engine)[1].pdf == first


@each_program
def test_what_the_pdf_says_about_itself(engine: str) -> None:
    pdf, outcome = typeset(
        r"""
        name: Łucja Đặng
        title: 'Βιογραφικό {x} \ 100% & #1_a ~ ^'
        language: de
        email: a_b@example.org
        sections:
          "Ωmega {1} & (2)": text
          "Учёба": text
        """,
        engine,
    )
    assert [str(d) for d in outcome.sink.sorted()] == []
    assert pdf.metadata["Title"] == r"Łucja Đặng: Βιογραφικό {x} \ 100% & #1_a ~ ^"
    assert pdf.metadata["Author"] == "Łucja Đặng"
    assert pdf.bookmarks == [(0, "Ωmega {1} & (2)"), (0, "Учёба")]
    assert pdf.links == ["mailto:a_b@example.org"]
    assert str(pdf.pike.Root.Lang) == "de"
    assert [float(side) for side in pdf.pike.pages[0].MediaBox] == pytest.approx([0, 0, 595.276, 841.89], abs=0.1)


@each_program
def test_letter_paper(engine: str) -> None:
    pdf, _ = typeset("name: N\ntheme: {name: turing, paper: letter}\nsections: {A: x}\n", engine)
    assert [float(side) for side in pdf.pike.pages[0].MediaBox] == pytest.approx([0, 0, 612, 792], abs=0.1)


@each_program
def test_a_mistake_of_tex_has_its_line(engine: str) -> None:
    sink = Sink()
    checked = check(source("name: N\nsections: {A: PLACE}\n"), Files(), sink)
    assert checked is not None
    tex = write_latex(checked, sink)
    assert tex is not None
    document = tex.written.text.replace("PLACE", r"\nope")
    line = document[: document.index(r"\nope")].count("\n") + 1
    result = Typesetter(engine).run(TexJob(tex.preamble, document, epoch()))
    assert result.pdf is None
    assert [(m.kind, m.line) for m in result.messages] == [("error", line)]


# pdfTeX ----------------------------------------------------------------------


@pdftex
@pytest.mark.parametrize(
    ("path", "theme"), list(zip(EXAMPLES, cycle(["noether", "turing"]))), ids=lambda what: getattr(what, "stem", what)
)
def test_the_examples(path: Path, theme: str) -> None:
    """Every fact, in the same fonts, on as many pages as with the embedded engine."""
    cv = Source(str(path), path.read_text(encoding="utf-8"), path.parent)
    ours, theirs = (
        render(cv, choices=Choices(theme=theme), typesetter=Typesetter(engine)) for engine in (None, "pdflatex")
    )
    assert ours.pdf is not None
    assert theirs.pdf is not None, list(theirs.sink.sorted())
    assert [d.code for d in theirs.sink.sorted()] == [d.code for d in ours.sink.sorted()]
    assert theirs.pages == ours.pages
    pdf, wanted = Pdf(theirs.pdf), Pdf(ours.pdf)
    assert lost(pdf, path.stem) <= lost(wanted, path.stem)
    assert pdf.bookmarks == wanted.bookmarks
    assert sorted(set(pdf.links)) == sorted(set(wanted.links))
    assert len(set(pdf.inner_links)) == len(set(wanted.inner_links))
    assert set(pdf.inner_links) <= pdf.places
    assert pdf.metadata["Title"] == wanted.metadata["Title"]
    assert fonts(pdf) - {"CvbuildIcons-Solid", "CvbuildBrands-Regular"} <= fonts(wanted)


def lost(pdf: Pdf, stem: str) -> set[str]:
    """The facts of an example that a reader of the PDF does not find."""
    text = pdf.text.replace("-", "")
    lines = [fact.replace("-", "") for fact in facts(stem)]
    return {line for line in lines if text.count(line) < sum(other.count(line) for other in lines)}


def fonts(pdf: Pdf) -> set[str]:
    found = set()
    for page in pdf.pike.pages:
        for font in dict(page.Resources.get("/Font", {})).values():
            found.add(str(font.BaseFont).rpartition("+")[2].strip("/"))
    return found


def escaped(words: str) -> str:
    sink = Sink()
    checked = check(source("name: N\n"), Files(), sink)
    assert checked is not None
    return LatexWriter(checked.theme, checked.outline.words, checked.files).escape(words)


def pdftex_of(body: str) -> bytes:
    """A CV with this LaTeX in it, by pdfTeX, which may not say a word."""
    sink = Sink()
    checked = check(source("name: N\nsections: {A: PLACE}\n"), Files(), sink, Choices(theme="noether"))
    assert checked is not None
    tex = write_latex(checked, sink)
    assert tex is not None
    document = tex.written.text.replace("PLACE", body)
    result = Typesetter("pdflatex").run(TexJob(tex.preamble, document, epoch()))
    assert result.pdf is not None, result.messages
    assert result.messages == ()
    return result.pdf


def read_back(characters: str, fonts: Sequence[str]) -> dict[str, dict[str, str]]:
    """What a reader of the PDF gets for each character, printed in each font."""
    spelled = [escaped(c) for c in characters]
    body = ""
    for f, font in enumerate(fonts):
        lines = "".join(f"{f}/{n}:{c};\\par\n" for n, c in enumerate(spelled))
        body += f"\\par{{{font}\\selectfont\n{lines}}}"
    lines_read = "\n".join(Pdf(pdftex_of(body)).pages).splitlines()
    read = dict(line.strip().removesuffix(";").split(":", 1) for line in lines_read if line.strip().endswith(";"))
    return {font: {c: read[f"{f}/{n}"] for n, c in enumerate(characters)} for f, font in enumerate(fonts)}


PRINTABLE = "".join(chr(code) for code in range(0x21, 0x7F))
ONLY_SERIF = "\u0199"
PROMISED = "".join(
    chr(code)
    for code in code_points(
        "21-7E A1-AC AE-17F 1A0-1A1 1AF-1B0 1CD-1DC 218-21B 384-386 388-38A 38C 38E-3A1 3A3-3CE 400-45F 490-491"
        " 1E80-1E85 1E9E 1EA0-1EF9 1F00-1F15 1F20-1F45 1FF6 2010-2015 2018-201A 201C-201E 2020-2022 2026 2030 2039-203A"
        " 20AC 2116 2122 2190 2192 2206 2212 221A 221E 2248 2260 2264-2265"
    )
)
ROMAN = [
    r"\fontfamily{cvserif}", r"\fontfamily{cvserif}\itshape", r"\fontfamily{cvserif}\bfseries",
    r"\fontfamily{cvserif}\bfseries\itshape", r"\fontfamily{cvserif-oldstyle}", r"\fontfamily{cvsans}",
    r"\fontfamily{cvsans}\itshape", r"\fontfamily{cvsans}\bfseries", r"\fontfamily{cvsans}\bfseries\itshape",
    r"\fontfamily{cvmono}", r"\fontfamily{cvmono}\bfseries",
]  # fmt: skip


@pdftex
def test_every_character_is_printed_and_reads_back() -> None:
    read = read_back(PROMISED, ROMAN)
    assert [(font, c) for font in ROMAN for c in PROMISED if read[font][c] != c] == []


@pdftex
def test_words_read_back() -> None:
    """Ligatures are letters, old-style figures and small capitals too, and slices can be mixed."""
    words = "efficient office waffle fjord shuffle soft fft 0123456789 Thy Łódź Đặng Москва Αθήνα naïve “q” it’s a–b…"
    fonts = [*ROMAN, r"\fontfamily{cvserif}\fontshape{sc}"]
    lines = (f"\\par{{{font}\\selectfont\\raggedright {n}: {words}\\par}}" for n, font in enumerate(fonts))
    text = Pdf(pdftex_of("".join(lines))).text
    assert [font for n, font in enumerate(fonts) if f"{n}: {words}" not in text] == []


@pdftex
def test_the_lower_half_is_the_same_in_every_slice() -> None:
    """ASCII behind a character of any slice is still ASCII, and so are LaTeX's own commands."""
    lines = [start + PRINTABLE + start for start in "éЖΩếẳ±ƒ₁ἀ→…"]
    body = "\\par\n".join(f"{{\\scriptsize {escaped(line)}}}" for line in lines)
    text = re.sub(r"\s|\ufffe", "", Pdf(pdftex_of(body)).text)
    assert [line for line in lines if line not in text] == []


@pdftex
def test_characters_that_are_in_no_font_are_told() -> None:
    yaml = "name: N 吴\nsections:\n  A:\n    - good\n    - see ⛄ here\n    - and 漢字, `\u16a0` too\n"
    pdf, outcome = typeset(yaml)
    found = [(d.span.line, d.span.column, d.code.number) for d in outcome.sink.sorted() if d.span]
    assert found == [(1, 9, "CV604"), (5, 11, "CV604"), (6, 11, "CV604")]
    last = outcome.sink.diagnostics[-1]
    assert "字 (U+5B57) and RUNIC LETTER FEHU FEOH FE F \u16a0 (U+16A0) of `sections.A.2`; they are" in last.message
    assert last.hint
    assert "embedded engine" in last.hint
    assert "see here" in pdf.text
    assert pdf.metadata["Author"] == "N 吴", "what PDF says about itself needs no font"


@pdftex
def test_a_character_that_one_face_lacks_is_told() -> None:
    yaml = f"name: N\nsections:\n  A: 'a {ONLY_SERIF} and **{ONLY_SERIF}**'\n"
    assert typeset(yaml, theme="noether")[1].sink.diagnostics == []
    _, outcome = typeset(yaml, theme="turing")
    assert [(d.code.number, d.span.column) for d in outcome.sink.sorted() if d.span] == [("CV604", 9)]


@pdftex
def test_a_slice_goes_through_all_faces() -> None:
    """A change of the family, the weight or the shape in the middle of Cyrillic finds the Cyrillic of that face."""
    words = "до `код Ж` **жирный Ж** *курсив Ж* ***оба Ж*** после Ž `ƒ` λ **ƒ** ₁"
    pdf, outcome = typeset(f"name: N\nsections:\n  A: '{words}'\n")
    assert outcome.sink.diagnostics == []
    assert re.sub("[`*]", "", words) in pdf.text
    assert pdf.fonts_of("код") == {"NotoSansMono-Regular"}
    assert pdf.fonts_of("жирный") == {"EBGaramond-Bold"}
    assert pdf.fonts_of("курсив") == {"EBGaramond-Italic"}
    assert pdf.fonts_of("после") == {"EBGaramond-Regular"}


@pdftex
@pytest.mark.parametrize("theme", ["noether", "turing"])
def test_capitals_of_every_alphabet(theme: str) -> None:
    pdf, _ = typeset(
        f"name: Łucja Đặng-Жук Ωé ßig\ntheme: {{name: {theme}, name-case: capitals}}\nsections: {{A: x}}\n"
    )
    assert "ŁUCJA ĐẶNG-ЖУК ΩÉ" in pdf.text


@pdftex
def test_formulas() -> None:
    formulas = r"is $f(x_1) = \mathbb{R}^{n+1}$ and $\mathbf{W} \le \alpha$ so"
    pdf, outcome = typeset(f"name: N\nsections:\n  A: '{formulas}'\n")
    assert outcome.sink.diagnostics == []
    assert "EBGaramond-Italic" in pdf.fonts_of("f", before="(")


@pdftex
@pytest.mark.parametrize("before", ["", "Ж", "Ω", "±"])
def test_commands_of_latex_work_in_every_slice(before: str) -> None:
    """A theme may write \\'e where a CV has é."""
    commands = (
        r"\'e\~n\c{c}\'{\i}\ss{}\AE{}\l{}\S{}\P{}\copyright{}\textdegree{}\dag{}\ldots{}\textbullet{}\textquoteright{}"
    )
    assert f"{before}éñçíßÆł§¶©°†…•’" in Pdf(pdftex_of(before + commands)).text.replace(" ", "")


@pdftex
def test_an_icon_that_the_font_lacks_is_told(tmp_path: Path) -> None:
    """The icon of GitHub is one of the brands, not of the solid ones."""
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "theme.toml").write_text('extends = "noether"\n')
    (theme / "theme.tex").write_text('<% include "noether/theme.tex" %>\n\\cvdeclareicon{github}{cvsolid}{F09B}\n')
    found = {}
    for engine in ("tectonic", "pdflatex"):
        outcome = render(
            source("name: N\nprofiles: {github: x}\n"),
            choices=Choices(theme=f"{theme}/."),
            typesetter=Typesetter(engine),
        )
        found[engine] = [(d.code.number, d.message) for d in outcome.sink.sorted()]
    assert found["pdflatex"] == found["tectonic"]
    assert [code for code, _ in found["pdflatex"]] == ["CV604"]


@pdftex
def test_a_font_that_pdftex_cannot_use_is_told(tmp_path: Path) -> None:
    theme = tmp_path / "theme"
    theme.mkdir()
    (theme / "theme.toml").write_text('extends = "noether"\n')
    family = "\\cvfontfamily{mine}{Mine.ttf}{Mine.ttf}{Mine.ttf}{Mine.ttf}{}{}\n"
    (theme / "theme.tex").write_text(family + "\\cvfont{mine}{cvserif}\n")
    outcome = render(source("name: N\n"), choices=Choices(theme=f"{theme}/."), typesetter=Typesetter("pdflatex"))
    assert outcome.pdf is None
    (message,) = [str(d.message) for d in outcome.sink.sorted()]
    assert "pdfTeX cannot use the font Mine.ttf" in message


def test_luatex_cannot_tell_late_times(tmp_path: Path) -> None:
    """It would take the clock's, and say nothing."""
    engine = SystemEngine("lualatex", tmp_path / "none", Parts(tmp_path))
    with pytest.raises(EngineError, match="later than January 2038"):
        engine.run(TexJob("", "x\n", 2**31))
    with pytest.raises(EngineError, match="cannot be started"):
        engine.run(TexJob("", "x\n", 2**31 - 1))
