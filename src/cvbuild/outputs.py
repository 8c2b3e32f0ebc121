"""Putting what was made into its place: the old file stays until the new one is whole.

A file is written beside its place, under another name, brought to the disk, and
then renamed: whoever looks sees the old one or the new one, never half of it. Files
that belong together are all written before the first of them is renamed, so a full
disk changes none of them; and the last one, which is the PDF, is new only if the
others are. Folders are not brought to the disk: that costs as much as all the rest, and
after a power cut the old file, or the new one, is there all the same.

What a run that was killed leaves beside an output, the next one that writes into the
same folder removes. Whether its owner is still at work is told by a lock on the file,
which ends with the process.
"""

from __future__ import annotations

import errno
import os
import re
import signal
import stat
import sys
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import IO

from cvbuild.diagnostics import CANNOT_WRITE, Sink
from cvbuild.locks import lock, lock_folder
from cvbuild.raster import HEAD, page_number

_SIGNALS = [getattr(signal, name) for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
_PREFIX = ".cvbuild-out-"
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
_BESIDE = "the new file is put together beside the old one, so its folder must be writable"


def write_file(path: Path, data: bytes, sink: Sink) -> bool:
    """Put `data` at `path`; whether that was done. What stands in the way is told to `sink`, and changes nothing."""
    return write_files({path: data}, sink)


def write_files(files: Mapping[Path, bytes], sink: Sink, *, stale: Iterable[Path] = ()) -> bool:
    """Put files that belong together into their places, the last one last; whether that was done.

    `stale` files belonged to them the last time, and go when the new ones are there.

    Symbolic links are followed; a file that has other names too (hard links) gets a new one, and these keep the old.
    Mode and, if that is possible, owner stay. A device or a pipe is written to.
    """
    drafts: list[_Draft] = []
    at: Path | None = None
    what = "written"
    try:
        try:
            for at, data in files.items():
                drafts.append(_Draft(at))
                drafts[-1].write(data)
            with ExitStack() as stack:
                if len(drafts) > 1:  # two runs that write the same files do not mix them
                    for folder in sorted({draft.place.parent for draft in drafts}):
                        stack.enter_context(_locked(folder))
                stack.enter_context(_undisturbed())
                for draft in drafts:
                    at = draft.path
                    draft.publish()
                what = "removed, and is not of this CV any more"
                for at in stale:
                    at.unlink(missing_ok=True)
        finally:
            with _undisturbed():
                for draft in drafts:
                    draft.discard()
    except OSError as error:
        hint = _BESIDE if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY) else None
        sink.add(CANNOT_WRITE, f"`{at}` cannot be {what}: {error.strerror or error}", hint=hint)
        return False
    return True


def stale_pages(target: Path, written: Collection[Path]) -> list[Path]:
    """Pictures of pages that an earlier run wrote for `target`, and that are not `written` again.

    Only what cvbuild wrote as this very page; the picture says so itself. So it is neither one of the user's own, nor a page
    that was copied to another name.
    """
    name = re.compile(re.escape(target.stem) + r"-([1-9][0-9]{0,5})\.png")
    found = []
    with suppress(OSError):
        for path in target.parent.iterdir():
            number = name.fullmatch(path.name)
            if number is None or path in written or path.is_symlink() or not path.is_file():
                continue
            with suppress(OSError), path.open("rb") as stream:
                if page_number(stream.read(HEAD)) == int(number[1]):
                    found.append(path)
    return sorted(found)


def write_stream(data: bytes, sink: Sink) -> bool:
    """Write `data` to standard output."""
    if sys.stdout is None:
        sink.add(CANNOT_WRITE, "standard output is closed")
        return False
    try:
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except OSError as error:
        sink.add(CANNOT_WRITE, f"standard output cannot be written: {error.strerror}")
        sys.stdout = None  # Python would try again at its end
        return False
    return True


def is_stream(path: Path) -> bool:
    """Whether a path leads to what can only be written to: a device, a pipe, an open file of this process."""
    try:
        mode = path.stat().st_mode
    except OSError:
        return False
    return not (stat.S_ISREG(mode) or stat.S_ISDIR(mode)) or _is_open_file(path)


