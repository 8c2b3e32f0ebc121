"""One master, many CVs: variants, private things, `--as-of`, `--set` and `include:`."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from cvbuild import tree
from cvbuild.checked import AS_WRITTEN, Checked, Choices
from cvbuild.choosing import read_tree
from cvbuild.dates import Day, PartialDate, format_when, parse_when
from cvbuild.diagnostics import Sink
from cvbuild.exchange import export_bib
from cvbuild.files import Files
from cvbuild.includes import MAX_FILES
from cvbuild.outline import OutSection
from cvbuild.pipeline import check, render, write_latex
from cvbuild.schema import load_document
from cvbuild.schema.jsonschema import json_schema
from cvbuild.source import Source
from cvbuild.variants import as_of
from cvbuild.writers.registry import write_text
from tests import everyfield
from tests.inside import cvbuild
from tests.pdf import Pdf
from tests.strategies import records
from tests.support import EXAMPLES, ROOT, blocks, items, listings, places

SLOW = (HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much)


def cv(yaml: str, folder: Path = ROOT) -> Source:
    return Source("cv.yaml", yaml, folder, raw_latex=False)


def look(yaml: str | Source, choices: Choices = AS_WRITTEN, files: Files | None = None) -> tuple[Checked | None, Sink]:
    sink = Sink()
    return check(cv(yaml) if isinstance(yaml, str) else yaml, files or Files(), sink, choices), sink


def checked(yaml: str | Source, **choices: Any) -> Checked:
    found, sink = look(yaml, Choices(**choices))
    assert found is not None, list(sink.sorted())
    return found


def latex(yaml: str | Source, **choices: Any) -> str:
    """The document as LaTeX, without the places of the file at which its parts stand."""
    sink = Sink()
    tex = write_latex(checked(yaml, **choices), sink)
    assert tex is not None, list(sink.sorted())
    return re.sub(r"%@.*\n", "", tex.written.text)


def titles(found: Checked) -> list[str]:
    return [str(block.title) for block in blocks(found.outline) if isinstance(block, OutSection)]


# --- variants ---

MASTER = """\
name: Ada Lovelace
title: Curriculum Vitae
headline: Countess
phone: "123"
lists: {number: down}
theme: {name: noether, accent: navy, margins: 2cm}
publications:
  a: {title: On A, authors: Ada Lovelace, year: 2019, tags: core}
  b: {title: On B, authors: Ada Lovelace, year: 2021}
  c: {title: On C, authors: Ada Lovelace, year: 2022, tags: [extra]}
