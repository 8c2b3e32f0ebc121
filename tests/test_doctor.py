"""`cvbuild doctor`: what it finds on machines on which something is wrong; and that nothing keeps it from telling."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from cvbuild import doctor
from cvbuild.doctor import NOTE, OK, PROBLEM, Finding, examine, fits
from cvbuild.starter import SCHEMA, editor_schema


def of(topic: str) -> list[Finding]:
    """What is found of one topic."""
    return [Finding(topic, *found) for found in doctor.CHECKS[topic]()]


@pytest.mark.engine
def test_where_all_is_well(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    assert doctor.main() == 0
    told = capsys.readouterr().out
    for line in (
        "embedded one is used: whole",
        "a line takes",
        "noether, turing",
        "jinja2 3.",
        "all that is needed works",
    ):
        assert line in told
    assert "!" not in told
    assert all(line.startswith((" ", "-", "all")) for line in told.splitlines() if line)


def test_no_check_keeps_others_from_being_made(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def broken() -> doctor.Told:
        yield OK, "one thing", None
        raise RuntimeError("it\nbroke")

    monkeypatch.setattr(doctor, "CHECKS", {"first": broken, "second": doctor.CHECKS["Python"]})
    found = list(examine())
    assert [(f.topic, f.state) for f in found] == [("first", OK), ("first", PROBLEM), ("second", OK)]
    assert found[1].text == "it broke"
    assert doctor.main("json") == 2
    told = json.loads(capsys.readouterr().out)
    assert (told["format"], told["state"]) == (1, PROBLEM)
    assert told["checks"][1] == {"topic": "first", "state": PROBLEM, "text": "it broke", "hint": None}
    assert doctor.main() == 2
    assert "! first    one thing\n" not in capsys.readouterr().out


def test_without_an_engine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CVBUILD_ENGINE_DIR", str(tmp_path))
    found = {finding.topic: finding for finding in examine()}
    assert (found["engine"].state, found["typesetting"].state) == (PROBLEM, PROBLEM)
    assert found["engine"].hint == "unset it, or set it right"
    assert found["environment"].text == f"CVBUILD_ENGINE_DIR is {tmp_path}"
    assert found["themes"].state == OK
    monkeypatch.delenv("CVBUILD_ENGINE_DIR")
    monkeypatch.setattr("cvbuild.engine.parts.locate", lambda: None)
    (engine,) = of("engine")
    assert (engine.state, engine.hint) == (PROBLEM, "run `cvbuild engine install`")


@pytest.mark.parametrize(
    ("version", "bounds", "does"),
    [
        ("3.1.6", ">=3.1.4", True),
        ("3.1", ">=3.1.0,<4", True),
        ("2.10", "<3,>=2.10", True),
        ("2.9", "<3,>=2.10", False),
        ("3.0", "<3,>=2.10", False),
        ("5.15.2", "<6,>=5.2", True),
        ("0.28.0rc1", "<0.29,>=0.26", True),
        ("1.0", "==1.0.0", True),
        ("1.0", "!=1.0", False),
        ("1.0", "", True),
    ],
)
def test_versions_are_compared_as_numbers(version: str, bounds: str, does: bool) -> None:
    assert fits(version, bounds) is does


def test_libraries_that_are_missing_old_or_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    wanted = [("no-such-library", ">=1", False), ("no-such-extra", "", True), ("jinja2", ">=99", False)]
    monkeypatch.setattr(doctor, "_required", lambda: wanted)
    missing, old = of("libraries")
    assert (missing.state, missing.hint) == (PROBLEM, 'run `pip install "no-such-library>=1"`')
    assert old.state == PROBLEM
    assert "and cvbuild needs >=99" in old.text
    monkeypatch.setattr(doctor, "_required", lambda: [("jinja2", "", False)])
    monkeypatch.setitem(sys.modules, "jinja2", None)
    (broken,) = of("libraries")
    assert "cannot be used" in broken.text


def test_what_the_metadata_requires_is_what_is_looked_at() -> None:
    names = {name for name, _, extra in doctor._required() if not extra}
    assert names == {"jinja2", "pyyaml", "pylatexenc", "pypdfium2", "typer"}


def test_a_python_that_is_too_old(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "version_info", (3, 10, 2))
    (found,) = of("Python")
    assert (found.state, found.text) == (PROBLEM, "3.10.2 is too old")


def test_a_cache_that_cannot_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    (found,) = of("cache")
    assert found.state == NOTE
    assert f"cannot be made, for {tmp_path / 'file'} is no folder" in found.text
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    (found,) = of("cache")
    assert found.state == OK
    assert "(0 files, 0.0 MB" in found.text
    monkeypatch.delenv("XDG_CACHE_HOME")
    monkeypatch.setattr("os.path.expanduser", lambda path: path)
    (found,) = of("cache")
    assert "HOME is not set" in found.text


def test_a_theme_that_is_broken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    theme = tmp_path / "themes" / "mine" / "theme.toml"
    theme.parent.mkdir(parents=True)
    theme.write_text('extends = "bse"\n')
    broken, others = of("themes")
    assert broken.state == NOTE
    assert broken.text.startswith("`mine` cannot be used: themes/mine/theme.toml:1: ")
    assert broken.hint == "did you mean `base`?" or broken.hint is None
    assert others.text.startswith("curie, hopper, mirzakhani, noether, turing;")


def test_a_schema_that_is_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / ".cvbuild").mkdir()
    (tmp_path / SCHEMA).write_text('{"title": "cvbuild CV"}')
    (found,) = of("editors")
    assert (found.state, found.hint) == (NOTE, f"run `cvbuild schema -o {SCHEMA}`")
    (tmp_path / SCHEMA).write_text(editor_schema(), encoding="utf-8")
    (found,) = of("editors")
    assert found.state == OK


def test_an_environment_that_says_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "soon")
    monkeypatch.setenv("CVBUILD_DEBUG", "1")
    debug, time = of("environment")
    assert (debug.state, time.state) == (OK, PROBLEM)


def test_a_library_that_is_missing_does_not_keep_it_from_telling(tmp_path: Path) -> None:
    """Not even that of the command line; and other commands say who knows more."""
    for name in ("typer", "jinja2"):
        (tmp_path / f"{name}.py").write_text(f'raise ModuleNotFoundError("No module named {name}", name="{name}")\n')
    where = {**os.environ, "PYTHONPATH": str(tmp_path), "CVBUILD_ENGINE_DIR": str(tmp_path)}  # no run of the engine

    def run(*args: str, **env: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cvbuild", *args]
        return subprocess.run(command, capture_output=True, encoding="utf-8", env={**where, **env}, check=False)

    ran = run("doctor", "--format", "json")
    assert (ran.returncode, ran.stderr) == (2, "")
    broken = [check["text"] for check in json.loads(ran.stdout)["checks"] if check["topic"] == "libraries"]
    assert [text.split()[0] for text in broken] == ["jinja2", "typer"]
    ran = run("validate", "cv.yaml")
    assert ran.returncode == 2
    assert ran.stderr == "cvbuild: the library `typer` is missing\n  hint: `cvbuild doctor` tells what to do\n"
