"""The command line, as a user meets it: files, streams, exit status, what is said where."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from tools.drawings import png

from cvbuild import __version__
from tests import inside

GOOD = "name: Ada Lovelace\nsections:\n  Notes: On the engine.\n"
WRONG = "name: Ada Lovelace\nsectoins:\n  Notes: On the engine.\nemail: nobody\n"


def cvbuild(*args: str, cwd: Path, stdin: bytes = b"", **env: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "cvbuild", *args],
        cwd=cwd,
        input=stdin,
        capture_output=True,
        env={**os.environ, **env},
        check=False,
    )


def test_validate_says_all_is_well_on_standard_error(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD)
    ran = cvbuild("validate", "me.yaml", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, b"")
    assert ran.stderr == b"cvbuild: me.yaml is valid\n"


def test_validate_reports_every_problem(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(WRONG)
    ran = cvbuild("validate", "me.yaml", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (1, b"")
    assert ran.stderr.decode() == (
        "me.yaml:2:1: error CV201: unknown key `sectoins`\n"
        "    2 | sectoins:\n"
        "      | ^^^^^^^^\n"
        "  hint: did you mean `sections`?\n"
        "me.yaml:4:8: error CV208: `nobody` is not an e-mail address\n"
        "    4 | email: nobody\n"
        "      |        ^^^^^^\n"
        "  hint: for example name@example.org\n"
        "cvbuild: 2 errors in me.yaml\n"
    )


def test_standard_input(tmp_path: Path) -> None:
    assert cvbuild("validate", "-", cwd=tmp_path, stdin=GOOD.encode()).returncode == 0
    ran = cvbuild("validate", "-", cwd=tmp_path, stdin=WRONG.encode())
    assert ran.returncode == 1
    assert ran.stderr.startswith(b"<stdin>:2:1: error CV201")


@pytest.mark.parametrize(
    "args",
    [
        ("render", "nothing.yaml"),
        ("validate", "nothing.yaml"),
        ("validate", "."),
        ("render",),
        ("render", "me.yaml", "--engine", "word"),
        ("render", "me.yaml", "-o", "me.yaml"),
        ("render", "me.yaml", "-o", "no/such/folder/me.pdf"),
        ("frobnicate",),
        ("me.yaml",),
        ("render", "."),
        ("render", ""),
        ("render", "me.yaml", "-o", "x" * 300),
        ("render", "me.yaml", "--timeout", "nan"),
    ],
)
def test_wrong_usage_is_status_2(args: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD)
    ran = inside.cvbuild(*args, cwd=tmp_path)
    assert ran.returncode == 2
    assert ran.stdout == b""
    assert b"Traceback" not in ran.stderr
    assert ran.stderr


@pytest.mark.parametrize(
    ("args", "said"),
    [
        (("me.yaml",), "Say what to do with me.yaml, for example: cvbuild render me.yaml"),
        (("render", "me.pdf"), "me.pdf is the name of a PDF; give the YAML file of the CV"),
        (("render", "me.yaml", "-o", "other.yaml"), "other.yaml is no name for a PDF"),
        (("render", "me.yaml", "-o", "me.TEX", "--to", "pdf"), "me.TEX is no name for a PDF, which is what is written"),
    ],
)
def test_wrong_usage_is_answered_with_what_was_meant(args: tuple[str, ...], said: str, tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD)
    (tmp_path / "other.yaml").write_text(GOOD)
    ran = inside.cvbuild(*args, cwd=tmp_path)
    assert ran.returncode == 2
    assert said in ran.stderr.decode()
    assert (tmp_path / "other.yaml").read_text() == GOOD


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    ran = inside.cvbuild("validate", "nothing.yaml", cwd=tmp_path)
    assert ran.stderr.startswith(b"error CV001: there is no file `nothing.yaml`\n")


def test_a_file_that_is_made_of_a_cv_is_not_taken_for_it(tmp_path: Path) -> None:
    for name in ("cv.json", "cv.yaml"):
        (tmp_path / name).write_text("name: Ada")
    assert b"hint: did you mean `cv.yaml`?" in cvbuild("validate", "cv.yml", cwd=tmp_path).stderr


def test_version_and_schema(tmp_path: Path) -> None:
    assert cvbuild("--version", cwd=tmp_path).stdout.decode() == f"cvbuild {__version__}\n"
    assert cvbuild("schema", cwd=tmp_path).stdout.startswith(b'{"$schema":')


def test_a_wrong_cv_leaves_the_last_pdf_alone(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(WRONG)
    (tmp_path / "me.pdf").write_bytes(b"the last good one")
    ran = cvbuild("render", "me.yaml", cwd=tmp_path)
    assert ran.returncode == 1
    assert (tmp_path / "me.pdf").read_bytes() == b"the last good one"
    assert b"me.pdf is left as it was" in ran.stderr
    assert sorted(p.name for p in tmp_path.iterdir()) == ["me.pdf", "me.yaml"]


@pytest.mark.engine
def test_render_writes_beside_the_cv(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub" / "me.yaml").write_text(GOOD)
    ran = cvbuild("render", "sub/me.yaml", cwd=tmp_path)
    assert (ran.returncode, ran.stdout) == (0, b""), ran.stderr.decode()
    assert ran.stderr.decode() == "cvbuild: wrote sub/me.pdf (1 page)\n"
    assert (tmp_path / "sub" / "me.pdf").read_bytes().startswith(b"%PDF-")
    assert sorted(p.name for p in (tmp_path / "sub").iterdir()) == ["me.pdf", "me.yaml"]


@pytest.mark.engine
def test_render_options(tmp_path: Path) -> None:
    ran = cvbuild(
        "render", "-", "-o", "out.pdf", "--theme", "turing", "--keep-tex", "-q", cwd=tmp_path, stdin=GOOD.encode()
    )
    assert (ran.returncode, ran.stderr) == (0, b"")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["out.log", "out.pdf", "out.tex"]
    assert "\\documentclass" in (tmp_path / "out.tex").read_text()


@pytest.mark.engine
def test_from_stream_to_stream(tmp_path: Path) -> None:
    ran = cvbuild("render", "-", cwd=tmp_path, stdin=GOOD.encode())
    assert ran.returncode == 0
    assert ran.stdout.startswith(b"%PDF-")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.engine
def test_output_that_cannot_be_written_is_status_2(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD)
    (tmp_path / "me.pdf").mkdir()
    (tmp_path / "me.pdf" / "me.pdf").mkdir()
    ran = cvbuild("render", "me.yaml", "-o", "me.pdf", cwd=tmp_path)
    assert ran.returncode == 2
    assert b"error CV006" in ran.stderr


@pytest.mark.engine
def test_output_goes_through_links_and_into_pipes(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD)
    (tmp_path / "link.pdf").symlink_to("real.pdf")
    assert cvbuild("render", "me.yaml", "-o", "link.pdf", cwd=tmp_path).returncode == 0
    assert (tmp_path / "link.pdf").is_symlink()
    assert (tmp_path / "real.pdf").read_bytes().startswith(b"%PDF-")
    ran = cvbuild("render", "me.yaml", "-o", "/dev/stdout", cwd=tmp_path)  # a pipe: written to, not replaced
    assert ran.stdout.startswith(b"%PDF-")


@pytest.mark.engine
def test_a_full_device_is_status_2(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD)
    with Path("/dev/full").open("wb") as full:
        ran = subprocess.run(
            [sys.executable, "-m", "cvbuild", "render", "me.yaml", "-o", "-"],
            cwd=tmp_path, stdout=full, stderr=subprocess.PIPE, check=False,
        )  # fmt: skip
    assert ran.returncode == 2
    assert b"error CV006" in ran.stderr


@pytest.mark.engine
def test_missing_engine_is_told_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD)
    ran = cvbuild("render", "me.yaml", cwd=tmp_path, CVBUILD_ENGINE_DIR="", XDG_DATA_HOME=str(tmp_path / "none"))
    assert ran.returncode == 2
    assert b"error CV601" in ran.stderr
    assert b"cvbuild engine install" in ran.stderr


@pytest.mark.engine
@pytest.mark.skipif(not Path("/dev/stdin").exists(), reason="there are no such files")
def test_pipes_as_files(tmp_path: Path) -> None:
    """A record must neither wait for what comes out of a pipe, nor take it away."""
    (tmp_path / "me.yaml").write_text(GOOD)
    for _ in range(2):
        ran = cvbuild("render", "me.yaml", "-o", "/dev/stdout", cwd=tmp_path)
        assert (ran.returncode, ran.stdout[:5]) == (0, b"%PDF-")
    for words in (GOOD, GOOD.replace("engine", "loom"), GOOD):
        ran = cvbuild("render", "/dev/stdin", "-o", "out.pdf", cwd=tmp_path, stdin=words.encode())
        assert ran.returncode == 0, ran.stderr
        assert b"wrote" in ran.stderr


@pytest.mark.engine
def test_outputs_that_cannot_be(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD)
    (tmp_path / "me.pdf").symlink_to("me.pdf")
    assert cvbuild("render", "me.yaml", cwd=tmp_path).returncode == 0
    assert (tmp_path / "me.pdf").is_file(), "a link that leads to itself means no file, and is replaced"
    (tmp_path / "me.pdf").unlink()
    (tmp_path / "me.pdf").mkdir()
    ran = cvbuild("render", "me.yaml", cwd=tmp_path)
    assert (ran.returncode, list((tmp_path / "me.pdf").iterdir())) == (2, [])
    assert b"me.pdf is a folder" in ran.stderr
    assert cvbuild("render", "me.yaml", "-o", "me.pdf", cwd=tmp_path).returncode == 0
    assert (tmp_path / "me.pdf" / "me.pdf").is_file()


@pytest.mark.engine
@pytest.mark.skipif(sys.platform != "linux", reason="limits memory")
def test_too_little_memory_is_no_fault_of_the_cv(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD)
    limited = 'ulimit -v 200000; exec "$@"'
    command = ["sh", "-c", limited, "sh", sys.executable, "-m", "cvbuild", "render", "me.yaml"]
    ran = subprocess.run(command, cwd=tmp_path, capture_output=True)
    assert ran.returncode == 2
    assert b"CV601: the engine ran out of memory" in ran.stderr


@pytest.mark.engine
def test_closed_streams(tmp_path: Path) -> None:
    """As some schedulers start programs: the engine's pipes must not become the missing streams."""
    (tmp_path / "me.yaml").write_text(GOOD)
    (tmp_path / "wrong.yaml").write_text(WRONG)
    shell = f'"{sys.executable}" -m cvbuild "$@" <&- >&- 2>&-'
    for arguments, status in (
        (["me.yaml"], 0),
        (["me.yaml"], 0),
        (["wrong.yaml"], 1),
        (["me.yaml", "-o", "-"], 2),
        (["-"], 2),
    ):
        ran = subprocess.run(["sh", "-c", shell, "sh", "render", *arguments], cwd=tmp_path)
        assert ran.returncode == status
    shell = f'"{sys.executable}" -m cvbuild render me.yaml -o - 2>&-'
    piped = subprocess.run(["sh", "-c", shell], cwd=tmp_path, stdout=subprocess.PIPE)
    assert piped.stdout.startswith(b"%PDF-")
    assert piped.stdout == (tmp_path / "me.pdf").read_bytes()


