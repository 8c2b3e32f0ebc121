"""Several CVs in one command, and the processes that work on them."""

from __future__ import annotations

import io
import json
import os
import signal
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest
import typer

from cvbuild import batch
from cvbuild.batch import in_processes
from cvbuild.checked import Choices
from cvbuild.cli.batch import render_all
from cvbuild.cli.options import at_once
from cvbuild.cli.output import Voice
from cvbuild.cli.progress import Progress
from cvbuild.cli.task import Done, Manner, Task
from cvbuild.jobs import all_jobs
from cvbuild.record import Said
from cvbuild.targets import Refused

GOOD = "name: Ada Lovelace\nsections:\n  Notes: On the engine.\n"
WRONG = "name: Ada Lovelace\nsectoins: {}\n"


def cvbuild(*args: str, cwd: Path, stdin: str = "") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cvbuild", *args], cwd=cwd, input=stdin, capture_output=True, text=True, check=False
    )


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Three CVs, of which the second is wrong."""
    for name in "abc":
        (tmp_path / f"{name}.yaml").write_text(WRONG if name == "b" else GOOD.replace("Ada", name))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.engine
def test_several_cvs(place: Path) -> None:
    """One that is wrong does not stop the others, what is told stands in the order of the arguments, and is kept for each."""
    command = ["render", "a.yaml", "b.yaml", "c.yaml", "-j", "2"]
    ran = cvbuild(*command, cwd=place)
    assert (ran.returncode, ran.stdout) == (1, "")
    lines = ran.stderr.splitlines()
    assert lines[0] == "cvbuild: wrote a.pdf (1 page)"
    assert lines[1].startswith("b.yaml:2:1: error CV201")
    assert lines[-3:] == [
        "cvbuild: b.yaml: 1 error; no PDF was written",
        "cvbuild: wrote c.pdf (1 page)",
        "cvbuild: 2 written, 1 failed: b.yaml",
    ]
    (place / "b.yaml").write_text(GOOD.replace("engine", "loom \ue000"))
    ran = cvbuild(*command, cwd=place)
    assert ran.returncode == 0
    warning, _, tail = ran.stderr.partition("cvbuild: wrote b.pdf (1 page)\n")
    assert "CV604" in warning
    assert tail == "cvbuild: 1 written, 2 up to date\n"

    quick = [sys.executable, "-X", "importtime", "-m", "cvbuild", *command]
    told = subprocess.run(quick, cwd=place, capture_output=True, text=True).stderr.splitlines(keepends=True)
    imported = {line.rpartition("|")[2].strip() for line in told if line.startswith("import time:")}
    assert "".join(line for line in told if not line.startswith("import time:")) == warning + "cvbuild: 3 up to date\n"
    assert not {"typer", "multiprocessing", "cvbuild.cli"} & imported
    ran = cvbuild("render", "a.yaml", cwd=place)
    assert ran.stderr == "cvbuild: a.pdf is up to date (1 page)\n", "a job has one record, in whatever command"


def test_one_line_of_json_for_each(place: Path) -> None:
    """Also of a CV that comes out of a stream; and the exit status is the worst."""
    args = ["b.yaml", "-", "nobody.yaml", "--to", "tex", "-o", "out/", "--format", "json"]
    ran = cvbuild("render", *args, cwd=place, stdin=GOOD)
    assert (ran.returncode, ran.stderr) == (2, "")
    told = [json.loads(line) for line in ran.stdout.splitlines()]
    assert [(one["status"], [out["path"] for out in one["outputs"]]) for one in told] == [
        (1, []),
        (0, ["out/cv.tex"]),
        (2, []),
    ]
    assert [[d["code"] for d in one["diagnostics"]] for one in told] == [["CV201"], [], ["CV001"]]


def test_what_is_refused_before_anything_is_begun(place: Path) -> None:
    (place / "sub").mkdir()
    (place / "out").mkdir()
    (place / "link").symlink_to("out")
    kept: list[tuple[list[str], str | None, str]] = [
        (["-", "-"], "out", "standard input can be read only once"),
        (["a.yaml", "c.yaml"], "-", "only one CV can go to standard output"),
        (["a.yaml", "sub/../a.yaml"], None, "a.yaml and sub/../a.yaml would both be written to sub/../a.pdf"),
        (["a.yaml", "sub/a.yml"], "out", "a.yaml and sub/a.yml would both be written to out/a.pdf"),
        (["a.yaml", "c.yaml"], "c.pdf", "c.pdf is no folder, and several CVs need one; c.pdf/ makes it"),
        (["a.yaml", "c.yaml"], "no/such/", "the folder no/such/ cannot be made: No such file or directory"),
        (["a.yaml", "link/a.tex"], "out", "out/a.tex, made of a.yaml, would be written over the CV link/a.tex"),
    ]
    for cvs, output, why in kept:
        with pytest.raises(Refused) as refused:
            all_jobs(cvs, None, output, Choices(), keep_tex=True)
        assert str(refused.value) == why
    jobs = all_jobs(["a.yaml", "a.b.yaml", "-"], "pdf,tex", "new/", Choices(), keep_tex=True)
    assert [job.main for job in jobs] == [Path("new", name) for name in ("a.pdf", "a.b.pdf", "cv.pdf")]
    assert (place / "new").is_dir()


@pytest.mark.engine
def test_at_ctrl_c_all_ends(place: Path) -> None:
    """No engine is left, no half file, and no folder of a run."""
    scratch = place / "tmp"
    scratch.mkdir()
    names = [f"{number}.yaml" for number in range(12)]
    for name in names:
        (place / name).write_text(GOOD)
    running = subprocess.Popen(
        [sys.executable, "-m", "cvbuild", "render", *names, "-j", "3"],
        cwd=place,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, "TMPDIR": str(scratch)},
    )
    assert running.stderr is not None
    assert "wrote" in running.stderr.readline()
    running.send_signal(signal.SIGINT)
    rest = running.communicate(timeout=20)[1]
    assert running.returncode == 130
    assert "Traceback" not in rest
    assert list(scratch.iterdir()) == []
    written = list(place.glob("*.pdf"))
    assert 0 < len(written) < len(names)
    assert all(path.read_bytes().rstrip().endswith(b"%%EOF") for path in written)
    assert list(place.glob(".cvbuild-out-*")) == []


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_the_progress_is_for_terminals_only(monkeypatch: pytest.MonkeyPatch) -> None:
    def shown(stream: io.StringIO, term: str = "xterm", *, shown: bool = True) -> str:
        monkeypatch.setattr(sys, "stderr", stream)
        monkeypatch.setenv("TERM", term)
        with Progress(4, shown=shown) as progress:
            progress.show(1, 0)
            progress.show(4, 2)
        return stream.getvalue()

    clear = "\r\x1b[K"
    assert shown(Terminal()) == (
        f"{clear}[======>                 ] 1 of 4{clear}[========================] 4 of 4, 2 failed{clear}"
    )
    monkeypatch.setenv("COLUMNS", "20")
    assert f"{clear}[======>           {clear}" in shown(Terminal())
    assert shown(io.StringIO()) == shown(Terminal(), "dumb") == shown(Terminal(), shown=False) == ""


def die(task: Task) -> Done:
    """What a machine without memory does to a worker."""
    if task.job.name == "b.yaml":
        os.kill(os.getpid(), signal.SIGKILL)
    return Done(Said(last=f"{task.job.name} is done\n"), "written")


@pytest.mark.skipif(sys.platform != "linux", reason="workers are no copies of this process")
def test_a_cv_whose_process_dies_is_told(
    place: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("cvbuild.cli.batch.do", die)
    how = Manner(Voice("render"), alone=False, records=False)
    tasks = [Task(job, how) for job in all_jobs(["a.yaml", "b.yaml", "c.yaml"], None, None, Choices())]
    done, _ = render_all(tasks, 2, force=False, quiet=False)
    assert [one.status for one in done] == [0, 2, 0]
    assert capsys.readouterr().err == (
        "a.yaml is done\n"
        "error CV018: the process that worked on this CV was ended\n"
        "  hint: was there too little memory? try `-j 1`\n"
        "cvbuild: b.yaml: 1 error; no PDF was written\n"
        "c.yaml is done\n"
        "cvbuild: 2 written, 1 failed: b.yaml\n"
    )


def test_j_is_a_number_of_processes() -> None:
    assert at_once("auto") is at_once("0") is None
    assert batch.processors() >= 1
    assert at_once("7") == 7
    with pytest.raises(typer.Exit):
        at_once("many")


# --- the processes -----------------------------------------------------------


def square(number: int) -> tuple[int, int]:
    """What a worker does in these tests, and which it was."""
    if number == 13:
        os._exit(1)
    if number < 0:
        time.sleep(-number)
    return number * number, os.getpid()


@pytest.mark.parametrize(("start", "count"), [("fork", 3), ("spawn", 1)])
def test_work_is_shared(start: str, count: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_START", start)
    assert [batch.worth(number) for number in range(6)] == {"fork": [0, 1, 2, 3, 4, 5], "spawn": [0, 0, 1, 1, 2, 2]}[
        start
    ]
    came = dict(in_processes(square, range(8), count))
    assert {number: one and one[0] for number, one in came.items()} == {number: number**2 for number in range(8)}
    assert os.getpid() not in {one[1] for one in came.values() if one}


def test_a_worker_that_dies_takes_only_its_task_with_it() -> None:
    came = dict(in_processes(square, [1, 13, 2, 13, 13, 3, 4], 2))
    assert {number: one and one[0] for number, one in came.items()} == {
        0: 1,
        1: None,
        2: 4,
        3: None,
        4: None,
        5: 9,
        6: 16,
    }


def test_work_that_is_not_wanted_is_broken_off() -> None:
    begin = time.monotonic()
    with closing(in_processes(square, [1, -60, -60], 2)) as coming:
        number, one = next(coming)
    assert (number, one and one[0]) == (0, 1)
    assert time.monotonic() - begin < 4
    assert one is not None
