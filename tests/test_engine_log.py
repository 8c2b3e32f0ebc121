"""The words of TeX, as messages with lines of the document."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from cvbuild.engine.base import Message
from cvbuild.engine.log import locate_characters, parse_log, parse_tectonic

LOG = r"""This is a TeX, restricted \write18 enabled.
**cv.tex
(./cv.tex (/usr/share/texmf/article.cls
Document Class: article
)
Missing character: There is no 漢 (U+6F22) in font [lmroman10-regular]:mapping=tex-text;!
./cv.tex:4: Undefined control sequence.
l.4 Hello 漢 \foo
                 bar
The control sequence at the end of the top line
of your error message was never \def'ed.

Overfull \hbox (144.91174pt too wide) detected at line 7
\TU/lmr/m/n/10 see cv.tex:99: not an error

Overfull \hbox (306.86pt too wide) in paragraph at lines 9--11
\TU/lmr/m/n/10 Averylongword
 []

Overfull \vbox (12.0pt too high) has occurred while \output is active []

./cv.tex:16: Undefined control sequence.
\cventry ->\cvtitle
                   {#1}
l.16 \cventry{a}
./cv.tex:19: LaTeX Error: Unicode character ư (U+01B0)
               not set up for use with LaTeX.

See the LaTeX manual or LaTeX Companion for explanation.
l.19 ư
/usr/share/tex/hyperref.sty:1234: Package hyperref Error: Wrong driver.
Missing character: There is no 漢 (U+6F22) in font [lmroman10-regular]:mapping=tex-text;!
! File ended while scanning use of \textbf .
!  ==> Fatal error occurred, no output PDF file produced!
"""


def test_classic_log() -> None:
    assert parse_log(LOG, first_line=3) == (
        Message(
            "missing-character",
            "Missing character: There is no 漢 (U+6F22) in font [lmroman10-regular]:mapping=tex-text;!",
            None,
            "漢",
        ),
        Message("error", r"Undefined control sequence: \foo", 1),
        Message("overfull", r"Overfull \hbox (144.91174pt too wide)", 4),
        Message("overfull", r"Overfull \hbox (306.86pt too wide)", 6),
        Message("overfull", r"Overfull \vbox (12.0pt too high)"),
        Message("error", r"Undefined control sequence: \cvtitle", 13),
        Message("error", "LaTeX Error: Unicode character ư (U+01B0) not set up for use with LaTeX.", 16, "ư"),
        Message("error", "hyperref.sty:1234: Package hyperref Error: Wrong driver."),
        Message("error", r"File ended while scanning use of \textbf ."),
    )


def test_a_place_in_the_preamble_is_no_line_of_the_document() -> None:
    assert parse_log("./cv.tex:3: Missing number, treated as zero.", first_line=3) == (
        Message("error", "Missing number, treated as zero.", preamble=3),
    )


def test_the_epilogue_counts_only_when_nothing_else_failed() -> None:
    end = "./cv.tex:9: Emergency stop.\n!  ==> Fatal error occurred, no output PDF file produced!\n"
    assert parse_log(end, first_line=0) == (Message("error", "Emergency stop.", 9),)
    assert parse_log("./cv.tex:8: Double subscript.\n" + end, first_line=0) == (
        Message("error", "Double subscript.", 8),
    )


@pytest.mark.parametrize(
    ("said", "character"),
    [
        ('There is no é ("E9) in font cmr10!', "é"),
        ('There is no ^^e6 ("E6) in font cmr10!', "æ"),
        ("There is no ^^e6 in font cmr10!", None),
        ("There is no \u2003 (U+2003) in font [x]!", "\u2003"),
    ],
)
def test_forms_of_a_missing_character(said: str, character: str | None) -> None:
    (message,) = parse_log("Missing character: " + said, first_line=0)
    assert message.character == character


WARNINGS = r"""warning: cv.tex:3: Missing character: There is no \ufffd\ufffd\ufffd (U+6F22) in font [EBGaramond.ttf]:!
warning: could not represent character "漢" (0x6f22) in font "[EBGaramond-Regular.ttf]:"
warning:   you may need to load the `fontspec` package and use (e.g.) \setmainfont to
warning:   choose a different font that covers the unrepresentable character(s)
warning: cv.tex:4:
Missing character: There is no \ufffd\ufffd (U+01B0) in font [LinLibertine_RBI.otf]:!
warning: could not represent character "ư" (0x1b0) in font "[LinLibertine_RBI.otf]:"
warning: cv.tex:7: Overfull \hbox (137.55083pt too wide) detected at line 7
warning: cv.tex:11: Overfull \hbox (147.87704pt too wide) in paragraph at lines 9--11
warning: warnings were issued by the TeX engine; use --print and/or --keep-logs for details.
""".replace("\\ufffd", "\ufffd")

FAILURE = r"""error: something bad happened inside XeTeX; its output follows:

===============================================================================
(cv.tex
LaTeX2e <2022-11-01> patch level 1
No file cv.aux.
! Undefined control sequence.
\inner ->\nope

l.4 \def\inner{\nope} \inner

No pages of output.
Transcript written on cv.log.
===============================================================================
error: the XeTeX engine had an unrecoverable error
caused by: halted on potentially-recoverable error as specified
"""


def test_warnings_of_tectonic() -> None:
    assert parse_tectonic(WARNINGS, first_line=1) == (
        Message(
            "missing-character",
            "Missing character: There is no 漢 (U+6F22) in font [EBGaramond.ttf]:!",
            2,
            "漢",
        ),
        Message(
            "missing-character", "Missing character: There is no ư (U+01B0) in font [LinLibertine_RBI.otf]:!", 3, "ư"
        ),
        Message("overfull", r"Overfull \hbox (137.55083pt too wide)", 6),
        Message("overfull", r"Overfull \hbox (147.87704pt too wide)", 8),
    )


@pytest.mark.parametrize(
    ("said", "message"),
    [
        (
            "error: cv.tex:4: Undefined control sequence\n" + FAILURE,
            Message("error", r"Undefined control sequence: \nope", 3),
        ),
        (FAILURE, Message("error", r"Undefined control sequence: \nope")),
        (
            "error: cv.tex:4: LaTeX Error: Environment foo undefined.\n\nSee the LaTeX manual.\n",
            Message("error", "LaTeX Error: Environment foo undefined.", 3),
        ),
        (
            "error: cv.tex:1: Package foo Error: bad thing\n(foo)                second line.\n\nSee the manual\n",
            Message("error", "Package foo Error: bad thing second line.", preamble=1),
        ),
        ("error: !Emergency stop\n*** (job aborted)\n", Message("error", "Emergency stop *** (job aborted)")),
        (
            "error: the xdvipdfmx engine had an unrecoverable error\ncaused by: Image inclusion failed.\n",
            Message("error", "Image inclusion failed."),
        ),
        ("error: cannot open bundle\n", Message("error", "cannot open bundle")),
    ],
)
def test_errors_of_tectonic(said: str, message: Message) -> None:
    assert parse_tectonic(WARNINGS + said, first_line=1)[4:] == (message,)


def test_missing_characters_are_looked_for_in_the_document() -> None:
    document = "漢\na\n漢 b\n\n漢\n"
    missing = Message("missing-character", "no 漢", None, "漢")
    at_the_end = Message("missing-character", "no 漢", 4, "漢")
    elsewhere = Message("missing-character", "no é", None, "é")
    error = Message("error", "x", 2)
    assert [m.line for m in locate_characters([missing, at_the_end, elsewhere, error], document)] == [1, 3, None, 2]


@pytest.mark.engine
@pytest.mark.parametrize("engine", ["pdflatex", "xelatex", "lualatex"])
def test_a_real_log(engine: str, tmp_path: Path) -> None:
    program = shutil.which(engine)
    if program is None:
        pytest.skip(f"{engine} is not installed")
    words = "Averyveryverylongword" * 9
    document = (
        f"\\documentclass{{article}}\n\\begin{{document}}\na\n\n{words}\n\n"
        "{\\font\\x=cmr10 \\x\\char200 }\n\nb \\foo c\n\\end{document}\n"
    )
    (tmp_path / "cv.tex").write_text(document, encoding="utf-8")
    subprocess.run(
        [program, "-interaction=nonstopmode", "-file-line-error", "cv.tex"],
        cwd=tmp_path,
        env={**os.environ, "max_print_line": "10000"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        check=False,
    )
    log = (tmp_path / "cv.log").read_text(encoding="utf-8", errors="replace")
    found = {m.kind: m for m in parse_log(log, first_line=1)}
    assert found["error"] == Message("error", r"Undefined control sequence: \foo", 8)
    assert found["overfull"].line == 4
    assert "missing-character" in found
