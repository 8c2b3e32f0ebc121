"""What people install: the sdist, and the wheels that are made from it, tried where they have nothing but themselves."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tarfile
import warnings
import zipfile
from pathlib import Path

import pytest
from tools import wheel as tool

from cvbuild.engine.install import read_bundle_lock, read_lock
from cvbuild.engine.parts import locate
from tests.support import EXAMPLES, ROOT

pytestmark = [
    pytest.mark.engine,
    pytest.mark.skipif(locate() is None, reason="the embedded engine is not installed"),
]


@pytest.fixture(scope="module")
def sdist(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tool.build_sdist(tmp_path_factory.mktemp("sdist"))


@pytest.fixture(scope="module")
def wheel(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel with the engine that was built from the sdist."""
    return tool.build_wheel(sdist, tmp_path_factory.mktemp("wheel"))


def test_the_wheel_holds_the_engine_and_all_licences(wheel: Path) -> None:
    assert wheel.stat().st_size < 25_000_000
    lock = read_lock()
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
        modes = {info.filename: info.external_attr >> 16 & 0o777 for info in archive.infolist()}
        licenses = "cvbuild/_engine/licenses/"
        for package in [lock["program"], *lock["package"]]:
            for text in package["licenses"]:
                assert f"{licenses}{package['name']}/{'-'.join(Path(text).parts[-2:])}" in names
        # What the licences ask to go along in full.
        gpl = archive.read(f"{licenses}Unidecode/Unidecode-1.3.8.dist-info-LICENSE").decode()
        assert re.search(r"GNU GENERAL PUBLIC LICENSE\s+Version 2, June 1991", gpl)
        apache = archive.read(f"{licenses}rendercv-fonts/Roboto-LICENSE.txt").decode()
        assert "TERMS AND CONDITIONS FOR USE, REPRODUCTION, AND DISTRIBUTION" in apache
        assert b"LPPL Version 1.3c" in archive.read(f"{licenses}texlive-base/texlive-base-copyright")
    assert {f"cvbuild/_engine/bundle/{name}" for name in read_bundle_lock()} <= names
    assert {
        "cvbuild/engine/parts.lock.toml",
        "cvbuild/engine/bundle.lock",
        "cvbuild/preview/page/page.js",
        "cvbuild/py.typed",
    } <= names
    assert {"cvbuild/explain/cases/CV105.yaml", "cvbuild/explain/cases/twice.bib"} <= names
    program = {name for name in names if tool.group(name) == "the program, Tectonic"}
    assert {modes[name] for name in program} == {0o755}
    said = tool.metadata(wheel)
    spdx = {each for package in [lock["program"], *lock["package"]] for each in package["license"].split(" AND ")}
    assert set(said["License-Expression"].split(" AND ")) == {"MIT", *spdx}
    assert said.get_all("License-File") == ["LICENSE"]
    assert "keep their own licences" in str(said.get_payload())


def test_the_wheel_renders_examples_alone(wheel: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """One of them; `make wheel` renders all."""
    monkeypatch.setattr(tool, "EXAMPLES", [path for path in EXAMPLES if path.stem == "jjzhu"])
    here = tool.render_here(tmp_path / "here")
    assert len(here) == 1
    work = tmp_path / "work"
    work.mkdir()
    trial = tool.try_offline(wheel, work)
    assert trial.pdfs == here
    page = tool.page(wheel, trial, here)
    assert "not as by the checkout" not in page
    for place in (ROOT, tmp_path, Path.home(), Path(sys.prefix)):
        assert str(place) not in page
    assert "home:\n" in trial.log
    if trial.isolated:
        assert "network: Network is unreachable\n" in trial.log
        for name in ("HOME", "XDG_CACHE_HOME", "the package", "the engine's cache"):
            assert f"\n{name}: Permission denied\n" in trial.log
    else:
        warnings.warn("nothing can be shut off here: the wheel was tried with the network, by this user", stacklevel=1)
    assert "\nTMPDIR: can be written\n" in trial.log
    # An engine inside the package is reported as such, and other commands need nothing either.
    assert "site-packages/cvbuild/_engine\n" in trial.log
    bare = {"PATH": "", "HOME": str(work / "home")}
    command = [str(work / "venv/bin/python"), "-m", "cvbuild", "schema"]
    assert '"cvbuild CV"' in subprocess.run(command, env=bare, capture_output=True, text=True, check=True).stdout
    shutil.rmtree(work)


def test_sdist_and_wheel_without_the_engine(sdist: Path, tmp_path: Path) -> None:
    wheel = tool.build_wheel(sdist, tmp_path, platform=None)
    assert wheel.name.endswith("-py3-none-any.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    assert {
        "cvbuild/templates/latex/base/preamble.tex",
        "cvbuild/templates/latex/noether/theme.toml",
        "cvbuild/engine/bundle.lock",
        "cvbuild/py.typed",
    } <= names
    assert any(name.endswith("licenses/LICENSE") for name in names)
    shared = {name.partition(".data/data/")[2] for name in names if ".data/data/" in name}
    assert shared == {
        "share/man/man1/cvbuild.1",
        "share/bash-completion/completions/cvbuild",
        "share/zsh/site-functions/_cvbuild",
        "share/fish/vendor_completions.d/cvbuild.fish",
    }
    assert {"cvbuild/shell/cvbuild.1", "cvbuild/themes/sample.yaml"} <= names
    assert not [n for n in names if n.startswith(("tests/", "tools/", "cvbuild/_engine/"))]
    assert tool.metadata(wheel)["License-Expression"] == "MIT"
    with tarfile.open(sdist) as archive:
        inside = {"/".join(Path(name).parts[1:]) for name in archive.getnames()}
    assert {
        "README.md",
        "examples/lei-wu.yaml",
        "tests/test_packaging.py",
        "templates/latex/base/preamble.tex",
        "hatch_build.py",
    } <= inside
    assert not [name for name in inside if name.endswith((".ttf", ".otf", ".sty", ".whl", ".deb"))]


def test_a_wheel_with_the_fonts_alone(sdist: Path, tmp_path: Path) -> None:
    """For platforms without a program: it says so, and a TeX system finds the fonts in it."""
    wheel = tool.build_wheel(sdist, tmp_path, platform="any")
    assert wheel.name.endswith("-py3-none-any.whl")
    zipfile.ZipFile(wheel).extractall(tmp_path / "site")
    groups = {tool.group(name) for name in zipfile.ZipFile(wheel).namelist()}
    assert groups & {"the program, Tectonic", "formats: LaTeX preloaded"} == set()
    assert "fonts: text, icons, Chinese" in groups
    assert "GPL-2.0-or-later" not in tool.metadata(wheel)["License-Expression"]
    environment = {name: value for name, value in os.environ.items() if name != "CVBUILD_ENGINE_DIR"}
    environment |= {"PYTHONPATH": str(tmp_path / "site"), "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    script = "from cvbuild.engine.parts import locate; print(locate().bundle / 'EBGaramond-Regular.ttf')"
    ran = subprocess.run(
        [sys.executable, "-c", script], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )
    assert Path(ran.stdout.strip()) == tmp_path / "site/cvbuild/_engine/bundle/EBGaramond-Regular.ttf"
    assert Path(ran.stdout.strip()).is_file()


def test_the_page_about_the_wheel_is_not_of_another_bundle() -> None:
    page = (ROOT / "docs/wheel.md").read_text(encoding="utf-8")
    listed = set(re.findall(r"cvbuild/_engine/bundle/(\S+)", page))
    assert listed >= set(read_bundle_lock())
