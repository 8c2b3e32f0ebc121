"""Folders in which something is put together before it is moved to its place.

A process that is killed leaves such a folder behind, and nothing else; the next
one that needs a folder there removes it. Whether its owner is still at work is
told by a lock on the folder, which ends with the process.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cvbuild.locks import lock_folder

_PREFIX = ".cvbuild-engine-"
_RUN_PREFIX = "cvbuild-run-"
_OURS = re.compile(rf"{re.escape(_PREFIX)}.+|{_RUN_PREFIX}[a-z0-9_]{{8}}")


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A folder of one's own in `parent`, for a while. Removes those of processes that were killed."""
    parent.mkdir(parents=True, exist_ok=True)
    remove_left(parent)
    with Scratch(parent, _PREFIX) as folder:
        yield folder


def run_folder() -> Scratch:
    """A folder of one's own for a run of an engine, where the system has such things."""
    return Scratch(Path(tempfile.gettempdir()), _RUN_PREFIX)


def remove_left_runs() -> None:
    """Remove the folders of runs whose processes were killed."""
    remove_left(Path(tempfile.gettempdir()))


def remove_left(parent: Path) -> None:
    """Remove the folders that killed processes of this user left in `parent`."""
    try:
        with os.scandir(parent) as entries:
            found = [entry.path for entry in entries if _OURS.fullmatch(entry.name) and _is_own(entry)]
    except OSError:  # we may make folders there, and not see those of others
        return
    for left in map(Path, found):
        if (lock := lock_folder(left, wait=False)) is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)


class Scratch:
    """A folder of one's own, with a lock on it; it is removed when this is closed, or left as a context manager."""

    def __init__(self, parent: Path, prefix: str) -> None:
        while True:
            self.folder = Path(tempfile.mkdtemp(prefix=prefix, dir=parent))
            self._locked = lock_folder(self.folder, wait=True)
            if self.folder.exists():
                break
            # Before the lock was there, another process took the folder for one that was left.

    def close(self) -> None:
        """Remove the folder, if it is still there."""
        shutil.rmtree(self.folder, ignore_errors=True)
        if self._locked is not None:
            os.close(self._locked)
            self._locked = None

    def __del__(self) -> None:
        if hasattr(self, "_locked"):  # who began to use it was interrupted
            self.close()

    def __enter__(self) -> Path:
        return self.folder

    def __exit__(self, *_: object) -> None:
        self.close()


def _is_own(entry: os.DirEntry[str]) -> bool:
    """Whether this is a folder, no link to one, and of this user."""
    try:
        return entry.is_dir(follow_symlinks=False) and (
            sys.platform == "win32" or entry.stat(follow_symlinks=False).st_uid == os.geteuid()
        )
    except OSError:
        return False
