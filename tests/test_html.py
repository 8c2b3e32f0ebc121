"""The page: all of the CV is in it, in order, escaped; valid, accessible, and as the theme has it."""

from __future__ import annotations

import base64
import hashlib
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from cvbuild.__main__ import _begin
from cvbuild.api import build
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.formulas import check_math
from cvbuild.pipeline import check, render
from cvbuild.reading import read_input
from cvbuild.text import Code, Emph, Icon, Link, Mark, Math, Ref, Role, Str, Strong, Url
from cvbuild.verify.facts import Lit, units_of
from cvbuild.verify.printed import compact
from cvbuild.writers.colours import _DARK, _LIGHT, contrast, on_dark, on_light
from cvbuild.writers.html import HtmlWriter, write
from cvbuild.writers.mathml import mathml
from tests import everyfield
from tests.support import EXAMPLES, source
from tests.test_formulas import damaged, every_command
from tests.webpage import Read, checked, inline, page, told

# A CV with every kind of block, and with what is hard in a page.
RICH = """
    name: Ada Łovelace
    aliases: [A. Lovelace]
    headline: Professor of *Analytical* Engines & "Quotes" <b>
    title: Curriculum Vitae
    photo: {file: docs/gallery/face.jpg, shape: circle}
    address: [12 Square, London]
    phone: "+44 20 7946 0000"
    email: ada@example.org
    website: https://example.org/ada?a=1&b=[2]|3
    profiles: {github: ada, orcid: 0000-0002-1825-0097, google-scholar: abcdEFG}
    updated: 2026-11-21
    summary: |
      On $\\sum_{i=1}^n \\alpha_i \\mathbb{E}_{x\\sim P}\\left[\\frac{f(x)}{2}\\right]$; see [@a1; @a2], `x < y` and </script>.

      מחקר במתמטיקה שימושית, 2020, ולמידה עמוקה.
    people:
      Bob Cde: {url: "https://example.org/bob", role: advisee}
    publications:
      a1: {title: "On the [Engine](https://e.org) of $x^2$", authors: "Ada Łovelace*, Bob Cde*, משה כהן, אברהם לוי",
           journal: Annals of Engines, volume: 102, issue: 4, pages: 12-30, date: 2020-07, doi: 10.1103/PhysRevE.102.043309,
           links: {pdf: "https://x.org/a.pdf", poster: "https://x.org/p"}, badges: [Oral]}
      a2: {title: "A second </script><script>alert(1)</script>", authors: "Ada Łovelace, Bob Cde", conference: Proc. of Conf.,
           year: 2021}
      a3: {title: Submitted thing, authors: "Bob Cde, A. Lovelace", arxiv: 2109.06125, status: submitted, year: 2021}
    sections:
      Education:
        - degree: Ph.D. in Mathematics
          at: University of London
          location: London
          date: 2012.9 - 2018.7
          advisor: [Prof. A, Prof. B]
          thesis: On engines
          facts: {Grade: summa cum laude}
          text: A paragraph that says more.
          bullets: [one, {text: two, bullets: [deep, deeper]}]
      Positions:
        - {position: Professor, at: ETH, location: Zürich, date: 2020 - present, note: tenured}
        - {position: Fellow, at: Somewhere, date: "2018.7 - 2018.9, Spring 2020"}
      Works:
        sections:
          Years:
            publications: {select: all, margin: year, style: {base: plain, links: icons, show-links: [pdf, poster, doi]}}
          Kinds:
            publications: {select: all, group: kind, labels: {article: "J{n}", conference: "C{n}", preprint: "P{n}"}, number: down}
          Plain:
            publications: {select: all, number: none}
      Talks:
        - {talk: A title, venues: [{event: First, date: 2019, location: Beijing}, {event: Second, date: May 2020}]}
        - {event: Only an event, date: 2021, location: Rome}
      Teaching:
        - {course: Calculus, role: TA, at: PKU, date: Fall 2014, note: large}
      Awards:
        - {award: A prize, amount: "$5,000", date: 2019}
        - {award: A prize with a rather long name so that it takes two lines on most screens, when: expected in spring}
      People:
        - {person: Weinan E, role: Student, affiliations: [PKU, PU], email: a@b.org, date: 2020-}
        - title: IFDS seminar
          role: Organizer
      Skills:
        - {label: Languages, text: "Python, C"}
        - {label: Tools, text: Jaxhttps}
      吴磊: 中文内容，包括标点符号。
"""
WORK = "name: Ada B\npublications: {w: {title: T, authors: Ada B, year: 2020%s}}\nsections: {W: {publications: %s}}\n"


