"""What time it is: SOURCE_DATE_EPOCH, `--today`, and the clock; and what depends on them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

from cvbuild import clock, record
from cvbuild.cli import app
from cvbuild.dates import TODAY, PartialDate
from cvbuild.diagnostics import Sink
from cvbuild.files import DAY, Files, state
from cvbuild.pipeline import check
from cvbuild.record import Record, Said
from tests.support import document, problems, source

DATED = "name: Ada Lovelace\nupdated: today\nsections: {Notes: On the engine.}\n"


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """No SOURCE_DATE_EPOCH, and a way to set the clock."""
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    return monkeypatch


def on(day: str) -> time.struct_time:
    return time.strptime(day, "%Y-%m-%d")


def test_the_day_is_that_of_source_date_epoch_or_of_the_clock(now: pytest.MonkeyPatch) -> None:
    now.setattr(time, "localtime", lambda: on("2031-02-03"))
    assert clock.today() == (2031, 2, 3)
    assert clock.epoch() == clock.OLDEST
    now.setenv("SOURCE_DATE_EPOCH", "951825599")  # a second before midnight, in UTC
    assert clock.today() == (2000, 2, 29)
    assert clock.epoch() == 951825599


@given(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")) | st.integers().map(str))
def test_source_date_epoch_is_a_time_or_is_told(given: str) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", given)
        if given.isascii() and given.isdecimal() and len(given) <= 12 and int(given) <= clock.LATEST:
            assert clock.epoch() == int(given)
            assert clock.today()[0] <= 9999
            assert problems(DATED) == []
        else:
            with pytest.raises(clock.NoTime) as told:
                clock.epoch()
            assert "\n" not in str(told.value)
            assert len(str(told.value)) < 1000
            assert problems(DATED) == ["CV013"]


def test_today_is_printed_and_asked_for_only_then(now: pytest.MonkeyPatch) -> None:
    assert document(DATED).updated is TODAY
    now.setattr(time, "localtime", lambda: on("2031-02-03"))
    files = Files()
    found = check(source(DATED), files, Sink())
    assert found is not None
    assert found.outline.updated == PartialDate(2031, 2, 3)
    assert files.states[DAY] == state(DAY) == "2031-02-03"
    now.setattr(time, "localtime", lambda: on("2031-02-04"))
    assert state(DAY) == "2031-02-04"
    assert files.today() == (2031, 2, 3), "one run has one day"

    files = Files((1999, 1, 2))
    found = check(source(DATED), files, Sink())
    assert found is not None
    assert found.outline.updated == PartialDate(1999, 1, 2)
    assert DAY not in files.states

    files = Files()
    found = check(source(DATED.replace("today", "2020-07")), files, Sink())
    assert found is not None
    assert found.outline.updated == PartialDate(2020, 7)
    assert DAY not in files.states
    assert problems("name: A\nupdated: tomorrow\n") == ["2:10 CV210"]


def test_another_day_is_a_change(now: pytest.MonkeyPatch, tmp_path: Path) -> None:
    now.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    now.chdir(tmp_path)
    now.setattr(time, "localtime", lambda: on("2031-02-03"))
    (tmp_path / "me.yaml").write_text("name: A\n")
    (tmp_path / "out").write_text("")
    os.utime(tmp_path / "out", (0, 0))
    files = Files()
    files.read(tmp_path / "me.yaml")
    files.today()
    record.keep("x", Record(files.states, {str(tmp_path / "out"): state(str(tmp_path / "out"))}, Said(), 1))

    found = record.recall("x")
    assert found is not None
    assert found.holds()
    found.refresh()
    assert (tmp_path / "out").stat().st_mtime > 0, "make sees that the output is newer than what it is made of"
    now.setattr(time, "localtime", lambda: on("2031-02-04"))
    assert not found.holds()


@pytest.mark.engine
def test_the_commands(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(DATED)

    def run(*args: str, **env: str) -> tuple[int, str]:
        command = [sys.executable, "-m", "cvbuild", *args]
        ran = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env={**os.environ, **env})
        return ran.returncode, ran.stderr

    wrote, kept = (0, "cvbuild: wrote me.pdf (1 page)\n"), (0, "cvbuild: me.pdf is up to date (1 page)\n")
    assert run("render", "me.yaml", "--keep-tex", "--today", "2020-02-29") == wrote
    assert "Last updated 29~Feb~2020" in (tmp_path / "me.tex").read_text()
    assert run("render", "me.yaml", "--keep-tex", "--today", "2020-02-29") == kept
    assert run("render", "me.yaml", "--keep-tex", SOURCE_DATE_EPOCH="951825599") == wrote
    assert "Last updated 29~Feb~2000" in (tmp_path / "me.tex").read_text()
    status, said = run("render", "me.yaml", SOURCE_DATE_EPOCH="-1")
    assert status == 2
    assert said.startswith("error CV013: SOURCE_DATE_EPOCH is '-1'")


@pytest.mark.parametrize("command", ["render", "watch", "validate", "collaborators"])
def test_today_is_a_day(command: str, tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(DATED)
    for wrong in ("soon", "2020", "", "20200229", "2020-W09-6", "2020-02-30", "２０２０-02-28"):
        ran = CliRunner().invoke(app, [command, str(tmp_path / "me.yaml"), "--today", wrong])
        assert ran.exit_code == 2
        assert ran.stderr == f"cvbuild: --today is a day, as 2026-11-21, and not `{wrong}`\n"
    if command != "collaborators":
        ran = CliRunner().invoke(app, [command, str(tmp_path / "me.yaml"), "--as-of", "2020"])
        assert (ran.exit_code, ran.stderr) == (2, "cvbuild: --as-of is a day, as 2026-11-21, and not `2020`\n")
