"""The action, the hooks and the workflows of docs/ci.md: their shell is run, in an empty folder, as GitHub would run it."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from cvbuild import __version__
from cvbuild.places import data_folder
from tests.support import ROOT

GOOD = "name: Ada Lovelace\nsections:\n  Notes: On the engine.\n"
WRONG = "name: Ada Lovelace\npublications: refs.bib\nsectoins: {}\n"
BIB = "@article{a,\n  title = {T},\n  journal = {J},\n  doi = {nothing}\n}\n"
ACTION = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
HOOKS = yaml.safe_load((ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8"))
WORKFLOWS = sorted((ROOT / "docs" / "ci").glob("*.yml"))

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="there is no bash")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository, and a machine whose pip installs nothing and says what it should."""
    repository, programs = tmp_path / "repository", tmp_path / "bin"
    for folder in (repository, programs):
        folder.mkdir()
    real = shlex.quote(sys.executable)
    pip = f'echo "$@" >> {shlex.quote(str(tmp_path / "installed"))}'
    for name, script in {
        "pip": pip,
        "python": f'if [ "$1 $2" = "-m pip" ]; then shift 2; {pip}; else exec {real} "$@"; fi',
        "cvbuild": f'exec {real} -P -m cvbuild "$@"',
    }.items():
        (programs / name).write_text(f"#!/bin/sh\n{script}\n")
        (programs / name).chmod(0o755)
    for name, value in {
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "GITHUB_WORKSPACE": str(repository), "RUNNER_OS": "Linux",
        "RUNNER_ARCH": "X64", "GITHUB_OUTPUT": str(tmp_path / "output"), "GITHUB_ACTION_PATH": str(ROOT),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return repository


def run(script: str, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """Run a step as GitHub does."""
    command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=cwd, env={**os.environ, **env}, capture_output=True, text=True, check=False)


def steps(workflow: Path) -> Iterator[dict[str, Any]]:
    for job in yaml.safe_load(workflow.read_text(encoding="utf-8"))["jobs"].values():
        yield from job["steps"]


def perform(place: Path, **inputs: str) -> tuple[subprocess.CompletedProcess[str], dict[str, str]]:
    """Do the steps of the action that are shell; what the last of them said, and the outputs of all."""
    given = {name: inputs.get(name.replace("-", "_"), spec.get("default")) for name, spec in ACTION["inputs"].items()}
    output = place.parent / "output"
    output.write_text("")
    given = {f"inputs.{name}": value for name, value in given.items()}
    for step in ACTION["runs"]["steps"]:
        if "run" in step:
            done = dict(re.findall(r"^(\w+)=(.*)$", output.read_text(), re.MULTILINE))
            given |= {f"steps.version.outputs.{name}": value for name, value in done.items()}
            env = {
                name: given[value[4:-3]] if value.startswith("${{ ") else value
                for name, value in step.get("env", {}).items()
            }
            ran = run(step["run"], place, **env)
            if ran.returncode:
                break
    text = output.read_text()
    outputs = dict(re.findall(r"^(\w+)=(.*)$", text, re.MULTILINE))
    outputs |= {name: value for name, _, value in re.findall(r"^(\w+)<<(.+)\n((?s:.*?))\2$", text, re.MULTILINE)}
    return ran, outputs


@pytest.mark.engine
def test_the_action(place: Path) -> None:
    (place / "cvs").mkdir()
    (place / "--help.yaml").write_text(GOOD)
    (place / "cvs" / "one.yaml").write_text(GOOD)
    (place / "cvs" / "two.yaml").write_text(WRONG)
    (place / "cvs" / "refs.bib").write_text(BIB)
    ran, outputs = perform(place, cv="cvs/*.yaml *.yaml", output="site/", to="pdf,tex", options="--theme turing -q")
    asked = (place.parent / "installed").read_text().splitlines()
    assert asked == ["cache dir", f"install --quiet --disable-pip-version-check cvbuild=={__version__}"]
    assert outputs == {
        "version": __version__,
        "pip": "",
        "engine": data_folder(),
        "key": f"cvbuild-{__version__}-Linux-X64",
        "files": "site/--help.pdf\nsite/--help.tex\nsite/one.pdf\nsite/one.tex\n",
    }
    assert ran.returncode == 1, "one is wrong"
    assert "cvbuild: 2 written, 1 failed: cvs/two.yaml" in ran.stderr
    places = [line.partition("::")[2].partition("::")[0] for line in ran.stdout.splitlines()]
    assert "error file=cvs/two.yaml,line=3,col=1,endLine=3,endColumn=9,title=CV201%3A unknown key" in places
    assert any(place.startswith("warning file=cvs/refs.bib,line=4,") for place in places)


def test_no_file_of_the_repository_is_a_library(place: Path) -> None:
    for name in ("cvbuild.py", "platform.py", "json.py", "yaml.py"):
        (place / name).write_text("open('ran', 'w')\n")
    (place / "me.yaml").write_text(GOOD)
    ran, _ = perform(place, cv="me.yaml", to="txt")
    assert ran.returncode == 0, ran.stderr
    assert not (place / "ran").exists()


def test_the_action_is_sound() -> None:
    declared = {f"inputs.{name}" for name in ACTION["inputs"]}
    numbered = {step.get("id") for step in ACTION["runs"]["steps"]}
    for step in ACTION["runs"]["steps"]:
        assert ("run" in step) == ("shell" in step) == ("uses" not in step)
        assert "${{" not in step.get("run", ""), "what somebody else wrote is no part of the shell's program"
        for named in re.findall(r"(?:inputs|steps)\.[\w-]+", yaml.dump(step)):
            assert named in declared or named.removeprefix("steps.") in numbered, named
    assert set(ACTION["outputs"]) == {"files"}


def test_the_workflows_use_what_the_action_has() -> None:
    assert [path.name for path in WORKFLOWS] == ["github-pip.yml", "github.yml", "gitlab.yml"]
    page = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
    for path in WORKFLOWS:
        text = path.read_text(encoding="utf-8")
        assert f"\n{text}```\n" in page, f"docs/ci.md shows {path.name} as it is"
        assert set(re.findall(r"cvbuild(?:@v|==|-)(\d[\w.]*)", text)) == {__version__}
    used = [
        step for step in steps(ROOT / "docs" / "ci" / "github.yml") if step.get("uses", "").startswith("OWNER/cvbuild@")
    ]
    assert len(used) == 1
    assert set(used[0]["with"]) <= set(ACTION["inputs"])


@pytest.mark.engine
def test_the_shell_of_the_workflows(place: Path) -> None:
    (place / "me.yaml").write_text(GOOD)
    (place / "site").mkdir()
    (place / "site" / "me.html").write_text("what the action makes")
    shell = [
        step["run"]
        for name in ("github-pip", "github")
        for step in steps(ROOT / "docs" / "ci" / f"{name}.yml")
        if "run" in step
    ]
    shell += yaml.safe_load((ROOT / "docs" / "ci" / "gitlab.yml").read_text(encoding="utf-8"))["pages"]["script"]
    done = {script: run(script, place) for script in dict.fromkeys(shell)}
    assert {script: ran.stderr for script, ran in done.items() if ran.returncode} == {}
    assert sorted(str(path.relative_to(place)) for path in place.rglob("*.pdf")) == ["me.pdf", "public/me.pdf"]
    assert sorted(str(path.relative_to(place)) for path in place.rglob("*.html")) == [
        "me.html",
        "public/index.html",
        "site/index.html",
    ]
    assert (place.parent / "installed").read_text() == f"install cvbuild=={__version__}\n"


def test_the_hooks(place: Path) -> None:
    names = ["me.yaml", "cv.yml", "cvs/ada-cv.yaml", "x/resume.yaml", "mkdocs.yml", "home.yaml", "cv.yaml.txt"]
    for hook in HOOKS:
        assert [name for name in names if re.search(hook["files"], name)] == names[:4]
        assert hook["language"] == "python"
        assert hook["id"] == hook["entry"].replace(" ", "-")
    (place / "me.yaml").write_text(GOOD)
    (place / "cv.yaml").write_text(WRONG)
    validate = HOOKS[0]["entry"]
    both = run(f"{validate} me.yaml cv.yaml", place)
    assert both.returncode == 1
    assert both.stderr.startswith("cvbuild: me.yaml is valid\ncv.yaml:2:15: error CV001")
    assert both.stderr.endswith("cvbuild: 2 errors in cv.yaml\n")
