"""Folders in which something is put together before it is moved to its place.

A process that is killed leaves such a folder behind, and nothing else; the next
one that needs a folder there removes it. Whether its owner is still at work is
told by a lock on the folder, which ends with the process.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

if sys.platform != "win32":
    import fcntl

_PREFIX = ".cvbuild-engine-"


@contextmanager
def scratch_folder(parent: Path) -> Iterator[Path]:
    """A folder of one's own in `parent`, for a while. Removes those of processes that were killed."""
    parent.mkdir(parents=True, exist_ok=True)
    for left in parent.glob(_PREFIX + "*"):
        if (lock := _lock(left, wait=False)) is not None:
            shutil.rmtree(left, ignore_errors=True)
            os.close(lock)
    while True:
        folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=parent))
        lock = _lock(folder, wait=True)
        if folder.exists():
            break
        # Before the lock was there, another process took the folder for one that was left.
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        if lock is not None:
            os.close(lock)


def _lock(folder: Path, *, wait: bool) -> int | None:
    """A lock on a folder; None if it is gone, locked by another, or the file system has no locks."""
    if sys.platform == "win32":  # a folder cannot be opened there: what is left, stays
        return None
    opened: int | None = None
    with suppress(OSError):
        opened = os.open(folder, os.O_RDONLY)
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        if folder.exists():
            return opened
    if opened is not None:
        os.close(opened)
    return None
