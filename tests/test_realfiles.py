"""Files of works as people have them: what Google Scholar, DBLP, INSPIRE and others write, and what hands do."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path
from typing import Any

import pytest

from cvbuild.bibliography import read_entries, to_model
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.lint import lint
from cvbuild.model import Author, Work
from cvbuild.names import Identity, parse_name
from cvbuild.pipeline import check, write_latex
from cvbuild.publications.who import Who
from cvbuild.report import human
from cvbuild.source import Source
from cvbuild.text import plain


def one(fields: str, kind: str = "article") -> dict[str, Any]:
    """The work of one entry, in which nothing is wrong."""
    work, sink = read(f"@{kind}{{key, {fields}}}")
    assert not sink.diagnostics, human(sink.diagnostics)
    return work


def read(text: str, name: str = "refs.bib") -> tuple[dict[str, Any], Sink]:
    sink = Sink()
    entries = read_entries(Source(name, text), {}, sink).entries
    to_model(entries, sink)
    return entries[0].spelled_out(), sink


def checked(
    folder: Path, publications: str, as_of: tuple[int, int, int] | None = None, **files: str
) -> tuple[list[str], dict[str, Work]]:
    """What is said of a CV with these files, also by lint if there is a day, and its works by their keys."""
    for name, text in files.items():
        (folder / f"{name}.bib").write_text(text, encoding="utf-8")
    yaml = f"name: Ada Lovelace\npublications: {publications}\nsections:\n  Papers:\n    publications: all\n"
    sink, files_read = Sink(), Files()
    found = check(Source("cv.yaml", yaml, folder), files_read, sink)
    if found is not None and as_of is not None:
        lint(found.document, found.database, found.outline, as_of, sink)
    return [f"{d.code.number} {d.message}" for d in sink.sorted()], found.database.by_key if found is not None else {}


# --- names ---


@pytest.mark.parametrize(
    ("written", "names"),
    [
        ("Wei Wang 0001 and Ada Lovelace", ["Wei Wang", "Ada Lovelace"]),
        ("Wang 0010, Wei", ["Wang, Wei"]),
        ("J. 0123", ["J."]),
        ("Agent 1999", ["Agent 1999"]),
        ("Lei Wu, et al.", ["Lei Wu", "et al."]),
        ("Wu, Lei and Ma, Chao et al", ["Wu, Lei", "Ma, Chao", "et al."]),
        ("Wu, Lei, and others", ["Wu, Lei", "et al."]),
        ("Wu, Lei, and Ma, Chao,", ["Wu, Lei", "Ma, Chao"]),
        ("Others, Ann", ["Others, Ann"]),
        (
            r"Weinan E\textsuperscript{2} and Chao Ma\textsuperscript{1,*} and Lei Wu$^{1,2}$",
            ["Weinan E", "Chao Ma*", "Lei Wu"],
        ),
        ("Collaboration, ATLAS and ATLAS Collaboration", ["{ATLAS Collaboration}", "{ATLAS Collaboration}"]),
        ("{The ENCODE Consortium} and The ENCODE Consortium", ["{The ENCODE Consortium}", "{The ENCODE Consortium}"]),
        ("Garc{\\'\\i}a M{\\'a}rquez, Gabriel and Wu, Lei", ["García Márquez, Gabriel", "Wu, Lei"]),
    ],
)
def test_names(written: str, names: list[str]) -> None:
    assert one(f"title={{T}}, author={{{written}}}")["authors"] == names


def test_names_parted_by_commas_before_and() -> None:
    work, sink = read("@misc{k, title={T}, author={Lei Wu, Weinan E, and Chao Ma}}")
    assert work["authors"] == ["Lei Wu", "Weinan E", "Chao Ma"]
    assert [d.message for d in sink.diagnostics] == ["names are parted by the word `and` in a .bib file"]


def test_apostrophes_of_names_are_those_of_printers(tmp_path: Path) -> None:
    refs = "@article{k, title={T}, author={'t Hooft, Gerard and Paul O'Brien}, journal={J}, year=2020}"
    (tmp_path / "refs.bib").write_text(refs, encoding="utf-8")
    yaml = "name: A B\npublications: refs.bib\nsections:\n  P: {publications: all}\n  C: {people: co-authors}\n"
    found = check(Source("cv.yaml", yaml, tmp_path), Files(), Sink())
    assert found is not None
    tex = write_latex(found, Sink())
    assert tex is not None
    assert "Brien" in tex.text
    assert not re.search(r"(?:O|.)'(?:t Hooft|Brien)", tex.text)


# --- fields ---


@pytest.mark.parametrize(
    ("note", "status", "where"),
    [
        (r"Submitted to {\em Annals of Statistics}", "submitted", "Annals of Statistics"),
        ("(submitted to Annals of Statistics)", "submitted", "Annals of Statistics"),
        ("Submitted to Annals of Statistics (AoS).", "submitted", "Annals of Statistics (AoS)"),
        ("To be published in the Annals", "accepted", "the Annals"),
        ("(to be published)", "accepted", None),
    ],
)
def test_status_in_a_note(note: str, status: str, where: str | None) -> None:
    work = one(f"title={{T}}, author={{A B}}, note={{{note}}}", "unpublished")
    assert (work["status"], work.get("venue"), work.get("note")) == (status, where, None)


@pytest.mark.parametrize(
    ("fields", "note"),
    [
        ("author={Aad, Georges and others}, collaboration={ATLAS}", "ATLAS Collaboration"),
        ("author={B. Abbott}, collaboration={LIGO Scientific, Virgo}", "LIGO Scientific and Virgo Collaborations"),
        ("author={B. Abbott}, collaboration={The Pierre Auger Collaboration}", "The Pierre Auger Collaboration"),
        ("author={Aad, G. and {ATLAS Collaboration}}, collaboration={ATLAS}", None),
        ("author={B. Abbott}, collaboration={DES}, note={[Erratum: X 1]}", r"DES Collaboration; \[Erratum: X 1]"),
    ],
)
def test_collaborations_of_inspire(fields: str, note: str | None) -> None:
    assert one(f"title={{T}}, {fields}").get("note") == note


def test_the_journal_of_proceedings_is_their_series() -> None:
    """INSPIRE gives both for a talk at a conference."""
    work = one("title={T}, author={A B}, booktitle={35th ICRC}, journal={PoS}, volume={ICRC2017}", "inproceedings")
    assert (work["conference"], work["series"], work["volume"]) == ("35th ICRC", "PoS", "ICRC2017")


@pytest.mark.parametrize(
    "host", ["doi.acm.org", "dx.doi.org", "doi-org.proxy.example.edu", "doi.ieeecomputersociety.org"]
)
def test_addresses_of_dois(host: str) -> None:
    assert (
        one(f"title={{T}}, author={{A B}}, doi={{http://{host}/10.1145/990657.990665}}")["doi"]
        == "10.1145/990657.990665"
    )


def test_formulas_too_deep_to_be_printed() -> None:
    deep = "\\frac{" * 3000 + "a" + "}{b}" * 3000
    work, sink = read(f"@misc{{k, title={{${deep}$}}, author={{A B}}}}")
    assert [d.code.number for d in sink.diagnostics] == ["CV454"]
    assert "a" in work["title"]


def test_formulas_of_crossref() -> None:
    title = (
        '<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:msub><mml:mi>H</mml:mi><mml:mn>2</mml:mn></mml:msub>'
        "</mml:math> where a < b <jats:italic>in vivo</jats:italic> CO<inf>2</inf>"
    )
    item = {"id": "k", "type": "article-journal", "title": title}
    work, sink = read(json.dumps([item]), "refs.json")
    assert not sink.diagnostics
    assert work["title"] == "H2 where a < b *in vivo* CO$_{2}$"


# --- several files ---

ABBREVIATIONS = "@string{jfm = {Journal of Fluid Mechanics}}\n"
VOLUME = "@proceedings{vol, title={Proc. of X}, year={2003}}\n"


def test_macros_hold_in_the_files_behind(tmp_path: Path) -> None:
    refs = "@article{k, title={T}, author={Ada Lovelace}, journal=jfm, year=2020}"
    said, works = checked(tmp_path, "{files: [abbr.bib, refs.bib]}", abbr=ABBREVIATIONS, refs=refs)
    assert said == []
    assert str(works["k"].journal) == "Journal of Fluid Mechanics"
    assert checked(tmp_path, "{files: [refs.bib, abbr.bib]}")[0] == ["CV453 no @string says what `jfm` is"]


@pytest.mark.parametrize("order", ["volumes.bib, refs.bib", "refs.bib, volumes.bib"])
def test_parents_in_other_files(tmp_path: Path, order: str) -> None:
    refs = "@inproceedings{k, title={T}, author={Ada Lovelace}, crossref={vol}}"
    said, works = checked(tmp_path, f"{{files: [{order}]}}", volumes=VOLUME, refs=refs)
    assert said == []
    assert list(works) == ["k"]
    assert str(works["k"].conference) == "Proc. of X"


def test_keys_that_differ_in_capitals_take_fields_each_for_itself(tmp_path: Path) -> None:
    refs = VOLUME + "".join(
        f"@inproceedings{{{k}, title={{T{k}}}, author={{Ada Lovelace}}, crossref={{vol}}}}\n" for k in "aA"
    )
    said, works = checked(tmp_path, "refs.bib", refs=refs)
    assert said == []
    assert [plain(work.title.body) for work in works.values()] == ["Ta", "TA"]


def test_a_thousand_malformed_entries_are_enough() -> None:
    sink = Sink()
    read_entries(Source("x.bib", "@article{k, title={\n" * 20_000), {}, sink)
    assert 900 < len(sink.diagnostics) < 1100
    assert sink.diagnostics[-1].message == "too much of the file is malformed; the rest is not read"


# --- lint ---


def test_and_others_may_be_the_owner(tmp_path: Path) -> None:
    refs = "@article{k, title={Higgs}, author={Aad, Georges and others}, journal={PLB}, year=2012}\n"
    mine = "@article{l, title={Mine}, author={Ada Lovelace}, journal={PLB}, year=2012}\n"
    assert checked(tmp_path, "refs.bib", (2026, 1, 1), refs=refs + mine)[0] == []
    said, _ = checked(tmp_path, "refs.bib", (2026, 1, 1), refs=refs.replace("others", "Hill, Ben") + mine)
    assert said == ["CV701 “Ada Lovelace” is not among the authors of `k`"]


# --- collaborations ---


def test_thousands_of_authors_take_no_time() -> None:
    """The time grows with the number of authors, not with its square."""
    authors = tuple(Author(name=parse_name(f"Given{n} Family{n}")) for n in range(3000))
    who = Who(Identity.of("Ada Lovelace"), (), Sink())
    start = time.process_time()
    assert not any(who.may_be_owner(author, authors) for author in authors)
    assert time.process_time() - start < 1


def test_annotations_for_other_programs_are_left_out(tmp_path: Path) -> None:
    refs = "@article{k, title={T}, author={Ada Lovelace}, author+an={1=director}, journal={J}, year=2020}"
    said, works = checked(tmp_path, "refs.bib", refs=refs)
    assert said == ["CV453 there is no mark `director`; it is left out"]
    assert list(works) == ["k"]
