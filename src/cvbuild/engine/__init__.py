"""Engines: programs that turn LaTeX into PDF."""

from cvbuild.engine.base import Engine, EngineBound, EngineError, EngineTimeout, Message, TexJob, Typeset
from cvbuild.engine.choose import ENGINES, choose_engine
from cvbuild.engine.typesetter import Typesetter

__all__ = [
    "ENGINES",
    "Engine",
    "EngineBound",
    "EngineError",
    "EngineTimeout",
    "Message",
    "TexJob",
    "Typeset",
    "Typesetter",
    "choose_engine",
]
