"""A damaged part is found even if TeX is content with it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cvbuild.engine import wear
from cvbuild.engine.parts import Parts, locate, program_name
from cvbuild.engine.wear import altered

PROGRAM = program_name(windows=os.name == "nt")
FILES = [PROGRAM, "fonts.conf", "bundle/a.ttf", "bundle/pdftex/a.enc", "cache/formats/1-latex-33.fmt", "licenses/a"]


@pytest.fixture
def parts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Parts:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "caches"))
    made = Parts(tmp_path / "engine")
    for name in FILES:
        (made.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (made.folder / name).write_text(name)
    listed = {name: hashlib.sha256(name.encode()).hexdigest() for name in FILES}
    manifest = {"lock": "", "platform": "any", "files": listed}
    (made.folder / "manifest.json").write_text(json.dumps(manifest))
    return made


def later(parts: Parts, name: str, text: str) -> None:
    """Change a file, so that the clock shows it."""
    file, now = parts.folder / name, (parts.folder / "manifest.json").stat().st_ctime_ns + 10**9
    file.write_text(text)
    os.utime(file, ns=(now, now))


@pytest.mark.parametrize("name", FILES)
def test_what_is_changed_is_found(parts: Parts, name: str) -> None:
    assert altered(parts, "latex") == altered(parts) == []
    later(parts, name, name.upper())
    assert altered(parts, "latex") == ([name] if name != "licenses/a" else [])
    assert altered(parts, "cv-1") == ([name] if name in FILES[:4] else [])
    assert altered(parts) == ([name] if name in FILES[1:4] else [])
    later(parts, name, name)
    assert altered(parts, "latex") == []


def test_what_is_right_is_not_read_again(parts: Parts, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []

    def counted(file: Path) -> str:
        read.append(file.name)
        return hashlib.sha256(file.read_bytes()).hexdigest()

    monkeypatch.setattr(wear, "sha256_of", counted)
    assert altered(parts, "latex") == []
    assert read == [], "nothing was changed after the manifest was written"
    later(parts, "bundle/a.ttf", "bundle/a.ttf")
    assert [altered(parts, "latex") for _ in range(3)] == [[], [], []]
    assert read == ["a.ttf"]
    later(parts, "bundle/a.ttf", "bundle/a.ttF")
    assert [altered(parts, "latex") for _ in range(2)] == [["bundle/a.ttf"]] * 2
    assert read == ["a.ttf"] * 3


@pytest.mark.engine
def test_no_pdf_is_made_of_a_damaged_font(tmp_path: Path) -> None:
    found = locate()
    assert found is not None
    own = tmp_path / "engine"
    (own / "bundle").mkdir(parents=True)
    for file in (*found.folder.iterdir(), *found.bundle.iterdir()):
        link = own / file.relative_to(found.folder)
        if not link.exists():
            link.hardlink_to(file) if file.is_file() else shutil.copytree(file, link)
    (own / "manifest.json").unlink()
    (own / "manifest.json").write_bytes((found.folder / "manifest.json").read_bytes())
    font = own / "bundle" / "EBGaramond-Regular.ttf"
    data = bytearray(font.read_bytes())
    data[len(data) * 2 // 3] ^= 1
    (tmp_path / "me.yaml").write_text("name: Ada Lovelace\nsections: {Notes: On the engine.}\n")

    def render(*args: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "cvbuild", "render", "me.yaml", *args]
        environment = {**os.environ, "CVBUILD_ENGINE_DIR": str(own), "XDG_CACHE_HOME": str(tmp_path / "caches")}
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, env=environment)

    assert render().returncode == 0
    font.unlink()
    font.write_bytes(data)
    ran = render("--force")
    assert ran.returncode == 2
    assert f"error CV601: the embedded engine is damaged: {font}\n  hint: " in ran.stderr
