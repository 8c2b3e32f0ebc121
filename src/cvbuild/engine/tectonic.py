"""The embedded engine: Tectonic, with the parts that `cvbuild.engine.parts` puts together.

One pass is one run: the document is read on top of a format that holds LaTeX and,
if `install` was given this very preamble, the preamble too. Nothing but the parts
and the job's own files is looked at, so the same job gives the same bytes
everywhere.

Half of the time of a CV is the start of the program: it fills its tables and reads
the format. So a run begins before there is a document, while Python is still
reading the CV: the main file has TeX read a pipe that nothing comes out of until
the document is there. The pipe then says which file to read.
"""

from __future__ import annotations

import os
import re
import time
from contextlib import suppress
from pathlib import Path

from cvbuild.engine.base import DOCUMENT_FILE, MAIN_FILE, EngineBound, EngineError, Message, TexJob, Typeset
from cvbuild.engine.parts import PLAIN_FORMAT, RULES, Parts, locate
from cvbuild.engine.process import Ran, Running, bounds_memory, start
from cvbuild.engine.sandbox import Reach
from cvbuild.engine.scratch import remove_left, run_folder
from cvbuild.engine.wear import altered

MAX_MEMORY = 1024**3
"""Bytes of address space; a CV takes 155 MB of memory, one of 200 pages 180 MB."""

# With its default "auto", XeTeX reads the first bytes of a file twice; a pipe gives them once.
_READ = '\\XeTeXdefaultencoding "utf-8" \\csname @@input\\endcsname %s '
_CAN_WAIT = os.name == "posix" and Path("/dev/fd").is_dir()
_NO_MEMORY = re.compile(r"xmalloc request|memory allocation of \d|std::bad_alloc")
_OF_THE_PIPE = "warning: accessing absolute path `/dev/fd/"
"""All that is said about a CV without a fault."""
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
        try:
            str(parts.folder).encode()
        except UnicodeEncodeError:
            raise EngineError(
                f"the engine cannot be started where it lies: the name of {parts.folder} is not UTF-8",
                "set XDG_DATA_HOME, or CVBUILD_ENGINE_DIR, to another folder",
            ) from None
        return cls(parts)

    @property
    def identity(self) -> Path:
        """The manifest: it holds the SHA-256 of every part."""
        return self.parts.folder / "manifest.json"

    def start(self, preamble: str, epoch: int) -> TectonicRun:
        """Start the program, and have it read the format that holds `preamble`. Raises `EngineError`."""
        return TectonicRun(self.parts, preamble, epoch)

    def run(self, job: TexJob) -> Typeset:
        """Typeset a job. Raises `EngineError`."""
        return self.start(job.preamble, job.epoch).finish(job)