# --- all of it, in order ---


def in_order(yaml: str, **chosen: Any) -> None:
    """Every part of the outline is in the page, and no unit stands before the one that comes before it."""
    found = checked(yaml, **chosen)
    writer = HtmlWriter(found.theme, found.outline, found.files)
    words = compact(Read(writer.page().text).words)
    start = words.index(compact(found.outline.name))
    at = start
    for unit in units_of(found.outline, writer.when):
        literal = [piece.text for part in unit.parts for piece in part.pieces if isinstance(piece, Lit)]
        for text in literal:
            assert text in words[at if unit.kind != "header" else start :], (unit.kind, text)
        if literal and unit.kind not in ("header", "venue"):  # the next one may begin with the words of this one
            at = max(at, words.index(max(literal, key=len), at) - sum(map(len, literal)))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_all_of_an_example_is_there_in_order(path: Path) -> None:
    in_order(path.read_text(encoding="utf-8"), folder=path.parent)


@pytest.mark.parametrize("theme", ["noether", "turing", "hopper", "mirzakhani"])
def test_all_blocks_are_there_in_order(theme: str) -> None:
    in_order(RICH, theme=theme)


def test_in_two_columns_the_side_column_is_read_first() -> None:
    html = page(RICH + "    theme: {name: curie, side: [Skills]}\n")
    words = compact(Read(html).words)
    order = ["AdaŁovelace", "12Square", "Jaxhttps", "Aparagraphthatsaysmore", "expectedinspring", "IFDSseminar"]
    assert [words.index(part) for part in order] == sorted(words.index(part) for part in order)
    everything = compact(Read(page(RICH)).words)
    assert sorted(words) == sorted(everything)


def test_every_field_that_the_pdf_prints_is_there() -> None:
    """Every sixth field: all of them take as long as the rest of this file."""
    seen, silent = 0, set()
    for name, make in list(everyfield.fields())[::6]:
        sink = Sink()
        found = check(source(everyfield._yaml(make("Wqzx & é"))), Files(), sink)
        if found is None:
            continue  # the field refuses the text
        if "Wqzx&é" in compact(Read(write(found, sink).decode()).words):
            seen += 1
        elif "Wqzx" in (everyfield.latex_of(make("Wqzx & é")) or "").split("% --- header ---", 1)[-1]:
            silent.add(name)
    assert silent == set()
    assert seen > 12


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (Str("a<b>&\"'"), "a&lt;b&gt;&amp;&quot;&#x27;"),
        (Str("a\u2028b\ufdd0"), "a<br>b\ufffd"),
        (Strong((Emph((Str("x"),)),)), "<strong><em>x</em></strong>"),
        (Code("a<b"), "<code>a&lt;b</code>"),
        (Math("x<1"), '<math alttext="x&lt;1"><mi>x</mi><mo>&lt;</mo><mn>1</mn></math>'),
        (Link(Url('https://x.org/[a]|"%7E%z#b#c'), (Str("y"),)), '<a href="https://x.org/%5Ba%5D%7C%22%7E%25z#b%23c">y</a>'),
        (Ref("nowhere", (Str("2"),)), '<a href="#nowhere">2</a>'),
        (Role("self", (Str("L"),)), '<b class="self">L</b>'),
        (Role("authors", (Role("author", (Str("L"),)),)), '<span class="authors">L</span>'),
        (Mark("*"), '<span class="mark">*</span>'),
        (Mark("†"), '<sup class="mark">†</sup>'),
        (Icon("no such", "PDF"), "PDF"),
        (Str("by משה כהן, אב, 2020"), 'by <bdi lang="he">משה כהן</bdi>, <bdi lang="he">אב</bdi>, 2020'),
    ],
)  # fmt: skip
def test_inlines(node: Any, expected: str) -> None:
    assert inline(node) == expected


