"""Locks on open files and folders, which end with the process that has them.

On Windows, and where the file system has no locks, nothing is ever locked.
"""

from __future__ import annotations

import os
import sys

if sys.platform != "win32":
    import fcntl


def lock(opened: int, *, wait: bool) -> bool:
    """Lock an open file; whether it is ours now."""
    if sys.platform == "win32":
        return False
    try:
        fcntl.flock(opened, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        return False
    return True


def lock_folder(folder: str | os.PathLike[str], *, wait: bool) -> int | None:
    """A descriptor that holds a lock on a folder until it is closed; None if it is gone, or cannot be locked."""
    if sys.platform == "win32":  # a folder cannot be opened there
        return None
    try:
        opened = os.open(folder, os.O_RDONLY)
    except OSError:
        return None
    if lock(opened, wait=wait) and os.path.exists(folder):
        return opened
    os.close(opened)
    return None
