"""Files of works: BibTeX, biblatex, CSL-JSON."""

from __future__ import annotations

import json
import os
import re
import string
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cvbuild.bibliography import Entry, read_entries, to_model
from cvbuild.bibliography.csl import TYPES as CSL_TYPES
from cvbuild.bibliography.inherit import inherit
from cvbuild.bibliography.latex import to_address, to_markdown, to_name, to_plain
from cvbuild.bibliography.notes import Notes
from cvbuild.bibliography.types import TYPES
from cvbuild.bibliography.vocabulary import FIELDS, TARGETS
from cvbuild.bibliography.when import from_edtf, status_in, with_month
from cvbuild.checked import Checked
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.markup import parse
from cvbuild.markup.writing import write
from cvbuild.model import Work
from cvbuild.pipeline import check, render, write_latex
from cvbuild.reading import MAX_BYTES, read_file
from cvbuild.report import human
from cvbuild.schema.shapes import record_shape
from cvbuild.source import Source
from cvbuild.text import Code, Emph, Inline, Link, Math, Str, Strong, Url, plain
from tests.support import ROOT

BIB = ROOT / "tests" / "bib"


def read(text: str, name: str = "refs.bib", **own: str) -> tuple[tuple[Entry, ...], Sink]:
    sink = Sink()
    return read_entries(Source(name, dedent(text).lstrip("\n")), own, sink).entries, sink


def one(fields: str, kind: str = "article", **own: str) -> dict[str, Any]:
    """The work of one entry, in which nothing is wrong."""
    entries, sink = read(f"@{kind}{{key,\n{fields}\n}}", **own)
    to_model(entries, sink)
    assert not sink.diagnostics, human(sink.diagnostics)
    return entries[0].spelled_out()


def works(text: str, name: str = "refs.bib") -> tuple[Work, ...]:
    entries, sink = read(text, name)
    return to_model(entries, sink)


def said(text: str, name: str = "refs.bib") -> list[str]:
    """``line:column code message`` of everything that is found in a file."""
    entries, sink = read(text, name)
    to_model(entries, sink)
    return [
        f"{d.span.line}:{d.span.column} {d.code.number} {d.message}" if d.span else d.message for d in sink.sorted()
    ]


def markdown(latex: str) -> str:
    notes = Notes()
    written = to_markdown(latex, notes)
    assert not notes.commands
    assert not notes.formulas
    return written


# --- LaTeX ---

LETTERS = {
    r'{\"o}': "ö", r'\"{o}': "ö", r'\"o': "ö", r"{\'\i}": "í", r"\'{\i}": "í", r"\'\i x": "íx", r"{\ss}": "ß",
    r"Stra\ss e": "Straße", r"\v{s}": "š", r"\v s": "š", r"{\v{s}}": "š", r"\o": "ø", r"\O ystein": "Øystein",
    r"\aa rhus": "århus", r"{\AA}": "Å", r"\c c": "ç", r"\c{c}": "ç", r"\H o": "ő", r"\k{a}": "ą", r"\.z": "ż",
    r"\.{I}": "İ", r"\u{g}": "ğ", r"\d{h}": "ḥ", r"\b{d}": "ḏ", r"\r{u}": "ů", r"\={a}": "ā", r"\~n": "ñ",
    r"\^{\i}": "î", r"\^{\j}": "ĵ", r"\'{\^e}": "ế", r"\L{}ukasz": "Łukasz", r"\l": "ł", r"\ae": "æ", r"\OE": "Œ",
    r"\dh\th\dj": "ðþđ", r"\i": "ı", r"\t{oo}": "o͡o", r"\textcommabelow{s}": "ș", r"na{\"\i}ve": "naïve",
    r"\^{ }": "^", r"\~{}": "~",
}  # fmt: skip


@pytest.mark.parametrize("latex", LETTERS)
def test_letters(latex: str) -> None:
    assert to_plain(latex, Notes()) == LETTERS[latex]


SIGNS = {
    "A---B": "A—B", "1--2": "1–2", r"A\textendash B": "A–B", r"A\textemdash{} B": "A— B", "a~b": "a\u00a0b",
    "``so''": "“so”", "`so'": "‘so'", r"{\`a} la": "à la", r"\& \% \# \_ \{ \}": r"& % # \_ { }", r"\$5": r"\$5",
    r"\ldots": "…", r"\textquoteright s": "’s", r"\S 5": "§5", r"\copyright{} x": "© x", r"\textregistered": "®",
    r"\LaTeX\ rules": "LaTeX rules", r"\TeX{}": "TeX", r"x\,y": "x\u2009y", r"co\-op": "coop", r"a\\b": "a b",
    r"\alpha-helix": "α-helix", r"\textmu m": "µm", r"\guillemotleft x\guillemotright": "«x»", "?`Qu\\'e?": "¿Qué?",
    "{Protected} {C}apitals {{twice}}": "Protected Capitals twice", "  two\n   lines ": "two lines",
    r"\emph{a} b": "*a* b", r"\textit{\textbf{a}}": "***a***", r"{\em all} of": "*all* of", r"{\bf b}": "**b**",
    r"\textsc{Sc} \textsf{Sf} \mbox{m}": "Sc Sf m", r"\texttt{x_1}": "`x_1`", r"\enquote{q}": "“q”",
    r"\url{https://x.org/a_b}": "<https://x.org/a_b>", r"\href{https://x.org/a\_b}{words}": "[words](<https://x.org/a_b>)",
    "see https://x.org/a_b~c.": "see https://x.org/a_b~c.",
    r"$L^2$ and \(x\)": "$L^2$ and $x$", r"\ensuremath{\alpha}": r"$\alpha$", r"${\cal O}(n)$": r"$\mathcal{O}(n)$",
    r"10\textsuperscript{th}": r"10$^{\text{th}}$", r"H\textsubscript{2}O": "H$_{2}$O", r"CO$_2$": "CO$_2$",
    r"$ x $": "$x$", r"$n$2": "$n$\u20602", r"{\rm $x$}": "$x$", r"costs $5 now": r"costs \$5 now", r"$<$": "<",
    r"[sets] [x](y) [@key]": r"\[sets] \[x](y) \[@key]", "a_b _c_ *d*": r"a_b \_c\_ \*d\*", "`": "‘",
    r"\noopsort{1973b}1973": "1973", r"\switchargs{--90}{1968}": "1968–90", r"\texorpdfstring{$x$}{x}": "$x$",
    r"\textcolor{red}{word}": "word", r"\MakeUppercase{ab}c": "ABc", r"\emph{(a)}b": "*(a)\u2060*b",
    r"\emph{a}\emph{b}": "*a*\u2060*b*", "100% sure": "100% sure", r"\char228": "ä",
}  # fmt: skip


