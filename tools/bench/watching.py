"""How long `cvbuild watch` takes from an edit until the new PDF is in its place."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType

from tools.bench.timing import Failed

POLL = 0.0005
"""Seconds between two looks at the PDF."""


class Watch:
    """A running `cvbuild watch`, to be used with `with`. Raises `Failed` if it ends, or gives no PDF in time."""

    def __init__(self, program: Path, cv: Path, environment: Mapping[str, str], patience: float = 60.0) -> None:
        self.cv = cv
        self.pdf = cv.with_suffix(".pdf")
        self.said = cv.with_suffix(".watch.log")
        self.patience = patience
        self.text = cv.read_text(encoding="utf-8")
        self.edits = 0
        self.pdf.unlink(missing_ok=True)
        with self.said.open("wb") as out:
            command = [str(program), "watch", str(cv)]
            self.process = subprocess.Popen(
                command, env=dict(environment), stdin=subprocess.DEVNULL, stdout=out, stderr=out
            )

    def __enter__(self) -> Watch:
        self._wait(None, time.monotonic())
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.cv.write_text(self.text, encoding="utf-8")

    def edit(self) -> float:
        """Change the CV as an editor does, by a new file in its place; the seconds until there is a new PDF."""
        self.edits += 1
        scratch = self.cv.with_suffix(".new")
        scratch.write_text(edited(self.text, self.edits), encoding="utf-8")
        before = _identity(self.pdf)
        begin = time.monotonic()
        scratch.replace(self.cv)
        return self._wait(before, begin)

    def _wait(self, before: tuple[int, int] | None, begin: float) -> float:
        while (now := _identity(self.pdf)) == before or now is None:
            if self.process.poll() is not None or time.monotonic() - begin > self.patience:
                how = "ended" if self.process.returncode is not None else "gave no new PDF"
                raise Failed(f"cvbuild watch {how}: {self.said.read_text(encoding='utf-8', errors='replace')}")
            time.sleep(POLL)
        return time.monotonic() - begin


def edited(text: str, number: int) -> str:
    """The CV with a line under the name that says how often it was edited."""
    return re.sub(r"^(name:.*\n)(headline:.*\n)?", rf"\1headline: Edited {number} times\n", text, count=1, flags=re.M)


def _identity(file: Path) -> tuple[int, int] | None:
    """What changes when a file is replaced or written again."""
    try:
        found = os.stat(file)  # noqa: PTH116
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns
