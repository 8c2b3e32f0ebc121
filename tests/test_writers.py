"""Escaping, once and by type: what templates may print, and that every character arrives."""

from __future__ import annotations

import itertools
import re
import shutil
import string
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild.checked import Choices
from cvbuild.clock import epoch
from cvbuild.dates import parse_when
from cvbuild.diagnostics import Sink
from cvbuild.engine import ENGINES, TexJob, Typesetter
from cvbuild.files import Files
from cvbuild.model import ThemeChoice
from cvbuild.pipeline import check, write_latex
from cvbuild.text import Code, Emph, Link, Mark, Math, Ref, Role, Str, Strong, Text, Url
from cvbuild.theme import Theme, find_theme
from cvbuild.words import Words
from cvbuild.writers import LatexWriter, TemplateFailed
from tests.pdf import Pdf
from tests.support import ROOT, outline, source, whole_latex

PRINTABLE = "".join(c for c in string.printable if not c.isspace())


def theme(folder: Path | None = None) -> Theme:
    found = find_theme(ThemeChoice(), ROOT, Files(), Sink(), str(folder) + "/." if folder else None)
    assert found is not None
    return found


def writer() -> LatexWriter:
    return LatexWriter(theme(), Words(), Files())


def written(*body: object) -> str:
    return writer().inlines(body)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (
            Str("100% of $5 & #1_a {b} ~ ^ \\"),
            r"100\% of \$5 \& \#1\_a \{b\} \textasciitilde{} \textasciicircum{} \textbackslash{}",
        ),
        (Str("a\u00a0b"), "a~b"),
        (Strong((Str("a&b"),)), r"\cvstrong{a\&b}"),
        (Emph((Str("x"),)), r"\cvemph{x}"),
        (Code("a_b"), r"\cvcode{a\_b}"),
        (Math(r"\alpha_1"), r"$\alpha_1$"),
        (
            Link(Url("https://x.org/a_b?c=1&d=2#e%20"), (Str("y"),)),
            r"\href{https://x.org/a\_b?c=1\&d=2\#e\%20}{\cvlink{y}}",
        ),
        (Link(Url("https://x.org/é{}\\"), (Str("y"),)), r"\href{https://x.org/\%C3\%A9\%7B\%7D\%5C}{\cvlink{y}}"),
        (Ref("work.1.2", (Str("2"),)), r"\cvref{work.1.2}{2}"),
        (Role("self", (Str("L. Wu"),)), r"\cvrole{self}{L. Wu}"),
        (Mark("*"), r"\cvmark{*}"),
        (
            Str("https://example.org/a_long-path?x=1"),
            r"https://example.\cvsplit{}org/\cvsplit{}a\_\cvsplit{}long-\cvsplit{}path?\cvsplit{}x=\cvsplit{}1",
        ),
        (Str("over-parameterized and a/b"), "over-parameterized and a/b"),
    ],
)
def test_inlines(node: object, expected: str) -> None:
    assert written(node) == expected


@given(st.text())
def test_escaped_text_has_no_active_character(text: str) -> None:
    out = writer().escape(text)
    for command in (
        r"\textbackslash{}", r"\textasciitilde{}", r"\textasciicircum{}", r"\hspace{0pt}", r"\cvbreak{}",
        r"\cvsplit{}", r"\cvapart{}", r"\{", r"\}", r"\$", r"\&", r"\%", r"\#", r"\_", r"\-", r"\,",
    ):  # fmt: skip
        out = out.replace(command, "")
    # What is of other scripts stands in the argument of a macro, and these may stand inside each other.
    marked = r"\\cv(?:script(?:latn|zsym)\{[^{}\\]*\}|(?!scriptlatn|scriptzsym)(?:script[a-z]{4}|rtl|ltr|word))\{([^{}\\]*)\}"
    found = 1
    while found:
        out, found = re.subn(marked, r"\1", out)
    assert not set(out) & set("\\{}$&%#_^\n")


def fill(template: str, folder: Path, **context: object) -> str:
    (folder / "theme.toml").write_text('extends = "noether"\n')
    (folder / "probe.tex").write_text(template)
    empty, _ = outline("name: N")
    return LatexWriter(theme(folder), Words(), Files()).write("probe.tex", empty, **context).text


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("<< s >>", r"a\&b"),
        ("<% macro m(x) %>[<< x >>]<% endmacro %><< m(s) >>", r"[a\&b]"),
        ("<% set x %>{<< s >>}<% endset %><< x >>", r"{a\&b}"),
        ("<< [s, t] | join(' & ') >>", r"a\&b \& \cvemph{c\_d}"),
        ("<< 'R&D' >> & literal ~ %", r"R\&D & literal ~ %"),
        ("<< n >>", "3"),
        ("\\href{<< u >>}", r"\href{https://x.org/\%7E}"),
        ("<< d >>", "Jul~2012~– Present"),
    ],
)
def test_templates_escape_once(template: str, expected: str, tmp_path: Path) -> None:
    found = fill(
        template,
        tmp_path,
        s="a&b",
        t=Text((Emph((Str("c_d"),)),)),
        n=3,
        u=Url("https://x.org/%7E"),
        d=parse_when("2012.7 -"),
    )
    assert found == expected


