"""What people install: a wheel, made from an sdist, in an environment of its own."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from cvbuild.engine.parts import locate
from tests.support import ROOT

pytestmark = pytest.mark.engine


def run(*command: str | Path, cwd: Path, **env: str) -> subprocess.CompletedProcess[str]:
    ran = subprocess.run(
        [str(c) for c in command], cwd=cwd, capture_output=True, text=True, env={**os.environ, **env}, check=False
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    return ran


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the sdist, and the wheel that was built from it."""
    out = tmp_path_factory.mktemp("dist")
    run(sys.executable, "-m", "build", "--no-isolation", "--outdir", out, ROOT, cwd=out)
    return out


def test_sdist_and_wheel_hold_what_they_should(packages: Path) -> None:
    (wheel,) = packages.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "cvbuild/templates/latex/base/preamble.tex",
        "cvbuild/templates/latex/noether/theme.toml",
        "cvbuild/py.typed",
    } <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    assert not [n for n in names if n.startswith(("tests/", "tools/"))]
    (sdist,) = packages.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        inside = {"/".join(Path(name).parts[1:]) for name in archive.getnames()}
    assert {
        "README.md",
        "examples/lei-wu.yaml",
        "tests/test_packaging.py",
        "templates/latex/base/preamble.tex",
    } <= inside


def test_the_wheel_renders_in_a_clean_environment(packages: Path, tmp_path: Path) -> None:
    (wheel,) = packages.glob("*.whl")
    venv = tmp_path / "venv"
    run(sys.executable, "-m", "venv", "--without-pip", venv, cwd=tmp_path)
    python = venv / "bin" / "python"
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "install",
        "--quiet",
        "--disable-pip-version-check",
    ]
    pins = tmp_path / "pins.txt"
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins.write_text("\n".join(line.rstrip(" \\") for line in lines if "==" in line))
    run(*pip, "-c", pins, wheel, cwd=tmp_path)
    parts = locate()
    assert parts is not None
    home = tmp_path / "home"
    home.mkdir()
    env = {"HOME": str(home), "CVBUILD_ENGINE_DIR": str(parts.folder), "PATH": "/nonexistent", "PYTHONPATH": ""}
    example = ROOT / "examples" / "lei-wu.yaml"
    ran = run(venv / "bin" / "cvbuild", "render", example, "-o", tmp_path / "out.pdf", cwd=tmp_path, **env)
    assert "wrote" in ran.stderr
    assert (tmp_path / "out.pdf").read_bytes().startswith(b"%PDF-")
    assert list(home.iterdir()) == []
    listed = run(python, "-m", "cvbuild", "schema", cwd=tmp_path, **env)
    assert '"cvbuild CV"' in listed.stdout