def _is_open_file(path: Path) -> bool:
    """Whether a path is one of the names under which a system knows files that are open, as /dev/stdout is."""
    for _ in range(40):
        folder = os.path.realpath(path.parent)
        if folder == "/dev/fd" or (folder.startswith("/proc/") and folder.endswith("/fd")):
            return True
        if not path.is_symlink():
            return False
        path = path.parent / path.readlink()
    return False


class _Draft:
    """A file that is being written, beside its place."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.place = Path(os.path.realpath(path))
        self._name: Path | None = None  # set before there is such a file, so that no signal comes between
        self._stream: IO[bytes] | None = None

    def write(self, data: bytes) -> None:
        """Write all of it, and bring it to the disk. Raises OSError."""
        if is_stream(self.path):
            # An open file is not emptied: what the shell's `>>` has kept is not ours.
            with open(self.path, "wb", opener=lambda path, _: os.open(path, os.O_WRONLY | os.O_APPEND)) as stream:
                stream.write(data)
            return
        old = self._old()
        _sweep(self.place.parent)
        self._stream = self._open(0o666 if old is None else stat.S_IMODE(old.st_mode))
        self._stream.write(data)
        self._stream.flush()
        if old is not None and sys.platform != "win32":
            with suppress(OSError):
                os.fchown(self._stream.fileno(), old.st_uid, old.st_gid)
            os.fchmod(self._stream.fileno(), stat.S_IMODE(old.st_mode))
        os.fsync(self._stream.fileno())

    def publish(self) -> None:
        """Give the file its name, which takes it from the old one. Raises OSError."""
        if self._name is None or self._stream is None:
            return
        if sys.platform == "win32":  # an open file cannot be renamed there
            self._stream.close()
        self._name.replace(self.place)
        self._name = None

    def discard(self) -> None:
        """Remove what has not been published."""
        if self._stream is not None:
            with suppress(OSError):
                self._stream.close()
        if self._name is not None:
            with suppress(OSError):
                self._name.unlink()

    def _old(self) -> os.stat_result | None:
        """What is there now. Raises OSError if that is a folder, or protected."""
        try:
            old = self.place.stat()
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.ELOOP):  # a link that leads to itself means no file
                return None
            raise
        if stat.S_ISDIR(old.st_mode):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not os.access(self.place, os.W_OK):
            raise OSError(errno.EEXIST, "it is read-only")
        return old

    def _open(self, mode: int) -> IO[bytes]:
        """A new file with a lock on it. Raises OSError."""
        while True:
            self._name = self.place.with_name(_PREFIX + os.urandom(8).hex())
            stream = os.fdopen(os.open(self._name, _NEW, mode), "wb")
            if lock(stream.fileno(), wait=True) is False or _is_at(self._name, stream.fileno()):
                return stream
            stream.close()  # before the lock was there, another run took the file for one that was left


def _sweep(folder: Path) -> None:
    """Remove the drafts of runs that were killed."""
    with suppress(OSError), os.scandir(folder) as entries:
        for left in [Path(entry.path) for entry in entries if entry.name.startswith(_PREFIX)]:
            with suppress(OSError), open(left, "rb", opener=_no_link) as stream:
                if lock(stream.fileno(), wait=False) and _is_at(left, stream.fileno()):
                    left.unlink()


def _no_link(path: str, flags: int) -> int:
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))


def _is_at(path: Path, opened: int) -> bool:
    """Whether an open file still has this name."""
    try:
        return os.path.samestat(path.stat(), os.fstat(opened))
    except FileNotFoundError:
        return False


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Alone in a folder, with all who ask for this lock."""
    opened = lock_folder(folder, wait=True)
    try:
        yield
    finally:
        if opened is not None:
            os.close(opened)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """For the short time of some renames, signals wait. In Python they meet the main thread alone."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    came: list[int] = []
    before = {number: signal.signal(number, lambda number, _: came.append(number)) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        for number in came:
            signal.raise_signal(number)
