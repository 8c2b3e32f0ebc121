"""Packages of PyPI and Debian: fetched with their own clients, checked, and taken apart.

`install` alone needs this; a CV is typeset without it.
"""

from __future__ import annotations

import io
import lzma
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from cvbuild.engine.base import EngineError
from cvbuild.engine.parts import sha256_of

_FROM_A_WHEEL = (
    "install cvbuild from a wheel that carries it: there is one for each platform, and one "
    "without the program for all others (docs/engine.md, Wheels)"
)


def fetch(package: Mapping[str, Any], store: Path, report: Callable[[str], None]) -> Path:
    """The file of a package, from `store` or else from its registry. Raises `EngineError`."""
    name, version, sha256 = package["name"], package["version"], package["sha256"]
    ending = {"pypi": ".whl", "debian": ".deb"}[package["registry"]]
    file = store / f"{name}-{sha256[:16]}{ending}"
    if sha256_of(file) == sha256:
        return file
    report(f"fetching {name} {version}")
    with tempfile.TemporaryDirectory(dir=store) as scratch:
        REGISTRIES[package["registry"]](package, Path(scratch))
        fetched = [path for path in Path(scratch).iterdir() if path.suffix == ending]
        if len(fetched) != 1:
            raise EngineError(f"{name} {version} was fetched, but no {ending} file came")
        if (found := sha256_of(fetched[0])) != sha256:
            raise EngineError(
                f"{fetched[0].name} is not the file that cvbuild was made with: its SHA-256 is {found}, not {sha256}",
                "do not use it; report this to cvbuild",
            )
        fetched[0].replace(file)
    return file


def _pip(package: Mapping[str, Any], folder: Path) -> None:
    """pip: of this Python, or any that is there."""
    arguments = ["download", "--quiet", "--disable-pip-version-check", "--no-input", "--no-deps", "--only-binary=:all:",
                 "--platform", package["platform"], f"{package['name']}=={package['version']}"]  # fmt: skip
    for command in ([sys.executable, "-m", "pip"], ["pip3"], ["pip"], ["uv", "tool", "run", "pip"]):
        if shutil.which(command[0]) and _call([*command, "--version"], folder)[0]:
            done, said = _call([*command, *arguments], folder)
            if not done:
                raise EngineError(f"pip could not fetch {package['name']} {package['version']}: {said}")
            return
    raise EngineError("pip is needed to install the engine, and there is none", "run `python -m ensurepip`")


def _apt(package: Mapping[str, Any], folder: Path) -> None:
    """apt-get; it needs no root for this."""
    if not shutil.which("apt-get"):
        raise EngineError(
            "apt-get is needed to install the engine, and there is none",
            _FROM_A_WHEEL,
        )
    # As root, apt wants to become a user that may not write here, and only warns.
    folder.chmod(0o755)
    done, said = _call(["apt-get", "download", "--quiet", f"{package['name']}={package['version']}"], folder)
    if not done:
        raise EngineError(
            f"apt-get could not fetch {package['name']} {package['version']}: {said}",
            f"on Debian 12, run `apt-get update`; elsewhere, {_FROM_A_WHEEL}",
        )


REGISTRIES: dict[str, Callable[[Mapping[str, Any], Path], None]] = {"pypi": _pip, "debian": _apt}


def _call(command: Sequence[str], folder: Path) -> tuple[bool, str]:
    """Whether a command went well, and the line in which it said what went wrong."""
    try:
        ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, stdin=subprocess.DEVNULL, timeout=900)
    except (OSError, subprocess.TimeoutExpired) as error:
        return False, str(error)
    said = [line for line in ran.stderr.splitlines() if line.strip() and not line.startswith(("W:", "WARNING:"))]
    return ran.returncode == 0, said[-1].strip() if said else "it gave no reason"


def members(file: Path) -> Iterator[tuple[str, bytes]]:
    """The plain files in a .whl or .deb package: their paths and contents. Raises `EngineError`."""
    try:
        if file.suffix == ".whl":
            with zipfile.ZipFile(file) as archive:
                for name in archive.namelist():
                    if not name.endswith("/"):
                        yield name, archive.read(name)
        else:
            with file.open("rb") as deb, tarfile.open(fileobj=_data_of(deb.read()), mode="r:*") as tar:
                for member in tar:
                    content = tar.extractfile(member) if member.isfile() else None
                    if content is not None:
                        yield member.name.removeprefix("./"), content.read()
    except (zipfile.BadZipFile, tarfile.TarError, lzma.LZMAError, EOFError) as error:
        raise EngineError(f"{file.name} is damaged: {error}") from error


def _data_of(deb: bytes) -> BinaryIO:
    """The archive data.tar.* in a .deb, which is an `ar` archive, as a file."""
    if not deb.startswith(b"!<arch>\n"):
        raise EngineError("the package is not a Debian package")
    at = 8
    while at + 60 <= len(deb):
        header = deb[at : at + 60]
        name, size = header[:16].strip().rstrip(b"/"), header[48:58].strip()
        if header[58:] != b"`\n" or not size.isdigit():
            break
        at += 60
        if name.startswith(b"data.tar"):
            return io.BytesIO(deb[at : at + int(size)])
        at += int(size) + int(size) % 2
    raise EngineError("the Debian package has no data")
