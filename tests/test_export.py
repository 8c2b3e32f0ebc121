"""Works as .bib files that read back to the same works."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild.bibliography import read_entries, to_model
from cvbuild.bibliography.export import same, write_bib
from cvbuild.diagnostics import Diagnostic, Sink
from cvbuild.markup import parse
from cvbuild.markup.spelling import spell
from cvbuild.model import Work
from cvbuild.names import Name, parse_name
from cvbuild.names.writing import write_name
from cvbuild.source import Source
from cvbuild.text import Text
from tests import hostile
from tests.inside import cvbuild
from tests.support import EXAMPLES, document


def read(bib: str) -> tuple[tuple[Work, ...], list[Diagnostic]]:
    sink = Sink()
    works = to_model(read_entries(Source("refs.bib", bib), {}, sink).entries, sink)
    return works, sink.diagnostics


def works(yaml: str) -> tuple[Work, ...]:
    return document("name: N\npublications:\n" + yaml).publications.works


def bib(yaml: str) -> str:
    """The lines of the only entry, without the space that aligns them."""
    return re.sub(r" += ", " = ", write_bib(works(yaml)))


# --- the whole way ---


@settings(max_examples=30, deadline=None)
@given(hostile.databases)
def test_every_work_reads_back(database: tuple[Work, ...]) -> None:
    written = write_bib(database, "from x\ny.yaml")
    back, found = read(written)
    assert not [d for d in found if d.is_error], written
    assert [work.key for work in back] == [work.key for work in database]
    for work, again in zip(database, back, strict=True):
        assert same(work, again), (hostile.differences((work,), (again,)), written)


@settings(max_examples=30, deadline=None)
@given(hostile.works())
def test_a_bib_file_is_stable_and_balanced(work: Work) -> None:
    """A second export says the same as the first, and BibTeX, which counts every brace, sees where fields end."""
    written = write_bib((work,))
    assert write_bib((work,)) == written
    depth = 0
    for line in written.splitlines():
        for sign in re.findall(r"[{}]", line):
            depth += 1 if sign == "{" else -1
        assert depth == (1 if line != "}" else 0), written


def test_same_sees_every_field() -> None:
    """What would be lost in silence if it were not compared."""
    (work,) = works("  k: {title: T, journal: J, authors: A B, year: 2020}\n")
    for change in (
        {"title": works("  k: {title: U}\n")[0].title},
        {"authors": ()},
        {"kind": "book"},
        {"status": "submitted"},
        {"year": None},
        {"journal": None},
        {"pages": "1"},
        {"selected": True},
        {"tags": ("a",)},
        {"rank": 1},
    ):
        assert not same(work, replace(work, **change)), change
    assert same(work, replace(work, kind="article"))  # its fields tell that already
    assert same(work, replace(work, year=None, date=work.year))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_need_no_fields_of_ours(path: Path, tmp_path: Path) -> None:
    ran = cvbuild("export", str(path), "--bib", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert b"  cv-" not in ran.stdout
    assert not read(ran.stdout.decode())[1]


# --- how it looks ---


def test_an_entry_is_aligned_and_conventional() -> None:
    (work,) = works("""
  zhu2022transition:
    title: "Transition to linearity of wide networks: the GPU's view of $L^2$"
    authors: Libin Zhu*, Ludwig van der Berg, Guy L. Steele Jr., {The ATLAS Collaboration}, 马逸安
    conference: Advances in Neural Information Processing Systems
    short: NeurIPS
    pages: 12-30
    date: 2022-07-31
    arxiv: "2205.11786"
    links: {code: "https://github.com/x/y_z"}
    note: Spotlight
    badges: [Oral, Best Paper Award]
    tags: [selected, deep-learning]
    status: accepted
""")
    assert write_bib((work,), "A comment.") == (
        """\
% A comment.

