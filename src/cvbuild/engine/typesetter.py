"""One engine, kept ready: its next run may begin before there is a document for it."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

from cvbuild.engine.base import Engine, EngineError, Run, TexJob, Typeset
from cvbuild.engine.choose import choose_engine
from cvbuild.frozen import frozen


@frozen
class _Begun:
    preamble: str
    epoch: int
    run: Run


class Typesetter:
    """Typesets with the engine of this name, or the default one. Leave it as a context manager: it may hold a process."""

    def __init__(self, name: str | None = None) -> None:
        self.name = name
        self._engine: Engine | None = None
        self._begun: _Begun | None = None

    def prepare(self, preamble: str, epoch: int) -> None:
        """Begin a run for a document with this preamble; what stands in the way is told when the document is there."""
        self.stop()
        with suppress(EngineError, OSError):
            self._begun = _Begun(preamble, epoch, self._choose().start(preamble, epoch))

    def run(self, job: TexJob) -> Typeset:
        """Typeset a job, by the run that has begun if that can be. Raises `EngineError`."""
        begun, self._begun = self._begun, None
        if begun and (begun.preamble, begun.epoch) == (job.preamble, job.epoch):
            return begun.run.finish(job)
        if begun:
            begun.run.stop()
        return self._choose().start(job.preamble, job.epoch).finish(job)

    def stuck_at(self, job: TexJob, patience: float) -> int | None:
        """The line of `job.document` at which the engine does not go on for so many seconds; None if that cannot be told."""
        from cvbuild.engine.tectonic import TectonicRun

        with suppress(EngineError, OSError):
            run = self._choose().start(job.preamble, job.epoch)
            if isinstance(run, TectonicRun):
                return run.stuck_at(job, patience)
            run.stop()
        return None

    @property
    def identity(self) -> Path | None:
        """See `Engine.identity`."""
        return self._engine.identity if self._engine else None

    def stop(self) -> None:
        """Give up the run that has begun."""
        if self._begun:
            self._begun.run.stop()
            self._begun = None

    def _choose(self) -> Engine:
        self._engine = self._engine or choose_engine(self.name)
        return self._engine

    def __enter__(self) -> Typesetter:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