ODD = "a\x1b[31m\x85b\n.yaml"


@pytest.mark.skipif(sys.platform == "win32", reason="no such names there")
@pytest.mark.parametrize(
    "args", [("validate", ODD), ("export", "--bib", ODD), ("validate", ODD, ODD), ("validate", "x" + ODD)]
)
def test_a_name_of_a_file_cannot_steer_the_terminal(args: tuple[str, ...], tmp_path: Path) -> None:
    (tmp_path / ODD).write_text(WRONG)
    said = inside.cvbuild(*args, cwd=tmp_path).stderr.decode()
    assert "31m" in said
    assert all(c == "\n" or c.isprintable() for c in said)


def wild(error: str, listener: str = "", command: str = "['validate', 'me.yaml']") -> subprocess.CompletedProcess[str]:
    """A command in which something is raised that no room of cvbuild deals with."""
    code = f"""if True:
        import sys, cvbuild.__main__ as command
        from unittest import mock
        with mock.patch("cvbuild.cli.app", side_effect={error}):
            sys.argv[1:] = {command}
            command.main()
    """
    shell = f'exec "$0" -c "$1" {listener}'
    return subprocess.run(["sh", "-c", shell, sys.executable, code], capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("error", "status", "said"),
    [
        ("KeyError('a\\x1bb')", 3, "cvbuild: this is a mistake in cvbuild itself, please report it: KeyError: 'a\\x1bb'"),
        ("RecursionError('deep')", 3, "cvbuild: this is a mistake in cvbuild itself, please report it: RecursionError: deep"),
        ("MemoryError", 2, "cvbuild: there is not enough memory"),
        ("OSError(28, 'No space left')", 2, "cvbuild: [Errno 28] No space left"),
        ("KeyboardInterrupt", 130, ""),
        ("BrokenPipeError(32, 'Broken pipe')", 2, "cvbuild: [Errno 32] Broken pipe"),
    ],
)  # fmt: skip
def test_the_net_below_everything(error: str, status: int, said: str) -> None:
    ran = wild(error)
    assert (ran.returncode, ran.stdout, ran.stderr.split("\n")[0]) == (status, "", said)
    assert ("CVBUILD_DEBUG=1" in ran.stderr) == (status == 3)
    assert "Traceback" not in ran.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full")
