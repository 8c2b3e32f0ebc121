"""Files of works as YAML: tidy, and the same works."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cvbuild import tree
from cvbuild.bibliography import read_entries, to_model
from cvbuild.bibliography.export import write_bib
from cvbuild.bibliography.tidy import write_works
from cvbuild.bibliography.yaml_scalars import exact, scalar
from cvbuild.diagnostics import Sink
from cvbuild.exchange import import_works
from cvbuild.model import Work
from cvbuild.source import CONTROL, Source
from tests import hostile
from tests.inside import cvbuild
from tests.support import load

BIB = r"""@string{jc = "J. Comput. Phys."}
@article{wu:2018, author = {Wu, Lei and E, Weinan and others}, journal = jc, year = 2018, month = jul, volume = 12,
  title = {{How} {SGD} selects the global minima: a $\Gamma$-view of ``flat'' minima --- and Bernoulli's inequality in H\"older spaces},
  number = 3, pages = {1--20}, doi = {10.1000/xyz}, keywords = {a, selected}, code = {https://github.com/a_b}}
@inproceedings{c, author = {{The ATLAS Collaboration} and M{\"u}ller, J.}, title = {100\% sure #1}, booktitle = {No}, year = 2020}
"""
YAML = """\
# From refs.bib, by `cvbuild import`.
publications:
  wu:2018:
    title: 'How SGD selects the global minima: a $\\Gamma$-view of “flat” minima — and Bernoulli''s
      inequality in Hölder spaces'
    authors: Lei Wu, Weinan E, et al.
    date: 2018-07
    journal: J. Comput. Phys.
    volume: 12
    issue: 3
    pages: 1-20
    doi: 10.1000/xyz
    links:
      code: https://github.com/a_b
    tags: [a, selected]

  c:
    title: '100% sure #1'
    authors: '{The ATLAS Collaboration}, J. Müller'
    year: 2020
    conference: 'No'
"""


def works_in(yaml: str) -> tuple[Work, ...]:
    document, found = load("name: N\n" + yaml)
    assert document is not None, yaml
    assert not found, yaml
    return document.publications.works


def test_tidy(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(BIB)
    ran = cvbuild("import", "refs.bib", cwd=tmp_path)
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert ran.stdout.decode() == YAML


@settings(max_examples=30, deadline=None)
@given(hostile.databases)
def test_every_work_reads_back(works: tuple[Work, ...]) -> None:
    back = works_in(write_works(works, "from x\ny.bib"))
    assert not hostile.differences(works, back)
    assert back == works


@settings(max_examples=25, deadline=None)
@given(hostile.databases)
def test_the_same_works_as_in_the_file(works: tuple[Work, ...]) -> None:
    source, sink = Source("refs.bib", write_bib(works)), Sink()
    loaded = to_model(read_entries(source, {}, sink).entries, sink)
    assert works_in(import_works([source], sink).text) == loaded


_texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=30).map(lambda text: CONTROL.sub("", text))
_texts |= st.lists(st.sampled_from([*hostile.SIGNS, *hostile.WORDS, " "]), max_size=20).map("".join)


@settings(max_examples=300, deadline=None)
@given(_texts, st.integers(0, 90))
def test_every_scalar_reads_back(text: str, used: int) -> None:
    for yaml in (
        f"k: {scalar(text, 2, used)}",
        f"k: [{scalar(text, flow=True)}, {exact(text)}]",
        f"{scalar(text, width=None)}: x",
        f"a:\n  - {scalar(text, 4, 4)}",
    ):
        sink = Sink()
        node = tree.parse(Source("x.yaml", yaml), sink)
        assert not sink.diagnostics, yaml
        assert isinstance(node, tree.Mapping)
        key, value = node.pairs[0]
        texts = value.items if isinstance(value, tree.Sequence) else (value,)
        found = [n.text for n in texts if isinstance(n, tree.Scalar) and not n.null] if key.text == "k" else None
        assert found in (None, [text] * len(texts)), yaml
        assert key.text in ("k", "a") or key.text == text, yaml


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("plain words", "plain words"),
        ("2020", "2020"),
        ("1.5", "1.5"),
        ("043309", "'043309'"),
        ("12:30", "'12:30'"),
        ("1_000", "'1_000'"),
        ("yes", "'yes'"),
        ("null", "'null'"),
        ("", "''"),
        ("a: b", "'a: b'"),
        ("a #b", "'a #b'"),
        ("it's: so", '"it\'s: so"'),
        ("it's \\ so", "it's \\ so"),
        ("- a", "'- a'"),
        ("“a” – ü 鄂", "“a” – ü 鄂"),
        ("a\nb", '"a\\nb"'),
        ("\ufeffa", '"\\uFEFFa"'),
    ],
)
def test_quotes_only_where_they_must_be(text: str, written: str) -> None:
    assert scalar(text) == written


def test_keys_that_mean_something_else_beside_works() -> None:
    works = works_in("publications:\n  works:\n    files: {title: A}\n    x: {title: B}\n")
    assert write_works(works).startswith("publications:\n  works:\n    files:\n")
    assert works_in(write_works(works)) == works
    assert works_in(write_works(())) == ()


def test_authors_of_every_form() -> None:
    yaml = """publications:
  a: {title: T, authors: "Weinan E*, Chao Ma"}
  b: {title: T, authors: ["Steele, Guy L., Jr.*", "{A, B}", "马逸安"]}
  c: {title: T, authors: [{name: A B, marks: [equal]}, {name: C D*, me: true}, {name: E F, person: ef}]}
"""
    written = write_works(works_in(yaml))
    assert works_in(written) == works_in(yaml)
    assert "    authors: Weinan E*, Chao Ma\n" in written
    assert "    authors: Guy L. Steele Jr.*, {A, B}, 马逸安\n" in written
    assert "      - name: A B\n        marks: equal\n" in written
    assert "      - name: C D*\n        me: true\n" in written


# --- the command ---


def test_broken_entries_are_told_and_the_others_written(tmp_path: Path) -> None:
    (tmp_path / "refs.bib").write_text(
        "@misc{a, title = {A}}\n@misc{b, title = {B\n@misc{c, title = {C}}\n@misc{d, year = 1}\n"
    )
    ran = cvbuild("import", "refs.bib", "-o", "works.yaml", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert b"refs.bib:2:" in ran.stderr
    assert b"`d` has no title" in ran.stderr
    assert ran.stderr.endswith(b"the other 2 works are written\n")
    assert [work.key for work in works_in((tmp_path / "works.yaml").read_text())] == ["a", "c"]


def test_several_files_and_formats(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text("@misc{a, title = {A}}")
    (tmp_path / "b.json").write_text(
        json.dumps([{"id": "b", "type": "article-journal", "title": "B", "container-title": "J"}])
    )
    ran = cvbuild("import", "a.bib", "b.json", "-", cwd=tmp_path, stdin=b"@misc{c, title = {C}}")
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.startswith(b"# From a.bib, b.json and <stdin>, by `cvbuild import`.\n")
    assert [work.key for work in works_in(ran.stdout.decode())] == ["a", "b", "c"]


def test_nothing_is_written_over(tmp_path: Path) -> None:
    (tmp_path / "a.bib").write_text("@misc{a, title = {A}}")
    (tmp_path / "works.yaml").write_text("mine")
    assert cvbuild("import", "a.bib", "-o", "works.yaml", cwd=tmp_path).returncode == 2
    assert cvbuild("import", "a.bib", "-o", "a.bib", "--force", cwd=tmp_path).returncode == 2
    assert (tmp_path / "works.yaml").read_text() == "mine"
    assert cvbuild("import", "a.bib", "-o", "works.yaml", "--force", cwd=tmp_path).returncode == 0


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    ran = cvbuild("import", "no.bib", "-o", "works.yaml", cwd=tmp_path)
    assert ran.returncode == 2
    assert not (tmp_path / "works.yaml").exists()


def test_files_that_are_imported_together_are_one() -> None:
    sink = Sink()
    macros = Source("macros.bib", '@string{jfm = "Journal of Fluid Mechanics"}')
    refs = Source("refs.bib", "@article{k, title={T}, author={Ada Lovelace}, journal=jfm, year=2020}")
    found = import_works((macros, refs), sink)
    assert sink.diagnostics == []
    assert "journal: Journal of Fluid Mechanics" in found.text
