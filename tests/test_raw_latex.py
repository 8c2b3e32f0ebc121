r"""LaTeX in a text, as in `` `\LaTeX`{=latex} ``: only if the command line allows it, and then as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild.bibliography import read_entries, to_model
from cvbuild.diagnostics import Sink
from cvbuild.files import Files
from cvbuild.markup import paragraphs, parse
from cvbuild.markup.spelling import spell
from cvbuild.markup.writing import write
from cvbuild.pipeline import check, write_latex
from cvbuild.source import Source
from cvbuild.text import Code, Raw, Str, Text, plain, walk
from tests.inside import cvbuild
from tests.support import source

YAML = """\
name: N
sections:
  A:
    - award: "`\\\\textsc{Prize}`{=latex}, `code`"
      text: |
        Before.

        ```{=latex}
        \\begin{center}

        x % a comment
        ```
"""


def latex(yaml: str) -> str:
    sink = Sink()
    checked = check(Source("cv.yaml", yaml, raw_latex=True), Files(), sink)
    assert checked is not None, list(sink.sorted())
    tex = write_latex(checked, sink)
    assert tex is not None
    return tex.written.text


def test_it_is_passed_on_if_that_is_allowed() -> None:
    written = latex(YAML)
    assert r"\cvsubject{\textsc{Prize}, \cvcode{code}}" in written
    assert "\\cvpar{\\begin{center}\n\nx % a comment\n}" in written  # the comment does not take the brace


@pytest.mark.parametrize("tex", ["a%b", "a\\%b", "a\\\\%b", "a%b\nc", "%", "a"])
def test_a_comment_ends_with_the_latex(tex: str) -> None:
    written = latex("name: N\nsummary: |\n  ```{=latex}\n  " + tex.replace("\n", "\n  ") + "\n  ```\n")
    last = tex.split("\n")[-1].replace("\\\\", "").replace("\\%", "")
    assert f"\\cvpar{{{tex}" + ("\n}" if "%" in last else "}") in written


def test_without_permission_it_is_told_at_its_place() -> None:
    sink = Sink()
    assert check(source(YAML), Files(), sink) is None
    found = [(d.code.number, d.span and (d.span.line, d.span.column), d.span and d.span.text) for d in sink.sorted()]
    assert found == [
        ("CV303", (4, 14), '"`\\\\textsc{Prize}`{=latex}, `code`"'),  # escapes of YAML: the value as a whole
        ("CV303", (8, 9), "```{=latex}"),
    ]
    assert all("--raw-latex" in (d.hint or "") for d in sink.diagnostics)


def test_only_the_command_line_can_allow_it(tmp_path: Path) -> None:
    (tmp_path / "cv.yaml").write_text(YAML)
    for command in ("validate", "render"):
        ran = cvbuild(command, "cv.yaml", cwd=tmp_path)
        assert (ran.returncode, ran.stderr.count(b"error CV303")) == (1, 2)
    assert cvbuild("validate", "--raw-latex", "cv.yaml", cwd=tmp_path).returncode == 0
    for key in ("raw-latex: true", "theme: {name: noether, raw-latex: true}"):
        (tmp_path / "cv.yaml").write_text(f"{YAML}{key}\n")
        assert b"CV303" in cvbuild("validate", "cv.yaml", cwd=tmp_path).stderr
    (tmp_path / "cv.yaml").write_text("name: N\npublications:\n  k: {title: 'On `\\$`{=latex}'}\n")
    assert b"title" in cvbuild("export", "--bib", "cv.yaml", cwd=tmp_path).stdout
    assert cvbuild("collaborators", "cv.yaml", cwd=tmp_path).returncode == 0


@given(st.text("`{}=latex\\$ a\n", max_size=30))
def test_bib_files_cannot_bring_it(title: str) -> None:
    sink = Sink()
    balanced = "`\\texttt{x}`{=latex} " + title.replace("{", "(").replace("}", ")").replace("\\", "\\{")
    for work in to_model(read_entries(Source("x.bib", f"@misc{{k, title = {{{balanced}}}}}"), {}, sink).entries, sink):
        assert not any(isinstance(node, Raw) for text in (work.title,) if text for node in walk(text.body))


def test_other_files_cannot_have_it() -> None:
    from cvbuild import tree
    from cvbuild.schema import load_document

    sink = Sink()
    root = tree.parse(Source("styles.yaml", "name: N\nsummary: a `b`{=latex}\n"), sink)
    assert root is not None
    load_document(root, sink)
    assert [(d.code.number, d.hint) for d in sink.diagnostics] == [("CV303", None)]


_PIECES = ["`", "``", "```", "{=latex}", "{=tex}", "{=html}", "\n", " ", "a", "\\", "$", "*", "{", "}", "%", "[", "]"]


@given(st.lists(st.sampled_from(_PIECES), max_size=12).map("".join))
def test_what_is_read_is_written_and_read_again(text: str) -> None:
    sink = Sink()
    for read in paragraphs(text, sink):
        letters = [node for node in walk(read.body) if isinstance(node, Raw)]
        again = parse(write(read.body), Sink(), smart=False)
        assert [node for node in walk(again.body) if isinstance(node, Raw)] == letters or plain(again.body)
        if letters and not sink.diagnostics:
            assert [n for n in walk(parse(spell(read), Sink()).body) if isinstance(n, Raw)] == letters


@pytest.mark.parametrize(
    "body",
    [
        (Str("a "), Raw("\\LaTeX"), Str(" b")),
        (Raw(" a`b "),),
        (Raw("```\nx"),),
        (Raw("\\begin{x}\n\n  y\n\\end{x}"),),
        (Code("x"), Str("{=latex}")),
        (Code("x"), Str("{=html}")),
    ],
)
def test_spelled_and_written_as_it_is_read(body: tuple[Str | Raw | Code, ...]) -> None:
    assert parse(spell(Text(body)), Sink()).body == body
    assert parse(write(body), Sink(), smart=False).body == body


@pytest.mark.engine
def test_on_the_page(tmp_path: Path) -> None:
    from tests.pdf import Pdf

    (tmp_path / "cv.yaml").write_text("name: N\nsummary: 'two `\\uppercase{words}`{=latex}'\n")
    assert cvbuild("render", "--raw-latex", "cv.yaml", cwd=tmp_path).returncode == 0
    assert "two WORDS" in Pdf((tmp_path / "cv.pdf").read_bytes()).text


def test_before_a_mistake_in_the_yaml_it_is_as_allowed_as_elsewhere() -> None:
    sink = Sink()
    check(
        Source("cv.yaml", "name: Ada\nsummary: an `\\x`{=latex}\nsections: {\n", Path(), raw_latex=True), Files(), sink
    )
    assert [d.code.number for d in sink.diagnostics] == ["CV110"]