def test_nobody_listens(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(WRONG)
    ran = wild("KeyError('a')", "2>/dev/full")
    assert (ran.returncode, ran.stderr) == (3, "")
    for command in (
        "validate me.yaml 2>/dev/full",
        "schema >/dev/full",
        "schema | true",
        "--help >/dev/full",
        "man >/dev/full",
        "man >&-",
    ):
        shell = f'"$0" -m cvbuild {command}'
        said = subprocess.run(
            ["sh", "-c", shell, sys.executable], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert "Traceback" not in said.stderr
        assert "mistake" not in said.stderr
        assert (said.returncode == 0) == ("true" in command), command


@pytest.mark.engine
def test_all_files_that_are_kept_are_listed(tmp_path: Path) -> None:
    (tmp_path / "me.yaml").write_text(GOOD + "photo: {file: me.png, width: 3cm}\n")
    (tmp_path / "me.png").write_bytes(png(200, 200, 2, 8))
    ran = cvbuild("render", "me.yaml", "--keep-tex", "--verify", "--format", "json", cwd=tmp_path)
    assert ran.returncode == 0, ran.stderr
    listed = [output["path"] for output in json.loads(ran.stdout)["outputs"]]
    assert listed[:3] == ["me.pdf", "me.tex", "me.log"]
    assert {*listed, "me.yaml", "me.png"} == {path.name for path in tmp_path.iterdir()}
    assert listed[3].startswith("picture-")
