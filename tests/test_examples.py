"""The five examples: golden LaTeX in both themes, and the facts of the seeds read back from the PDF."""

from __future__ import annotations

import hashlib
import os
import re
from functools import cache
from pathlib import Path

import pytest

from cvbuild.checked import Choices
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.pipeline import check, render, write_latex
from cvbuild.reading import read_file
from cvbuild.source import Source
from tests.pdf import Pdf
from tests.support import EXAMPLES, ROOT

GOLDEN = ROOT / "tests" / "golden"
THEMES = ("noether", "turing")
STEMS = [path.stem for path in EXAMPLES]


def read(stem: str) -> Source:
    sink = Sink()
    source = read_file(ROOT / "examples" / f"{stem}.yaml", f"{stem}.yaml", Files(), sink)
    assert source is not None
    return source


@cache
def typeset(stem: str) -> Pdf:
    outcome = render(read(stem))
    assert outcome.pdf is not None, list(outcome.sink.sorted())
    assert outcome.sink.diagnostics == [], "an example should typeset without a warning"
    return Pdf(outcome.pdf)


def test_there_are_five_examples() -> None:
    assert STEMS == ["jjzhu", "lei-wu", "libin-zhu", "research-page", "research-themes"]


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("stem", STEMS)
def test_golden_latex(stem: str, theme: str) -> None:
    sink = Sink()
    checked = check(read(stem), Files(), sink, Choices(theme=theme))
    assert checked is not None, list(sink.sorted())
    tex = write_latex(checked, sink)
    assert tex is not None, list(sink.sorted())
    text = tex.written.text
    # The theme's static macros stand before \begin{document}; golden files hold what the CV gives.
    text = text[text.index("\\begin{document}") :]
    golden = GOLDEN / f"{stem}.{theme}.tex"
    if os.environ.get("CVBUILD_ACCEPT"):
        golden.parent.mkdir(exist_ok=True)
        golden.write_text(text, encoding="utf-8")
    assert text == golden.read_text(encoding="utf-8"), "run `make golden` and read the diff"


def test_no_golden_file_is_left_over() -> None:
    assert sorted(p.name for p in GOLDEN.iterdir()) == sorted(f"{s}.{t}.tex" for s in STEMS for t in THEMES)


def facts(stem: str) -> list[str]:
    lines = (ROOT / "tests" / "facts" / f"{stem}.txt").read_text(encoding="utf-8").splitlines()
    return [" ".join(line.split()) for line in lines if line.strip() and not line.startswith("#")]


@pytest.mark.engine
@pytest.mark.parametrize("stem", STEMS)
def test_no_fact_of_the_seed_is_lost(stem: str) -> None:
    """A fact that is listed twice, or is part of another, must be there as often."""
    # A reader cannot tell a compound broken at its hyphen from a word that TeX broke: hyphens don't count here.
    text = typeset(stem).text.replace("-", "")
    lines = [fact.replace("-", "") for fact in facts(stem)]
    assert len(lines) > 20
    missing = [fact for fact in dict.fromkeys(lines) if text.count(fact) < sum(line.count(fact) for line in lines)]
    assert missing == []


@pytest.mark.engine
def test_lei_wu() -> None:
    pdf = typeset("lei-wu")
    assert pdf.text.count("* indicates equal contribution or alphabetical author order.") == 1
    assert pdf.text.index("indicates equal contribution") < pdf.text.index("Published")
    assert pdf.metadata["Title"].startswith("Lei Wu")
    assert pdf.metadata["Author"] == "Lei Wu"
    assert str(pdf.pike.Root.Lang) == "en"
    assert (0, "Education") in pdf.bookmarks
    assert (1, "Preprints") in pdf.bookmarks
    assert "mailto:leiwu@example.org" in pdf.links
    assert "https://arxiv.org/abs/2006.14450" in pdf.links


@pytest.mark.engine
def test_the_owner_is_bold_and_nobody_else() -> None:
    pdf = typeset("lei-wu")
    assert pdf.fonts_of("Lei Wu", before=", Weinan E. Machine") == {"EBGaramond-Bold"}
    assert pdf.fonts_of("*", before=", Qingcan Wang") == {"EBGaramond-Regular"}, "the mark stands outside the bold"
    assert pdf.fonts_of("Qingcan Wang") == {"EBGaramond-Regular"}
    assert pdf.fonts_of("Huan Lei") == {"EBGaramond-Regular"}


@pytest.mark.engine
def test_citations_lead_to_their_items() -> None:
    pdf = typeset("research-page")
    assert len(pdf.inner_links) == 39
    assert set(pdf.inner_links) <= pdf.places


@pytest.mark.engine
def test_the_same_bytes_every_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = render(read("jjzhu")).pdf
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert first is not None
    assert render(read("jjzhu")).pdf == first


@pytest.mark.engine
def test_a_line_that_announces_a_list_stands_on_its_page() -> None:
    first, second = typeset("research-themes").pages
    assert "In earlier years I worked on these topics" not in first
    assert "In earlier years I worked on these topics" in second


@pytest.mark.engine
@pytest.mark.parametrize("stem", STEMS)
def test_the_pictures_in_the_docs_are_those_of_today(stem: str) -> None:
    """And the bytes of the PDF those of the machine on which the pictures were made."""
    page = (ROOT / "docs" / "examples.md").read_text(encoding="utf-8")
    digest = hashlib.sha256(typeset(stem).data).hexdigest()
    assert f"## [{stem}](../examples/{stem}.yaml)\n\n`{digest}`" in page, "run `make pictures`, and look at them"
    shown = re.findall(rf"\(pictures/{stem}-(\d+)\.png\)", page)
    assert [int(number) for number in shown] == list(range(1, len(typeset(stem).pages) + 1))
