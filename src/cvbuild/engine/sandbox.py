"""Start a program so that it reaches nothing but a few folders: on Linux, by Landlock and seccomp.

A theme may hold TeX code, and TeX is a programming language that reads and writes files. So the kernel, and not only
TeX's own settings, keeps it inside. Landlock (https://docs.kernel.org/userspace-api/landlock.html) says which folders a
process may read, write, and run programs from; seccomp takes away the system calls that make connections, and those that
Landlock does not know. Both need no rights, bind a *thread*, and are inherited by what it starts, for ever: so a thread that lives only
for this confines itself and starts the program. Where the kernel does not have them, what TeX itself refuses still holds;
`cvbuild engine status` tells which it is.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import TypeVar

from cvbuild.engine.base import EngineError
from cvbuild.frozen import frozen

Result = TypeVar("Result")


@frozen
class Reach:
    """The files and folders, with all in them, that a program may reach; what is not there is passed over.

    `alone` is whether it starts no other program.
    """

    runs: tuple[Path, ...] = ()
    reads: tuple[Path, ...] = ()
    writes: tuple[Path, ...] = ()
    alone: bool = True


# Where systems keep programs and the libraries that they load. No places of users among them.
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/usr/local/lib", "/etc/ld.so.cache", "/nix/store", "/gnu/store")  # fmt: skip
_PROGRAMS = ("/bin", "/usr/bin", "/usr/local/bin")

# The rights of Landlock, by their bits.
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR, _REMOVE_DIR, _REMOVE_FILE, _MAKE_DIR, _MAKE_REG, _TRUNCATE = (
    1 << bit for bit in (0, 1, 2, 3, 4, 5, 7, 8, 14)
)
_OF_FILES = _EXECUTE | _WRITE_FILE | _READ_FILE | _TRUNCATE
_READ = _READ_FILE | _READ_DIR
_RUN = _EXECUTE | _READ_FILE  # the kernel reads what it runs
_WRITE = _READ | _WRITE_FILE | _TRUNCATE | _MAKE_REG | _MAKE_DIR | _REMOVE_FILE | _REMOVE_DIR  # but no links or pipes
_TCP = 0b11
_SCOPES = 0b11  # abstract sockets and signals
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446  # the same number on every machine
_ONLY_VERSION, _PATH_BENEATH = 1, 1
_SET_NO_NEW_PRIVS = 38

# What no TeX program does, by the name of the call: its numbers on x86_64 and arm64.
_REFUSED = {
    # connections: `socket` is how each of them begins, io_uring another way to it
    "socket": (41, 198), "socketpair": (53, 199), "io_uring_setup": (425, 425),
    # other processes
    "kill": (62, 129), "tkill": (200, 130), "tgkill": (234, 131), "rt_sigqueueinfo": (129, 138),
    "rt_tgsigqueueinfo": (297, 240), "pidfd_open": (434, 434), "pidfd_getfd": (438, 438), "pidfd_send_signal": (424, 424),
    "ptrace": (101, 117), "process_vm_readv": (310, 270), "process_vm_writev": (311, 271), "setpriority": (141, 140),
    "shmget": (29, 194), "semget": (64, 190), "msgget": (68, 186), "mq_open": (240, 180),
    # what files say of themselves, which Landlock leaves open
    "chmod": (90, None), "fchmod": (91, 52), "fchmodat": (268, 53), "fchmodat2": (452, 452), "chown": (92, None),
    "fchown": (93, 55), "lchown": (94, None), "fchownat": (260, 54), "utime": (132, None), "utimes": (235, None),
    "futimesat": (261, None), "utimensat": (280, 88), "setxattr": (188, 5), "lsetxattr": (189, 6), "fsetxattr": (190, 7),
    "removexattr": (197, 14), "lremovexattr": (198, 15), "fremovexattr": (199, 16),
    # the kernel itself
    "unshare": (272, 97), "setns": (308, 268), "mount": (165, 40), "bpf": (321, 280), "userfaultfd": (323, 282),
    "perf_event_open": (298, 241), "keyctl": (250, 219), "add_key": (248, 217), "request_key": (249, 218),
    "open_by_handle_at": (304, 265),
}  # fmt: skip
# By the machine's name: what the kernel calls it (linux/audit.h), and its place in the table above.
_MACHINES = {"x86_64": (0xC000003E, 0), "aarch64": (0xC00000B7, 1)}
_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER = 1
_SPEC_ALLOW = 1 << 2  # or the processor would be slowed down for secrets that a TeX program does not have
_X32 = 0x40000000
_REFUSE, _ALLOW = 0x00050001, 0x7FFF0000  # with EPERM


def landlock_version() -> int:
    """The version of Landlock that the kernel has; 0 if it has none, or not here."""
    return max(0, _Kernel().version()) if sys.platform == "linux" else 0


def filters_calls() -> bool:
    """Whether system calls are filtered on this machine: the numbers of calls are known for some processors."""
    if sys.platform != "linux" or os.uname().machine not in _MACHINES:
        return False
    return _in_thread(lambda: _Kernel().filter_calls())


def describe() -> str:
    """What confines the engine on this machine, in a few words."""
    version = landlock_version()
    parts = [f"Landlock (version {version})"] if version else []
    parts += ["seccomp"] if filters_calls() else []
    if not version:
        parts.append("files are closed by TeX's own settings only")
    return ", ".join(parts)


def reach_of(program: Path) -> Reach:
    """What the system must let a program reach so that it starts at all.

    A program without a loader needs only itself; others their libraries; and a script whatever it calls.
    """
    program = program.resolve()
    if sys.platform != "linux":
        return Reach(runs=(program,))
    loader = _loader(program)
    if loader is None:
        return Reach(runs=(program, *map(Path, (*_PROGRAMS, *_LIBRARIES))), alone=False)
    if not loader:
        return Reach(runs=(program,))
    return Reach(runs=(program, Path(loader)), reads=tuple(map(Path, _LIBRARIES)))


def confined(reach: Reach, call: Callable[[], Result]) -> Result:
    """Call something that starts a program, which reaches no more than this; what `call` raises is raised.

    Raises `EngineError` if the kernel knows how to confine it, and yet refuses to.
    """
    if sys.platform != "linux":
        return call()

    def confine_and_call() -> Result:
        kernel = _Kernel()
        try:
            kernel.confine(reach)
        except OSError as error:
            raise EngineError(
                f"the engine cannot be confined: {error.strerror}", "another sandbox stands in the way; leave that one"
            ) from None
        return call()

    return _in_thread(confine_and_call)


def _in_thread(call: Callable[[], Result]) -> Result:
    """Do something in a thread of its own."""
    done: list[Result] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            done.append(call())
        except BaseException as error:  # it belongs to who waits for this thread
            failed.append(error)

    thread = Thread(target=run)
    thread.start()
    thread.join()
    if failed:
        raise failed[0]
    return done[0]


def _loader(program: Path) -> str | None:
    """The loader that a program names (ELF's PT_INTERP), "" if it needs none; None if it is something else, such as a script."""
    try:
        with program.open("rb") as opened:
            head = opened.read(64)
            if head[:5] != b"\x7fELF\x02":
                return None

            def number(data: bytes, at: int, size: int) -> int:
                return int.from_bytes(data[at : at + size], sys.byteorder)

            opened.seek(number(head, 32, 8))
            size, count = number(head, 54, 2), number(head, 56, 2)
            for entry in (opened.read(size) for _ in range(count)):
                if number(entry, 0, 4) == 3:
                    opened.seek(number(entry, 8, 8))
                    return os.fsdecode(opened.read(number(entry, 32, 8)).rstrip(b"\0"))
    except OSError:
        return None
    return ""


class _Kernel:
    """Linux, spoken to without a library: Python has no words for these calls."""

    def __init__(self) -> None:
        import ctypes  # a millisecond, which only Linux needs
        import struct

        self._ctypes, self._struct = ctypes, struct
        self._libc = ctypes.CDLL(None, use_errno=True)

    def _call(self, number: int, *arguments: int | bytes | None) -> int:
        """A system call; its result, or the error's number below zero."""
        words = (self._ctypes.c_long(a) if isinstance(a, int) else self._ctypes.c_char_p(a) for a in arguments)
        found: int = self._libc.syscall(self._ctypes.c_long(number), *words)
        return found if found >= 0 else -self._ctypes.get_errno()

    def _must(self, result: int) -> int:
        if result < 0:
            raise OSError(-result, os.strerror(-result))
        return result

    def version(self) -> int:
        return self._call(_CREATE_RULESET, None, 0, _ONLY_VERSION)

    def confine(self, reach: Reach) -> None:
        """Confine the thread that calls this. Raises OSError if that is refused, but not if the kernel knows no way."""
        version = self.version()
        if version > 0:
            self._landlock(reach, version)
        if os.uname().machine in _MACHINES:
            self.filter_calls()

    def _landlock(self, reach: Reach, version: int) -> None:
        files = (1 << {1: 13, 2: 14, 3: 15, 4: 15}.get(version, 16)) - 1
        rules = self._struct.pack("QQQ", files, _TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
        ruleset = self._must(self._call(_CREATE_RULESET, rules, len(rules), 0))
        try:
            for rights, paths in ((_RUN, reach.runs), (_READ, reach.reads), (_WRITE, reach.writes)):
                for path in paths:
                    self._allow(ruleset, path, rights & files)
            # Python looks there for what it must close before a program starts. It shows the numbers of processes, no more.
            self._allow(ruleset, Path("/proc"), _READ_DIR)
            self._must(self._libc.prctl(_SET_NO_NEW_PRIVS, *map(self._ctypes.c_long, (1, 0, 0, 0))))
            self._must(self._call(_RESTRICT_SELF, ruleset, 0))
        finally:
            os.close(ruleset)

    def _allow(self, ruleset: int, path: Path, rights: int) -> None:
        try:
            opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
        except OSError:  # there is nothing to reach
            return
        try:
            if not path.is_dir():
                rights &= _OF_FILES
            rule = self._struct.pack("=Qi", rights, opened)
            self._must(self._call(_ADD_RULE, ruleset, _PATH_BENEATH, rule, 0))
        finally:
            os.close(opened)

    def filter_calls(self) -> bool:
        """Filter the calls of this thread; whether the kernel does."""
        machine = os.uname().machine
        program = self._ctypes.create_string_buffer(_filter(*_MACHINES[machine]))
        length = (len(program) - 1) // 8
        header = self._struct.pack("@HP", length, self._ctypes.addressof(program))
        self._libc.prctl(_SET_NO_NEW_PRIVS, *map(self._ctypes.c_long, (1, 0, 0, 0)))
        return self._call(_SECCOMP[machine], _SET_MODE_FILTER, _SPEC_ALLOW, header) == 0


def _filter(machine: int, column: int) -> bytes:
    """A filter in the code of BPF: each instruction is a code, where to go on if it is so and if not, and a number."""
    import struct

    numbers = sorted(filter(None, (numbers[column] for numbers in _REFUSED.values())))
    load, equal, at_least, give = 0x20, 0x15, 0x35, 0x06
    refuse = 4 + len(numbers) + 1  # where the last instruction stands
    code = [(load, 0, 0, 4), (equal, 0, refuse - 2, machine), (load, 0, 0, 0), (at_least, refuse - 4, 0, _X32)]
    code += [(equal, refuse - at - 1, 0, number) for at, number in enumerate(numbers, len(code))]
    code += [(give, 0, 0, _ALLOW), (give, 0, 0, _REFUSE)]
    return b"".join(struct.pack("=HBBI", *instruction) for instruction in code)
