"""`--format`: the same findings for people, for programs and for GitHub."""

from __future__ import annotations

import io
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cvbuild.cli.output import Format, Voice
from cvbuild.diagnostics import CODES, Diagnostic, Label, Sink
from cvbuild.report import Output, Result, human
from cvbuild.report.github import github
from cvbuild.report.json import as_json
from cvbuild.source import Source, Span
from tests.support import ROOT

SCHEMA = json.loads((ROOT / "docs" / "report.schema.json").read_text(encoding="utf-8"))
GOOD = "name: Ada Lovelace\nheadline: Lab #3\nsections:\n  Notes: On the engine.\n"
WRONG = 'name: Ada Lovelace\nsectoins:\n  Notes: "x"\nname: Ada\n'

spans = st.builds(
    lambda name, text, start, length: Span(Source(name, text), min(start, len(text)), min(start + length, len(text))),
    st.sampled_from(["cv.yaml", "sub/a,b:c%.yaml", "<stdin>"]),
    st.text(max_size=30),
    st.integers(0, 30),
    st.integers(0, 10),
)
findings = st.builds(
    Diagnostic,
    st.sampled_from(list(CODES.values())),
    st.text(max_size=30),
    st.none() | spans,
    st.none() | st.text(max_size=30),
    st.lists(st.builds(Label, spans, st.text(max_size=10)), max_size=2).map(tuple),
)


def checked(line: str) -> dict[str, Any]:
    """One line of JSON that is as its schema says."""
    assert line.endswith("\n")
    assert line.count("\n") == 1
    told: dict[str, Any] = json.loads(line)
    jsonschema.validate(told, SCHEMA)
    return told


@given(st.lists(findings, max_size=3))
def test_json_holds_all_that_was_found(found: list[Diagnostic]) -> None:
    result = Result("render", tuple(found), 1, (Output("me.pdf"),), 2)
    told = checked(as_json(result, "1"))
    assert [d["message"] for d in told["diagnostics"]] == [d.message for d in found]
    assert [d["hint"] for d in told["diagnostics"]] == [d.hint for d in found]
    assert [[label["message"] for label in d["labels"]] for d in told["diagnostics"]] == [
        [label.message for label in d.labels] for d in found
    ]
    for d, said in zip(found, told["diagnostics"], strict=True):
        if d.span is None:
            assert said["place"] is None
        else:
            text, place = d.span.source.text, said["place"]
            lines = text.split("\n")
            at = [
                sum(len(line) + 1 for line in lines[: p["line"] - 1]) + p["column"] - 1
                for p in (place["start"], place["end"])
            ]
            assert text[at[0] : at[1]] == d.span.text


def unescaped(text: str) -> str:
    """As GitHub's runner reads a value."""
    for code, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(code, char)
    return text


@given(findings)
def test_a_workflow_command_is_one_line_and_reads_back(found: Diagnostic) -> None:
    told = github([found])
    assert re.fullmatch(r"[^\r\n]*\n", told)
    command = re.fullmatch(r"::(error|warning) ([^:]*)::(.*)\n", told, re.DOTALL)
    assert command is not None
    assert command[1] == found.code.severity
    properties = dict(part.split("=", 1) for part in command[2].split(","))
    assert unescaped(properties["title"]) == f"{found.code.number}: {found.code.title}"
    message = command[3].replace("%0D", "\r").replace("%0A", "\n").replace("%25", "%")
    assert message.startswith(found.message)
    assert found.hint is None or found.hint in message
    if found.span is None:
        assert properties.keys() == {"title"}
    else:
        assert int(properties["line"]) == found.span.line
        assert ("col" in properties) == ("\n" not in found.span.text)
        assert unescaped(properties.get("file", "<stdin>")) == found.span.source.name


def test_a_label_and_a_hint_stand_in_the_message() -> None:
    source = Source("cv.yaml", "a: 1\na: 2\n")
    labels = (Label(Span(source, 0, 1), "first, 100%"),)
    assert github([Diagnostic(CODES["CV102"], "twice", Span(source, 5, 6), "choose", labels)]) == (
        "::error file=cv.yaml,line=2,col=1,endLine=2,endColumn=2,title=CV102%3A duplicate key"
        "::twice%0Acv.yaml:1:1: first, 100%25%0Ahint: choose\n"
    )


