"""Small things that are kept from run to run: each an entry of a kind, under a key.

Nothing is wrong if an entry cannot be read or written, or is damaged: it is not
there then. An entry begins with its own SHA-256, and is put into its place in one
step, so that runs at the same time may share it.
"""

from __future__ import annotations

import hashlib
import os

from cvbuild.places import cache_folder

MAX_ENTRIES = 500
"""Of one kind; beyond that, the oldest half is removed."""


def load(kind: str, key: str) -> bytes | None:
    """The entry, or None if there is none that is whole."""
    try:
        with open(_path(kind, key), "rb") as stream:
            if not _is_ours(os.fstat(stream.fileno())):
                return None
            data = stream.read()
    except OSError:
        return None
    return data[32:] if hashlib.sha256(data[32:]).digest() == data[:32] else None


def store(kind: str, key: str, data: bytes) -> None:
    """Keep an entry, if that is possible."""
    path = _path(kind, key)
    scratch = f"{path}.{os.getpid()}"
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with open(os.open(scratch, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as stream:
            stream.write(hashlib.sha256(data).digest() + data)
        os.replace(scratch, path)
        _prune(os.path.dirname(path))
    except OSError:
        try:
            os.unlink(scratch)
        except OSError:
            pass


def _is_ours(stat: os.stat_result) -> bool:
    """Whether nobody else can have written a file: compiled templates are code."""
    return os.name != "posix" or (stat.st_uid in (0, os.geteuid()) and not stat.st_mode & 0o022)


def keep_files(kind: str, key: str, contents: dict[str, bytes], most: int) -> str | None:
    """Keep files that the user may want to look at, readable by nobody else; returns their folder, or None.

    Of one kind, only the `most` latest folders are kept.
    """
    folder = _path(kind, key)
    try:
        for path in (os.path.dirname(folder), folder):
            os.makedirs(path, mode=0o700, exist_ok=True)
        for name, data in contents.items():
            scratch = os.path.join(folder, f".{name}.{os.getpid()}")
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


def _prune(folder: str) -> None:
    names = os.listdir(folder)
    if len(names) > MAX_ENTRIES:
        paths = sorted((os.path.join(folder, name) for name in names), key=os.path.getmtime)
        for path in paths[: len(paths) // 2]:
            os.unlink(path)