@pytest.mark.parametrize("latex", SIGNS)
def test_signs(latex: str) -> None:
    assert markdown(latex) == SIGNS[latex]


def test_the_title_that_was_asked_for() -> None:
    latex = r"A {B}rief \emph{note} on $x_i$ \& [sets] *not emphasised* _nor_ `this`"
    found = parse(markdown(latex), Sink()).body
    assert plain(found) == "A Brief note on x_i & [sets] *not emphasised* _nor_ ‘this‘"
    assert [type(node) for node in found] == [Str, Emph, Str, Math, Str]


def test_an_unknown_command_keeps_its_argument() -> None:
    found = said(r"@misc{k, title={A \acro{NASA} \foo{b} \MF{} \acro{c}}, note={\acro{d}}, year=2020}")
    assert found == [r"1:19 CV454 `\acro`, `\foo` and `\MF` in `k` are not LaTeX commands that cvbuild knows"]
    notes = Notes()
    assert to_markdown(r"\acro{NASA} {\smc x} \MF rules", notes) == "NASA x MFrules"
    assert list(notes.commands) == ["acro", "smc", "MF"]


def test_a_formula_that_is_not_allowed_is_text() -> None:
    (found,) = said(r"@misc{k, title={On $\input{x}_2$}, year=2020}")
    assert found.startswith(r"1:21 CV454 the formula `\input{x}_2` of `k` is printed as text")
    assert str(works(r"@misc{k, title={On $\foo{x}_2$}}")[0].title) == "On x_2"
    assert "ab" in str(works(r"@misc{k, title={On $\href{a}{b}$}}")[0].title).replace("}{", "")


def test_addresses() -> None:
    cases = {
        r"https://x.org/\~{}me\_a\%20\#b\&c": "https://x.org/~me_a%20#b&c",
        r"https://x.org/{\textasciitilde}me": "https://x.org/~me",
        r"https://x.org/$\sim$me": "https://x.org/~me",
        r"\url{https://x.org/a_b}": "https://x.org/a_b",
        r"10.1007/978-3{\_}12": "10.1007/978-3_12",
        "https://x.org/?a=1&amp;b=2": "https://x.org/?a=1&b=2",
    }
    assert {latex: to_address(latex) for latex in cases} == cases


# --- names ---


def test_names() -> None:
    written = r"""author = {Ludwig van der Berg and {\'E}ric {Le Guin} and Guy L. {Steele, Jr.} and Steele, Jr., Guy L. and
        {The {LIGO} Collaboration} and {\relax Ch}arles Xu and M{\"u}ller, J{\"o}rg~A. and 吴磊 and others}, title = {T}"""
    assert one(written)["authors"] == [
        "Ludwig van der Berg", "Éric {Le Guin}", "Guy L. {Steele, Jr.}", "Steele, Jr., Guy L.", "{The LIGO Collaboration}",
        "Charles Xu", "Müller, Jörg A.", "吴磊", "et al.",
    ]  # fmt: skip


def test_names_of_biblatex() -> None:
    written = "author = {given=Hans, family=Schmidt, prefix=von and family={De Jong}, given=Ada, given-i=A and family=Plato and family=Steele, suffix=Jr, given=Guy}, title={T}"
    assert one(written)["authors"] == ["von Schmidt, Hans", "De Jong, Ada", "Plato", "Steele, Jr, Guy"]


def test_marks_behind_names() -> None:
    written = (
        r"author = {Wu*, Lei and Chao Ma$^*$ and E\textsuperscript{\dag}, Weinan and Huan Lei$^{\ddagger}$}, title={T}"
    )
    assert one(written)["authors"] == ["Wu, Lei*", "Chao Ma*", "E, Weinan†", "Huan Lei‡"]
    (work,) = works(f"@article{{k, {written}}}")
    assert [(str(a.name), a.marks) for a in work.authors] == [
        ("Lei Wu", ("*",)), ("Chao Ma", ("*",)), ("Weinan E", ("†",)), ("Huan Lei", ("‡",)),
    ]  # fmt: skip


def test_names_without_and() -> None:
    text = "@misc{k, author={A. Noether, D. Hilbert, F. Klein, E. Lasker}, title={T}, year=2020}"
    assert [str(a.name) for a in works(text)[0].authors] == ["A. Noether", "D. Hilbert", "F. Klein", "E. Lasker"]
    assert said(text) == ["1:18 CV453 names are parted by the word `and` in a .bib file"]


def test_two_names_with_an_ampersand() -> None:
    found = works(r"@misc{k, author={A. Noether \& D. Hilbert and Johnson \& Johnson}, title={T}, year=2020}")
    assert [str(a.name) for a in found[0].authors] == ["A. Noether", "D. Hilbert", "Johnson & Johnson"]


def test_annotations() -> None:
    found = one(
        "author={Lei Wu and Chao Ma and A. B}, author+an={1=equal, me; 2=joint,corresponding;3=student}, title={T}"
    )
    assert found["authors"] == [
        {"name": "Lei Wu", "marks": ["equal"], "me": "true"},
        {"name": "Chao Ma", "marks": ["equal", "corresponding"]},
        {"name": "A. B", "marks": ["student"]},
    ]
    named = one(
        'author={Lei Wu and Chao Ma}, author+an:default={2=highlight}, author+an:x={2="corresponding"}, title={T}'
    )
    assert named["authors"] == ["Lei Wu", {"name": "Chao Ma", "marks": ["corresponding"], "me": "true"}]


def test_annotations_that_mean_nothing_here() -> None:
    found = said("@misc{k, title={T}, author={A. B},\n author+an={1:family=x; 2=equal; all}, year=2020}")
    assert [line.split(" ", 2)[:2] for line in found] == [["2:13", "CV453"]] * 3


# --- fields ---


def test_real_file() -> None:
    entries, sink = read((BIB / "real.bib").read_text(encoding="utf-8"))
    found = {entry.key: entry.spelled_out() for entry in entries}
    assert list(found) == [
        "wu2018sgd", "goedel31", "lei2020", "arx1", "arx2", "arx3", "arx4", "icml20", "child", "whole", "thesis", "report",
        "soft", "ws", "soon", "sub", "cjk",
    ]  # fmt: skip
    assert found["wu2018sgd"] == {
        "title": "How SGD Selects the *Global* Minima: A View",
        "authors": [
            {"name": "Wu, Lei", "marks": ["equal"]},
            {"name": "Ma, Chao", "marks": ["equal", "corresponding"]},
            "E, Weinan",
        ],
        "date": "2018-12",
        "conference": "Advances in Neural Information Processing Systems",
        "short": "NeurIPS",
        "volume": "31",
        "pages": "8279-8288",
        "links": {"code": "https://github.com/example/sgd"},
        "badges": ["Spotlight"],
        "selected": "true",
    }
    assert found["lei2020"]["doi"] == "10.1103/PhysRevE.102.043309"
    assert "url" not in found["lei2020"]  # it is that of the DOI
    assert [found[key]["arxiv"] for key in ("arx1", "arx2", "arx3", "arx4")] == [
        "2009.06125", "2009.06126", "math/0307200v3", "2009.06127",
    ]  # fmt: skip
    assert found["child"]["conference"] == "International Conference on Machine Learning"
    assert found["sub"] == {
        "title": "Sent", "authors": ["Lei Wu"], "status": "submitted", "year": "2026", "journal": "Annals of Statistics",
    }  # fmt: skip
    to_model(entries, sink)
    assert [(d.code.number, d.span.line) for d in sink.diagnostics if d.span] == [("CV453", 21)]


def test_what_programs_export() -> None:
    """ADS, INSPIRE, web pages of publishers, Zotero."""
    entries, sink = read((BIB / "exports.bib").read_text(encoding="utf-8"))
    found = {entry.key: entry.spelled_out() for entry in entries}
    assert not sink.diagnostics
    assert found["ads"]["authors"] == ["Warden, P.", "Müller, É.", "{Van Dyk}, D. A."]
    assert found["ads"]["journal"] == "MNRAS"
    assert found["m"]["title"] == "Tom & Jerry *in vivo* H$_{2}$O & x"
    assert found["m"]["authors"] == ["Pang, Ce*", "Yadav, Sourabh*", "A. B", "et al."]
    assert found["bbt"]["authors"] == ["Sohl-Dickstein, Jascha"]
    assert found["bio"]["authors"] == ["A. B*", "C. D"]
    assert found["bio"]["venue"] == "bioRxiv"
    for key in ("insp", "bbt", "bbt2", "bio"):
        assert found[key]["kind"] == "preprint"
        assert "publisher" not in found[key]
        assert "status" not in found[key]


KINDS = {
    "article": "article", "inproceedings": "conference", "conference": "conference", "incollection": "chapter",
    "inbook": "chapter", "book": "book", "mvbook": "book", "collection": "book", "proceedings": "book",
    "phdthesis": "thesis", "mastersthesis": "thesis", "thesis": "thesis", "techreport": "report", "report": "report",
    "patent": "patent", "software": "software", "dataset": "dataset", "misc": "other", "online": "other",
    "unpublished": "preprint", "booklet": "book", "manual": "report", "presentation": "talk", "talk": "talk",
    "workshop": "workshop",
}  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_types(kind: str) -> None:
    from cvbuild.publications.database import kind_of

    fields = "title={T}, author={A. B}, booktitle={In it}, journal={J}, publisher={P}, school={S}, institution={I}, year=2020"
    (work,) = works(f"@{kind.upper()}{{k, {fields}}}")
    assert kind_of(work) == KINDS[kind]
    (bare,) = works(f"@{kind}{{k, title={{T}}}}")
    assert kind_of(bare) == KINDS[kind]


def test_a_type_that_is_not_known() -> None:
    assert said("@inprocedings{k, title={T}}") == ["1:1 CV455 `inprocedings` is not a type of entry"]


def test_every_key_of_a_work_has_its_field() -> None:
    assert set(record_shape(Work).fields) - {"key", "marks", "links", "people", "lint"} == set(TARGETS)


def test_own_fields() -> None:
    fields = (
        "title={T}, author={A. B}, mytag={x; y}, Demo={https://x.org}, kw={z}, old={1}, area={Optimization}, year=2020"
    )
    own = {"mytag": "tags", "demo": "links.demo", "kw": "ignore", "old": "selected", "area": "topic", "year": "rank"}
    found = one(fields, "misc", **{**own, "year": "ignore"})
    assert found["tags"] == ["x", "y"]
    assert found["links"] == {"demo": "https://x.org"}
    assert (found["selected"], found["topic"]) == ("true", "Optimization")
    assert "year" not in found


def test_a_work_has_one_venue() -> None:
    found = one("title={T}, year=2020, workshop={W}, conference={C}, booktitle={B}")
    assert [found.get(key) for key in ("workshop", "conference", "journal", "note")] == ["W", None, None, "C; B"]


def test_a_field_for_remarks_is_added() -> None:
    found = one("title={T}, journal={J}, year=2020, remark={A}, note={B}", remark="note")
    assert found["note"] == "A; B"


def test_homepage_fields() -> None:
    names = ["code", "pdf", "slides", "video", "poster", "html", "website", "blog", "supp"]
    fields = "title={T}, year=2020, journal={J}, " + ", ".join(f"{name}={{https://x.org/{name}}}" for name in names)
    assert list(one(fields)["links"]) == names
    found = one(
        "title={T}, journal={J}, arxiv={2009.06125}, abbr={PRE}, award={Best Paper}, keywords={a, b; c}, preview={x.png}, year=2020"
    )
    assert (found["arxiv"], found["short"], found["badges"], found["tags"]) == (
        "2009.06125", "PRE", ["Best Paper"], ["a", "b", "c"],
    )  # fmt: skip


@pytest.mark.parametrize("name", ["paper.pdf", "/assets/talk.pdf", "slides/x.pptx", "blog/2020"])
def test_relative_links_are_told(name: str) -> None:
    found = said(f"@misc{{k, title={{T}}, year=2020, pdf={{{name}}}}}")
    assert len(found) == 1
    assert found[0].startswith("1:37 CV453")
    assert "left out" in found[0]


MONTHS = {
    "jul": "2020-07", "{July}": "2020-07", "{Jul.}": "2020-07", "7": "2020-07", "{07}": "2020-07", 'jul # "~4"': "2020-07-04",
    '"4~" # jul': "2020-07-04", "{July 4}": "2020-07-04", 'jul # "/" # aug': "2020-07", "{July--August}": "2020-07",
    "sep": "2020-09", "{Sept.}": "2020-09", "{Spring}": "Spring 2020", "{Juli}": "2020-07", "{4 July}": "2020-07-04",
}  # fmt: skip


