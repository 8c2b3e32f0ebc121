"""What was begun before the command line was there."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from cvbuild.engine import Typesetter


class Begun(NamedTuple):
    """What `cvbuild.__main__` knows of a `render`, and has started before the command line was imported."""

    command: list[str] | None = None
    typesetter: Typesetter | None = None
