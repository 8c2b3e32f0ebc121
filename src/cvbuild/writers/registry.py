"""Which writer writes which format. They are imported when they are needed."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from importlib import import_module
from typing import Final

from cvbuild.checked import Checked
from cvbuild.diagnostics import Sink

_WRITERS: Final[Mapping[str, str]] = {"html": "html", "md": "md", "txt": "txt", "json": "resume"}
"""By the name of the format: a module of this room, with a function ``write(checked, sink) -> bytes``."""


def needs_latex(formats: Collection[str]) -> bool:
    """Whether a format is made by way of LaTeX."""
    return not _WRITERS.keys() >= set(formats)


def needs_engine(formats: Collection[str]) -> bool:
    """Whether a format is made by way of a typeset page."""
    return not _WRITERS.keys() | {"tex"} >= set(formats)


def write_text(name: str, checked: Checked, sink: Sink) -> bytes:
    """The CV in a format that needs no engine. What is wrong goes into the sink; what is returned then is not used.

    Raises `TemplateFailed`, OSError and `ThemeError` for what is wrong with the theme.
    """
    write: Callable[[Checked, Sink], bytes] = import_module(f"cvbuild.writers.{_WRITERS[name]}").write
    return write(checked, sink)