@pytest.mark.parametrize("month", MONTHS)
def test_months(month: str) -> None:
    assert one(f"title={{T}}, journal={{J}}, year=2020, month={month}")["date"] == MONTHS[month]


def test_dates() -> None:
    cases = {
        "2020": "2020", "2020-07": "2020-07", "2020-07-31": "2020-07-31", "2020/2021": "2020", "2020-07/2020-08": "2020-07",
        "2020-21": "Spring 2020", "2020~": "2020", "../2020": "2020", "2020-07-31T10:00:00Z": "2020-07-31", "199X": None,
    }  # fmt: skip
    assert {text: from_edtf(text) for text in cases} == cases
    assert with_month("2020", "????") is None


def test_years_that_are_none() -> None:
    assert said("@misc{k, title={T}, year={20xx}}") == [
        "1:27 CV453 `20xx` is not a year; `20xx` is printed as a remark"
    ]
    assert works("@misc{k, title={T}, year={20xx}}")[0].note
    assert said("@misc{k, title={T}, year={n.d.}}") == []
    assert one("title={T}, journal={J}, year={in press}")["status"] == "in press"
    assert one("title={T}, journal={J}, year={2020 (to appear)}")["status"] == "accepted"
    assert said("@misc{k, title={T}, year=2020, month={Brumaire}}")[0].startswith(
        "1:39 CV453 `Brumaire` is not a month"
    )
    assert said("@misc{k, title={T}, date={2020-13}}")[0].startswith("1:27 CV453 there is no month 13")


STATUSES = {
    "To appear": "accepted", "to appear.": "accepted", "Accepted for publication": "accepted", "in press": "in press",
    "Under review": "under review", "(submitted)": "submitted", "In preparation": "in preparation",
    "Best paper": None, "Accepted papers of 2020": None, "Submitted": "submitted",
}  # fmt: skip


PAGES = {
    "1--10": "1-10",
    "1-10": "1-10",
    "1–10": "1-10",
    "S1--S10": "S1–S10",
    "043309": "043309",
    "1--2, 5 -- 6": "1-2, 5-6",
}


@pytest.mark.parametrize("pages", PAGES)
def test_pages(pages: str) -> None:
    assert one(f"title={{T}}, journal={{J}}, year=2020, pages={{{pages}}}")["pages"] == PAGES[pages]


ARXIV = [
    "journal={arXiv preprint arXiv:2009.06125}", "journal={arXiv:2009.06125 [cs.LG]}", "journal={CoRR}, volume={abs/2009.06125}",
    "journal={ArXiv}, volume={abs/2009.06125}", "journal={ArXiv e-prints}, eprint={2009.06125}, archiveprefix={arXiv}",
    "journal={arXiv e-prints}, pages={arXiv:2009.06125}", "journal={Preprint, arXiv:2009.06125}", "eprint={2009.06125}, eprinttype={arxiv}",
    "journal={arXiv}, url={https://arxiv.org/abs/2009.06125}", "note={arXiv:2009.06125}", "doi={10.48550/arXiv.2009.06125}",
    "publisher={arXiv}, number={arXiv:2009.06125}", "arxiv={https://arxiv.org/abs/2009.06125}",
]  # fmt: skip


@pytest.mark.parametrize("fields", ARXIV)
def test_arxiv(fields: str) -> None:
    found = one(f"title={{T}}, year=2020, {fields}")
    assert found == {"title": "T", "kind": "preprint", "year": "2020", "arxiv": "2009.06125"}


def test_status() -> None:
    assert {text: status_in(text)[0] for text in STATUSES} == STATUSES
    assert one("title={T}, pubstate={inpress}, journal={J}, year=2020")["status"] == "in press"
    assert one("title={T}, note={Oral. To appear}, journal={J}, year=2020")["note"] == "Oral. To appear"


def test_wrong_identifiers_are_warnings() -> None:
    found = said(
        "@misc{k, title={T}, year=2020,\n doi={none},\n url={nowhere at all},\n eprint={x}, eprinttype={arxiv}}"
    )
    assert [line.split(" ", 2)[:2] for line in found] == [["2:7", "CV453"], ["3:7", "CV453"], ["4:10", "CV453"]]
    assert all(line.endswith("it is left out") for line in found)


def test_fields_that_are_not_read_are_silent() -> None:
    assert said("@misc{k, title={T}, year=2020, abstract={\\nonsense $5 {x}}, file={:x.pdf:PDF}, owner=me}") == []


# --- the grammar ---


def test_broken_entries_and_the_others() -> None:
    text = (BIB / "broken.bib").read_text(encoding="utf-8")
    sink = Sink()
    found = read_entries(Source("refs.bib", text), {}, sink)
    assert [e.key for e in found.entries] == ["good1", "good2", "comma", "early", "good3", "good4"]
    assert found.broken == {"brace", "quote", "equals", "last"}
    places = [(d.span.line, d.span.column, d.code.number) for d in sink.sorted() if d.span]
    assert places == [
        (3, 11, "CV451"), (8, 17, "CV451"), (11, 9, "CV451"), (13, 3, "CV451"), (16, 49, "CV451"), (19, 18, "CV451"),
        (20, 10, "CV452"), (21, 43, "CV451"),
    ]  # fmt: skip
    (twice,) = [d for d in sink.diagnostics if d.code.number == "CV452"]
    assert twice.labels[0].span.line == 1


@pytest.mark.parametrize(
    ("text", "place", "words"),
    [
        ("@article{k, title = {a {b}, year = 2020}", "1:21", "this brace is not closed"),
        ("@article{k\n title = {T}}", "1:11", "a comma is missing behind the key"),
        ("@article{two words, title = {T}}", "1:13", "a comma is missing behind the key"),
        ("@article{, title = {T}}", "1:9", "the key of the entry is missing"),
        ("@article{k, year = , title={T}}", "1:19", "a value is missing"),
        ("@article{k, title = {T}\n\n@article{l, title = {T}}", "3:1", "`}` is missing"),
        ('@article{k, title = "a } b"}', "1:24", "this brace closes nothing"),
        ("@article{k, title = {T} }\n}\n@misc{l, title={T}}", "", ""),
        ("@string{x}", "1:9", "the name of the macro is missing"),
        ("@article{k, title = T x}", "1:23", "`=` is expected"),
    ],
)
def test_what_is_broken(text: str, place: str, words: str) -> None:
    found = [line for line in said(text) if "CV451" in line]
    assert [line.split()[0] for line in found[:1]] == ([place] if place else [])
    assert not words or words in found[0]


def test_quotes_in_quotes() -> None:
    (work,) = works('@misc{k, title = "The {"}Quoted{"} and G{\\"o}del and \\"o", year = 2020}')
    assert str(work.title) == "The “Quoted” and Gödel and ö"


def test_an_entry_is_not_swallowed_by_the_one_before() -> None:
    text = "@misc{a, title={T}, note={x {y}\n}\n\n@misc{b, title={U}}\n@misc{c, title={V}}"
    entries, sink = read(text)
    assert [e.key for e in entries] == ["b", "c"]
    assert len(sink.diagnostics) == 1


def test_what_is_no_entry() -> None:
    assert (
        said('junk @ junk\nme@x.org {}\n% @misc{no, title={T}}\n@comment{@misc{no, x={y}}}\n@preamble{"x" # {y}}') == []
    )


def test_fields_twice_and_macros_that_are_not_there() -> None:
    assert said("@misc{k, title={T}, title={U},\n note=foo, file=bar, year=2020}") == [
        "1:21 CV453 `k` has the field `title` twice; the first counts",
        "2:7 CV453 no @string says what `foo` is",
    ]


def test_crossref_goes_round() -> None:
    text = "@inproceedings{a, title={T}, crossref={b}, year=2020}\n@proceedings{b, title={P}, crossref={A}}"
    assert said(text) == ["2:38 CV453 `b` takes fields from itself"]
    assert said("@misc{a, title={T}, crossref={c}, year=2020}")[0].startswith("1:31 CV453 there is no entry `c`")


def test_crossref_as_biblatex_has_it() -> None:
    text = """
        @inproceedings{a, title={T}, pages={1-2}, crossref={P20}}
        @proceedings{p20, title={Proc}, subtitle={All of it}, doi={10.1000/x}, year=2020, publisher={PMLR}, note={n}}
        """
    found = read(text)[0][0].spelled_out()
    assert found == {
        "title": "T", "year": "2020", "conference": "Proc: All of it", "publisher": "PMLR", "pages": "1-2",
    }  # fmt: skip


def test_inherit_takes_each_field_once() -> None:
    assert inherit((), Sink()) == ((), frozenset())


# --- CSL-JSON ---

ITEM: dict[str, Any] = {
    "id": "lei2020", "type": "article-journal", "title": "A <i>brief</i> note on CO<sub>2</sub> &amp; <span class=\"nocase\">SGD</span>",
    "container-title": "Physical Review E", "container-title-short": "PRE", "volume": 102, "issue": "4", "page": "1–9",
    "DOI": "10.1103/PhysRevE.102.043309", "URL": "https://example.org/x_y",
    "author": [
        {"family": "Lei", "given": "Huan"}, {"family": "Gogh", "given": "Vincent", "non-dropping-particle": "van"},
        {"family": "La Fontaine", "given": "Jean", "dropping-particle": "de"}, {"literal": "The LIGO Team"},
        {"family": "Steele", "given": "Guy", "suffix": "Jr."}, {"family": "吴", "given": "磊"},
    ],
    "issued": {"date-parts": [[2020, 7, 3]]}, "note": "Spotlight\ntex.poster: https://example.org/p", "abstract": "<p>x",
}  # fmt: skip


def csl(*items: object) -> tuple[Work, ...]:
    sink = Sink()
    entries = read_entries(Source("refs.json", json.dumps(items, ensure_ascii=False, indent=1)), {}, sink).entries
    found = to_model(entries, sink)
    assert not sink.diagnostics, human(sink.diagnostics)
    return found


def test_csl() -> None:
    sink = Sink()
    (entry,) = read_entries(Source("refs.json", json.dumps([ITEM])), {}, sink).entries
    assert entry.spelled_out() == {
        "title": "A *brief* note on CO$_{2}$ & SGD",
        "authors": ["Lei, Huan", "van Gogh, Vincent", "de La Fontaine, Jean", "{The LIGO Team}", "Steele, Jr., Guy", "吴, 磊"],
        "date": "2020-07-03", "journal": "Physical Review E", "short": "PRE", "volume": "102", "issue": "4", "pages": "1-9",
        "doi": "10.1103/PhysRevE.102.043309", "url": "https://example.org/x_y", "links": {"poster": "https://example.org/p"},
        "note": "Spotlight",
    }  # fmt: skip
    assert not sink.diagnostics
    (work,) = csl(ITEM)
    assert [str(a.name) for a in work.authors][1:] == [
        "Vincent van Gogh", "Jean de La Fontaine", "The LIGO Team", "Guy Steele Jr.", "吴磊",
    ]  # fmt: skip


@pytest.mark.parametrize("kind", sorted(CSL_TYPES))
def test_csl_types(kind: str) -> None:
    assert CSL_TYPES[kind] in TYPES
    csl({"id": "x", "type": kind, "title": "T", "container-title": "C", "publisher": "P", "issued": {"raw": "2020-07"}})


def test_csl_that_is_a_little_wrong() -> None:
    (work,) = csl({"id": "x", "type": "book", "title": "T", "author": "Ada Lovelace and D. Hilbert", "publisher": "P"})
    assert [str(a.name) for a in work.authors] == ["Ada Lovelace", "D. Hilbert"]
    assert said(
        '[{"id": "x", "type": "article-jounal", "title": "T",\n "author": [{"given": "A."}, 5, {}]}]', "x.json"
    ) == [
        "1:23 CV455 `article-jounal` is not a type of entry",
        "2:33 CV453 a name has neither `family` nor `literal`; it is left out",
    ]


def test_csl_dates() -> None:
    dates: dict[str, object] = {
        "2020-07": {"date-parts": [["2020", "7"]]}, "2020": {"date-parts": [[2020], [2021]]}, "2020-07-03": {"raw": "2020-07-03"},
        "July 2020": {"literal": "July 2020"}, "Spring 2020": {"date-parts": [[2020]], "season": "1"},
    }  # fmt: skip
    for date, issued in dates.items():
        (work,) = csl({"id": "x", "type": "article-journal", "title": "T", "container-title": "J", "issued": issued})
        found = work.date or work.year
        assert found is not None, date
        assert found.year == 2020
        assert (found.month, found.day) == (
            (7, 3) if date.count("-") == 2 else (7, None) if "07" in date or "July" in date else (None, None)
        )


