"""`import cvbuild`: what programs get, and in which circumstances they may ask for it."""

from __future__ import annotations

import asyncio
import concurrent.futures
import os
import pickle
import subprocess
import sys
from concurrent.futures import Executor, ProcessPoolExecutor, ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest

import cvbuild
from cvbuild import api
from cvbuild.diagnostics import CODES, MISTAKE
from cvbuild.job import Job

GOOD = "name: Ada Lovelace\nsections:\n  Notes: On the engine.\n"
WRONG = "name: Ada Lovelace\npublications: refs.bib\nsectoins: {}\n"
BIB = "@article{a,\n  title = {T},\n  journal = {J},\n  doi = {nothing}\n}\n"


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "good.yaml").write_text(GOOD)
    (tmp_path / "wrong.yaml").write_text(WRONG)
    (tmp_path / "refs.bib").write_text(BIB)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_the_public_names() -> None:
    assert set(cvbuild.__all__) == {"Diagnostic", "Result", "__version__", "build", "check"}
    assert {name for name in dir(cvbuild) if name in cvbuild.__all__} == set(cvbuild.__all__)
    for name in set(cvbuild.__all__) - {"__version__"}:
        assert getattr(cvbuild, name) is getattr(api, name)
        assert (getattr(cvbuild, name).__doc__ or "").strip()
    with pytest.raises(AttributeError, match="bild"):
        getattr(cvbuild, "bild")  # noqa: B009


def test_importing_it_imports_nothing_else() -> None:
    code = "import sys; before = set(sys.modules); import cvbuild; print(sorted(set(sys.modules) - before))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "['cvbuild']\n"


def test_what_is_wrong_is_told_in_plain_values(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    result = cvbuild.check("wrong.yaml")
    assert not result.ok
    assert (result.path, result.outputs, result.pages) == (place / "wrong.yaml", (), None)
    (error,) = result.errors
    assert error == cvbuild.Diagnostic(
        *("CV201", "error", "unknown key", "unknown key `sectoins`", "did you mean `sections`?"),
        *(place / "wrong.yaml", 3, 1, 3, 9),
    )
    assert str(error) == f"{place / 'wrong.yaml'}:3:1: error CV201: unknown key `sectoins`"
    assert [(d.file, d.line) for d in result.warnings if d.code != "CV404"] == [(place / "refs.bib", 4)]
    assert set(result.errors + result.warnings) == set(result.diagnostics)
    assert pickle.loads(pickle.dumps(result)) == result
    good, gone = cvbuild.check([place / "good.yaml", "nobody.yaml"])
    assert good == cvbuild.Result(place / "good.yaml")
    assert good.ok
    assert [(d.code, d.file, d.line) for d in gone.diagnostics] == [("CV001", None, None)]
    assert capfd.readouterr() == ("", "")


def test_lint_and_today(place: Path) -> None:
    work = "@article{a, title = {T}, author = {Lovelace, Ada}, journal = {J}, year = {2031}}\n"
    (place / "refs.bib").write_text(work)
    (place / "good.yaml").write_text(GOOD + "publications: refs.bib\n")

    def codes(*, lint: bool, year: int) -> set[str]:
        return {d.code for d in cvbuild.check("good.yaml", lint=lint, today=date(year, 1, 1)).warnings}

    assert codes(lint=True, year=2026) - codes(lint=True, year=2032) == {"CV715"}
    assert codes(lint=False, year=2026) == set()


@pytest.mark.engine
def test_build(place: Path, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (place / "elsewhere").mkdir()
    result = cvbuild.build("good.yaml", ("pdf", "tex"), "out/")
    assert result == cvbuild.Result(
        place / "good.yaml", outputs=(place / "out" / "good.pdf", place / "out" / "good.tex"), pages=1
    )
    assert (place / "out" / "good.pdf").read_bytes().startswith(b"%PDF")
    monkeypatch.chdir("elsewhere")
    wrong, good = cvbuild.build(["../wrong.yaml", place / "good.yaml"], theme="turing", output=place / "out")
    assert [d.code for d in wrong.errors] == ["CV201"]
    assert good.outputs == (place / "out" / "good.pdf",)
    assert cvbuild.build([]) == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ({"to": "word"}, "`word` is no format"),
        ({"to": ()}, "`to` names no format"),
        ({"engine": "word"}, "there is no engine `word`"),
        ({"timeout": float("nan")}, "`timeout` is a number"),
        ({"output": "no/such/folder.pdf"}, "does not exist"),
        ({"output": "me.tex"}, "is no name for a PDF"),
    ],
)
def test_what_cannot_be_done_raises(asked: dict[str, object], why: str, place: Path) -> None:
    with pytest.raises(ValueError, match=why):
        cvbuild.build("good.yaml", **asked)  # type: ignore[call-overload]
    for wrong in ({"settings": "title=x"}, {"as_of": "2020-01-01"}, {"today": 2020}):
        with pytest.raises(TypeError, match=r"settings|datetime"):
            cvbuild.build("good.yaml", to="txt", **wrong)
    with pytest.raises(ValueError, match="is given twice"):
        cvbuild.build(["good.yaml", "good.yaml"])


def test_a_mistake_of_ours_is_in_the_result(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """CV019; and CV018, if the machine is to blame, or the process died."""
    for error, code in ((KeyError("x"), "CV019"), (MemoryError(), "CV018"), (OSError(28, "disk full"), "CV018")):

        def fail(*_: object, error: Exception = error, **__: object) -> None:
            raise error

        monkeypatch.setattr("cvbuild.job.check", fail)
        monkeypatch.setattr("cvbuild.job.make", fail)
        for result in (cvbuild.check("good.yaml"), cvbuild.build("good.yaml")):
            assert [d.code for d in result.errors] == [code]
    monkeypatch.setenv("CVBUILD_DEBUG", "1")
    with pytest.raises(OSError, match="disk full"):
        cvbuild.check("good.yaml")
    assert CODES["CV019"] is MISTAKE


def die(_: object) -> cvbuild.Result:
    os._exit(1)


def test_an_executor_that_breaks_is_in_the_result(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api, "_check", die)
    with ProcessPoolExecutor(1) as pool:
        results = cvbuild.check(["good.yaml", "wrong.yaml"], executor=pool)
    assert [[d.code for d in result.diagnostics] for result in results] == [["CV018"], ["CV018"]]


EXECUTORS = [ThreadPoolExecutor, ProcessPoolExecutor, getattr(concurrent.futures, "InterpreterPoolExecutor", None)]


@pytest.mark.engine
@pytest.mark.parametrize("kind", [kind for kind in EXECUTORS if kind is not None])
def test_executors(kind: type[Executor], place: Path) -> None:
    pool = kind(2)  # type: ignore[call-arg]
    names = []
    for number in range(4):
        names.append(f"{number}.yaml")
        (place / names[-1]).write_text(WRONG if number == 2 else GOOD)
    with pool:
        results = cvbuild.build(names, "tex", executor=pool)
        assert [result.ok for result in results] == [True, True, False, True]
        assert [result.path.name for result in results] == names
        assert cvbuild.build("0.yaml", executor=pool).pages == 1


THREADS = """
import sys
from concurrent.futures import ThreadPoolExecutor
import cvbuild
sys.setswitchinterval(1e-6)
with ThreadPoolExecutor(8) as pool:
    results = cvbuild.check([f"{n}.yaml" for n in range(24)], lint=True, executor=pool)
said = {repr([(d.code, d.line, d.column, d.message) for d in r.diagnostics]) for r in results}
assert len(said) == 1, said
assert "CV019" not in said.pop()
"""


def test_threads_do_not_meet(place: Path) -> None:
    """Nothing is shared that is not ready: in a process where nothing has been used, all threads begin at once."""
    (place / "refs.bib").write_text(BIB.replace("nothing", "10.1000/1") + BIB.replace("{a,", "{b,"))
    for number in range(24):
        (place / f"{number}.yaml").write_text(
            GOOD.replace("sections:", "publications: refs.bib\nsections:") + "  Works:\n    publications: all\n"
        )
    ran = subprocess.run([sys.executable, "-c", THREADS], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr


def test_in_a_running_event_loop(place: Path) -> None:
    """As in a notebook: to call it is possible there, and to wait for it too."""

    async def both() -> tuple[bool, bool]:
        return cvbuild.check("good.yaml").ok, (await asyncio.to_thread(cvbuild.check, "good.yaml")).ok

    assert asyncio.run(both()) == (True, True)


def test_jobs_can_go_to_other_processes(place: Path) -> None:
    job = Job(cv=Path("a"), targets={"pdf": Path("b"), "tex": None})
    assert pickle.loads(pickle.dumps(job)) == job
