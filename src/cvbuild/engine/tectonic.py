"""The embedded engine: Tectonic, with the parts that `cvbuild.engine.parts` puts together.

One pass is one run: the document is read on top of a format that holds LaTeX and,
if `install` was given this very preamble, the preamble too. Nothing but the parts
and the job's own files is looked at, so the same job gives the same bytes
everywhere.
"""

from __future__ import annotations

import re
import shutil
import tempfile
from pathlib import Path

from cvbuild.engine.base import EngineError, EngineTimeout, Message, TexJob, Typeset
from cvbuild.engine.log import MAIN_FILE, locate_characters, parse_tectonic
from cvbuild.engine.parts import PLAIN_FORMAT, Parts, locate
from cvbuild.engine.process import Ran, run

MAX_MEMORY = 1024**3
"""Bytes of address space; a CV takes 155 MB of memory, one of 200 pages 180 MB."""

_PAGES = re.compile(r"Output written on cv\.xdv \((\d+) pages?")


class TectonicEngine:
    """Typesets without a TeX system and without a network."""

    name = "tectonic"

    def __init__(self, parts: Parts) -> None:
        self.parts = parts

    @classmethod
    def find(cls) -> TectonicEngine:
        """The engine of this installation. Raises `EngineError` if there is none."""
        parts = locate()
        if parts is None or not parts.program.is_file():
            from cvbuild.engine.machine import explain  # rarely needed

            raise explain(parts, EngineError("the embedded engine is not installed"))
        return cls(parts)

    def run(self, job: TexJob) -> Typeset:
        """Typeset a job in a private folder, bounded in time, memory and output."""
        preloaded = self.parts.format(job.preamble)
        format = preloaded or PLAIN_FORMAT
        tex, first_line = (job.document, 0) if preloaded else (job.tex, job.preamble.count("\n"))
        with tempfile.TemporaryDirectory(prefix="cvbuild-") as scratch:
            folder = Path(scratch) / "cv"
            folder.mkdir()
            (folder / MAIN_FILE).write_text(tex, encoding="utf-8", newline="\n")
            for name, path in job.assets.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, folder / name)
            ran = self._start(folder, format, job, self.parts.cache)
            if ran.status != 0 and (damaged := self.parts.damaged()):
                from cvbuild.engine.install import heal  # rarely needed

                cache = heal(self.parts, format, damaged, Path(scratch) / "cache")
                ran = self._start(folder, format, job, cache)
            return _typeset(folder, ran, job, first_line)

    def _start(self, folder: Path, format: str, job: TexJob, cache: Path) -> Ran:
        environment = self.parts.environment(epoch=job.epoch, cache=cache)
        command = self.parts.command(format)
        try:
            return run(command, folder=folder, environment=environment, timeout=job.timeout, memory=MAX_MEMORY)
        except EngineTimeout:
            raise
        except EngineError as error:  # the program may not be started, or is one for another machine
            from cvbuild.engine.machine import explain  # rarely needed

            raise explain(self.parts, error) from None


def _typeset(folder: Path, ran: Ran, job: TexJob, first_line: int) -> Typeset:
    """The result of a run that has ended: from what it printed, and the files it left."""
    messages = locate_characters(parse_tectonic(ran.stderr, first_line=first_line), job.document)
    log = (folder / MAIN_FILE).with_suffix(".log")
    words = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ran.stderr
    pages = _PAGES.search(words)
    pdf = log.with_suffix(".pdf")
    done = ran.status == 0 and pdf.is_file()
    if not done and not any(message.kind == "error" for message in messages):
        how = f"by signal {-ran.status}" if ran.status < 0 else f"with status {ran.status}"
        messages += (Message("error", f"the engine ended {how} and did not say why"),)
    return Typeset(pdf.read_bytes() if done else None, int(pages[1]) if pages else 0, messages, words)