def test_csl_of_crossref_and_zotero() -> None:
    (crossref,) = works(json.dumps({"status": "ok", "message": {
        "DOI": "10.1000/x", "type": "proceedings-article", "title": ["A &lt; B"], "container-title": ["Proc"],
        "author": [{"given": "A.", "family": "B", "sequence": "first", "affiliation": []}],
        "published-print": {"date-parts": [[2019, 1]]}, "license": [{"URL": "x"}],
    }}), "refs.json")  # fmt: skip
    assert (crossref.key, str(crossref.title), str(crossref.conference)) == ("10.1000/x", "A < B", "Proc")
    (zotero,) = csl({"id": "http://zotero.org/users/1/items/AB", "citation-key": "me2020", "type": "article", "title": "P",
                     "publisher": "arXiv", "number": "arXiv:2009.06125", "note": "arXiv:2009.06125 [cs.LG]",
                     "issued": {"date-parts": [[2020]]}})  # fmt: skip
    assert (zotero.key, zotero.arxiv, zotero.kind, zotero.note) == ("me2020", "2009.06125", "preprint", None)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ('[{"id": "a", "title": "T"}', "1:26"),
        ('[{"id": "a",\n "title" "T"}]', "2:10"),
        ('[{"id": "a",\n "title": T}]', "2:11"),
        ('[{"id": "a"},]', "1:14"),
        ('[{"id": "a",}]', "1:13"),
        ('[{"id": "a\\x"}]', "1:11"),
        ("[] []", "1:4"),
        ("", "1:1"),
        ('[{"title": "T"}]', "1:2"),
        ("[1]", "1:2"),
        ('{"a": 1}', "1:1"),
        ("[" * 100, "1:42"),
    ],
)
def test_broken_json(text: str, place: str) -> None:
    found = said(text, "refs.json")
    assert [line.split()[:2] for line in found] == [[place, "CV451"]]


# --- files of a CV ---


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "refs.bib").write_text(
        "@misc{a, title={First}, author={Lei Wu}, year=2020}\n@misc{b, title={Second}, year=2021}\n"
    )
    (tmp_path / "more.json").write_text(
        '[{"id": "c", "type": "book", "title": "Third", "issued": {"date-parts": [[2019]]}}]'
    )
    return tmp_path


def load(folder: Path, publications: str, lists: str = "all") -> tuple[Checked | None, list[str], Files]:
    files, sink = Files(), Sink()
    path = folder / "me.yaml"
    path.write_text(
        f"name: Lei Wu\npublications: {publications}\nsections:\n  Papers: {{publications: {lists}}}\n",
        encoding="utf-8",
    )
    source = read_file(path, "me.yaml", files, sink)
    assert source is not None
    checked = check(source, files, sink)
    found = [
        f"{d.span.source.name}:{d.span.line}:{d.span.column} {d.code.number} {d.message}" if d.span else d.message
        for d in sink.sorted()
    ]
    return checked, found, files


def latex_of(checked: Checked | None) -> str:
    assert checked is not None
    sink = Sink()
    tex = write_latex(checked, sink)
    assert tex is not None
    return tex.written.text


def test_several_files_and_overrides(folder: Path) -> None:
    checked, found, _ = load(folder, "{files: [refs.bib, more.json], a: {note: Oral, tags: [x]}, d: {title: Fourth}}")
    assert found == []
    text = latex_of(checked)
    assert [title for title in ("First", "Second", "Third", "Fourth") if title in text] == [
        "First",
        "Second",
        "Third",
        "Fourth",
    ]
    assert "Oral" in text
    assert "%@ 1:7 refs.bib" in text
    assert "%@ 1:10 more.json" in text


def test_places_in_a_file_are_read_back(folder: Path) -> None:
    checked, _, _ = load(folder, "refs.bib")
    assert checked is not None
    tex = write_latex(checked, Sink())
    assert tex is not None
    line = next(i for i, line in enumerate(tex.written.text.split("\n"), 1) if "Second" in line)
    place = tex.written.place(line)
    assert place is not None
    assert (place.source.name, place.line, place.column) == ("refs.bib", 2, 7)


def test_fields_of_files(folder: Path) -> None:
    (folder / "refs.bib").write_text("@misc{a, title={First}, kw={x}, poster2={https://x.org}, year=2020}")
    spec = "{files: [{file: refs.bib, fields: {poster2: links.Poster}}], fields: {KW: tags}}"
    checked, found, _ = load(folder, spec, "{tag: x}")
    assert found == []
    assert "Poster" in latex_of(checked)
    _, found, _ = load(folder, "{files: refs.bib, fields: {kw: tagz}}")
    assert found == ["me.yaml:2:42 CV206 `tagz` is not a key of a work"]


@pytest.mark.parametrize(
    ("name", "code", "words"),
    [
        ("none.bib", "CV001", "there is no file"),
        ("refs.txt", "CV450", "neither a .bib file nor a .json file"),
        ("../refs.bib", "CV450", "outside of the folder"),
        ("/etc/refs.bib", "CV450", "outside of the folder"),
        ("dir.bib", "CV001", "is a folder"),
        ("link.bib", "CV450", "outside of the folder"),
        ("pipe.bib", "CV450", "is not a file"),
        ("latin.bib", "CV002", "is not UTF-8"),
        ("empty.bib", "CV456", "has no entries"),
        ("large.bib", "CV004", "larger than"),
        ("control.bib", "CV003", "control character"),
    ],
)
def test_files_that_cannot_be_used(tmp_path: Path, name: str, code: str, words: str) -> None:
    folder = tmp_path / "cv"
    folder.mkdir()
    (tmp_path / "refs.bib").write_text("@misc{a, title={T}}")
    (folder / "dir.bib").mkdir()
    (folder / "link.bib").symlink_to(tmp_path / "refs.bib")
    os.mkfifo(folder / "pipe.bib")
    (folder / "latin.bib").write_bytes("@misc{a,\n title={Gödel}}".encode("latin-1"))
    (folder / "empty.bib").write_text("% nothing\n")
    (folder / "control.bib").write_text("@misc{a, title={T\x07}}")
    if name == "large.bib":
        (folder / name).write_bytes(b" " * (MAX_BYTES + 1))
    _, found, files = load(folder, f"{{files: {name}, a: {{note: x}}}}", "[a]" if code != "CV456" else "[]")
    assert len(found) == (1 if code != "CV456" else 2), found  # and none that a work is not there
    place = {"CV002": "latin.bib:2:10", "CV003": "control.bib:1:18"}.get(code, "me.yaml:2:23")
    assert f"{place} {code}" in found[0]
    assert words in found[0]
    assert name == "refs.txt" or os.path.normpath(folder / name) in files.states