@inproceedings{zhu2022transition,
  author        = {Zhu, Libin and van der Berg, Ludwig and Steele, Jr., Guy L. and {The ATLAS Collaboration} and 马逸安},
  author+an     = {1=*},
  title         = {Transition to linearity of wide networks: the {GPU's} view of {$L^2$}},
  booktitle     = {Advances in Neural Information Processing Systems},
  abbr          = {NeurIPS},
  pages         = {12--30},
  year          = {2022},
  month         = jul,
  day           = {31},
  eprint        = {2205.11786},
  archiveprefix = {arXiv},
  code          = {https://github.com/x/y_z},
  note          = {Spotlight},
  pubstate      = {accepted},
  award         = {Oral; Best Paper Award},
  keywords      = {selected, deep-learning},
}
"""
    )


@pytest.mark.parametrize(
    ("yaml", "lines"),
    [
        ("title: '100% A&B_c #1 {x} ~ \\$5 ^'", ["title = {100\\% A\\&B\\_c \\#1 \\{x\\} \\textasciitilde{} \\$5 \\textasciicircum{}}"]),
        ("title: 'an { open brace'", ["title = {an \\textbraceleft{} open brace}"]),
        ("title: '*in* **bold** `code`, [words](https://x.org/a%20b_c)'",
         ["title = {\\emph{in} \\textbf{bold} \\texttt{code}, \\href{https://x.org/a\\%20b\\_c}{words}}"]),
        ("title: 'A “view” of Bernoulli’s – a study'", ["title = {A ``view'' of {Bernoulli's} -- a study}"]),
        ("title: The Barron space of neural networks", ["title = {The {Barron} space of neural networks}"]),
        ("title: On Neural Networks and GPUs", ["title = {On Neural Networks and {GPUs}}"]),
        ("{title: T, authors: 'A B, et al.'}", ["author = {B, A and others}"]),
        ("{title: T, authors: [{name: A B, me: true}, {name: C D, marks: [equal, corresponding], person: cd}]}",
         ["author+an = {1=me; 2=equal,corresponding}", 'author+an:person = {2="cd"}']),
        ("{title: T, kind: thesis, type: Ph.D. thesis, institution: PKU}", ["@phdthesis{k,", "school = {PKU}"]),
        ("{title: T, kind: thesis, type: Master’s thesis, institution: PKU}", ["@mastersthesis{k,"]),
        ("{title: T, kind: report, type: Technical report, number: 7}", ["@techreport{k,", "number = {7}"]),
        ("{title: T, journal: J, issue: 7}", ["@article{k,", "number = {7}"]),
        ("{title: T, workshop: Deep Things}", ["@inproceedings{k,", "booktitle = {Deep Things}", "workshop = {Deep Things}"]),
        ("{title: T, workshop: A Workshop}", ["booktitle = {A Workshop}"]),
        ("{title: T, book: B, editors: A. B. See and D. E. Eff}", ["@incollection{k,", "editor = {See, A. B. and Eff, D. E.}"]),
        ("{title: T, book: B, editors: various}", ["editor = {{various}}"]),
        ("{title: T, publisher: P, edition: 2nd, location: X}", ["@book{k,", "address = {X}"]),
        ("{title: T, kind: software, version: 1.2.0, url: 'https://x.org/~a'}", ["@software{k,", "url = {https://x.org/~a}"]),
        ("{title: T, date: Fall 2020}", ["year = {2020}", "month = {Fall}"]),
        ("{title: T, rank: 1, topic: Deep, selected: true, alphabetical: true}",
         ["topic = {Deep}", "rank = {1}", "selected = {true}", "alphabetical = {true}"]),
        ("{title: T, journal: J, kind: report}", ["@article{k,", "kind = {report}"]),
    ],
)  # fmt: skip
def test_fields_as_people_write_them(yaml: str, lines: list[str]) -> None:
    written = bib(f"  k:\n    {yaml}\n")
    assert "cv-" not in written
    for line in lines:
        assert line in re.split(r"\n +|,?\n", written) or line in written, written


def test_what_a_bib_file_has_no_place_for_is_carried() -> None:
    written = bib("  k: {title: T, journal: J, note: to appear, links: {my talk: 'https://x.org'}, institution: I}\n")
    assert "note = {to appear}" in written  # a reader may take it for the status
    assert "cv-note = {to appear}" in written
    assert "cv-status = {published}" in written
    assert "cv-links = {\\{my talk: \\textquotesingle{}https:{}//x.org\\textquotesingle{}\\}}" in written
    (work,) = read(written)[0]
    assert (str(work.note), work.status, work.links[0].label, str(work.institution)) == (
        "to appear",
        "published",
        "my talk",
        "I",
    )


def test_a_formula_that_would_unbalance_the_file() -> None:
    yaml = "  k: {title: 'On $\\left\\{x\\right.$'}\n"
    written = bib(yaml)
    assert "title = {On {$\\left\\lbrace x\\right.$}}" in written
    assert read(written)[0][0].title == works(yaml)[0].title


def test_keys_that_bibtex_cannot_read() -> None:
    back, _ = read(write_bib(works("  a b: {title: A}\n  a_b: {title: B}\n  '{x}, %': {title: C}\n")))
    assert [(work.key, str(work.title)) for work in back] == [("a_b", "A"), ("a_b-2", "B"), ("_x_", "C")]


# --- the inverses that it is made of ---


@settings(max_examples=300, deadline=None)
@given(hostile.texts)
def test_markup_is_spelled_as_it_is_read(text: Text) -> None:
    sink = Sink()
    assert parse(spell(text), sink).body == text.body
    assert not sink.diagnostics


@pytest.mark.parametrize(
    ("text", "spelled"),
    [
        ("Bernoulli's law", "Bernoulli's law"),
        ('"quoted" -- and ...', "“quoted” – and …"),
        ("a \\* b", "a * b"),
        ("\\*a\\*", "\\*a\\*"),
        ("**a *b* c**", "**a *b* c**"),
        ("<https://x.org/a_b>", "https://x.org/a_b"),
        ("[a](<https://x.org/(b>)", "[a](<https://x.org/(b>)"),
    ],
)
def test_markup_is_spelled_plainly(text: str, spelled: str) -> None:
    assert spell(parse(text, Sink())) == spelled


@settings(max_examples=300, deadline=None)
@given(hostile.names, st.booleans())
def test_names_are_written_as_they_are_read(name: Name, inverted: bool) -> None:
    assert parse_name(write_name(name, inverted=inverted)) == name


# --- the command ---


def test_the_comment_is_no_entry(tmp_path: Path) -> None:
    (tmp_path / "me@home{.yaml").write_text("name: N\npublications:\n  k: {title: T}\n")
    ran = cvbuild("export", "me@home{.yaml", "--bib", cwd=tmp_path)
    assert ran.stdout.startswith(b"% From me at home{.yaml, by `cvbuild export --bib`.\n\n@")


def test_export_applies_what_the_cv_says(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@article{k, title={T}, journal={J}, author={Wu, Lei and E, Weinan}, year=2020}")
    (tmp_path / "me.yaml").write_text(
        "name: N\npublications:\n  files: refs.bib\n  k: {note: Spotlight, marks: {E: corresponding}, tags: [a]}\n"
    )
    ran = cvbuild("export", "me.yaml", "--bib", "-o", "out.bib", cwd=tmp_path)
    assert (ran.returncode, ran.stdout, ran.stderr) == (0, b"", b"cvbuild: wrote out.bib (1 work)\n")
    written = (tmp_path / "out.bib").read_text()
    assert "note      = {Spotlight}" in written
    assert "author+an = {2=corresponding}" in written
    assert "keywords  = {a}" in written


def test_export_writes_over_nothing_unasked(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@misc{k, title={T}}")
    (tmp_path / "me.yaml").write_text("name: N\npublications: refs.bib\n")
    (tmp_path / "out.bib").write_text("mine")
    for target in ("out.bib", "refs.bib", ".", "no/out.bib"):
        ran = cvbuild("export", "me.yaml", "--bib", "-o", target, cwd=tmp_path)
        assert (ran.returncode, ran.stdout) == (2, b""), target
    ran = cvbuild("export", "me.yaml", "--bib", "-o", "refs.bib", "--force", cwd=tmp_path)
    assert ran.returncode == 2  # not even then
    assert (tmp_path / "out.bib").read_text() == "mine"
    assert cvbuild("export", "me.yaml", "--bib", "-o", "out.bib", "--force", cwd=tmp_path).returncode == 0
    assert cvbuild("export", "me.yaml", cwd=tmp_path).returncode == 2


def test_export_of_a_wrong_cv_writes_nothing(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text("name: N\npublications:\n  k: {titel: T}\n")
    ran = cvbuild("export", "me.yaml", "--bib", "-o", "out.bib", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert not (tmp_path / "out.bib").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["me.yaml"]
