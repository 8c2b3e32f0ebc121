"""Which engine typesets a CV."""

from __future__ import annotations

from cvbuild.engine.base import Engine, EngineError
from cvbuild.engine.parts import REINSTALL, locate
from cvbuild.engine.tectonic import TectonicEngine

ENGINES = ("tectonic", "xelatex", "lualatex", "pdflatex")


def choose_engine(name: str | None = None) -> Engine:
    """The engine of this name; without one, the embedded engine.

    A TeX system is only used if it is asked for, so that a CV looks the same everywhere; and it too needs the
    fonts of the themes, which come with the embedded engine. Raises `EngineError`.
    """
    parts = locate()
    if name is None or name == TectonicEngine.name:
        return TectonicEngine.find()
    if parts is None:
        raise EngineError("the fonts of the themes are not installed", REINSTALL)
    from cvbuild.engine.system import SystemEngine  # asked for by few

    return SystemEngine.find(name, parts)
