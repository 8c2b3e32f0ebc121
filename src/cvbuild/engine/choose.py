"""Which engine typesets a CV."""

from __future__ import annotations

from cvbuild.engine.base import Engine, EngineError
from cvbuild.engine.parts import REINSTALL, locate
from cvbuild.engine.system import PROGRAMS, SystemEngine
from cvbuild.engine.tectonic import TectonicEngine

ENGINES = ("tectonic", *PROGRAMS)


def choose_engine(name: str | None = None) -> Engine:
    """The engine of this name; without one, the embedded engine if it is installed, else one of a TeX system.

    Raises `EngineError` if there is none.
    """
    parts = locate()
    if name == "tectonic" or (name is None and parts is not None):
        return TectonicEngine.find()
    fonts = parts.bundle if parts is not None else None
    if name is not None:
        return SystemEngine.find(name, fonts)
    for program in PROGRAMS:
        try:
            return SystemEngine.find(program, fonts)
        except EngineError:
            continue
    raise EngineError("no engine is installed", f"{REINSTALL}, or install a TeX system")