def test_files_are_named_from_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "cv").mkdir()
    monkeypatch.chdir(tmp_path / "cv")
    found = Diagnostic(CODES["CV102"], "twice", Span(Source("me.yaml", "a"), 0, 1))
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    assert "file=me.yaml," in github([found])
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    assert "file=cv/me.yaml," in github([found])
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path / "elsewhere"))
    assert "file=me.yaml," in github([found])


def cvbuild(*args: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "cvbuild", *args]
    return subprocess.run(command, cwd=cwd, input=stdin, capture_output=True, text=True, env={**os.environ})


def test_each_format_on_its_stream(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(WRONG)
    ran = cvbuild("validate", "me.yaml", "--format", "json", cwd=tmp_path)
    told = checked(ran.stdout)
    assert (ran.returncode, told["status"], ran.stderr) == (1, 1, "")
    assert [(d["code"], d["place"]["start"]["line"]) for d in told["diagnostics"]] == [("CV201", 2), ("CV102", 4)]
    assert told["diagnostics"][1]["labels"][0]["place"]["start"] == {"line": 1, "column": 1}
    ran = cvbuild("validate", "me.yaml", "--format", "github", cwd=tmp_path)
    assert "\n::error file=me.yaml,line=4,col=1,endLine=4,endColumn=5,title=CV102%3A" in ran.stdout
    assert (ran.returncode, ran.stderr) == (1, "cvbuild: 2 errors in me.yaml\n")


def test_where_standard_output_is_taken_reports_go_beside_it(tmp_path: Path) -> None:
    ran = cvbuild(
        "import", "-", "--format", "json", cwd=tmp_path, stdin="@misc{a, title = {A}}\n@misc{a, title = {B}}\n"
    )
    told = checked(ran.stderr)
    assert told["command"] == "import"
    assert [d["code"] for d in told["diagnostics"]] == ["CV452"]
    assert "title: A" in ran.stdout
    ran = cvbuild("import", "none.bib", "--format", "json", "-o", "a.yaml", cwd=tmp_path)
    told = checked(ran.stdout)
    assert (ran.returncode, told["status"], told["outputs"], told["diagnostics"][0]["code"]) == (2, 2, [], "CV001")


@pytest.mark.parametrize("command", ["render", "watch", "validate", "import", "export", "collaborators"])
def test_every_command_takes_it_and_says_what_it_takes(command: str, tmp_path: Path) -> None:
    from typer.testing import CliRunner

    from cvbuild.cli import app

    ran = CliRunner().invoke(app, [command, "me.yaml", "--format", "jsno"])
    assert ran.exit_code == 2
    assert "'jsno' is not one of 'human', 'json', 'github'" in ran.output


@pytest.mark.engine
@pytest.mark.parametrize("form", ["human", "json", "github"])
def test_nothing_changed_says_the_same_again_in_its_form(form: str, tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD)
    first, second = (cvbuild("render", "me.yaml", "--format", form, cwd=tmp_path) for _ in range(2))
    assert "CV105" in first.stdout + first.stderr
    if form == "json":
        one, two = checked(first.stdout), checked(second.stdout)
        assert one["outputs"] == [{"path": "me.pdf", "written": True}]
        assert two == {**one, "outputs": [{"path": "me.pdf", "written": False}]}
        assert (one["pages"], first.stderr, second.stderr) == (1, "", "")
    else:
        assert second.stdout == first.stdout
        assert second.stderr == first.stderr.replace("wrote me.pdf", "me.pdf is up to date")


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_a_terminal_one_line_says_where_to_read_more(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")
    sink = Sink()
    sink.add(CODES["CV105"], "cut")
    sink.add(CODES["CV001"], "gone")
    pointer = "`cvbuild explain CV001` tells more\n"
    assert Voice("render").words(sink, "last\n").pointer == ""
    monkeypatch.setattr(sys, "stderr", Terminal())
    assert Voice("render").words(sink, "last\n").pointer == pointer
    assert Voice("watch", pointer=False).words(sink).pointer == ""
    assert Voice("render", Format.github).words(sink).pointer == ""
    clean = Voice("render").words(Sink(), "last\n")
    assert (clean.found, clean.last, clean.pointer, clean.printed) == ("", "last\n", "", "")
    Voice("render").tell(sink, "last\n")
    assert isinstance(sys.stderr, Terminal)
    assert sys.stderr.getvalue().endswith("last\n" + pointer)


def test_human_is_as_ever() -> None:
    sink = Sink()
    sink.add(CODES["CV001"], "gone")
    assert human(sink.sorted()) == "error CV001: gone\n"