def test_a_link_inside_a_link_keeps_both() -> None:
    inner = Link(Url("https://b.org"), (Str("b"),))
    out = Read(inline(Link(Url("https://a.org"), (Str("a"), Emph((Str("x"), inner)), Str("c")))))
    assert (out.hrefs, out.words) == (["https://a.org", "https://a.org", "https://b.org", "https://a.org"], "axbc")


def shown(text: str) -> str:
    """Without signs that turn what follows, and with a sign for what is no character."""
    turned = re.sub("[\u202a-\u202e\u2066-\u2069]", "", text)
    return re.sub("[\ufdd0-\ufdef\ufffe\uffff\U0001fffe\U0001ffff]", "\ufffd", turned)


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"])))
@example("a\u202eb<\u2069\ufdd0")
def test_any_text_is_escaped_and_reads_back(text: str) -> None:
    out = Read(inline(Str(text)))
    assert set(out.tags) <= {"bdi", "br"}
    assert out.words == re.sub("[\u2028\u2029]", "\n", shown(text))


@settings(max_examples=10)
@given(st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40))
def test_any_name_is_escaped_wherever_a_page_has_it(text: str) -> None:
    found = checked("name: N")
    object.__setattr__(found.outline, "name", text)
    out = Read(write(found, Sink()).decode())
    assert out.person["name"] == text
    assert out.tags.count("script") == 1
    assert ("content", shown(text)) in out.attributes


# --- formulas ---


def test_every_command_of_a_formula_has_its_mathml() -> None:
    for tex in every_command():
        root = ET.fromstring(mathml(tex))
        assert "\\" not in "".join(t for t in root.itertext()).replace("\\", "", tex.count("backslash")), tex


@given(damaged())
def test_whatever_is_accepted_is_well_formed(tex: str) -> None:
    if check_math(tex) is None:
        counts = {"mfrac": 2, "msub": 2, "msup": 2, "mover": 2, "munder": 2, "mroot": 2, "msubsup": 3, "munderover": 3}
        for element in ET.fromstring(mathml(tex)).iter():
            assert len(element) == counts.get(element.tag, len(element)), tex


@pytest.mark.parametrize(
    ("tex", "expected"),
    [
        (r"\mathbb{R}^d", "<msup><mi>ℝ</mi><mi>d</mi></msup>"),
        (r"3.14.", '<mn>3.14</mn><mo stretchy="false" lspace="0" rspace="0">.</mo>'),
        (r"\not\in", "<mo>∉</mo>"),
        (r"f''", "<msup><mi>f</mi><mo>′′</mo></msup>"),
        (r"\mathrm{ReLU}", "<mi>ReLU</mi>"),
        (r"\Gamma\alpha", '<mi mathvariant="normal">Γ</mi><mi>α</mi>'),
        (r"\sqrt[3]{x}", "<mroot><mi>x</mi><mn>3</mn></mroot>"),
        (r"\log n", '<mi>log</mi><mspace width=".1667em"></mspace><mi>n</mi>'),
        (r"\sum_i", "<munder><mo>∑</mo><mi>i</mi></munder>"),
        (r"\lim_n", "<msub><mi>lim</mi><mi>n</mi></msub>"),
        (r"\text{a b}", "<mtext>a\xa0b</mtext>"),
    ],
)
def test_mathml(tex: str, expected: str) -> None:
    assert mathml(tex).partition(">")[2].removesuffix("</math>") == expected


def test_raw_latex_is_left_out_and_told() -> None:
    yaml = "name: N\nsections:\n  A: 'before `\\LaTeX`{=latex} after'\n"
    (found,) = told(yaml, raw=True)
    assert (found.code.number, found.span and found.span.line) == ("CV640", 3)


