"""Putting the parts of the embedded engine together, and together again.

`install` fetches the packages of parts.lock.toml, checks them against it, takes
them apart, has the formats made, and puts the folder into its place in one step,
or not at all. The same lock gives the same files, to the byte; so what is damaged
can be found out, and a damaged format be made again.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from cvbuild.engine.base import EngineError
from cvbuild.engine.bundle import bundle_hash, derive, format_source
from cvbuild.engine.eightbit import Plan
from cvbuild.engine.fonts import Shape
from cvbuild.engine.log import MAIN_FILE, parse_tectonic
from cvbuild.engine.packages import REGISTRIES, fetch, members
from cvbuild.engine.parts import (
    LOCK,
    PLAIN_FORMAT,
    REINSTALL,
    Parts,
    format_file,
    format_name,
    lock_hash,
    program_name,
    sha256_of,
)
from cvbuild.engine.process import run

Report = Callable[[str], None]

_SYSTEM_TEX = "install a TeX system, and use it with `--engine xelatex`"
_FONTS_CONF = (
    '<?xml version="1.0"?>\n<!DOCTYPE fontconfig SYSTEM "urn:fontconfig:fonts.dtd">\n<fontconfig></fontconfig>\n'
)


def install(
    destination: Path,
    report: Report,
    *,
    preambles: Sequence[str] = (),
    target: str | None = None,
    packages: Path | None = None,
) -> Parts:
    """Make the parts in `destination`, with these preambles preloaded, telling the steps to `report`.

    What is there already is reused if it is whole, and else replaced. `target`
    is the platform of the program, if it shall not be this machine's: the
    formats are made here and hold everywhere. `packages` is a folder that keeps
    the packages for the next time. Raises `EngineError`.
    """
    lock = read_lock()
    here = this_platform()
    target = target or here
    for name in (here, target):
        if name not in lock["program"]["platforms"]:
            raise EngineError(f"there is no embedded engine for {name}", _SYSTEM_TEX)
    whole = _is_whole(destination, target)
    if whole and all(map(Parts(destination).format, preambles)):
        return Parts(destination)
    try:
        destination.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".cvbuild-engine-", dir=destination.parent) as scratch:
            made = Parts(Path(scratch) / "engine")
            store = packages or Path(scratch) / "packages"
            store.mkdir(parents=True, exist_ok=True)
            if whole and target == here:
                _copy(Parts(destination), made, preambles)
            else:
                _make_bundle(made, lock, store, report)
                _take_program(made, lock["program"], here, store, report)
                report("preloading LaTeX")
                preload(made, None)
            for preamble in dict.fromkeys(preambles):
                if not made.format(preamble):
                    report("preloading a preamble")
                    preload(made, preamble)
            if target != here:
                made.program.unlink()
                _take_program(made, lock["program"], target, store, report)
            _seal(made, target)
            _move(made.folder, destination, Path(scratch) / "old")
    except OSError as error:
        raise EngineError(f"the engine cannot be written to {destination}: {error.strerror or error}") from error
    return Parts(destination)


def heal(parts: Parts, format: str, damaged: Sequence[str], cache: Path) -> Path:
    """Make a damaged format again: in its place or, if that may not be written, in `cache`.

    Returns the cache to use. Raises `EngineError` if more than formats is damaged.
    """
    if beyond := [name for name in damaged if not name.startswith("cache/")]:
        raise EngineError(f"the embedded engine is damaged: {parts.folder / beyond[0]}", REINSTALL)
    made = _make_format(parts, format, cache)
    place = parts.cache / made.relative_to(cache)
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=place.parent) as scratch:
            Path(shutil.copy2(made, scratch)).replace(place)
    except OSError:
        return cache
    return parts.cache


def read_lock(file: Path = LOCK) -> Mapping[str, Any]:
    """The lock, as it is written. Raises `EngineError` if an entry is not complete."""
    lock = tomllib.loads(file.read_text(encoding="utf-8"))
    program, platforms = lock["program"], lock["program"]["platforms"]
    for package in (lock["tool"], *lock["package"], *({**program, **of} for of in platforms.values())):
        needed = {"registry", "name", "version", "sha256", "about", "license", "licenses"}
        needed |= {"platform"} if package.get("registry") == "pypi" else set()
        if missing := sorted(needed - package.keys()):
            raise EngineError(f"{file.name}: the package {package.get('name')} has no {missing[0]}")
        if package["registry"] not in REGISTRIES:
            raise EngineError(f"{file.name}: there is no registry {package['registry']}")
    return lock


def this_platform() -> str:
    """The platform of this machine, in the words of the lock."""
    system = {"darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
    return f"{system}-{machine}"


def _is_whole(folder: Path, target: str) -> bool:
    try:
        manifest = Parts(folder).manifest()
    except EngineError:
        return False
    return (manifest["lock"], manifest["platform"]) == (lock_hash(), target) and not Parts(folder).damaged()


def _copy(parts: Parts, made: Parts, preambles: Sequence[str]) -> None:
    """Copy whole parts, but for formats of other preambles than these."""
    shutil.copytree(parts.folder, made.folder)
    (made.folder / "manifest.json").unlink()
    wanted = {format_file(format_name(preamble)) for preamble in preambles}
    for source in made.bundle.glob(format_file("cv-*")):
        if source.name not in wanted:
            source.unlink()
            for image in made.cache.glob(f"formats/*-{source.stem.removeprefix('tectonic-format-')}-*"):
                image.unlink()


def _make_bundle(parts: Parts, lock: Mapping[str, Any], store: Path, report: Report) -> None:
    """Everything but the program and the formats."""
    parts.bundle.mkdir(parents=True)
    for package in lock["package"]:
        _unpack(fetch(package, store, report), package, parts)
    editor = fetch(lock["tool"], store, report)
    report("cutting the fonts down")
    _shape_fonts(parts.bundle, lock, editor)
    if "eightbit" in lock:
        report("making fonts for pdfTeX")
        _make_eightbit(parts, lock, editor)
    derive(parts.bundle)
    found = bundle_hash(parts.bundle)
    if found != lock["bundle"]["sha256"]:
        raise EngineError(
            f"the bundle came out with the SHA-256 {found}, not {lock['bundle']['sha256']} as in the lock"
        )
    (parts.bundle / "SHA256SUM").write_text(found + "\n", encoding="ascii")
    (parts.folder / "fonts.conf").write_text(_FONTS_CONF, encoding="ascii", newline="\n")


def _unpack(file: Path, package: Mapping[str, Any], parts: Parts) -> None:
    """Copy what the lock takes from a package into the flat folder of the bundle."""
    patterns = {(folder, pattern) for folder, listed in package["take"].items() for pattern in listed.split()}
    missing = {f"{folder}/{pattern}" for folder, pattern in patterns} | set(package["licenses"])
    for name, data in members(file):
        if name in package["licenses"]:
            _write_license(parts, package, name, data)
            missing.discard(name)
        path = PurePosixPath(name)
        if not path.is_relative_to(package["root"]):
            continue
        folder = path.parent.relative_to(package["root"]).as_posix()
        taken = {f"{at}/{pattern}" for at, pattern in patterns if at == folder and fnmatchcase(path.name, pattern)}
        missing -= taken
        if taken:
            target = parts.bundle / package.get("rename", {}).get(path.name, path.name)
            if target.exists():
                raise EngineError(f"{file.name}: the bundle has a {target.name} already")
            target.write_bytes(data)
    if "notice" in package:
        _write_license(parts, package, "NOTICE", package["notice"].lstrip().encode())
    if missing:
        raise EngineError(f"{file.name} has no {min(missing)}")


def _shape_fonts(bundle: Path, lock: Mapping[str, Any], editor: Path) -> None:
    """Cut the fonts down, with the wheel of fontTools, in a Python of its own."""
    plan: list[Shape] = []
    for package in lock["package"]:
        for fonts in package.get("fonts", ()):
            files = sorted(bundle.glob(fonts["files"]))
            if not files:
                raise EngineError(f"{package['name']} has no {fonts['files']}")
            plan += (
                Shape(
                    file=str(file),
                    characters="20" if "icons" in fonts else lock["bundle"]["characters"],
                    icons=fonts.get("icons", "").split(),
                    features=lock["bundle"]["features"].split(),
                    names=fonts.get("names", {}),
                )
                for file in files
            )
    _edit("fonts", plan, editor, "the fonts cannot be cut down")


def _make_eightbit(parts: Parts, lock: Mapping[str, Any], editor: Path) -> None:
    """Make what pdfTeX needs of the fonts."""
    plan = Plan(
        bundle=str(parts.bundle),
        out=str(parts.eightbit),
        faces=lock["eightbit"]["faces"].split(),
        icons=lock["eightbit"]["icons"].split(),
        characters=lock["bundle"]["characters"],
    )
    _edit("eightbit", plan, editor, "the fonts of pdfTeX cannot be made")


def _edit(module: str, plan: object, editor: Path, failure: str) -> None:
    """Run a module of this package on a plan, with fontTools, in a Python of its own."""
    sources = Path(__file__).parents[2]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{editor}{os.pathsep}{sources}",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-P", "-m", f"cvbuild.engine.{module}"]
    ran = subprocess.run(command, input=json.dumps(plan), env=environment, capture_output=True, text=True)
    if ran.returncode != 0:
        raise EngineError(f"{failure}: {(ran.stderr.splitlines() or ['no reason was given'])[-1]}")


def _take_program(parts: Parts, program: Mapping[str, Any], target: str, store: Path, report: Report) -> None:
    package = {**program, **program["platforms"][target]}
    file = fetch(package, store, report)
    place = parts.folder / program_name(windows=target.startswith("windows"))
    for name, data in members(file):
        if name == package["member"]:
            place.write_bytes(data)
            place.chmod(0o755)
        elif name in package["licenses"]:
            _write_license(parts, package, name, data)
    if not place.is_file():
        raise EngineError(f"{file.name} has no {package['member']}")
    _write_license(parts, package, "NOTICE", package["notice"].lstrip().encode())


def _write_license(parts: Parts, package: Mapping[str, Any], name: str, data: bytes) -> None:
    folder = parts.folder / "licenses" / package["name"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "-".join(PurePosixPath(name).parts[-2:])).write_bytes(data)


def preload(parts: Parts, preamble: str | None) -> None:
    """Add the format of LaTeX with a preamble, or of LaTeX alone, to parts that are being made."""
    name = PLAIN_FORMAT if preamble is None else format_name(preamble)
    (parts.bundle / format_file(name)).write_text(format_source(preamble), encoding="utf-8", newline="\n")
    _make_format(parts, name, parts.cache)


def _make_format(parts: Parts, name: str, cache: Path) -> Path:
    """Have Tectonic make a format in a cache that does not have it; it always makes the same bytes."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / MAIN_FILE).write_text("\\shipout\\hbox{}\\csname @@end\\endcsname\n", encoding="ascii")
        environment = parts.environment(epoch=0, cache=cache)
        ran = run(parts.command(name), folder=Path(scratch), environment=environment, timeout=300)
    made = list(cache.glob(f"formats/*-{name}-*.fmt"))
    if ran.status != 0 or not made:
        errors = [message.text for message in parse_tectonic(ran.stderr, first_line=0) if message.kind == "error"]
        raise EngineError(f"the format {name} cannot be made: {(errors or ['the engine did not say why'])[0]}")
    made[0].chmod(0o644)
    return made[0]


def _seal(parts: Parts, target: str) -> None:
    """Let everyone read the parts, and write down what they are."""
    for path in (parts.folder, *parts.folder.rglob("*")):
        is_program = path.parent == parts.folder and path.stem == "tectonic"
        path.chmod(0o755 if path.is_dir() or is_program else 0o644)
    files = sorted(path.relative_to(parts.folder).as_posix() for path in parts.folder.rglob("*") if path.is_file())
    listed = {name: sha256_of(parts.folder / name) for name in files}
    manifest = json.dumps({"lock": lock_hash(), "platform": target, "files": listed}, indent=1)
    (parts.folder / "manifest.json").write_text(manifest + "\n", encoding="ascii", newline="\n")


def _move(made: Path, destination: Path, old: Path) -> None:
    """Put a finished folder into its place. If several do so at once, the last one stays."""
    for attempt in range(10):
        try:
            made.rename(destination)
            return
        except OSError:
            if not destination.exists() or attempt == 9:
                raise
        try:
            destination.rename(old)
        except FileNotFoundError:
            continue
        shutil.rmtree(old, ignore_errors=True)
