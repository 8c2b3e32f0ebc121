"""Small things that are kept from run to run: each an entry of a kind, under a key.

Nothing is wrong if an entry cannot be read or written, or is damaged: it is not
there then. An entry begins with the SHA-256 of itself and of its key, so one that was
moved is damaged too, and is put into its place in one step, so that runs at the same
time may share it. An entry that belongs to another user is passed over: compiled
templates are programs.
"""

from __future__ import annotations

import hashlib
import os
import stat

from cvbuild.places import cache_folder

_NO_WAIT = getattr(os, "O_NONBLOCK", 0)
MAX_ENTRIES = 500
"""Of one kind, where nothing else is said; beyond that, the oldest half is removed."""


def load(kind: str, key: str) -> bytes | None:
    """The entry, or None if there is none that is whole."""
    try:
        # Not to wait for a pipe that stands there instead of a file.
        with open(_path(kind, key), "rb", opener=lambda path, flags: os.open(path, flags | _NO_WAIT)) as stream:
            found = os.fstat(stream.fileno())
            if not stat.S_ISREG(found.st_mode) or not _is_ours(found):
                return None
            data = stream.read()
    except OSError:
        return None
    return data[32:] if _seal(kind, key, data[32:]) == data[:32] else None


def store(kind: str, key: str, data: bytes, most: int | None = None) -> None:
    """Keep an entry, if that is possible; of its kind, `most` are kept."""
    path = _path(kind, key)
    scratch = f"{path}.{os.urandom(8).hex()}"  # containers that share a folder share numbers of processes
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        try:
            with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as stream:
                stream.write(_seal(kind, key, data) + data)
            os.replace(scratch, path)
        except BaseException:  # at Ctrl-C too
            if os.path.exists(scratch):
                os.unlink(scratch)
            raise
        _prune(os.path.dirname(path), MAX_ENTRIES if most is None else most)
    except OSError:
        pass


def _seal(kind: str, key: str, data: bytes) -> bytes:
    return hashlib.sha256(f"{kind} {key}\0".encode() + data).digest()


def _is_ours(found: os.stat_result) -> bool:
    """Whether nobody else can have written a file: compiled templates are code."""
    return os.name != "posix" or (found.st_uid in (0, os.geteuid()) and not found.st_mode & 0o022)


def keep_files(kind: str, key: str, contents: dict[str, bytes], most: int) -> str | None:
    """Keep files that the user may want to look at, readable by nobody else; returns their folder, or None.

    Of one kind, only the `most` latest folders are kept.
    """
    folder = _path(kind, key)
    try:
        for path in (os.path.dirname(folder), folder):
            os.makedirs(path, mode=0o700, exist_ok=True)
        for name, data in contents.items():
            scratch = os.path.join(folder, f".{name}.{os.urandom(8).hex()}")
            with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
                stream.write(data)
            os.replace(scratch, os.path.join(folder, name))
        os.utime(folder)
        _prune_folders(os.path.dirname(folder), most)
    except OSError:
        return None
    return folder


def _prune_folders(parent: str, most: int) -> None:
    folders = sorted((os.path.join(parent, name) for name in os.listdir(parent)), key=os.path.getmtime)
    for folder in folders[:-most]:
        for name in os.listdir(folder):
            os.unlink(os.path.join(folder, name))
        os.rmdir(folder)


def _path(kind: str, key: str) -> str:
    return os.path.join(cache_folder(), kind, key)


def _prune(folder: str, most: int) -> None:
    """Remove the oldest half if there are too many, and with them what runs that were killed have left."""
    with os.scandir(folder) as found:
        entries = list(found)
    if len(entries) > most:
        for entry in sorted(entries, key=_age)[: len(entries) // 2]:
            try:
                os.unlink(entry.path)
            except OSError:  # another run has been faster, or it is not a file
                pass


def _age(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_mtime_ns
    except OSError:
        return 0