def test_a_link_inside_of_the_folder_is_followed(folder: Path) -> None:
    (folder / "link.bib").symlink_to("refs.bib")
    assert load(folder, "link.bib")[1] == []


def test_byte_order_mark_and_line_ends(folder: Path) -> None:
    (folder / "refs.bib").write_bytes(b"\xef\xbb\xbf@misc{a,\r\n title={First},\r\n doi={x}}\r\n")
    assert load(folder, "refs.bib")[1] == ["refs.bib:3:7 CV453 `x` is not a DOI; it is left out"]


def test_files_are_among_the_inputs(folder: Path) -> None:
    """So records and `watch` see a change of them."""
    _, _, files = load(folder, "[refs.bib, none.bib]")
    assert files.states[str(folder / "refs.bib")] != "-"
    assert files.states[str(folder / "none.bib")] == "-"


def test_one_key_in_two_files(folder: Path) -> None:
    (folder / "two.bib").write_text("@misc{b, title={Other}}\n")
    assert load(folder, "[refs.bib, two.bib]")[1] == ["two.bib:1:7 CV452 there are two works `b`"]


def test_one_file_twice(folder: Path) -> None:
    assert load(folder, "[refs.bib, ./refs.bib]")[1] == ["me.yaml:2:26 CV450 `./refs.bib` is named twice"]


def test_a_broken_entry_is_told_once(folder: Path) -> None:
    (folder / "refs.bib").write_text("@misc{a, title={First\n@misc{b, title={Second}}")
    _, found, _ = load(folder, "{files: refs.bib, a: {note: x}}", "[a, b]")
    assert found == ["refs.bib:1:16 CV451 this brace is not closed in `a`"]


def test_proceedings_are_works_only_if_the_cv_names_them(folder: Path) -> None:
    (folder / "refs.bib").write_text(
        "@inproceedings{a, title={Paper}, author={L. Wu}, crossref={proc}}\n@proceedings{proc, title={The Volume}, year=2020}"
    )
    checked, _, _ = load(folder, "refs.bib")
    assert checked is not None
    assert [item.work.key for block in checked.outline.blocks for item in block.blocks[0].items] == ["a"]  # type: ignore[union-attr]
    assert load(folder, "refs.bib", "[proc]")[1] == []


def test_names_of_sections_of_the_database_are_no_broken_works() -> None:
    sink = Sink()
    source = Source(
        "cv.yaml",
        "name: A\npublications:\n  files: []\n  fields: {x: tags}\n  a: {}\nheadline: '[@files] [@works] [@a]'\n",
        ROOT,
    )
    check(source, Files(), sink)
    assert sorted(d.message for d in sink.diagnostics if d.code.number == "CV401") == [
        "there is no work `files` to cite", "there is no work `works` to cite",
    ]  # fmt: skip


@pytest.mark.engine
def test_tex_is_told_at_the_place_in_the_file(folder: Path) -> None:
    long = "x~" * 150 + "x"
    (folder / "refs.bib").write_text(
        f"@misc{{a,\n title={{A \ue123 B}},\n year=2020}}\n\n@misc{{b, title={{{long}}}}}\n", encoding="utf-8"
    )
    path = folder / "me.yaml"
    path.write_text("name: A\npublications: refs.bib\nsections: {Papers: {publications: all}}\n")
    sink = Sink()
    source = read_file(path, "me.yaml", Files(), sink)
    assert source is not None
    places = [
        (d.span.source.name, d.span.line, d.span.column, d.code.number)
        for d in render(source).sink.diagnostics
        if d.span
    ]
    assert sorted(places) == [("refs.bib", 2, 11, "CV604"), ("refs.bib", 5, 7, "CV605")]


@pytest.mark.engine
def test_the_record_of_a_run_sees_a_change_of_a_file(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (folder / "me.yaml").write_text("name: A\npublications: refs.bib\nsections: {Papers: {publications: all}}\n")

    def said_now() -> str:
        command = [sys.executable, "-m", "cvbuild", "render", "me.yaml"]
        return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True).stderr

    assert said_now() == "cvbuild: wrote me.pdf (1 page)\n"
    assert said_now() == "cvbuild: me.pdf is up to date (1 page)\n"
    (folder / "refs.bib").write_text("@misc{a, title={Another}, year=2020}\n")
    assert said_now() == "cvbuild: wrote me.pdf (1 page)\n"


# --- any text ---

NASTY = st.text(
    alphabet=st.sampled_from("@{}()\"#,=%\\$~ \n-'`abAB1*_[]<&^:;|") | st.characters(codec="utf-8"), max_size=80
)
PIECES = st.lists(
    st.sampled_from(
        ["@misc{", "k,", "title", "=", "{", "}", '"', ",", "#", "author", "and", "year", "2020", "jul", "month", "\n", "%", "\\emph{",
         "$", "x", "\\'", "\\", "e", "@string{", "doi", "url", "note", "author+an", "1=", "crossref", "(", ")", "pages", "--", "吴"]
    ),
    max_size=40,
).map(" ".join)  # fmt: skip


@given(NASTY | PIECES)
def test_no_text_raises(text: str) -> None:
    sink = Sink()
    to_model(read_entries(Source("x.bib", text), {"title": "tags", "note": "authors"}, sink).entries, sink)
    to_model(
        read_entries(Source("x.bib", "@misc{k, title={" + text + "}, author={" + text + "}}"), {}, sink).entries, sink
    )
    human(sink.sorted())


def test_deep_and_long_texts_are_read() -> None:
    for piece in ("\\'", "\\emph", "\\it", "{", "\\emph{", "\\href{", "$", "\\(", "<i>"):
        to_markdown(piece * 1000, Notes())
        to_name(piece * 1000, Notes())
    chain = "\n".join(f"@inproceedings{{k{i}, crossref={{k{i + 1}}}, title={{T}}}}" for i in range(500))
    assert len(said(chain)) == 1
    bomb = "@string{a={xxxxxxxxxx}}" + "@string{a = a # a}" * 60
    assert said(bomb)[0].endswith("the macros of this file expand to too much")
    assert said("@a{k,t={" * 8_000)[-1].endswith("too much of the file is malformed; the rest is not read")


@given(NASTY)
def test_no_field_raises(text: str) -> None:
    notes = Notes()
    to_markdown(text, notes), to_plain(text, notes), to_name(text, notes), to_address(text)
    sink = Sink()
    fields = ", ".join(f"{name} = {{{text.replace('{', '').replace('}', '')}}}" for name in sorted(FIELDS))
    to_model(read_entries(Source("x.bib", f"@article{{k, {fields}}}"), {}, sink).entries, sink)