# --- what the page says of itself ---


def test_it_says_who_and_what() -> None:
    out = Read(page(RICH))
    me = out.person
    assert (me["name"], me["alternateName"], me["jobTitle"]) == ("Ada Łovelace", "A. Lovelace", "Professor")
    assert me["affiliation"] == {"@type": "Organization", "name": "ETH"}
    assert me["alumniOf"]["name"] == "University of London"
    assert (me["email"], me["telephone"]) == ("ada@example.org", "+44 20 7946 0000")
    assert "https://orcid.org/0000-0002-1825-0097" in me["sameAs"]
    assert me["award"][0] == "A prize"
    article, paper = out.work("a1"), out.work("a2")
    assert [author["name"] for author in article["author"]] == ["Ada Łovelace", "Bob Cde", "משה כהן", "אברהם לוי"]
    assert article["author"][0]["@id"] == "#me"
    assert article["isPartOf"]["isPartOf"]["isPartOf"] == {"@type": "Periodical", "name": "Annals of Engines"}
    assert (article["identifier"], article["datePublished"]) == ("doi:10.1103/PhysRevE.102.043309", "2020")
    assert paper["name"] == "A second </script><script>alert(1)</script>"
    assert {node["@id"] for node in out.graph if "@id" in node} <= {f"#{name}" for name in (*out.ids, "me")}


@pytest.mark.parametrize(
    ("style", "more", "hidden"),
    [
        ("{select: all, style: {base: plain, link: none, patterns: {default: '{authors}. {title}.'}}}", ", doi: 10.1234/secret", "secret"),
        ("{select: all, style: {base: plain, patterns: {default: '{title}.'}}}", "", '"author":'),
        ("{select: all, style: {base: plain, patterns: {default: '{title}.'}}}", ", journal: Hidden J", "Hidden"),
        ("{select: all, style: {base: plain, patterns: {default: '{title}. {year}'}}}", ", journal: J, volume: 20", "volumeNumber"),
        ("{select: all}", ", tags: [private-tag], topic: Sekrit", "private-tag"),
        ("{select: all, year: 2019}", "", "datePublished"),
    ],
)  # fmt: skip
def test_it_says_nothing_that_the_page_does_not_show(style: str, more: str, hidden: str) -> None:
    assert hidden not in page(WORK % (more, style))


def test_ids_stay_when_works_are_added() -> None:
    before = Read(page(WORK % ("", "all")))
    after = Read(page((WORK % ("", "all")).replace("{w:", "{new: {title: U, authors: Ada B, year: 2021}, w:")))
    assert {"work-w", "w"} <= set(before.ids) & set(after.ids)
    assert len(after.ids) == len(set(after.ids))


def test_citations_lead_to_works_and_contents_to_sections() -> None:
    out = Read(page(RICH))
    inside = {href[1:] for href in out.hrefs if href.startswith("#")}
    assert {"work-a1", "work-a2", "education", "吴磊"} <= inside <= set(out.ids)


def test_nothing_comes_from_outside_and_the_policy_allows_no_more() -> None:
    html = page(RICH)
    out = Read(html)
    assert not {name for name, _ in out.attributes} & {"style", "srcset", "onclick", "onload"}
    assert [v[:23] for n, v in out.attributes if n == "src" and v] == ["data:image/jpeg;base64,"]
    assert "url(" not in out.style
    assert "@import" not in out.style
    policy = next(value for name, value in out.attributes if value and value.startswith("default-src 'none'"))
    assert policy is not None
    for text in (out.style, out.data):
        assert base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() in policy


def test_dates_are_told_to_programs() -> None:
    html = page(RICH)
    assert '<time datetime="2012-09">Sep 2012</time> – <time datetime="2018-07">Jul 2018</time>' in html
    assert '<time datetime="2020">2020</time> – Present' in html
    assert '<time datetime="2020">Spring 2020</time>' in html


def test_a_page_that_runs_from_right_to_left() -> None:
    html = page("name: משה\nlanguage: he\nsections: {חינוך: שלום עולם}\n")
    assert '<html lang="he" dir="rtl">' in html
    assert "<bdi" not in html
    assert '<p dir="rtl">' in page("name: N\nsections: {A: שלום עולם}\n")