class TectonicRun:
    """A run in a private folder, bounded in time, memory and output."""

    def __init__(self, parts: Parts, preamble: str, epoch: int) -> None:
        self._parts, self._preamble, self._epoch = parts, preamble, epoch
        preloaded = parts.format(preamble)
        self._preloaded, self._format = bool(preloaded), preloaded or PLAIN_FORMAT
        self._scratch = run_folder()
        self._folder = self._scratch.folder / "cv"
        self._folder.mkdir()
        self._waiting: tuple[Running, int] | None = None
        if _CAN_WAIT:
            try:
                self._waiting = self._start_ahead()
            except BaseException:  # also at Ctrl-C
                self.stop()
                raise

    def finish(self, job: TexJob) -> Typeset:
        """Typeset the job: its preamble and epoch must be those with which the run began."""
        assert (job.preamble, job.epoch) == (self._preamble, self._epoch)
        tex, first_line = (job.document, 0) if self._preloaded else (job.tex, job.preamble.count("\n"))
        try:
            (self._folder / DOCUMENT_FILE).write_text(tex, encoding="utf-8", newline="\n")
            job.put_assets(self._folder)
            with self._release() if self._waiting else self._begin(self._parts.cache) as running:
                worn = altered(self._parts, self._format)  # while it works
                remove_left(self._scratch.folder.parent)
                ran = running.finish(job.timeout)
            if damaged := self._parts.damaged() if ran.status != 0 else worn:
                from cvbuild.engine.install import heal  # rarely needed

                cache = heal(self._parts, self._format, damaged, self._scratch.folder / "cache")
                with self._begin(cache) as running:
                    ran = running.finish(job.timeout)
            return self._typeset(ran, job, first_line)
        finally:
            self.stop()

    def stuck_at(self, job: TexJob, patience: float) -> int | None:
        """The line of the document at which the program does not go on for so many seconds, or dies; None if it ends well.

        It is given one line after another, the next when the one before was taken. What it says is lost.
        """
        if self._waiting is None:
            return None
        running, pipe = self._waiting
        tex, first_line = (job.document, 0) if self._preloaded else (job.tex, job.preamble.count("\n"))
        try:
            job.put_assets(self._folder)
            for number, line in enumerate(tex.splitlines(keepends=True), start=1):
                if not _taken(pipe, line.encode(), running, patience):
                    return max(1, number - 1 - first_line)
            return None
        finally:
            self.stop()

    def stop(self) -> None:
        """End the program and remove its folder."""
        if self._waiting:
            running, pipe = self._waiting
            self._waiting = None
            running.stop()
            os.close(pipe)
        self._scratch.close()

    def _start_ahead(self) -> tuple[Running, int]:
        """Start the program; it waits for a pipe, of which we hold the other end.

        If this process dies, the pipe ends, and the program with it.
        """
        reading, writing = os.pipe()
        try:
            (self._folder / MAIN_FILE).write_text(_READ % f"/dev/fd/{reading}", encoding="ascii")
            return self._start(self._parts.cache, reading), writing
        except EngineError:
            os.close(writing)
            raise
        finally:
            os.close(reading)

    def _release(self) -> Running:
        """Let the program that waits read the document."""
        assert self._waiting
        running, pipe = self._waiting
        with suppress(BrokenPipeError):  # it has ended already, and will have said why
            os.write(pipe, (_READ % DOCUMENT_FILE).encode())
        self._waiting = None
        os.close(pipe)
        return running

    def _begin(self, cache: Path) -> Running:
        """Start the program with a document that is there."""
        (self._folder / MAIN_FILE).write_text(_READ % DOCUMENT_FILE, encoding="ascii")
        return self._start(cache)

    def _start(self, cache: Path, *descriptors: int) -> Running:
        command = self._parts.command(self._format)
        environment = self._parts.environment(epoch=self._epoch, cache=cache)
        try:
            return start(
                command,
                folder=self._folder,
                environment=environment,
                reach=Reach(reads=(self._parts.folder, self._parts.bundle, cache)),  # each may be a link
                memory=MAX_MEMORY,
                descriptors=descriptors,
            )
        except EngineError as error:  # the program may not be started, or is one for another machine
            from cvbuild.engine.machine import explain  # rarely needed

            raise explain(self._parts, error) from None

    def _typeset(self, ran: Ran, job: TexJob, first_line: int) -> Typeset:
        """The result of a run that has ended: from what it printed, and the files it left."""
        log = (self._folder / MAIN_FILE).with_suffix(".log")
        words = log.read_text(encoding="utf-8", errors="replace") if log.is_file() else ran.stderr
        messages: tuple[Message, ...] = ()
        if any(not line.startswith(_OF_THE_PIPE) for line in ran.stderr.splitlines()):
            from cvbuild.engine.log import locate_characters, parse_tectonic, with_context

            messages = locate_characters(parse_tectonic(ran.stderr, first_line=first_line), job.document)
            messages = with_context(messages, words)
        pages = _PAGES.search(words)
        pdf = log.with_suffix(".pdf")
        done = ran.status == 0 and pdf.is_file()
        if any(message.kind == "error" and _NO_MEMORY.search(message.text) for message in messages):
            stopped = EngineBound if bounds_memory(MAX_MEMORY) else EngineError
            raise stopped("the engine ran out of memory", f"it needs 200 MB, and may use {MAX_MEMORY >> 20}")
        if not done and not any(message.kind == "error" for message in messages):
            how = f"by signal {-ran.status}" if ran.status < 0 else f"with status {ran.status}"
            messages += (Message("error", f"the engine ended {how} and did not say why"),)
        return Typeset(
            pdf=pdf.read_bytes() if done else None,
            pages=int(pages[1]) if pages else 0,
            messages=messages,
            log=words,
            outside=self._outside() if done else None,
        )

    def _outside(self) -> tuple[Path, ...]:
        """The files that TeX read by a path, as the engine's and the job's own never are."""
        rules = (self._folder / RULES).read_text(encoding="utf-8", errors="surrogateescape")
        named = rules.partition(" : ")[2].split(" \\\n  ")
        found = (self._folder / name.strip() for name in named if "/" in name and not name.startswith("/dev/fd/"))
        return tuple(
            sorted(path.resolve() for path in found if not path.resolve().is_relative_to(self._folder.resolve()))
        )


def _taken(pipe: int, data: bytes, running: Running, patience: float) -> bool:
    """Write to a pipe, and wait until the program has taken all of it; False if it does not."""
    import fcntl
    import struct
    import termios

    end = time.monotonic() + patience
    os.set_blocking(pipe, False)
    while True:
        try:
            data = data[os.write(pipe, data) :] if data else data
        except BlockingIOError:
            pass
        except BrokenPipeError:
            return False
        left = struct.unpack("i", fcntl.ioctl(pipe, termios.FIONREAD, b"\0" * 4))[0]
        if not data and not left:
            return True
        if time.monotonic() > end or not running.alive:
            return False
        time.sleep(0.0002)
