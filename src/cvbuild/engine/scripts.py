r"""The extra: fonts for more scripts than the themes have, in a folder of their own.

    fonts/            SCRIPT-STYLE-FACE.ttf, such as hebr-serif-bold.ttf
    words/            SCRIPT.txt, the words of a language that is written without spaces
    licenses/         the licences of all of these
    manifest.json     the lock that it was made from, and the SHA-256 of every file

The writer marks a run of such a script in the document, as in ``\cvscripthebr{…}``. Only the fonts of the scripts
that a document has go along with it. `cvbuild.engine.install_scripts` makes the folder.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from cvbuild.engine.base import EngineError, TexJob
from cvbuild.engine.parts import default_destination, differing
from cvbuild.files import Files
from cvbuild.frozen import frozen
from cvbuild.scripts import script_of

LOCK = Path(__file__).with_name("scripts.lock.toml")
GET = "run `cvbuild engine install --scripts`, or install `cvbuild[scripts]`"
NOWHERE = "no font of cvbuild has it"
_SCRIPT = re.compile(r"\\cvscript([a-z]{4})(?![a-zA-Z])")
_RUN = re.compile(r"\\cvscript([a-z]{4})\{([^{}]*)\}")
_SPLIT = r"\cvsplit{}"
_LONGEST = 24  # letters that a word may have


@frozen
class Scripts:
    """A folder with the extra."""

    folder: Path

    def fonts(self, script: str) -> dict[str, Path]:
        """The fonts of a script, by the names under which the preamble asks for them."""
        return {f"cv-{file.name}": file for file in sorted((self.folder / "fonts").glob(f"{script}-*.ttf"))}

    def words(self, script: str) -> frozenset[str]:
        """The words by which text without spaces is broken into lines; none for most scripts."""
        return _words(self.folder / "words" / f"{script}.txt")

    def manifest(self) -> Mapping[str, Any]:
        """What was written down: `lock`, and `files` with their SHA-256. Raises `EngineError`."""
        try:
            found: Mapping[str, Any] = json.loads((self.folder / "manifest.json").read_bytes())
        except (OSError, ValueError):
            raise EngineError(f"{self.folder} does not hold the fonts for more scripts", GET) from None
        return found

    def damaged(self) -> list[str]:
        """The files that are not as they were made; reads all of them."""
        return differing(self.folder, self.manifest()["files"])


def locate(files: Files | None = None) -> Scripts | None:
    """Find the extra: where CVBUILD_SCRIPTS_DIR says, else the package cvbuild-scripts, else beside the engine's parts.

    `files` are told where it was looked for, and is.
    """
    files = files or Files()
    chosen = os.environ.get("CVBUILD_SCRIPTS_DIR")
    packages = [Path(folder, "cvbuild_scripts") for folder in sys.path]
    folders = [Path(chosen).absolute()] if chosen else [*packages, destination()]
    return next((Scripts(folder) for folder in folders if files.has(folder / "manifest.json")), None)


def destination() -> Path:
    """Where `cvbuild engine install --scripts` puts the extra: one folder for each lock, beside the engine's."""
    return default_destination().with_name(f"scripts-{lock_hash()[:12]}")


def lock_hash() -> str:
    """What tells one lock from another."""
    return hashlib.sha256(LOCK.read_bytes().replace(b"\r\n", b"\n")).hexdigest()


def equip(job: TexJob, files: Files) -> TexJob:
    """A job with the fonts of the scripts that its document has, and with places where lines of theirs may end.

    The job stays as it is if it has none of them, or the extra is not installed. `files` as for `locate`.
    """
    if r"\cvscript" not in job.document:
        return job
    extra = locate(files)
    if extra is None:
        return job
    scripts = sorted(set(_SCRIPT.findall(job.document)))
    fonts = {name: file for script in scripts for name, file in extra.fonts(script).items()}

    def split(run: re.Match[str]) -> str:
        words = extra.words(run[1])
        return rf"\cvscript{run[1]}{{{_SPLIT.join(divide(run[2], words))}}}" if words else run[0]

    return replace(job, document=_RUN.sub(split, job.document), assets={**fonts, **job.assets})


def hint_for(character: str, engine: str | None) -> str:
    """What can be done about a character that no font had; `engine` is the one that was asked for."""
    script = script_of(character)
    if engine == "pdflatex" and (
        script or ("\u2e80" <= character <= "\uffef" and not "\ue000" <= character <= "\uf8ff")
    ):
        return "pdfTeX has fonts for fewer characters: use the embedded engine, which may have one"
    return f"for fonts of more scripts, {GET}" if script and locate() is None else NOWHERE


def divide(text: str, words: frozenset[str]) -> list[str]:
    """Cut text that has no spaces between its words, so that as little as can be is left over, in as few words.

    What is left over stays with the word before it.
    """
    # For the first n characters: how many are left over, how many words there are, and where the last piece begins.
    best = [(0, 0, 0)]
    for end in range(1, len(text) + 1):
        left, count, _ = best[end - 1]
        choices = [(left + 1, count, -1)]
        for start in range(max(0, end - _LONGEST), end):
            if text[start:end] in words:
                choices.append((best[start][0], best[start][1] + 1, start))
        best.append(min(choices))
    starts, end = {len(text)}, len(text)
    while end > 0:
        start = best[end][2]
        if start >= 0:
            starts.add(start)
        end = start if start >= 0 else end - 1
    edges = sorted({0, *starts})
    return [text[a:b] for a, b in pairwise(edges)]


@cache
def _words(file: Path) -> frozenset[str]:
    return frozenset(file.read_text(encoding="utf-8").split()) if file.is_file() else frozenset()


@frozen
class Status:
    """What `cvbuild engine status` tells of the extra."""

    scripts: Scripts
    current: bool
    bytes: int
    damaged: tuple[str, ...]


def status() -> Status | None:
    """Look at the extra, and read every file; None if it is not installed. Raises `EngineError`."""
    extra = locate()
    if extra is None:
        return None
    manifest = extra.manifest()
    files = [extra.folder / name for name in manifest["files"]]
    size = sum(file.stat().st_size for file in files if file.is_file())
    return Status(extra, manifest["lock"] == lock_hash(), size, tuple(extra.damaged()))