# --- colours ---


@given(st.integers(0, 0xFFFFFF))
def test_any_accent_can_be_read(colour: int) -> None:
    def named(rgb: tuple[int, int, int]) -> str:
        return "".join(f"{c:02X}" for c in rgb)

    assert contrast(on_light(f"{colour:06X}"), named(_LIGHT)) >= 4.5
    assert contrast(on_dark(f"{colour:06X}"), named(_DARK)) >= 4.5


def test_an_accent_that_can_be_read_is_left_alone() -> None:
    assert on_light("6B1E1E") == "6B1E1E"
    assert contrast("000000", "FFFFFF") == 21


# --- themes ---


def test_a_theme_replaces_one_block(tmp_path: Path) -> None:
    theme = tmp_path / "themes" / "mine"
    (theme / "html" / "blocks").mkdir(parents=True)
    (theme / "theme.toml").write_text(
        'extends = "turing"\n[options.accent]\ndefault = "yellow"\n'.replace("yellow", "#FFFF00")
    )
    (theme / "html" / "blocks" / "award.html").write_text("<p class='mine'>{{ block.entries[0].award }}</p>\n")
    (theme / "html" / "theme.css").write_text('{% include "turing/theme.css" %}\n.mine { color: red }\n')
    html = page("name: N\ntheme: mine\nsections: {A: [{award: 'P & Q'}, {course: C}]}\n", tmp_path)
    assert "<p class='mine'>P &amp; Q</p>" in html
    assert '<li class="entry course">' in html
    assert ".mine { color: red }" in html
    assert "a line behind each heading" in html
    assert "--accent: #FFFF00" not in html.split("prefers-color-scheme")[0]


def test_a_broken_template_is_told_at_its_line(tmp_path: Path) -> None:
    theme = tmp_path / "themes" / "mine"
    (theme / "html").mkdir(parents=True)
    (theme / "theme.toml").write_text('extends = "noether"\n')
    (theme / "html" / "header.html").write_text("fine\n{{ cv.nam }}\n")
    (tmp_path / "cv.yaml").write_text("name: N\ntheme: mine\n")
    files, sink = Files(), Sink()
    found_source = read_input(tmp_path / "cv.yaml", files, sink)
    assert found_source is not None
    outcome = render(found_source, files, formats=["html"])
    (found,) = outcome.sink.diagnostics
    assert (found.code.number, found.span and found.span.line, outcome.texts) == ("CV504", 2, {})
    assert "did you mean `name`" in found.message


@pytest.mark.parametrize(
    ("options", "there"),
    [
        ("accent: '#123456'", "--accent: #123456"),
        ("date-style: 2012-07", ">2012-09</time>"),
        ("contacts: labels", 'class="kind">Phone:</span>'),
        ("name-case: capitals", '<h1 class="capitals">Ada'),
        ("page-numbers: n-of-m", "counter(pages)"),
        ("dates: right", '<body class="dates-right long">'),
        ("header: line", '<header class="line photo-right">'),
        ("photo: left", '<header class="block photo-left">'),
        ("link-colour: true", "a { color: var(--accent); }"),
        ("paper: letter", "size: letter;"),
    ],
)
def test_options_of_the_theme_hold(options: str, there: str) -> None:
    assert there in page(RICH + f"    theme: {{name: noether, {options}}}\n")


def test_a_page_without_dates_has_no_column_for_them() -> None:
    cv = "name: N\ntheme: {name: noether, dates: left}\nsections: {A: {sections: {B: [%s]}}}\n"
    assert 'class="dates-right"' in page(cv % "{award: P}")
    for entry in ("{award: P, date: 2020}", "{award: P, when: soon}", "{talk: T, venues: [{event: E, date: 2020}]}"):
        assert 'class="dates-left"' in page(cv % entry)


def test_a_theme_without_the_photo_has_none() -> None:
    html = page(RICH + "    theme: {name: noether, photo: none}\n")
    assert "<img" not in html
    assert "#photo" not in html


