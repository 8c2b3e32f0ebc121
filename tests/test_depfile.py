"""`--depfile`: what `make` and Ninja make of it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cvbuild.checked import AS_WRITTEN
from cvbuild.depfile import can_be_named, depfile
from cvbuild.engine import Typesetter
from cvbuild.files import ABSENT, DAY, Files
from cvbuild.job import Job
from cvbuild.job import make as make_job
from cvbuild.jobs import all_jobs
from cvbuild.targets import Refused
from tests.support import ROOT

CV = "name: Ada Lovelace\ntheme: mine\npublications: my refs.bib\nsections:\n  Works:\n    publications: all\n"
BIB = "@article{a,\n  title = {T},\n  author = {Lovelace, Ada},\n  journal = {J},\n  year = {2020}\n}\n"
# Two programs read it; what of it GCC does not write, neither does cvbuild.
NAMES = ["a b.bib", "c#d.bib", "e$f.bib", "g:h.bib", "i\\j.bib", "k\\ l.bib", "o'p.bib", "s\\#t.bib", "é.bib", "-d.bib"]


def test_the_form() -> None:
    inputs = {"/x/me.yaml": "1", "/x/a b.bib": "2", "/x/gone.bib": ABSENT, DAY: "2026-11-21", "/x/a;b": "3"}
    assert depfile([Path("me.pdf"), Path("o p/me.tex")], inputs, Path("/x/me.yaml")) == (
        "me.pdf o\\ p/me.tex: \\\n  /x/me.yaml \\\n  /x/a\\ b.bib\n/x/a\\ b.bib:\n"
    )
    assert [name for name in ("a;b", "a=b", "a\nb", "a\\", "a%b", "a b") if can_be_named(name)] == ["a%b", "a b"]


@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_make_reads_every_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    out = Path("out.pdf")
    Path("Makefile").write_text("out.pdf: ; @echo built\n-include me.d\n")

    def make() -> str:
        ran = subprocess.run(["make"], capture_output=True, text=True, check=False)
        return (ran.stdout + ran.stderr).strip()

    out.touch()
    os.utime(out, (2000, 2000))
    for name in NAMES:
        Path(name).touch()
        os.utime(name, (1000, 1000))
    Path("me.d").write_text(depfile([out], {str(Path(name).absolute()): "1" for name in NAMES}, None))
    assert make() == "make: 'out.pdf' is up to date."
    for name in NAMES:
        os.utime(name, (3000, 3000))
        assert make() == "built", name
        os.utime(name, (1000, 1000))
        Path(name).rename("away")
        assert make() == "built", f"{name} is gone"
        Path("away").rename(name)


PAGE = (ROOT / "docs" / "make.md").read_text(encoding="utf-8")
MAKEFILE = PAGE.partition('```make title="Makefile"\n')[2].partition("```")[0]


@pytest.mark.engine
@pytest.mark.skipif(shutil.which("make") is None, reason="there is no make")
def test_a_cv_is_made_again_when_what_it_is_made_of_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    theme = Path("themes", "mine", "theme.toml")
    theme.parent.mkdir(parents=True)
    theme.write_text('extends = "noether"\n')
    for name, text in {"me.yaml": CV, "my refs.bib": BIB, "Makefile": MAKEFILE}.items():
        Path(name).write_text(text)

    def make() -> str:
        ran = subprocess.run(["make"], capture_output=True, text=True, check=False)
        return (ran.stdout + ran.stderr).strip().splitlines()[-1]

    wrote, nothing = "cvbuild: wrote me.pdf (1 page)", "make: Nothing to be done for 'all'."
    assert make() == wrote
    rule = Path("me.d").read_text()
    assert rule.startswith("me.pdf: \\\n  me.yaml \\\n")
    assert {"  my\\ refs.bib \\", "my\\ refs.bib:", f"{theme}:"} <= set(rule.splitlines())
    assert "me.yaml:\n" not in rule, "without the CV there is nothing to make"
    assert make() == nothing
    Path("my refs.bib").write_text(BIB.replace("{T}", "{Another}"))
    assert [make(), make()] == [wrote, nothing]
    theme.write_text('extends = "turing"\n')
    assert [make(), make()] == [wrote, nothing]
    Path("me.yaml").write_text(CV + "nonsense: x\n")
    assert make().startswith("make: *** [Makefile:6: me.pdf] Error 1")
    assert Path("me.d").exists()


def test_what_make_cannot_be_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("a=b.yaml", "me.yaml"):
        Path(name).write_text("name: A\n")

    def jobs(*cvs: str, output: str | None = None, rule: str = "me.d") -> list[Job]:
        return all_jobs(cvs, "tex", output, AS_WRITTEN, depfile=rule)

    for cvs, rule, why in (
        (["me.yaml"], "me.tex", "me.tex is an output"),
        (["me.yaml"], "me.yaml", "me.yaml is the CV"),
        (["me.yaml"], "no/me.d", "the folder no does not exist"),
        (["me.yaml", "a=b.yaml"], "me.d", "me.d is no folder"),
    ):
        with pytest.raises(Refused, match=why):
            jobs(*cvs, rule=rule)
    for (job,), why in (
        (jobs("a=b.yaml"), "--depfile: `make` has no way to write the name `a=b.tex`"),
        (jobs("me.yaml", output="-"), "--depfile tells what files are made of, and the output goes into a stream"),
    ):
        with Typesetter() as typesetter:
            made = make_job(job, typesetter, Files())
        assert why in [d.message for d in made.outcome.sink.diagnostics]
        assert made.outputs == {}
    assert [job.depfile for job in jobs("me.yaml", "a=b.yaml", rule="d/")] == [Path("d", "me.d"), Path("d", "a=b.d")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a=b.yaml", "d", "me.yaml"]
