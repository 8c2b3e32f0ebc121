"""A TeX system that is installed on the machine: xelatex, lualatex or pdflatex."""

from __future__ import annotations

import hashlib
import os
import re
import shutil
import subprocess
import time
import unicodedata
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from cvbuild.engine.base import MAIN_FILE, EngineError, Message, TexJob, Typeset
from cvbuild.engine.log import locate_characters, parse_log, parse_tectonic
from cvbuild.engine.parts import REINSTALL, Parts
from cvbuild.engine.process import Ran, run
from cvbuild.engine.sandbox import Reach, reach_of
from cvbuild.engine.scratch import run_folder, scratch_folder
from cvbuild.engine.wear import altered
from cvbuild.frozen import frozen
from cvbuild.places import cache_folder

PROGRAMS = {"xelatex": "texlive-xetex", "lualatex": "texlive-luatex", "pdflatex": "texlive-latex-base"}
"""The programs, and the packages of Debian that bring them with all that the themes need."""

_LAST_OF_LUATEX = 2**31 - 1
"""For a later time, in 2038, LuaTeX takes that of the clock, and says nothing."""
_FONTS = ("/usr/share/fonts", "/usr/local/share/fonts", "/etc/fonts", "/var/cache/fontconfig")
_PDF = MAIN_FILE.replace(".tex", ".pdf")
_COMBINED = re.compile(r"[^\W\d_][\u0300-\u036f]+")
# Private use: the numbers that LuaTeX's font loader gives to glyphs without a character; and tags and variants of
# ideographs, which it passes over in silence. No font of ours has one.
_TAKEN = re.compile("[\U000e0000-\U000e0fff\U000f0000-\U0010ffff]")
_PAGES = re.compile(r"Output written on .*\((\d+) pages?")


@frozen
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
        """Typeset a job in a private folder, confined to it and the TeX system, with shell escape off. Raises `EngineError`."""
        if self.name == "lualatex" and job.epoch > _LAST_OF_LUATEX:
            raise EngineError(
                f"LuaTeX cannot date a PDF later than January 2038: SOURCE_DATE_EPOCH is {job.epoch}",
                "use another engine, or an earlier time",
            )
        with run_folder() as scratch:
            folder = scratch / "cv"
            folder.mkdir()
            (folder / MAIN_FILE).write_text(self._spelled(job.tex), encoding="utf-8", newline="\n")
            job.put_assets(folder)
            ran = self._run(job, folder)
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
            said = parse_log(log, first_line=job.preamble.count("\n"))
            if ran.status != 0 and not any(message.kind == "error" for message in said):  # it is not TeX that failed
                said += parse_tectonic(ran.stderr.replace("xdvipdfmx:fatal: ", "error: "), first_line=0)
            messages = (*locate_characters(said, job.document), *self._taken(job.document))
            return Typeset(
                pdf=pdf_file.read_bytes() if done else None,
                pages=int(pages[1]) if pages else 0,
                messages=messages,
                log=log,
            )

    def _run(self, job: TexJob, folder: Path) -> Ran:
        """Run the program; and XeTeX's own second program, which it would start by a shell, of which there is none here."""
        environment, end = self._environment(job, folder), time.monotonic() + job.timeout
        known = self._known_fonts(environment, folder) if self.name == "lualatex" else ()
        if self.name == "lualatex":
            environment["TEXMFCACHE"] = os.pathsep.join(map(str, (folder, *known)))
        reach = self._reach(environment, folder, *known)
        split = ["-no-pdf"] if self.name == "xelatex" else []
        command: list[str | Path] = [
            self.program, *split, "-no-shell-escape", "-interaction=nonstopmode", "-halt-on-error", "-file-line-error", MAIN_FILE,
        ]  # fmt: skip
        ran = run(command, folder=folder, environment=environment, reach=reach, timeout=job.timeout)
        if ran.status != 0 or not split:
            return ran
        writer = shutil.which("xdvipdfmx", path=str(self.program.parent)) or shutil.which("xdvipdfmx")
        if writer is None:
            raise EngineError("`xdvipdfmx` is not installed", "it is a part of every TeX system with XeTeX")
        left = max(0.1, end - time.monotonic())
        command = [writer, "-q", "-E", "-o", _PDF, MAIN_FILE.replace(".tex", ".xdv")]
        return run(command, folder=folder, environment=environment, reach=reach, timeout=left)

    def _known_fonts(self, environment: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
        """A folder with what LuaTeX needs to know of the themes' fonts, made once: half of a run is to find that out.

        LuaTeX runs what it finds there as a program. So neither a CV nor a theme has a part in it: no run that has
        seen one may write there, nor into the user's own such folder.
        """
        program = self.program.resolve()
        if not program.is_file():
            return ()
        key = repr((str(program), program.stat().st_mtime_ns, str(self.parts.folder)))
        place = Path(cache_folder(), "lualatex", hashlib.sha256(key.encode()).hexdigest()[:16])
        if not place.is_dir():
            fonts = sorted(file.name for file in self.parts.bundle.iterdir() if file.suffix in (".ttf", ".otf"))
            uses = "".join(f'\\font\\x="[{font}]" \\x a\n' for font in fonts)
            with suppress(OSError, EngineError), scratch_folder(place.parent) as scratch:
                text = f"\\documentclass{{article}}\\begin{{document}}\n{uses}\\end{{document}}\n"
                (scratch / MAIN_FILE).write_text(text, encoding="ascii")
                (made := scratch / "made").mkdir()
                command: list[str | Path] = [self.program, "-no-shell-escape", "-interaction=nonstopmode", MAIN_FILE]
                settings = {**environment, "TEXMFCACHE": str(made), "TMPDIR": str(scratch)}
                run(command, folder=scratch, environment=settings, reach=self._reach(settings, scratch), timeout=120)
                made.rename(place)
        return (place,) if place.is_dir() else ()

    def _reach(self, environment: Mapping[str, str], folder: Path, *others: Path) -> Reach:
        return Reach(reads=(*self._trees(environment, folder), self.parts.bundle, *map(Path, _FONTS), *others))

    def _trees(self, environment: Mapping[str, str], folder: Path) -> tuple[Path, ...]:
        """The folders of the TeX system: its files, its settings, and the files that this user has added."""
        asker = shutil.which("kpsewhich", path=str(self.program.parent)) or shutil.which("kpsewhich")
        if asker is None:
            return ()
        asked = subprocess.run(
            [asker, "--expand-braces=$TEXMF:$TEXMFCNF"], cwd=folder, env=environment, capture_output=True, text=True, timeout=30
        )  # fmt: skip
        found = (part.strip().lstrip("!") for part in asked.stdout.split(os.pathsep))
        return tuple(dict.fromkeys(Path(part) for part in found if Path(part).is_absolute()))

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
            "HOME": os.environ.get("HOME") or str(folder),
            "TMPDIR": str(folder),
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


@frozen
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


def installed() -> dict[str, str]:
    """The TeX programs on the PATH, each with the first line that it says of itself; "" if it says nothing."""
    found: dict[str, str] = {}
    for name in PROGRAMS:
        program = shutil.which(name)
        if program is not None:
            found[name] = _version(Path(program))
    return found


def _version(program: Path) -> str:
    try:
        with run_folder() as scratch:
            ran = run(
                [program, "--version"],
                folder=scratch,
                environment={"PATH": os.environ.get("PATH", "")},
                timeout=10,
                reach=reach_of(program),
            )
    except (EngineError, OSError):
        return ""
    return ran.stdout.split("\n", 1)[0].strip() if ran.status == 0 else ""