# --- the command ---


@pytest.mark.parametrize("arguments", [["--to", "html"], ["--to=html,tex"], ["-o", "x.html"], ["--output=a/x.HTML"]])
def test_no_engine_is_started_for_a_page(arguments: list[str]) -> None:
    assert _begin(["render", "cv.yaml", *arguments]) is None


def test_from_stdin_to_stdout(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "cvbuild", "render", "-", "--to", "html"]
    ran = subprocess.run(command, input=b"name: Ada & Co", capture_output=True, check=True, cwd=tmp_path)
    assert ran.stdout.startswith(b"<!DOCTYPE html>\n")
    assert b"<h1>Ada &amp; Co</h1>" in ran.stdout
    assert not list(tmp_path.iterdir())


# --- checked by others ---


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Pages to look at: a rich one in all themes, and from right to left."""
    folder = tmp_path_factory.mktemp("pages")
    made = {
        "noether": page(RICH),
        "turing": page(RICH + "    theme: {name: turing, link-colour: true, contacts: labels, header: line}\n"),
        "hopper": page(RICH + "    theme: {name: hopper, accent: '#ffff00'}\n"),
        "curie": page(RICH + "    theme: {name: curie, side: [Education, Awards], accent: '#ffff00'}\n"),
        "mirzakhani": page(RICH + "    theme: {name: mirzakhani, link-colour: true, accent: '#ffff00'}\n"),
        "right": page("name: Ada\nlanguage: ar\ntheme: {name: base, accent: '#ffff00'}\nsections: {A: [text]}\n"),
    }
    for name, html in made.items():
        (folder / f"{name}.html").write_text(html, encoding="utf-8")
    return sorted(folder.iterdir())


@pytest.mark.engine
def test_pages_are_valid(files: list[Path]) -> None:
    from tools.web import nu

    said = [(m["url"][-12:], m["message"]) for m in nu(*files)]
    # The checker takes any picture in a data: address for one that the policy forbids, whatever the policy.
    assert [found for found in said if "image “data:" not in found[1]] == []


@pytest.mark.engine
def test_pages_are_accessible_and_fit_small_screens(files: list[Path]) -> None:
    """`python -m tools.webpages` looks at all examples, in more sizes."""
    from tools.web import axe, browser

    complaints = []
    with browser() as running:
        shown = running.new_page()
        for file in files:
            shown.goto(file.as_uri())
            shown.set_viewport_size({"width": 320, "height": 900})
            shown.emulate_media(color_scheme="dark" if file.stem in ("noether", "mirzakhani") else "light")
            if shown.evaluate("document.documentElement.scrollWidth") > 320:
                complaints.append((file.stem, "is wider than the screen"))
            if not shown.evaluate("[...document.images].every(image => image.naturalWidth > 0)"):
                complaints.append((file.stem, "does not show its picture"))
            if shown.evaluate("getComputedStyle(document.body).marginTop") != "0px":
                complaints.append((file.stem, "its policy forbids its own style"))
            if file.stem != "noether":
                shown.set_viewport_size({"width": 1280, "height": 900})
            complaints += [(file.stem, found["id"]) for found in axe(shown)]
    assert complaints == []


@pytest.mark.engine
def test_a_page_leads_to_the_pdf_that_is_made_with_it_and_to_no_other(tmp_path: Path) -> None:
    cv = tmp_path / "me: ü%.yaml"
    cv.write_text("name: Ada Lovelace\n")
    result = build(cv, to=("pdf", "html"))
    assert result.ok
    links = re.findall(r'<(?:a|link)\b[^>]* href="([^"#]+)"', cv.with_suffix(".html").read_text(encoding="utf-8"))
    assert [unquote(link) for link in links] == [cv.with_suffix(".pdf").name] * 2
    assert not any(":" in link for link in links), "a colon would end the name of a scheme"
    assert build(cv, to="html").ok
    assert "application/pdf" not in cv.with_suffix(".html").read_text(encoding="utf-8")