@pytest.mark.parametrize(
    "template",
    [
        "<< none >>", "<< true >>", "<< nothing_there >>", "<< s | safe >>", "<< s ~ s >>", "<< s | upper >>", "<< cv >>",
        "<< s.__class__ >>", "<< ''.__class__.__mro__ >>", "<% include 'no-such-file' %>", "<% include '../../README.md' %>",
        "<< cv.name", "<% if %>", "<% include 'probe.tex' %>", "<< 1 / 0 >>", "<< 2.5 >>",
    ],
)  # fmt: skip
def test_templates_may_not(template: str, tmp_path: Path) -> None:
    with pytest.raises(TemplateFailed):
        fill(template, tmp_path, s="a")


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("<< cv.headlin >>", "the Outline here has no attribute `headlin`; did you mean `headline`?"),
        (
            "<< cv.headline >>",
            "a template prints what this CV does not say here; ask first: <% if x %><< x >><% endif %>",
        ),
    ],
)
def test_a_broken_template_is_told_with_its_cure(template: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('extends = "noether"\n')
    (tmp_path / "header.tex").write_text(template)
    sink = Sink()
    checked = check(source("name: N"), Files(), sink, Choices(theme=f"{tmp_path}/."))
    assert checked is not None
    assert write_latex(checked, sink) is None
    assert [d.message for d in sink.diagnostics] == [said]


def test_a_broken_template_is_a_diagnostic_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "theme.toml").write_text('extends = "noether"\n')
    (tmp_path / "header.tex").write_text("fine\n\n<< cv.nothing >>\n")
    sink = Sink()
    checked = check(source("name: N"), Files(), sink, Choices(theme=f"{tmp_path}/."))
    assert checked is not None
    assert write_latex(checked, sink) is None
    (found,) = sink.diagnostics
    assert found.code.number == "CV504"
    assert found.span is not None
    assert (Path(found.span.source.name).name, found.span.line, found.span.text) == (
        "header.tex",
        3,
        "<< cv.nothing >>",
    )
    assert "nothing" in found.message


def test_line_map_leads_back_to_the_yaml() -> None:
    text = "name: N\nsections:\n  A:\n    - first point\n    - position: P\n      date: 2020\n"
    sink = Sink()
    checked = check(source(text), Files(), sink)
    assert checked is not None
    tex = write_latex(checked, sink)
    assert tex is not None
    lines = tex.written.text.split("\n")
    at = next(i for i, line in enumerate(lines, 1) if "first point" in line)
    place = tex.written.place(at)
    assert place is not None
    assert place.line == 4


def test_nothing_of_the_cv_is_left_out() -> None:
    out = whole_latex("""
    name: Given Family
    headline: HEADLINE
    title: DOCTITLE
    address: [STREET, TOWN]
    phone: "555"
    email: mail@example.org
    website: https://example.org/site
    profiles: {github: hubber, orcid: 0000-0002-1825-0097}
    summary: SUMMARY
    updated: 2024-05-06
    sections:
      TITLE:
        text: PARAGRAPH
        entries:
          - {label: LABEL, text: POINT, bullets: [INNER]}
          - {position: POS, at: FIRM, location: PLACE, date: 2001-02, note: REMARK, advisor: [ADV, BOSS], mentor: MEN,
             facts: {FACT: VALUE}, text: BODY, bullets: [SUB], url: "https://example.org/pos"}
          - {degree: DEG, at: UNI, thesis: THES}
          - {course: COURSE, role: TEACHER, at: SCHOOL, when: someday}
          - {award: AWARD, amount: "$5", at: DONOR}
          - {talk: TALK, venues: [{event: EVENT, location: HALL, date: 2003, note: VIRT}], text: TALKTEXT}
          - {person: PERSON, role: STUDENT, affiliations: [AFF1, AFF2], email: p@example.org, date: 2004, note: PNOTE, text: PTEXT}
          - {title: ITEM, role: ROLE, at: CLUB, text: ITEXT, bullets: [IBUL]}
    """)
    words = """
    Family HEADLINE DOCTITLE STREET TOWN 555 mail@example.org example.org/site hubber
    0000-0002-1825-0097 SUMMARY 2024 TITLE PARAGRAPH LABEL POINT INNER POS FIRM PLACE 2001 REMARK ADV
    BOSS MEN FACT VALUE BODY SUB DEG UNI THES COURSE TEACHER SCHOOL someday AWARD DONOR TALK EVENT HALL
    2003 VIRT TALKTEXT PERSON STUDENT AFF1 AFF2 p@example.org 2004 PNOTE PTEXT ITEM ROLE CLUB ITEXT IBUL
    example.org/pos
    """.split()
    assert [word for word in words if word not in out] == []


def installed(engine: str) -> bool:
    return engine == "tectonic" or shutil.which(engine) is not None


@pytest.mark.engine
@pytest.mark.parametrize(
    ("engine", "name"),
    [("tectonic", "turing"), *zip(filter(installed, ENGINES), itertools.cycle(["noether", "turing"]))],
)
def test_every_pair_of_ascii_characters_arrives(engine: str, name: str) -> None:
    """Ligatures, quotes and escapes are where LaTeX CVs lose characters: all 8836 pairs, read back from the PDF.

    The embedded engine in both themes; each other in one of them.
    """
    sink = Sink()
    checked = check(source(f"name: N\ntheme: {name}\nsections:\n  A: PLACEHOLDER\n"), Files(), sink)
    assert checked is not None
    tex = write_latex(checked, sink)
    assert tex is not None
    # Eleven pairs to a line: no line ends in a hyphen, which a reader would take for a broken word.
    rows = [
        " ".join(first + second for second in PRINTABLE[start : start + 11])
        for first in PRINTABLE
        for start in range(0, len(PRINTABLE), 11)
    ]
    escape = writer().escape
    document = tex.written.text.replace("PLACEHOLDER", "\\par\n".join(map(escape, rows)))
    result = Typesetter(engine).run(TexJob(tex.preamble, document, epoch()))
    assert result.pdf is not None, result.messages
    text = Pdf(result.pdf).text
    lost = [pair for pair in map("".join, itertools.product(PRINTABLE, repeat=2)) if f" {pair} " not in f" {text} "]
    assert lost == []
