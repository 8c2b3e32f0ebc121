"""Putting the extra together: `cvbuild engine install --scripts`, and the distribution cvbuild-scripts.

As with the engine's parts, the same lock gives the same files, and the folder gets into its place whole or not at all.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any

from cvbuild.engine.base import EngineError
from cvbuild.engine.bundle import bundle_hash, list_files
from cvbuild.engine.editor import edit
from cvbuild.engine.fonts import Shape
from cvbuild.engine.install import read_lock
from cvbuild.engine.packages import fetch, members
from cvbuild.engine.parts import sha256_of
from cvbuild.engine.scratch import scratch_folder
from cvbuild.engine.scripts import LOCK, Scripts, lock_hash
from cvbuild.scripts import RANGES, SIGNS

# A space, signs that join and part letters, marks for directions, a circle that carries lone marks, and the bar and
# the double bar that the scripts of India share.
_SHARED = "20 A0 200C-200F 25CC 964-965 300-36F 20D0-20FF FE0E-FE0F"
# Letters on which a rare mark may stand, as in x̯: they come with it from its font.
_BASES = {"latn": "41-5A 61-7A C0-24F 370-52F"}


def install_scripts(destination: Path, report: Callable[[str], None], *, packages: Path | None = None) -> Scripts:
    """Make the extra in `destination`, unless it is there and whole, telling the steps to `report`.

    `packages` is a folder that keeps the packages for the next time. Raises `EngineError`.
    """
    made = Scripts(destination)
    if _is_whole(made):
        return made
    lock = tomllib.loads(LOCK.read_text(encoding="utf-8"))
    try:
        with scratch_folder(destination.parent) as scratch:
            folder = scratch / "scripts"
            store = packages or scratch / "packages"
            store.mkdir(parents=True, exist_ok=True)
            assemble(folder, lock, store, report)
            found = bundle_hash(list_files(folder / "fonts"))
            if found != lock["content"]["sha256"]:
                raise EngineError(
                    f"the fonts came out with the SHA-256 {found}, not {lock['content']['sha256']} as in the lock",
                    "if the lock was changed on purpose, run `make lock`; if not, report this",
                )
            _seal(folder)
            if destination.exists():
                destination.rename(scratch / "old")
            folder.rename(destination)
    except OSError as error:
        raise EngineError(f"the fonts cannot be written to {destination}: {error.strerror or error}") from error
    return made


def assemble(folder: Path, lock: Mapping[str, Any], store: Path, report: Callable[[str], None]) -> None:
    """Put together what the packages give; nothing is checked yet but the packages."""
    for package in lock["package"]:
        _unpack(fetch(package, store, report), package, folder)
    editor = fetch(read_lock()["tool"], store, report)
    report("cutting the fonts down")
    edit("fonts", list(_plan(folder / "fonts")), editor, "the fonts cannot be cut down")


def _is_whole(extra: Scripts) -> bool:
    try:
        return bool(extra.manifest()["lock"] == lock_hash()) and not extra.damaged()
    except EngineError:
        return False


def _unpack(file: Path, package: Mapping[str, Any], folder: Path) -> None:
    """Take the fonts, the words and the licences out of a package."""
    targets = dict(_targets(package))
    needed = {name for name, target in targets.items() if "-regular" in target or not target.startswith("fonts/")}
    for name, data in members(file):
        if name in targets:
            needed.discard(name)
            target = folder / targets[name]
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(_listed(data) if target.suffix == ".txt" else data)
    if needed:
        raise EngineError(f"{file.name} has no {min(needed)}")


def _targets(package: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Each file that may be taken from a package, and what it becomes. Not every family has all faces."""
    for script, styles in package.get("scripts", {}).items():
        for style, family in styles.items():
            for face in package["faces"].split() if "faces" in package else [""]:
                name = f"{package['root']}/{family}{'-' * bool(face)}{face}.ttf"
                yield name, f"fonts/{script}-{style}-{face.lower() or 'regular'}.ttf"
    for script, name in package.get("words", {}).items():
        yield name, f"words/{script}.txt"
    for name in package["licenses"]:
        yield name, f"licenses/{package['name']}-{PurePosixPath(name).name}"


def _listed(dictionary: bytes) -> bytes:
    """The words of a dictionary of Hunspell: its first line is their number, and flags follow a slash."""
    words = {line.partition("/")[0].strip() for line in dictionary.decode("utf-8").splitlines()[1:]}
    return "".join(f"{word}\n" for word in sorted(words) if len(word) > 1).encode()


def _plan(fonts: Path) -> Iterator[Shape]:
    for file in sorted(fonts.iterdir()):
        script = file.name.partition("-")[0]
        yield Shape(
            file=str(file),
            characters=f"{RANGES[script]} {_SHARED} {_BASES.get(script, '')}",
            icons=[],
            features=["*"],
            names={},
            complex=script not in SIGNS,
        )


def _seal(folder: Path) -> None:
    """Let everyone read the files, and write down what they are."""
    for path in (folder, *folder.rglob("*")):
        path.chmod(0o755 if path.is_dir() else 0o644)
    files = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    manifest = {"lock": lock_hash(), "files": {name: sha256_of(folder / name) for name in files}}
    (folder / "manifest.json").write_text(json.dumps(manifest, indent=1) + "\n", encoding="ascii", newline="\n")
