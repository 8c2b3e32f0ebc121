"""The parts of the embedded engine: what they are, and where they lie.

The parts are a folder with one program, Tectonic, and what it needs:

    tectonic          the program (tectonic.exe on Windows)
    bundle/           the files that TeX reads, all in one folder: LaTeX, packages, fonts
    bundle/pdftex/    the fonts once more, for the pdfTeX of a TeX system
    cache/formats/    LaTeX, and preambles on top of it, as memory images
    fonts.conf        for fontconfig: that there are no other fonts
    licenses/         the licences of all of these
    manifest.json     the lock that it was made from, and the SHA-256 of every file

For a platform for which there is no program, the folder holds the rest: a TeX
system takes the fonts from it. `cvbuild.engine.install` makes the folder from the
packages in parts.lock.toml. This module is imported before every CV is typeset,
and so imports little.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from cvbuild.engine.base import MAIN_FILE, EngineError
from cvbuild.frozen import frozen
from cvbuild.places import PACKAGE, data_folder

LOCK = Path(__file__).with_name("parts.lock.toml")
BUNDLE_LOCK = Path(__file__).with_name("bundle.lock")
PLAIN_FORMAT = "latex"
RULES = "inputs.mk"
"""The file in the working folder to which Tectonic writes the names of all files that it has read."""
REINSTALL = "run `cvbuild engine install`"
NO_PROGRAM = "any"
"""The platform of parts without a program and formats; they are of use wherever there is a TeX system."""


@frozen
class Parts:
    """A folder with the parts of the engine."""

    folder: Path

    @property
    def program(self) -> Path:
        """The Tectonic program."""
        return self.folder / program_name(windows=os.name == "nt")

    @property
    def bundle(self) -> Path:
        """The folder of TeX's files; the fonts lie there too."""
        return self.folder / "bundle"

    @property
    def eightbit(self) -> Path:
        """The folder with what only pdfTeX needs of the fonts; its own, as pdfTeX shall see no other of TeX's files."""
        return self.bundle / "pdftex"

    @property
    def cache(self) -> Path:
        """The folder in which Tectonic finds its formats."""
        return self.folder / "cache"

    def format(self, preamble: str) -> str | None:
        """The name of the format into which `preamble` was loaded, or None if there is none."""
        name = format_name(preamble)
        return name if (self.bundle / format_file(name)).is_file() else None

    def command(self, format: str) -> list[str | Path]:
        """The command that typesets cv.tex of the working folder on top of a format, in one pass."""
        bundle = self.bundle.as_uri() if os.name == "nt" else self.bundle
        options = ["--chatter", "minimal", "--color", "never", "--untrusted", "--keep-logs", "--reruns", "0"]
        return [self.program, *options, "--makefile-rules", RULES, "--bundle", bundle, "--format", format, MAIN_FILE]

    def environment(self, *, epoch: int, cache: Path | None = None) -> dict[str, str]:
        """All that the program shall see of the environment: no home, no fonts, no settings, no time of its own."""
        needed = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
        return {
            **needed,
            "SOURCE_DATE_EPOCH": str(epoch),
            "TECTONIC_CACHE_DIR": str(cache or self.cache),
            # Where Tectonic and fontconfig look for settings, there are none: not those of the user, nor of the machine.
            **dict.fromkeys(("HOME", "XDG_CONFIG_HOME", "APPDATA"), str(self.bundle)),
            "FONTCONFIG_SYSROOT": str(self.folder),
            "FONTCONFIG_FILE": str(self.folder / "fonts.conf"),
        }

    def manifest(self) -> Mapping[str, Any]:
        """What `install` wrote down: `lock`, `platform`, and `files` with their SHA-256."""
        try:
            found: Mapping[str, Any] = json.loads((self.folder / "manifest.json").read_bytes())
            return {key: found[key] for key in ("lock", "platform", "files")}
        except (OSError, ValueError, LookupError, TypeError):
            raise EngineError(f"{self.folder} does not hold the embedded engine", REINSTALL) from None

    def damaged(self) -> list[str]:
        """The files that are not as `install` made them; reads all of them."""
        return differing(self.folder, self.manifest()["files"])


@frozen
class Status:
    """What `cvbuild engine status` tells.

    `current` is whether the parts are those that this version of cvbuild asks
    for, `preloaded` the number of preambles for which there is a format, and
    `obstacle` what keeps the program from running here.
    """

    parts: Parts
    current: bool
    platform: str
    preloaded: int
    bytes: int
    damaged: tuple[str, ...]
    obstacle: EngineError | None


def status() -> Status | None:
    """Look at the installed parts, and read every file; None if there are none. Raises `EngineError`."""
    from cvbuild.engine.machine import obstacle

    parts = locate()
    if parts is None:
        return None
    manifest = parts.manifest()
    files = [parts.folder / name for name in manifest["files"]]
    return Status(
        parts=parts,
        current=manifest["lock"] == lock_hash(),
        platform=manifest["platform"],
        preloaded=len(list(parts.bundle.glob(format_file("cv-*")))),
        bytes=sum(file.stat().st_size for file in files if file.is_file()),
        damaged=tuple(parts.damaged()),
        obstacle=obstacle(parts),
    )


def locate() -> Parts | None:
    """Find the parts: where CVBUILD_ENGINE_DIR says, else inside the package, else in the user's data.

    Parts with a program come before parts without. Raises `EngineError` if CVBUILD_ENGINE_DIR is set and does not hold them.
    """
    if chosen := os.environ.get("CVBUILD_ENGINE_DIR"):
        if not (Path(chosen) / "manifest.json").is_file():
            raise EngineError(
                f"CVBUILD_ENGINE_DIR is {chosen}, and the engine is not there", "unset it, or set it right"
            )
        return Parts(Path(chosen).absolute())
    folders = (packaged(), default_destination())
    found = [Parts(folder) for folder in folders if (folder / "manifest.json").is_file()]
    return next((parts for parts in found if parts.program.is_file()), found[0] if found else None)


def packaged() -> Path:
    """Where a wheel carries the parts."""
    return Path(PACKAGE) / "_engine"


def default_destination() -> Path:
    """Where `cvbuild engine install` puts the parts: with the user's data, in one folder for each lock."""
    return Path(data_folder()) / f"engine-{lock_hash()[:12]}"


def program_name(*, windows: bool) -> str:
    """The file name of the program."""
    return "tectonic.exe" if windows else "tectonic"


def format_name(preamble: str) -> str:
    """The name of the format that holds `preamble`."""
    return "cv-" + hashlib.sha256(preamble.encode()).hexdigest()[:16]


def format_file(name: str) -> str:
    """The file in the bundle from which Tectonic makes a format."""
    return f"tectonic-format-{name}.tex"


def lock_hash() -> str:
    """What tells one lock from another: of the packages, and of the files that come out of them."""
    locks = b"".join(file.read_bytes() for file in (LOCK, BUNDLE_LOCK))
    return hashlib.sha256(locks.replace(b"\r\n", b"\n")).hexdigest()


def differing(folder: Path, files: Mapping[str, str]) -> list[str]:
    """The files of a folder that have another SHA-256 than is listed, or are not there."""
    return [name for name, sha256 in files.items() if sha256_of(folder / name) != sha256]


def sha256_of(file: Path) -> str | None:
    """The SHA-256 of a file, or None if it cannot be read."""
    try:
        with file.open("rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest()
    except OSError:
        return None
