"""Which lines of cvbuild an input reaches that none did before."""

from __future__ import annotations

import sys
from types import CodeType, FrameType
from typing import Any

_NONE: set[int] = set()


class Reach:
    """Looks on while something runs, as a context; code of which every line was reached costs nearly nothing.

    `new` says whether something was reached for the first time.
    """

    def __init__(self, folder: str) -> None:
        self.folder = folder
        self.left: dict[CodeType, set[int]] = {}
        self.lines = 0
        self.new = False

    def __enter__(self) -> Reach:
        self.new = False
        sys.settrace(self._call)
        return self

    def __exit__(self, *_: object) -> None:
        sys.settrace(None)

    def _call(self, frame: FrameType, event: str, arg: object) -> Any:
        code = frame.f_code
        left = self.left.get(code)
        if left is None:
            ours = code.co_filename.startswith(self.folder)
            left = {line for *_, line in code.co_lines() if line is not None} if ours else _NONE
            self.left[code] = left
        return self._line if left else None

    def _line(self, frame: FrameType, event: str, arg: object) -> Any:
        left = self.left[frame.f_code]
        if event == "line" and frame.f_lineno in left:
            left.discard(frame.f_lineno)
            self.lines += 1
            self.new = True
        return self._line if left else None