@given(NASTY)
def test_no_json_raises(text: str) -> None:
    sink = Sink()
    to_model(read_entries(Source("x.json", text), {}, sink).entries, sink)
    items = [
        dict.fromkeys(("id", "type", "title", "DOI", "note", "page"), text),
        {"id": "b", "author": [{"family": text}, text]},
    ]
    to_model(read_entries(Source("x.json", json.dumps(items)), {}, sink).entries, sink)


WORDS = st.text(string.ascii_letters + string.digits + " *_[]<>()&-.,!?:;+=/@#%|éß吴'", min_size=1, max_size=30)
ESCAPE = str.maketrans({c: f"\\{c}" for c in "&%#_"})


@st.composite
def titles(draw: st.DrawFn) -> tuple[str, str]:
    """LaTeX, and its letters."""
    latex, letters = "", ""
    for _ in range(draw(st.integers(1, 5))):
        words = draw(WORDS)
        form = draw(
            st.sampled_from(
                [
                    "{}",
                    "{{{}}}",
                    "\\emph{{{}}}",
                    "\\textbf{{{}}}",
                    "\\textsc{{{}}}",
                    "{{\\it {}}}",
                    '{{\\"o}}{}',
                    "\\emph{{\\textbf{{{}}}}}",
                ]
            )
        )
        latex += form.format(words.translate(ESCAPE))
        letters += ("ö" if '\\"o' in form else "") + words
    return latex, letters


def squeezed(text: str) -> str:
    return "".join(text.replace("\u2060", "").split())


@given(titles())
@example(("[:@0", "[:@0"))
@example(("[see @a] [#b]", "[see @a] [#b]"))
@example(("[\\emph{@0}", "[@0"))
def test_every_letter_of_a_title_survives(title: tuple[str, str]) -> None:
    latex, letters = title
    notes, sink = Notes(), Sink()
    found = plain(parse(to_markdown(latex, notes), sink, smart=False).body)
    # dashes and quotes may also be made where two pieces meet
    typed = found.replace("—", "---").replace("–", "--").replace("”", "''")
    assert squeezed(typed) == squeezed(letters)
    assert not sink.diagnostics
    assert not notes.commands


BODY: st.SearchStrategy[tuple[Inline, ...]] = st.recursive(
    st.builds(Str, st.text("ab 1*_`[](<$\\é!", min_size=1, max_size=8))
    | st.builds(Math, st.sampled_from(["x_i", "L^2"]))
    | st.builds(Code, st.text("ab`* ", min_size=1, max_size=5)),
    lambda inner: st.lists(
        st.builds(Emph, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Strong, st.lists(inner, min_size=1, max_size=3).map(tuple))
        | st.builds(Link, st.just(Url("https://x.org/a_b")), st.lists(inner, min_size=1, max_size=2).map(tuple)),
        min_size=1,
        max_size=2,
    ).map(lambda nodes: nodes[0]),
    max_leaves=6,
).map(lambda node: (node,))


@given(st.lists(BODY, min_size=1, max_size=4))
def test_what_is_written_in_markdown_is_read_again(bodies: list[tuple[Inline, ...]]) -> None:
    body = tuple(node for part in bodies for node in part)
    sink = Sink()
    assert squeezed(plain(parse(write(body), sink, smart=False).body)) == squeezed(plain(body))


def test_every_field_is_in_the_docs() -> None:
    page = (ROOT / "docs" / "databases.md").read_text(encoding="utf-8")
    assert [name for name in sorted({*FIELDS, *TYPES}) if f"`{name}`" not in page] == []


def test_the_yaml_of_the_docs_is_valid() -> None:
    page = (ROOT / "docs" / "databases.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)
    assert len(blocks) == 3
    for block in blocks:
        sink = Sink()
        check(Source("cv.yaml", "name: N\n" + block, ROOT), Files(), sink)
        assert {d.code.number for d in sink.diagnostics} == {"CV001"}  # the files are not there


# --- what an export says, and what two venues are for ---


def test_fields_of_an_export() -> None:
    found = one(
        'title={T}, journal={J}, author={Wang, Wei and Wu, Lei}, author+an={2=me}, author+an:person={1="wang-pku"}, '
        "award={Oral; Best Paper}, note={to appear}, cv-note={to appear}, cv-status={published}, cv-links={\\{my talk: https:{}//x.org\\}}"
    )
    assert found["authors"] == [{"name": "Wang, Wei", "person": "wang-pku"}, {"name": "Wu, Lei", "me": "true"}]
    assert found["badges"] == ["Oral", "Best Paper"]
    assert (found["note"], found["status"]) == ("to appear", "published")
    assert found["links"] == {"my talk": "https://x.org"}
    assert "note" not in one("title={T}, note={N}, cv-note={}")
    assert one("title={T}, note={N}, cv-abstract={A}")["note"] == "N"


def test_a_conference_beside_another_venue_takes_its_place_from_nobody() -> None:
    """Some programs note in a field `conference` where an article was presented."""
    found = one("title={T}, journal={J}, conference={C}")
    assert (found["journal"], found["note"]) == ("J", "C")
    assert "note" not in one("title={T}, booktitle={J}")
    assert (
        one("title={T}, booktitle={Proceedings of X}, conference={X}", "inproceedings")["conference"]
        == "Proceedings of X"
    )
    assert one("title={T}, conference={A Workshop}", "inproceedings")["conference"] == "A Workshop"
    found = one("title={T}, booktitle={A Workshop}, conference={A Workshop}", "inproceedings")
    assert found["conference"] == "A Workshop"
    assert "workshop" not in found


def test_a_journal_beside_a_booktitle_is_kept() -> None:
    found = one("title={T}, booktitle={Proceedings of X}, journal={SIGPLAN Notices}", "inproceedings")
    assert (found["conference"], found["series"]) == ("Proceedings of X", "SIGPLAN Notices")
    found = one("title={T}, booktitle={Proceedings of X}, journal={SIGPLAN Notices}")
    assert (found["journal"], found["note"]) == ("SIGPLAN Notices", "Proceedings of X")


def test_an_extended_name_with_braces_in_braces() -> None:
    found = one(
        "title={T}, author={family={{\\TeX} Merchandising Project}, family-i=T and given=Martin, family=Schröder}"
    )
    assert found["authors"] == ["{TeX Merchandising Project}", "Schröder, Martin"]
