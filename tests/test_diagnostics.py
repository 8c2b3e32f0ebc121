"""Every code has a case that shows it at its place, an example that explains it, and a place in docs/diagnostics.md.

A case is a file ``CVnnn.yaml``: an example of `cvbuild.explain`, or in ``diagnostics/`` here, where it is too long for an
example. Its comments ``#= line:column CVnnn`` are all that must be reported; in cases of CV7xx, by lint as of
21 November 2026. A case is in one of the two folders, or in both.
"""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tools.docs import diagnostics_page

from cvbuild.diagnostics import CODES, Code, Sink, closest
from cvbuild.explain import cure_of, example_of, explanation, find, report_of, table
from cvbuild.explain.example import CASES as EXAMPLES
from cvbuild.report import human
from cvbuild.tree import parse
from tests.support import ROOT, places, problems, remarks, source

CASES = sorted((ROOT / "tests" / "diagnostics").glob("CV*.yaml"))
EXAMPLED = sorted(EXAMPLES.glob("CV*.yaml"))
# Codes that no text of a CV can bring about, or none that could be read, and where they are shown instead.
ELSEWHERE = {
    "CV231": "test_pictures.py", "CV232": "test_pictures.py", "CV233": "test_pictures.py", "CV234": "test_pictures.py",
    "CV235": "test_pictures.py",
    "CV427": "test_people.py", "CV428": "test_people.py",
    "CV515": "test_themes.py", "CV516": "test_themes.py", "CV517": "test_themes.py",
    "CV002": "test_tree.py", "CV013": "test_clock.py", "CV014": "test_new.py", "CV016": "test_watch.py", "CV006": "test_cli.py",
    "CV018": "test_api.py", "CV019": "test_api.py",
    "CV502": "test_build.py", "CV504": "test_writers.py", "CV601": "test_cli.py", "CV602": "test_build.py",
    "CV603": "test_build.py", "CV604": "test_build.py", "CV605": "test_build.py", "CV606": "test_blame.py",
    **dict.fromkeys(("CV620", "CV621", "CV622", "CV623", "CV624", "CV625", "CV626", "CV627"), "test_verify.py"),
    **dict.fromkeys(("CV130", "CV136", "CV630"), "test_variants.py"),
    "CV610": "test_escapes.py", "CV611": "test_escapes.py", "CV640": "test_html.py",
}  # fmt: skip


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = [line[2:].strip() for line in text.splitlines() if line.startswith("#=")]
    assert any(path.stem in line for line in expected)
    assert (places(remarks(text)) if path.stem.startswith("CV7") else problems(text)) == expected


@pytest.mark.parametrize("path", EXAMPLED, ids=lambda path: path.stem)
def test_example(path: Path) -> None:
    example = example_of(CODES[path.stem])
    assert example is not None
    assert tuple(places(example.findings())) == example.expected
    assert path.stem in report_of(example)
    assert "#=" not in explanation(example.code)
    if example.cured is not None:
        assert places(example.findings_when_cured()) == []
        assert cure_of(example)
    else:
        hints = [d.hint for d in example.findings() if d.code is example.code]
        assert all(hints), "write its cure below it: `#+ 2 text` puts a text for line 2"


def test_every_code_is_shown_somewhere() -> None:
    assert {path.stem for path in CASES + EXAMPLED} | set(ELSEWHERE) == set(CODES)
    for code, name in ELSEWHERE.items():
        assert code in (ROOT / "tests" / name).read_text(encoding="utf-8"), code


def test_every_code_that_can_has_an_example() -> None:
    """A short one: `git mv tests/diagnostics/CVnnn.yaml src/cvbuild/explain/cases/` if the case is short."""
    without = {code for code in CODES if example_of(CODES[code]) is None}
    assert without == {*ELSEWHERE, "CV004"}


@pytest.mark.parametrize("word", ["CV105", "cv105", "105", " CV 105 "])
def test_a_code_is_found(word: str) -> None:
    assert find(word) is CODES["CV105"]


@pytest.mark.parametrize(
    ("word", "nearest"),
    [
        ("CV118", ["CV114", "CV115", "CV120", "CV121"]),
        ("99999", ["CV716", "CV717", "CV718", "CV719"]),
        ("duplicate", ["CV102"]),
        ("NSF", []),
        ("", []),
    ],
)
def test_other_words_find_the_nearest(word: str, nearest: list[str]) -> None:
    found = find(word)
    assert isinstance(found, list)
    assert [code.number for code in found] == nearest


def test_the_table_has_all() -> None:
    assert [line.split()[0] for line in table().splitlines()] == sorted(CODES)


def test_an_explanation_has_all_its_parts() -> None:
    assert explanation(CODES["CV105"]) == (
        "CV105, warning: value cut by a comment\n\n"
        "In YAML, a `#` after a space starts a comment, even inside a sentence. Quote the\n"
        "value to keep the words behind it.\n\n"
        "For example:\n\n"
        "    name: Ada\n"
        "    headline: Lab #3\n\n"
        "cvbuild says:\n\n"
        "    me.yaml:2:15: warning CV105: `#3` is a comment, and not part of the value\n"
        "        2 | headline: Lab #3\n"
        "          |               ^^\n"
        "      hint: put the value in quotes, or write `# ` with a space for a comment\n\n"
        "Cured:\n\n"
        '        2 | headline: "Lab #3"\n'
    )
    assert isinstance(CODES["CV601"], Code)
    assert explanation(CODES["CV601"]).splitlines()[0] == "CV601, error: engine not found"
    assert "For example" not in explanation(CODES["CV601"])


def test_page_is_up_to_date() -> None:
    assert (ROOT / "docs" / "diagnostics.md").read_text(encoding="utf-8") == diagnostics_page(), "run `make docs`"


def report(text: str) -> str:
    sink = Sink()
    parse(source(text), sink)
    return human(sink.sorted())


def test_second_places_are_shown() -> None:
    assert report("a: 1\nb: 2\na: 3\n") == (
        "cv.yaml:3:1: error CV102: the key `a` is here twice\n"
        "    3 | a: 3\n"
        "      | ^\n"
        "  cv.yaml:1:1: first written here\n"
        "    1 | a: 1\n"
        "      | -\n"
        "  hint: keep one of them, or give one another name\n"
    )


def test_carets_stand_right_under_wide_characters_and_in_long_lines() -> None:
    lines = report("吴磊: `x`\n").splitlines()
    assert lines[2].index("^") - lines[1].index("吴") == 6  # two wide characters, a colon, a space
    lines = report("a: {b: " + "x" * 500 + ", b: y}\n").splitlines()
    assert len(lines[1]) < 200
    assert lines[1][lines[2].index("^")] == "b"


def test_a_file_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in report("a: 1\n\u009b31m: `\n") + report('"\\e[31m": 1\n"\\e[31m": 2\n')


def test_a_misspelt_word_is_found_among_many_in_good_time() -> None:
    known = [
        f"{name}{year}{word}" for name in ("wu", "ma", "li") for year in range(1900, 2000) for word in "abcdefghij"
    ]
    assert closest("wu1987x", ["other", *known, "wu1987xy"]) in known
    assert closest("wux1987c", known) == "wu1987c"
    assert closest("zzzzzzzz", known) is None
    start = time.process_time()
    for n in range(200):
        closest(f"wu{n}zz", known)
    assert time.process_time() - start < 4  # it was two minutes
