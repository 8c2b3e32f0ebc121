"""A TeX system that is installed on the machine: xelatex, lualatex or pdflatex."""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cvbuild.engine.base import EngineError, Message, TexJob, Typeset
from cvbuild.engine.log import MAIN_FILE, locate_characters, parse_log
from cvbuild.engine.parts import REINSTALL, Parts
from cvbuild.engine.process import run
from cvbuild.engine.wear import altered

PROGRAMS = {"xelatex": "texlive-xetex", "lualatex": "texlive-luatex", "pdflatex": "texlive-latex-base"}
"""The programs, and the packages of Debian that bring them with all that the themes need."""

_LAST_OF_LUATEX = 2**31 - 1
"""For a later time, in 2038, LuaTeX takes that of the clock, and says nothing."""
_COMBINED = re.compile(r"[^\W\d_][\u0300-\u036f]+")
# Private use: the numbers that LuaTeX's font loader gives to glyphs without a character; and tags and variants of
# ideographs, which it passes over in silence. No font of ours has one.
_TAKEN = re.compile("[\U000e0000-\U000e0fff\U000f0000-\U0010ffff]")
_PAGES = re.compile(r"Output written on .*\((\d+) pages?")


@dataclass(frozen=True, slots=True)
class SystemEngine:
    """One of `PROGRAMS`, with the fonts of the themes out of the parts of the embedded engine."""

    name: str
    program: Path
    parts: Parts

    @classmethod
    def find(cls, name: str, parts: Parts) -> SystemEngine:
        """The engine of this name on the PATH. Raises `EngineError`."""
        program = shutil.which(name)
        if program is None:
            raise EngineError(
                f"`{name}` is not installed", f"install a TeX system (on Debian: apt-get install {PROGRAMS[name]})"
            )
        return cls(name, Path(program), parts)

    @property
    def identity(self) -> None:
        """A TeX system is many files, and may read its user's own."""
        return None

    def start(self, preamble: str, epoch: int) -> SystemRun:
        """Nothing begins before there is a document."""
        return SystemRun(self)

    def run(self, job: TexJob) -> Typeset:
        """Typeset a job in a private folder, with shell escape off and files outside of it closed."""
        if self.name == "lualatex" and job.epoch > _LAST_OF_LUATEX:
            raise EngineError(
                f"LuaTeX cannot date a PDF later than January 2038: SOURCE_DATE_EPOCH is {job.epoch}",
                "use another engine, or an earlier time",
            )
        with tempfile.TemporaryDirectory(prefix="cvbuild-") as scratch:
            folder = Path(scratch)
            (folder / MAIN_FILE).write_text(self._spelled(job.tex), encoding="utf-8", newline="\n")
            job.put_assets(folder)
            command: list[str | Path] = [
                self.program, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", MAIN_FILE,
            ]  # fmt: skip
            ran = run(command, folder=folder, environment=self._environment(job, folder), timeout=job.timeout)
            if damaged := altered(self.parts):
                raise EngineError(
                    f"a part of the embedded engine is damaged: {self.parts.folder / damaged[0]}", REINSTALL
                )
            log_file = (folder / MAIN_FILE).with_suffix(".log")
            log = (
                log_file.read_text(encoding="utf-8", errors="replace")
                if log_file.is_file()
                else ran.stdout + ran.stderr
            )
            pdf_file = log_file.with_suffix(".pdf")
            pages = _PAGES.search(log)
            done = ran.status == 0 and pages is not None and pdf_file.is_file()
            messages = locate_characters(parse_log(log, first_line=job.preamble.count("\n")), job.document)
            messages += tuple(self._taken(job.document))
            return Typeset(
                pdf=pdf_file.read_bytes() if done else None,
                pages=int(pages[1]) if pages else 0,
                messages=messages,
                log=log,
            )

    def _spelled(self, tex: str) -> str:
        """The text as the program wants it.

        pdfTeX finds é, but cannot put an accent on an e. LuaTeX takes U+FFFD for a mistake in UTF-8, and stops.
        """
        if self.name == "pdflatex":
            return _COMBINED.sub(_composed, tex)
        return _TAKEN.sub("", tex).replace("\ufffd", "^^^^fffd") if self.name == "lualatex" else tex

    def _taken(self, document: str) -> Iterator[Message]:
        """The characters that `_spelled` left out."""
        for number, line in enumerate(document.splitlines(), 1) if self.name == "lualatex" else ():
            for character in _TAKEN.findall(line):
                yield Message("missing-character", f"There is no {character}", number, character)

    def _eightbit(self) -> dict[str, str]:
        """Where pdfTeX finds its fonts: before those of the system, but no packages of the embedded engine."""
        places = {
            **dict.fromkeys(("TEXINPUTS", "TFMFONTS", "ENCFONTS", "TEXFONTMAPS"), self.parts.eightbit),
            "T1FONTS": self.parts.bundle,
        }
        return {name: f"{folder}//{os.pathsep}" for name, folder in places.items()}

    def _environment(self, job: TexJob, folder: Path) -> dict[str, str]:
        keep = ("PATH", "SYSTEMROOT", "TEXMFCNF", "TEXMFVAR", "TEXMFHOME", "TEXMFCACHE")
        env = {name: os.environ[name] for name in keep if name in os.environ}
        fonts = f"{self.parts.bundle}//{os.pathsep}"
        return {
            **env,
            **(self._eightbit() if self.name == "pdflatex" else {}),
            # LuaTeX keeps its font cache at home; it may have one of its own if there is none.
            "HOME": os.environ.get("HOME") or str(folder),
            "OPENTYPEFONTS": fonts,
            "TTFONTS": fonts,
            "SOURCE_DATE_EPOCH": str(job.epoch),
            "FORCE_SOURCE_DATE": "1",
            "openin_any": "p",
            "openout_any": "p",
            "shell_escape": "f",
            "max_print_line": "10000",
            "error_line": "254",
            "half_error_line": "238",
        }


@dataclass(frozen=True, slots=True)
class SystemRun:
    """A run of a `SystemEngine`."""

    engine: SystemEngine

    def finish(self, job: TexJob) -> Typeset:
        """Typeset a job. Raises `EngineError`."""
        return self.engine.run(job)

    def stop(self) -> None:
        """There is nothing to stop."""


def _composed(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFC", found[0])
