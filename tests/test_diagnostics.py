"""Every code has a case that shows it at its place, and a line in docs/diagnostics.md.

A case is a file ``diagnostics/CVnnn.yaml``; its comments ``#= line:column CVnnn`` are all that must be reported;
in cases of CV7xx, by lint as of 21 November 2026.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tools.docs import diagnostics_page

from cvbuild.diagnostics import CODES, Sink
from cvbuild.report import human
from cvbuild.tree import parse
from tests.support import ROOT, places, problems, remarks, source

CASES = sorted((ROOT / "tests" / "diagnostics").glob("CV*.yaml"))
# Codes that no text of a CV can bring about, and where they are shown instead.
ELSEWHERE = {
    "CV427": "test_people.py", "CV428": "test_people.py",
    "CV001": "test_cli.py", "CV002": "test_tree.py", "CV003": "test_tree.py", "CV006": "test_cli.py",
    "CV502": "test_build.py", "CV504": "test_writers.py", "CV601": "test_cli.py", "CV602": "test_build.py",
    "CV603": "test_build.py", "CV604": "test_build.py", "CV605": "test_build.py", "CV610": "test_escapes.py", "CV611": "test_escapes.py",
}  # fmt: skip


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    expected = [line[2:].strip() for line in text.splitlines() if line.startswith("#=")]
    assert any(path.stem in line for line in expected)
    assert (places(remarks(text)) if path.stem.startswith("CV7") else problems(text)) == expected


def test_every_code_is_shown_somewhere() -> None:
    assert {path.stem for path in CASES} | set(ELSEWHERE) == set(CODES)
    for code, name in ELSEWHERE.items():
        assert code in (ROOT / "tests" / name).read_text(encoding="utf-8"), code


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
    lines = report("a: " + "x" * 500 + ": `y\n").splitlines()
    assert len(lines[1]) < 200
    assert lines[1][lines[2].index("^")] == ":"


def test_a_file_cannot_steer_the_terminal() -> None:
    assert "\x1b" not in report("a: 1\n\u009b31m: `\n") + report('"\\e[31m": 1\n"\\e[31m": 2\n')