counts: {n: all}
sections:
  Education:
    - {degree: Degree, at: Home, tags: core}
    - degree: Other
      bullets: [One, {text: Two, tags: [Extra]}]
  Works:
    text: There are [#n], as [@a].
    publications: all
  Service: {tags: [extra], entries: [A, B]}
  More:
    sections:
      Inner: Words.
variants:
  same:
  short: {without: extra, title: Short CV, hide: phone, theme: {accent: red, font-size: 11pt}}
  core: {only: core}
  list:
    sections: [inner, {title: Works, publications: {limit: 1, keys: [a, b]}}]
    theme: turing
    headline: Author
  statement:
    title: Statement
    sections:
      Statement: A plan.
      Education:
"""


def test_a_variant_of_nothing_is_the_cv() -> None:
    assert latex(MASTER, variant="same") == latex(MASTER) == latex(MASTER.partition("variants:")[0])
    for path in EXAMPLES:
        text = path.read_text(encoding="utf-8")
        source = cv(text + "\nvariants:\n  same:\n", path.parent)
        assert latex(source, variant="same") == latex(cv(text, path.parent)), path


@settings(max_examples=6, deadline=None, suppress_health_check=SLOW)
@given(records())
def test_a_variant_of_nothing_is_any_cv(plain: dict[str, Any]) -> None:
    plain.pop("variants", None)
    plain.pop("pages", None)
    text = json.dumps({**plain, "variants": {"same": None}}, ensure_ascii=False)
    source = cv(text)
    one, _ = look(source)
    other, _ = look(source, Choices(variant="same"))
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.outline == other.outline
        assert one.document == other.document


def test_tags_leave_out_sections_entries_points_and_works() -> None:
    text = latex(MASTER, variant="short")
    assert "Service" not in text
    assert "Two" not in text
    assert "One" in text
    assert "On C" not in text
    assert "There are 2" in text
    assert [label for label, _ in items(listings(checked(MASTER, variant="short").outline)[0])] == ["2", "1"]
    found = checked(MASTER, variant="short")
    assert str(found.outline.title) == "Short CV"
    assert found.document.phone == ()
    assert found.theme.options["margins"] == "2cm"
    assert (found.theme.name, found.theme.options["accent"], found.theme.options["font_size"]) == (
        "noether", "9B1C1C", "11pt",
    )  # fmt: skip


def test_only_prints_what_bears_a_tag() -> None:
    found = checked(MASTER, variant="core")
    assert titles(found) == ["Education"]
    assert "Other" not in latex(MASTER, variant="core")


def test_sections_are_chosen_changed_and_made() -> None:
    found = checked(MASTER, variant="list")
    assert titles(found) == ["Inner", "Works"]
    assert items(listings(found.outline)[0]) == [("1", "Ada Lovelace. On A. 2019.")]
    assert found.theme.name == "turing"
    assert str(found.document.headline) == "Author"
    found = checked(MASTER, variant="statement")
    assert titles(found) == ["Statement", "Education"]
    assert found.document.variants == ()


_FLAGS = st.sampled_from(["", "", "p", "t"])


@st.composite
def _tagged(draw: st.DrawFn) -> tuple[dict[str, Any], list[tuple[str, str]]]:
    """Sections, entries and points with marks, and each word in them with the marks that it stands under."""
    count = iter(range(10_000))
    said: list[tuple[str, str]] = []

    def word(marks: str) -> str:
        said.append((f"Quax{next(count)}ly", marks))
        return said[-1][0]

    def mark(above: str, one: dict[str, Any]) -> str:
        flag = draw(_FLAGS)
        one.update({"private": True} if flag == "p" else {"tags": ["x", "No"]} if flag == "t" else {})
        return above + flag

    def bullet(above: str, depth: int) -> dict[str, Any]:
        one: dict[str, Any] = {}
        marks = mark(above, one)
        one["text"] = word(marks)
        if depth < 2:
            one["bullets"] = [bullet(marks, depth + 1) for _ in range(draw(st.integers(0, 2)))]
        return one

    def entry(above: str) -> dict[str, Any]:
        if draw(st.booleans()):
            return bullet(above, 0)
        one: dict[str, Any] = {}
        marks = mark(above, one)
        return {**one, "position": word(marks), "bullets": [bullet(marks, 1) for _ in range(draw(st.integers(0, 2)))]}

    def section(above: str, depth: int) -> dict[str, Any]:
        one: dict[str, Any] = {}
        marks = mark(above, one)
        one |= {"title": word(marks), "text": word(marks)}
        one["entries"] = [entry(marks) for _ in range(draw(st.integers(0, 3)))]
        if depth < 2:
            one["sections"] = [section(marks, depth + 1) for _ in range(draw(st.integers(0, 2)))]
        return one

    return {"name": "Ada", "sections": [section("", 0) for _ in range(draw(st.integers(1, 3)))]}, said


@settings(max_examples=15, deadline=None, suppress_health_check=SLOW)
@given(_tagged(), st.booleans(), st.booleans())
def test_what_is_left_out_never_appears_and_all_else_does(
    made: tuple[dict[str, Any], list[tuple[str, str]]], private: bool, without: bool
) -> None:
    plain, said = made
    text = json.dumps({**plain, "variants": {"v": {"without": "no"}, "w": None}})
    written = latex(text, variant="v" if without else "w", private=private)
    for word, marks in said:
        out = ("p" in marks and not private) or ("t" in marks and without)
        assert (word in written) != out, (word, marks)


@pytest.mark.parametrize(
    ("variant", "expected"),
    [("{sections: [Wroks]}", "4:18 CV131"), ("{without: sevice}", "4:16 CV138"), ("{file: ../x}", "4:7 CV132")],
)
def test_what_is_wrong_in_a_variant_is_told_of_the_cv(variant: str, expected: str) -> None:
    _, sink = look(f"name: Ada\nsections: {{Works: {{tags: service, text: x}}}}\nvariants:\n  v: {variant}\n")
    assert places(sink.sorted()) == [expected]


def test_an_unknown_variant_is_told() -> None:
    found, sink = look(MASTER, Choices(variant="shrt"))
    assert found is None
    assert [(d.code.number, d.hint) for d in sink.sorted()] == [("CV130", "did you mean `short`?")]


def test_two_variants_do_not_write_one_file() -> None:
    _, sink = look("name: A\nvariants: {a: {file: x}, b: {file: X.pdf}, c: {file: ok}}\n")
    assert places(sink.sorted()) == ["2:26 CV132"]


# --- private ---

OPEN = """\
name: Ada Lovelace
theme: turing
people: {{Charles Babbage: Cambridge{p0}}}
publications:
  notes: {{title: Notes, authors: "Ada Lovelace, Charles Babbage", year: 1843, journal: J. Notes}}
  more: {{title: More, authors: "Ada Lovelace, Mary Somerville*", year: 1845, journal: J. Notes}}{p1}
counts: {{n: all}}
sections:
  Research: I work on [@notes]{p2}. There are [#n].
{p3}  Jobs:
    - {{position: Countess, at: Home, bullets: [One{p4}]}}{p5}
{p6}  Works: {{publications: {{select: all, number: down}}}}
  Co-authors: {{people: co-authors}}
{p7}"""
SECRETS = (
    ", Zzz Quuxperson: {affiliations: Quuxuni, url: 'https://quuxperson.org', email: quux@quux.org, private: true}",
    "\n  quuxkey: {title: Quuxtitle, authors: 'Ada Lovelace, A. Quuxauthor†', year: 1844, note: Quuxnote, private: true}",
    " [see @quuxkey, p. 7]",
    "  Quuxsection: {private: true, text: 'Quuxtext [quuxword](https://quuxlink.org) `quuxcode` $q$'}\n"
    "  Quuxempty: [{text: Quuxpoint, private: true}]\n",
    ", {text: Quuxbullet, private: true}",
    "\n    - {position: Quuxjob, at: Quuxplace, date: 1999, private: true}",
    "  Quuxlist: {publications: [quuxkey]}\n",
    "phone: '555 quuxphone'\nemail: [quux@mail.org]\naddress: Quuxstreet\nphoto: quuxphoto.png\nwebsite: https://quux.org\n"
    "headline: Quuxhead\nprofiles: {github: quuxhub}\n"
    "private: [phone, email, address, photo, website, headline, profiles]\n"
    "variants: {quuxvariant: {title: Quuxtitle, private: show}}\n",
)
PUBLIC = OPEN.format(**{f"p{i}": "" for i in range(8)})
SECRET = OPEN.format(**{f"p{i}": text for i, text in enumerate(SECRETS)})


def test_the_same_is_written_as_if_private_things_were_not_there() -> None:
    assert "quux" not in latex(SECRET).lower()
    assert latex(SECRET) == latex(PUBLIC)
    found, sink = look(SECRET)
    assert found is not None
    assert {d.code.number for d in sink.sorted()} == {"CV137"}
    assert "quux" not in repr(found.database.works).lower()
    document = replace(found.document, span=None)
    assert "quux" not in re.sub(r"Span\(source=.*?raw_latex=False\)", "", repr(replace(document, sections=()))).lower()


def all_formats(cv: dict[str, Any], **choices: Any) -> dict[str, str]:
    """What is written of a CV, but for pages; and its works as BibTeX."""
    text = json.dumps(cv)
    found, sink = checked(text, **choices), Sink()
    written = {name: write_text(name, found, sink).decode() for name in ("html", "md", "txt", "json")}
    assert not sink.failed, list(sink.sorted())
    bib = export_bib(Source("cv.yaml", text, ROOT, raw_latex=False), Files(), Sink(), Choices(**choices))
    assert bib is not None
    return {"tex": latex(text, **choices), "bib": bib.text, **written}


def test_no_field_of_what_is_private_leaves_a_trace_in_any_format() -> None:
    head = {"headline", "title", "address", "phone", "profiles", "summary"}
    secret: dict[str, Any] = {"entries": [], "works": {}, "people": {}, "head": {}}
    for number, (name, make) in enumerate(everyfield.fields()):
        made, part = make(f"quux{number}"), name.split(".")
        if part[0] in head:
            secret["head"][part[0]] = made[part[0]]
        elif part[0] == "people":
            for key, person in made["people"].items():
                who = person if isinstance(person, dict) else {"name": person or key}
                secret["people"][f"Quuxperson {number}"] = {**who, "private": True}
        elif part[:2] == ["publications", "works"] and not {"marks", "person", "people"} & {*part}:  # these name others
            (work,) = made["publications"]["works"].values()
            secret["works"][f"quuxwork{number}"] = {**work, "private": True}
        elif part[:3] == ["sections", "key", "entries"]:
            (entry,) = made["sections"]["key"]["entries"]
            whole = {**entry, "private": True}
            private = [{**point, "private": True} for point in entry.get("bullets", [])]
            secret["entries"].append({**entry, "bullets": private} if private else whole)
    assert min(map(len, secret.values())) >= len(head) - 1
    open_cv: dict[str, Any] = {"name": "Ada", "publications": {"open": {"title": "T", "authors": "Ada", "year": 2000}}}
    lists: dict[str, Any] = {"Works": {"publications": "all"}, "Co": {"people": "co-authors"}}
    public = [
        {key: value for key, value in e.items() if key != "bullets"} for e in secret["entries"] if "private" not in e
    ]
    without = all_formats({**open_cv, "sections": {"A": {"entries": public}, **lists}})
    cv = {
        **open_cv, **secret["head"], "private": [*secret["head"]], "people": secret["people"],
        "publications": {**open_cv["publications"], **secret["works"]},
        "sections": {"A": {"entries": secret["entries"]}, **lists, "Quux": {"private": True, "text": "quux"}},
    }  # fmt: skip
    for name, written in all_formats(cv).items():
        assert "quux" not in written.lower(), name
        assert written == without[name], name
    for name, written in all_formats(cv, private=True).items():
        assert written.lower().count("quux") > 20, (name, written.count("quux"))


def test_an_empty_text_beside_a_citation_of_a_work_that_is_left_out() -> None:
    text = "name: A\npublications: {k: {title: T, authors: A, year: 2000, private: true}}\nsections: {A: 'See **[@k]**', '': B}\n"
    found = checked(text)
    assert titles(found)[0] == "A"
    assert b"See" in write_text("html", found, Sink())
    for written, instead in (("[@k] Text", "Text"), ("A [@k] [see @k] text", "A text"), ("A [@k]", "A")):
        assert latex(text.replace("See **[@k]**", written)) == latex(text.replace("See **[@k]**", instead))


def test_private_things_can_be_asked_for(tmp_path: Path) -> None:
    text = SECRET.replace("photo: quuxphoto.png\n", "").replace(", photo,", ",")
    for choices in ({"private": True}, {"variant": "quuxvariant"}):
        shown = latex(text, **choices)
        for word in "title author section text code point bullet job place street head".split():
            assert f"quux{word}" in shown.lower(), word
        assert "There are 3" in shown


@pytest.mark.engine
def test_no_byte_of_any_file_has_a_trace_of_what_is_private(tmp_path: Path) -> None:
    source = cv(SECRET, tmp_path)
    outcome = render(source, Files(), formats=("pdf", "tex"))
    assert outcome.pdf is not None, list(outcome.sink.sorted())
    assert outcome.tex is not None
    with pikepdf.open(io.BytesIO(outcome.pdf)) as pdf:
        out = io.BytesIO()
        level = pikepdf.StreamDecodeLevel.all
        pdf.save(
            out, compress_streams=False, stream_decode_level=level, object_stream_mode=pikepdf.ObjectStreamMode.disable
        )
    text = Pdf(outcome.pdf).text
    for data in (out.getvalue().decode("latin-1"), text, outcome.tex.text, outcome.log):
        assert "quux" not in data.lower().replace("\0", "")
        assert "1844" not in data
    assert b"<" + "Q".encode("utf-16-be").hex().encode() not in out.getvalue()
    assert "Countess" in text
    public = render(cv(PUBLIC, tmp_path), Files())
    assert public.pdf == outcome.pdf


def test_export_and_collaborators_leave_out_what_is_private(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(SECRET)
    for command in (("export", "--bib"), ("collaborators", "--today", "1846-01-01")):
        ran = cvbuild(*command, "me.yaml", cwd=tmp_path)
        assert ran.returncode == 0, ran.stderr
        assert b"quux" not in ran.stdout.lower()
        assert b"Charles" in ran.stdout or b"Babbage" in ran.stdout
    ran = cvbuild("export", "--bib", "--private", "me.yaml", cwd=tmp_path)
    assert b"private   = {true}" in ran.stdout


def test_a_work_of_a_file_can_be_private(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text("@article{q, title={Quux}, author={A. B}, journal={J}, year=2020}\n")
    text = "name: A. B\npublications: {files: refs.bib, q: {private: true}}\nsections: {Works: {publications: all}}\n"
    found = checked(cv(text, tmp_path))
    assert not found.database.works
    assert titles(found) == []
    (tmp_path / "refs.bib").write_text("@misc{q, title={Quux}, author={A. B}, year=2020, private={true}}\n")
    assert (
        titles(checked(cv("name: A. B\npublications: refs.bib\nsections: {W: {publications: all}}\n", tmp_path))) == []
    )


# --- as of a day ---


@pytest.mark.parametrize(
    ("written", "day", "expected"),
    [
        ("2023", (2023, 3, 1), "2023"),
        ("2023", (2022, 12, 31), None),
        ("May 2023", (2023, 4, 30), None),
        ("May 2023", (2023, 5, 1), "May 2023"),
        ("2020 – 2024", (2023, 9, 1), "2020–Present"),
        ("2020 – 2023", (2023, 9, 1), "2020–2023"),
        ("2020 – Present", (2023, 9, 1), "2020–Present"),
        ("2024 – Present", (2023, 9, 1), None),
        ("2019, 2024", (2023, 9, 1), "2019"),
        ("2019, 2021 – 2025", (2023, 9, 1), "2019, 2021–Present"),
        ("until 2025", (2023, 9, 1), "–2025"),
    ],
)
def test_what_a_date_said_on_a_day(written: str, day: Day, expected: str | None) -> None:
    found = as_of(parse_when(written), day)
    assert (format_when(found) if found is not None else None) == expected


@settings(max_examples=40, deadline=None)
@given(st.dates(), st.dates())
def test_nothing_comes_back_on_an_earlier_day(one: Any, other: Any) -> None:
    first, second = sorted((d.year, d.month, d.day) for d in (one, other))
    for text in ("2020", "Fall 2020", "2020-03-04 – 2022", "2019 – Present", "1990, 2015, 2021-07"):
        later = as_of(parse_when(text), second)
        assert as_of(parse_when(text), first) == (as_of(later, first) if later is not None else None)


def test_the_cv_as_it_was() -> None:
    text = """\
name: Ada
updated: 2026-01-01
people: {Bo: {role: advisee, date: 2021 - 2025, now: Professor}, Cy: {role: advisee, date: 2024 - Present}}
publications:
  a: {title: On A, authors: Ada, year: 2020}
  b: {title: On B, authors: Ada, date: 2023-09-02}
  s: {title: On S, authors: Ada, status: submitted}
counts: {n: all}
sections:
  Jobs:
    - {position: Postdoc, date: 2020 - 2022}
    - {position: Professor, date: 2022-10 - 2025, bullets: [There are [#n]., See [@b].]}
    - {position: Dean, date: 2025}
  Talks:
    - {talk: T, venues: [{event: E, date: 2022}, {event: F, date: 2024}]}
    - {talk: U, venues: [{event: G, date: 2024}]}
  Works: {publications: all}
  New: {publications: {year: 2023 - Present, kind: preprint, without: {status: submitted}}}
  Group: {people: advisees}
""".replace("[There are [#n]., See [@b].]", "['There are [#n].', 'See [@b].']")
    found, sink = look(text, Choices(as_of=(2023, 9, 1)))
    assert found is not None, list(sink.sorted())
    assert {d.code.number for d in sink.sorted()} == {"CV137"}
    written = latex(text, as_of=(2023, 9, 1))
    for word in ("Dean", "On B", "Cy", "New", "{U}", "Professor at", "{F}"):
        assert word not in written, word
    assert "There are 2." in written
    assert re.findall(r"\\begin\{cventry\}\{(\S*)~– Present\}", written) == ["Oct~2022", "2021"]  # the job, and Bo
    assert found.document.updated == PartialDate(2023, 9, 1)
    assert "See." in written
    assert titles(found) == ["Jobs", "Talks", "Works", "Group"]
    assert latex(text, as_of=(2030, 1, 1)) == latex(text)


# --- --set ---


def _paths(node: tree.Node, above: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], str]]:
    """Where each scalar of a tree is, and its text."""
    match node:
        case tree.Scalar(text=text):
            yield above, text
        case tree.Mapping(pairs=pairs):
            for key, value in pairs:
                yield from _paths(value, (*above, key.text))
        case tree.Sequence(items=parts):
            for number, item in enumerate(parts):
                yield from _paths(item, (*above, str(number)))


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_ROOTS = {path.stem: tree.parse(cv(path.read_text(encoding="utf-8")), Sink()) for path in EXAMPLES}


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_to_set_a_value_to_itself_changes_nothing(data: st.DataObject) -> None:
    path = data.draw(st.sampled_from(EXAMPLES))
    root = _ROOTS[path.stem]
    assert root is not None
    where, text = data.draw(st.sampled_from([one for one in _paths(root) if one[1]]))
    if "\n" in text or any('"' in part for part in where) or root.get("theme") == text:  # type: ignore[union-attr]
        return
    setting = ".".join(f'"{part}"' for part in where) + "=" + _quoted(text)
    source, sink = cv(path.read_text(encoding="utf-8"), path.parent), Sink()
    put = read_tree(source, Files(), sink, Choices(settings=(setting,)))
    assert put is not None
    assert sink.diagnostics == [], setting
    assert load_document(put, Sink()) == load_document(root, Sink()), setting


@pytest.mark.parametrize(
    ("setting", "get", "expected"),
    [
        ("title=Short: a #1 CV", lambda d: str(d.title), "Short: a #1 CV"),
        ('title="Short CV"', lambda d: str(d.title), "Short CV"),
        ("theme.accent=#7a0019", lambda d: d.theme.options[0].value, "#7a0019"),
        ("theme=turing", lambda d: d.theme.name, "turing"),
        ("sections.Works.publications.limit=3", lambda d: d.sections[1].publications.limit, 3),
        ("sections.1.publications.limit=3", lambda d: d.sections[1].publications.limit, 3),
        ("sections.Education.0.at=Nowhere", lambda d: str(d.sections[0].entries[0].at), "Nowhere"),
        ("sections.Education.entries.1.bullets.0=x", lambda d: str(d.sections[0].entries[1].bullets[0].text[0]), "x"),
        ("sections.More.sections.Inner.text=[a, b]", lambda d: len(d.sections[3].sections[0].text), 2),
        ("email=[a@b.org, c@d.org]", lambda d: len(d.email), 2),
        ("words.Present=now", lambda d: str(d.words[0].text), "now"),
        ("publications.a.selected=true", lambda d: d.publications.works[0].selected, True),
        ("phone.0=456", lambda d: d.phone, ("456",)),
        ("headline=", lambda d: d.headline, None),
        ('"headline" = x', lambda d: str(d.headline), "x"),
    ],
)
def test_a_value_is_set(setting: str, get: Any, expected: Any) -> None:
    found = checked(MASTER, settings=(setting,))
    assert get(found.loaded.document) == expected


@pytest.mark.parametrize(
    ("setting", "place", "hint"),
    [
        ("foo", "1:1 CV136", "theme.accent"),
        ("=x", "1:1 CV136", "theme.accent"),
        ("a..b=x", "1:1 CV136", "theme.accent"),
        ("titel=x", "1:1 CV136", "did you mean `title`?"),
        ("sections.Worsk.text=x", "1:10 CV136", "did you mean `Works`?"),
        ("sections.7=x", "1:10 CV136", "`Education`"),
        ("sections.Education.9.at=x", "1:20 CV136", "0 to 1"),
        ("title.x=y", "1:7 CV136", "end the path"),
        ("publications.a.authors.0=y", "1:24 CV136", "list first"),
        ("email=nobody", "1:7 CV208", "name@example.org"),
        ("theme.accnt=red", "1:7 CV503", None),
        ("sections.Works.publications.limit={a: b", "1:35 CV110", None),
        ("sections.Works.publications.limit=x", "1:35 CV207", None),
        ("title=a\x07b", "1:7 CV136", None),
    ],
)
def test_what_cannot_be_set_is_told_in_the_option(setting: str, place: str, hint: str | None) -> None:
    _, sink = look(MASTER, Choices(settings=(setting,)))
    found = [d for d in sink.sorted() if d.span is not None and d.span.source.name == "--set"]
    assert places(found)[:1] == [place], list(sink.sorted())
    assert hint is None or hint in (found[0].hint or "")


def test_the_command_line_wins_over_a_variant() -> None:
    found = checked(MASTER, variant="short", settings=("title=Mine", "theme.accent=teal", "headline=Me"))
    assert (str(found.document.title), str(found.document.headline)) == ("Mine", "Me")
    assert found.theme.options["accent"] == "0F6B6B"


# --- include ---


def test_a_cv_in_parts_is_the_whole(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    whole = tree.parse(cv(MASTER), Sink())
    document = load_document(whole, Sink()) if whole is not None else None
    cut = MASTER.index("counts:")
    (tmp_path / "parts" / "head.yaml").write_text("include: parts/works.yml\nphone: '123'\n")
    head, works = MASTER[:cut].split("publications:")
    (tmp_path / "parts" / "works.yml").write_text("publications:" + works + "lists: {number: down}\n")
    sections = MASTER[cut:].split("  Service:")[0].split("sections:\n")[1]
    (tmp_path / "parts" / "sections.yaml").write_text(re.sub("(?m)^  ", "", sections) + "Service: {include: s.yaml}\n")
    (tmp_path / "s.yaml").write_text("tags: [extra]\nentries: [{include: a.yaml}]\n")
    (tmp_path / "a.yaml").write_text("[A, B]\n")
    rest = MASTER[MASTER.index("  More:") :]
    (tmp_path / "more.yaml").write_text(re.sub("(?m)^  ", "", rest.split("variants:")[0]))
    (tmp_path / "v.yaml").write_text("variants:" + rest.split("variants:")[1])
    text = (
        "include: [parts/head.yaml, v.yaml]\nsections: {include: [parts/sections.yaml, more.yaml]}\ncounts: {n: all}\n"
        + head.replace('phone: "123"\n', "").replace("lists: {number: down}\n", "")
    )
    source, sink, files = cv(text, tmp_path), Sink(), Files()
    root = read_tree(source, files, sink)
    assert root is not None
    assert sink.diagnostics == []
    assert load_document(root, sink) == document
    assert len(source.joined) == 7
    assert {Path(path).name for path in files.states} == {p.name for p in tmp_path.rglob("*.y*ml")}
    assert latex(source, variant="short") == latex(MASTER, variant="short")  # counts and citations in parts, too


def test_places_lead_into_included_files(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("- {course: Algebra, dat: 2020}\n- Point [@nobody].\n")
    _, sink = look(cv("name: Ada\nsections: {Teaching: {include: t.yaml}}\n", tmp_path))
    found = [(d.span.source.name, d.span.line, d.span.column) for d in sink.sorted() if d.span]
    assert found == [("t.yaml", 1, 21), ("t.yaml", 2, 10)]
    (tmp_path / "t.yaml").write_text("- {course: Algebra, date: 2020}\n")
    checked_cv = checked(cv("name: Ada\nsections: {Teaching: {include: t.yaml}}\n", tmp_path))
    tex = write_latex(checked_cv, Sink())
    assert tex is not None
    line = tex.written.text[: tex.written.text.index("Algebra")].count("\n") + 1
    place = tex.written.place(line)
    assert place is not None
    assert (place.source.name, place.line) == ("t.yaml", 1)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("include: ../x.yaml", "CV134"),
        ("include: /etc/x.yaml", "CV134"),
        ("include: a.bib", "CV134"),
        ("include: none.yaml", "CV001"),
        ("include: self.yaml", "CV134"),
        ("include: cv.yaml", "CV134"),
        ("include: back.yaml", "CV134"),
        ("include: list.yaml", "CV135"),
        ("include: [head.yaml, head2.yaml]", "CV102"),
        ("include: {a: b}", "CV202"),
        ("include: link.yaml", "CV134"),
        ("include: many.yaml", "CV134"),
        ("include: bad.yaml", "CV110"),
        ("sections: {include: [mapping.yaml, list.yaml]}", "CV135"),
    ],
)
def test_what_cannot_be_included_is_told(text: str, expected: str, tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    (tmp_path / "x.yaml").write_text("headline: x\n")
    (inside / "link.yaml").symlink_to(tmp_path / "x.yaml")
    for name, content in {
        "self": "include: other.yaml\n", "other": "include: self.yaml\n", "list": "[a]\n", "head": "headline: a\n",
        "head2": "headline: b\n", "mapping": "A: b\n", "bad": "a: [\n", "cv": "",
        "back": "include: cv.yaml\n",
        "many": "sections: [" + "{include: m1.yaml}," * 90 + "]\n",
        **{f"m{i}": "[" + f"{{include: m{i + 1}.yaml}}," * 90 + "]\n" for i in range(1, 4)}, "m4": "[x]\n",
    }.items():  # fmt: skip
        (inside / f"{name}.yaml").write_text(content)
    found, sink = look(cv("name: Ada\n" + text + "\n", inside))
    assert found is None
    assert sink.diagnostics[0].code.number == expected, list(sink.sorted())
    assert len(sink.diagnostics) == 1 or "back" not in text  # what a file could not bring is not told again


def test_so_many_files_and_no_more(tmp_path: Path) -> None:
    for number in range(MAX_FILES + 1):
        (tmp_path / f"f{number}.yaml").write_text(f"people: {{P{number}: A}}\n")
    names = [f"f{number}.yaml" for number in range(MAX_FILES + 1)]
    found, _ = look(cv(f"name: Ada\ninclude: {json.dumps(names[:-1])}\n", tmp_path))
    assert found is not None
    assert len(found.document.people) == MAX_FILES
    assert look(cv(f"name: Ada\ninclude: {json.dumps(names)}\n", tmp_path))[0] is None


def test_raw_latex_is_allowed_as_in_the_cv_itself(tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_text("summary: a `\\quux`{=latex}\n")
    text = "name: Ada\ninclude: t.yaml\n"
    assert look(cv(text, tmp_path))[1].failed
    assert "\\quux" in latex(Source("cv.yaml", text, tmp_path, raw_latex=True))


def test_editors_know_include_and_variants() -> None:
    known = Draft202012Validator(json_schema())
    parts = '{"sections": {"include": ["a.yaml"], "B": {"include": "x.yaml"}}, "people": {"include": "p.yaml"}}'
    for text in (
        '{"include": "a.yaml"}',
        f'{{"name": "A", {parts[1:]}',
        '{"name": "A", "variants": {"a": {"sections": ["X"]}}}',
    ):
        assert known.is_valid(json.loads(text)), text
    for text in ('{"headline": "x"}', '{"name": "A", "variants": {"a": {"pags": 2}}}'):
        assert not known.is_valid(json.loads(text)), text


# --- the command line ---


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("variants")
    long = "  Long: {tags: long, entries: [" + ", ".join(f"Point {i}" for i in range(60)) + "]}\n"
    (folder / "me.yaml").write_text(
        f"name: Ada\nsections:\n  Short: Words.\n{long}"
        "variants:\n  one: {pages: 1, file: ada-one-page}\n  two: {without: long, pages: 1}\n"
    )
    return folder


@pytest.mark.engine
def test_all_variants_are_rendered_and_their_pages_counted(folder: Path) -> None:
    ran = cvbuild("render", "me.yaml", "--variant", "all", cwd=folder)
    said = ran.stderr.decode()
    assert ran.returncode == 1
    assert {path.name for path in folder.glob("*.pdf")} == {"me.pdf", "me-two.pdf", "ada-one-page.pdf"}
    assert re.search(
        r"me.yaml:6:16: warning CV630: there are 2 pages, and 1 is allowed; the last of them has \d+ lines", said
    )
    assert said.count("CV630") == 1
    over = sum("Point" in line for line in Pdf((folder / "ada-one-page.pdf").read_bytes()).pages[1].splitlines())
    assert f"has {over} lines" in said, said


def test_tex_of_variants(folder: Path) -> None:
    ran = cvbuild(
        "render", "me.yaml", "--variant", "two", "--variant", "one", "--to", "tex", "--set", "name=Bo", cwd=folder
    )
    assert ran.returncode == 0, ran.stderr
    assert "Point 7" not in (folder / "me-two.tex").read_text()
    assert "Point 7" in (folder / "ada-one-page.tex").read_text()
    assert "{Bo}" in (folder / "me-two.tex").read_text()
    assert cvbuild("render", "me.yaml", "--variant", "all", "-o", "x.pdf", cwd=folder).returncode == 2
    ran = cvbuild("render", "me.yaml", "--variant", "tow", cwd=folder)
    assert (ran.returncode, b"did you mean `two`?" in ran.stderr) == (1, True)
    wrong = cvbuild("render", "me.yaml", "--as-of", "2023", cwd=folder)
    assert (wrong.returncode, b"--as-of is a day" in wrong.stderr) == (2, True)


def test_validate_looks_at_all_variants_and_tells_each_thing_once(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(
        "name: Ada\nsections: {Works: {publications: {select: all, number: up}}, Text: 'See [@b].'}\n"
        "publications: {a: {title: A, authors: Ada, year: 2020}, b: {title: B, authors: Ada, year: 2020, tags: x}}\n"
        "variants: {v: {theme: {accent: rde}}, w: {without: x}, u: {without: x}}\n"
    )
    ran = cvbuild("validate", "me.yaml", cwd=tmp_path)
    said = ran.stderr.decode()
    assert ran.returncode == 1
    assert said.count(": error ") == 1, said
    assert "me.yaml:4:32: error CV503: `accent`" in said
    assert "(in the variant `v`)" in said
    assert said.count("CV137") == 1
    assert "(in the variant `w`)" in said
    assert cvbuild("validate", "me.yaml", "--variant", "w", cwd=tmp_path).returncode == 0
