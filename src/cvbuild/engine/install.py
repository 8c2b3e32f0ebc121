"""Putting the parts of the embedded engine together, and together again.

`install` fetches the packages of parts.lock.toml, checks them against it, takes
them apart, checks every file against bundle.lock, has the formats made, and puts
the folder into its place in one step, or not at all. The same lock gives the same
files, to the byte; so what is damaged can be found out, and a damaged format be
made again.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
import tomllib
from collections.abc import Callable, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from cvbuild.engine.base import MAIN_FILE, EngineError
from cvbuild.engine.bundle import bundle_hash, derive, format_source, list_files
from cvbuild.engine.editor import edit
from cvbuild.engine.eightbit import Plan
from cvbuild.engine.fonts import Shape
from cvbuild.engine.glyphnames import LIST as GLYPH_NAMES
from cvbuild.engine.log import parse_tectonic
from cvbuild.engine.machine import obstacle, runs_no_programs, this_platform, way_out
from cvbuild.engine.packages import REGISTRIES, fetch, members
from cvbuild.engine.parts import (
    BUNDLE_LOCK,
    LOCK,
    NO_PROGRAM,
    PLAIN_FORMAT,
    Parts,
    format_file,
    format_name,
    lock_hash,
    program_name,
    sha256_of,
)
from cvbuild.engine.process import run
from cvbuild.engine.sandbox import Reach
from cvbuild.engine.scratch import scratch_folder

Report = Callable[[str], None]

_ROOM = "while the engine is put together, it takes 150 MB there, and 50 MB for temporary files"

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
    others: Sequence[Path] = (),
) -> Parts:
    """Make the parts in `destination`, with these preambles preloaded, telling the steps to `report`.

    What is there already, or in `others`, is reused if it is whole: each file as
    its manifest and the lock say. `target` is the platform of the program, or
    `NO_PROGRAM`; by itself, this machine's, if there is a program for it. The
    formats are made here and hold everywhere. `packages` is a folder that keeps
    the packages for the next time. Raises `EngineError`.
    """
    lock = read_lock()
    platforms = lock["program"]["platforms"]
    here = this_platform() if this_platform() in platforms else NO_PROGRAM
    target = target or here
    if target not in {*platforms, NO_PROGRAM}:
        raise EngineError(f"there is no embedded engine for {target}", f"there is one for {', '.join(platforms)}")
    if here == NO_PROGRAM != target:
        raise EngineError(f"the engine for {target} cannot be put together on {this_platform()}")
    formats = [] if target == NO_PROGRAM else [None, *dict.fromkeys(preambles)]
    whole = [parts for parts in map(Parts, (destination, *others)) if _is_whole(parts, lock)]
    base = next((parts for parts in whole if _is_for(parts, target)), whole[0] if whole else None)
    if base and base.folder == destination and _is_for(base, target) and all(_has(base, each) for each in formats):
        return base
    try:
        with scratch_folder(destination.parent) as scratch:
            if formats and runs_no_programs(scratch):
                raise EngineError(
                    f"the engine cannot be in {destination.parent}: no program may be started there (`noexec`)",
                    "set XDG_DATA_HOME to another folder, for `cvbuild engine install` and for `cvbuild render`",
                )
            made = Parts(scratch / "engine")
            store = packages or scratch / "packages"
            store.mkdir(parents=True, exist_ok=True)
            _make(made, lock, target, here, formats, base, store, report)
            _seal(made, target)
            _move(made.folder, destination, scratch / "old")
    except OSError as error:
        said = f"the engine cannot be written to {destination}: {error.strerror or error}"
        raise EngineError(said, _ROOM if _is_full(said) else None) from error
    except EngineError as error:  # pip, apt-get and Tectonic say it in the same words
        raise EngineError(str(error), _ROOM if _is_full(str(error)) else error.hint) from error
    return Parts(destination)


def heal(parts: Parts, format: str, damaged: Sequence[str], cache: Path) -> Path:
    """Make a damaged format again: in its place or, if that may not be written, in `cache`.

    Returns the cache to use. Raises `EngineError` if more than formats is damaged.
    """
    if beyond := [name for name in damaged if not name.startswith("cache/")]:
        raise EngineError(f"the embedded engine is damaged: {parts.folder / beyond[0]}", way_out(parts))
    made = _make_format(parts, format, cache)
    place = parts.cache / made.relative_to(cache)
    try:
        with scratch_folder(place.parent) as scratch:
            if place.is_dir():
                shutil.rmtree(place)
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
        needed |= {"member", "member_sha256"} if package.get("name") == program["name"] else set()
        if missing := sorted(needed - package.keys()):
            raise EngineError(f"{file.name}: the package {package.get('name')} has no {missing[0]}")
        if package["registry"] not in REGISTRIES:
            raise EngineError(f"{file.name}: there is no registry {package['registry']}")
    return lock


def read_bundle_lock(file: Path = BUNDLE_LOCK) -> Mapping[str, str]:
    """The name of every file of the bundle, with its SHA-256."""
    lines = file.read_text(encoding="ascii").splitlines()
    return {name: sha256 for sha256, _, name in (line.partition("  ") for line in lines)}


def _make(
    made: Parts,
    lock: Mapping[str, Any],
    target: str,
    here: str,
    formats: Sequence[str | None],
    base: Parts | None,
    store: Path,
    report: Report,
) -> None:
    """Make parts for `target`, with the program for `here`; what `base` has of them is copied."""
    if base:
        report(f"copying what is whole in {base.folder}")
        _copy_bundle(base, made, lock)
    else:
        assemble(made, lock, store, report)
        _check_bundle(made)
    missing = [each for each in formats if not (base and _copy_format(base, made, each))]
    if missing:
        _add_program(made, lock, here, base, store, report)
        for preamble in missing:
            report("preloading LaTeX" if preamble is None else "preloading a preamble")
            preload(made, preamble)
    if target != NO_PROGRAM and (target != here or not missing):
        made.program.unlink(missing_ok=True)
        _add_program(made, lock, target, base, store, report)


def _is_full(said: str) -> bool:
    return os.strerror(errno.ENOSPC) in said


def assemble(parts: Parts, lock: Mapping[str, Any], store: Path, report: Report) -> None:
    """Make the bundle from its packages, and collect the licences; nothing is checked yet but the packages."""
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
    if (parts.bundle / GLYPH_NAMES).exists():
        edit("glyphnames", str(parts.bundle), editor, "the list of glyph names cannot be made smaller")


def _check_bundle(parts: Parts) -> None:
    """Compare a bundle with bundle.lock, file by file, and seal it."""
    found, listed = list_files(parts.bundle), read_bundle_lock()
    wrong = sorted(name for name in found.keys() | listed.keys() if found.get(name) != listed.get(name))
    if wrong:
        name, more = wrong[0], f", and so with {len(wrong) - 1} more" if wrong[1:] else ""
        if name not in listed:
            what = f"the bundle has a {name}, which {BUNDLE_LOCK.name} does not list"
        elif name not in found:
            what = f"the bundle has no {name}, which {BUNDLE_LOCK.name} lists"
        else:
            what = f"the bundle's {name} came out with the SHA-256 {found[name]}, not {listed[name]}"
        raise EngineError(what + more, "if the lock was changed on purpose, run `make lock`; if not, report this")
    (parts.bundle / "SHA256SUM").write_text(bundle_hash(listed) + "\n", encoding="ascii", newline="\n")
    (parts.folder / "fonts.conf").write_text(_FONTS_CONF, encoding="ascii", newline="\n")


def _is_whole(parts: Parts, lock: Mapping[str, Any]) -> bool:
    """Whether every file of the parts is as their manifest says, and as the lock does, as far as it goes."""
    try:
        manifest = parts.manifest()
    except EngineError:
        return False
    if manifest["lock"] != lock_hash() or parts.damaged():
        return False
    files, program = manifest["files"], lock["program"]["platforms"].get(manifest["platform"])
    name = program_name(windows=manifest["platform"].startswith("windows"))
    return files.get(name) == (program["member_sha256"] if program else None) and all(
        files.get(f"bundle/{name}") == sha256 for name, sha256 in read_bundle_lock().items()
    )


def _is_for(parts: Parts, target: str) -> bool:
    """Whether whole parts are those of a platform, and can be run if that is this one."""
    return parts.manifest()["platform"] == target and (target != this_platform() or obstacle(parts) is None)


def _has(parts: Parts, preamble: str | None) -> bool:
    """Whether parts have the format of LaTeX with this preamble, or of LaTeX alone, as it is made today."""
    try:
        source = (parts.bundle / format_file(_format_name(preamble))).read_text(encoding="utf-8")
    except OSError:
        return False
    return source == format_source(preamble)


def _format_name(preamble: str | None) -> str:
    return PLAIN_FORMAT if preamble is None else format_name(preamble)


def _copy_bundle(base: Parts, made: Parts, lock: Mapping[str, Any]) -> None:
    """Copy all from whole parts but the program and the formats."""
    made.bundle.mkdir(parents=True)
    for name in ("fonts.conf", "bundle/SHA256SUM", *(f"bundle/{name}" for name in read_bundle_lock())):
        (made.folder / name).parent.mkdir(exist_ok=True)
        shutil.copyfile(base.folder / name, made.folder / name)
    program_licenses = shutil.ignore_patterns(lock["program"]["name"])
    shutil.copytree(base.folder / "licenses", made.folder / "licenses", ignore=program_licenses)


def _copy_format(base: Parts, made: Parts, preamble: str | None) -> bool:
    """Copy a format from whole parts; whether they had it."""
    if not _has(base, preamble):
        return False
    name = _format_name(preamble)
    (made.cache / "formats").mkdir(parents=True, exist_ok=True)
    for file in (base.bundle / format_file(name), *base.cache.glob(f"formats/*-{name}-*")):
        shutil.copyfile(file, made.folder / file.relative_to(base.folder))
    return True


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
                    complex=False,
                )
                for file in files
            )
    edit("fonts", plan, editor, "the fonts cannot be cut down")


def _make_eightbit(parts: Parts, lock: Mapping[str, Any], editor: Path) -> None:
    """Make what pdfTeX needs of the fonts."""
    plan = Plan(
        bundle=str(parts.bundle),
        out=str(parts.eightbit),
        faces=lock["eightbit"]["faces"].split(),
        icons=lock["eightbit"]["icons"].split(),
        characters=lock["bundle"]["characters"],
    )
    edit("eightbit", plan, editor, "the fonts of pdfTeX cannot be made")


def _add_program(
    parts: Parts, lock: Mapping[str, Any], target: str, base: Parts | None, store: Path, report: Report
) -> None:
    """Add the program for a platform, and its licences: from whole parts if they have it, or from its package."""
    package = {**lock["program"], **lock["program"]["platforms"][target]}
    place = parts.folder / program_name(windows=target.startswith("windows"))
    if base and base.manifest()["platform"] == target:
        shutil.copyfile(base.folder / place.name, place)
        licenses = Path("licenses", package["name"])
        shutil.copytree(base.folder / licenses, parts.folder / licenses, dirs_exist_ok=True)
    else:
        file = fetch(package, store, report)
        for name, data in members(file):
            if name == package["member"]:
                place.write_bytes(data)
            elif name in package["licenses"]:
                _write_license(parts, package, name, data)
        if sha256_of(place) != package["member_sha256"]:
            raise EngineError(f"{file.name} has no {package['member']} with the SHA-256 {package['member_sha256']}")
        _write_license(parts, package, "NOTICE", package["notice"].lstrip().encode())
    place.chmod(0o755)


def _write_license(parts: Parts, package: Mapping[str, Any], name: str, data: bytes) -> None:
    folder = parts.folder / "licenses" / package["name"]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "-".join(PurePosixPath(name).parts[-2:])).write_bytes(data)


def preload(parts: Parts, preamble: str | None) -> None:
    """Add the format of LaTeX with a preamble, or of LaTeX alone, to parts that are being made."""
    name = _format_name(preamble)
    (parts.bundle / format_file(name)).write_text(format_source(preamble), encoding="utf-8", newline="\n")
    _make_format(parts, name, parts.cache)


def _make_format(parts: Parts, name: str, cache: Path) -> Path:
    """Have Tectonic make a format in a cache that does not have it; it always makes the same bytes."""
    with tempfile.TemporaryDirectory() as scratch:
        (Path(scratch) / MAIN_FILE).write_text("\\shipout\\hbox{}\\csname @@end\\endcsname\n", encoding="ascii")
        cache.mkdir(parents=True, exist_ok=True)
        reach = Reach(reads=(parts.folder,), writes=(cache,))  # no CV and no theme has a part in this
        environment = parts.environment(epoch=0, cache=cache)
        ran = run(parts.command(name), folder=Path(scratch), environment=environment, reach=reach, timeout=300)
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
