"""What an engine is: LaTeX in, PDF out, and what went wrong in TeX's own words."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import field
from pathlib import Path
from typing import Literal, Protocol

from cvbuild.frozen import frozen

MAIN_FILE = "cv.tex"
"""The name under which every engine hands the job to TeX; all that comes out is called so too."""
DOCUMENT_FILE = "document.tex"
"""The name of a document that `MAIN_FILE` only leads to."""


@frozen
class TexJob:
    r"""One document to typeset.

    `preamble` is static: it does not depend on the CV, begins with
    ``\documentclass`` and ends before ``\begin{document}``, so that an engine
    may preload it. `document` is everything after it. `epoch` is the time, in
    seconds since 1970, that the PDF shall bear. `assets` are files that TeX finds
    beside the document by these names: their bytes, or where they lie. `timeout` is
    in seconds.
    """

    preamble: str
    document: str
    epoch: int
    assets: Mapping[str, Path | bytes] = field(default_factory=dict)
    timeout: float = 60.0

    @property
    def tex(self) -> str:
        """The whole file, as any LaTeX would read it."""
        return self.preamble + self.document

    def put_assets(self, folder: Path) -> None:
        """Put the assets into the folder in which TeX works. Raises OSError."""
        for name, asset in self.assets.items():
            if isinstance(asset, bytes):
                (folder / name).write_bytes(asset)
            else:
                shutil.copyfile(asset, folder / name)


@frozen
class Message:
    """One thing that TeX said. `line` counts from 1 in `TexJob.document`, `preamble` in `TexJob.preamble`; None if unknown.

    `context` is what TeX showed of the place: the words of a line that is too wide, or of the macros it was in.
    `outside` is, of an error, the file that TeX asked for, if it named one that can only lie outside of its reach.
    """

    kind: Literal["error", "missing-character", "overfull"]
    text: str
    line: int | None = None
    character: str | None = None
    preamble: int | None = None
    context: str = field(default="", compare=False)
    outside: str | None = None


@frozen
class Typeset:
    """The result of a run: a PDF, or None and at least one error message.

    `outside` are the files that TeX read although they are neither the job's
    nor the engine's; None if the engine cannot tell.
    """

    pdf: bytes | None
    pages: int
    messages: tuple[Message, ...]
    log: str
    outside: tuple[Path, ...] | None = None


class EngineError(Exception):
    """The engine could not be run at all. The message says why, `hint` what to do."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message)
        self.hint = hint


class EngineTimeout(EngineError):
    """The engine was stopped at its time limit."""


class EngineBound(EngineError):
    """The engine was stopped because it took too much memory or space."""


class Run(Protocol):
    """A run that has begun, and waits for its document."""

    def finish(self, job: TexJob) -> Typeset:
        """Typeset `job`, whose preamble and epoch are those of `Engine.start`. Once only; raises `EngineError`."""
        ...

    def stop(self) -> None:
        """Give the run up; nothing of it stays behind."""
        ...


class Engine(Protocol):
    """A program that typesets LaTeX."""

    @property
    def name(self) -> str:
        """The name by which the command line calls it."""
        ...

    @property
    def identity(self) -> Path | None:
        """A file that is another one if the engine is; None if there is no such file."""
        ...

    def start(self, preamble: str, epoch: int) -> Run:
        """Do all that can be done before the document is known, in the background. Raises `EngineError`."""
        ...
