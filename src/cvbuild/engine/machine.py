"""This machine: its platform, and what keeps the embedded engine from running on it.

Looked at only when something is wrong, or is asked for.
"""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

from cvbuild.engine.base import EngineError
from cvbuild.engine.parts import NO_PROGRAM, REINSTALL, Parts, packaged, sha256_of

SYSTEM_TEX = "install a TeX system, and use it with `--engine xelatex`"


def this_platform() -> str:
    """The platform of this machine, in the words of the lock, which may not have it."""
    system = {"darwin": "macos", "win32": "windows"}.get(sys.platform, sys.platform)
    machine = {"amd64": "x86_64", "aarch64": "arm64"}.get(platform.machine().lower(), platform.machine().lower())
    return f"{system}-{machine}"


def is_supported(name: str) -> bool:
    """Whether there is a program for this platform."""
    from cvbuild.engine.install import read_lock

    return name in read_lock()["program"]["platforms"]


def explain(parts: Parts | None, error: EngineError) -> EngineError:
    """The reason why the program did not start, if one can be seen, or else `error`, with the way out."""
    return obstacle(parts) or EngineError(str(error), error.hint or way_out(parts))


def obstacle(parts: Parts | None) -> EngineError | None:
    """What keeps the program of these parts, or of none, from being started on this machine."""
    here = this_platform()
    if parts is None:
        if is_supported(here):
            return EngineError("the embedded engine is not installed", REINSTALL)
        return EngineError(f"there is no embedded engine for {here}", f"{REINSTALL} for the fonts, {SYSTEM_TEX}")
    program, made_for = parts.program, parts.manifest()["platform"]
    if made_for == NO_PROGRAM:
        if is_supported(here):
            return EngineError("the fonts are installed, but not the embedded engine", way_out(parts))
        return EngineError(f"there is no embedded engine for {here}", SYSTEM_TEX)
    if made_for != here:
        return EngineError(f"the engine in {parts.folder} is for {made_for}, and this is {here}", way_out(parts))
    if not program.is_file():
        return EngineError(f"the embedded engine is damaged: {program} is missing", way_out(parts))
    if not os.access(program, os.X_OK):
        if program.stat().st_mode & 0o111 and runs_no_programs(parts.folder):
            return EngineError(
                f"no program may be started from where {program} lies (the file system is mounted with `noexec`)",
                f"copy {parts.folder} to another place, and set CVBUILD_ENGINE_DIR to the copy",
            )
        return EngineError(f"{program} may not be started by this user", f"run `chmod a+rx {program}`")
    if sha256_of(program) != parts.manifest()["files"].get(program.name):
        return EngineError(f"the embedded engine is damaged: {program}", way_out(parts))
    return None


def way_out(parts: Parts | None) -> str:
    """How to get whole parts instead of these: it depends on where they lie."""
    if os.environ.get("CVBUILD_ENGINE_DIR"):
        return f"unset CVBUILD_ENGINE_DIR, and {REINSTALL}"
    if parts is not None and parts.folder == packaged() and parts.program.is_file():
        return "install cvbuild again from its wheel, with `pip install --force-reinstall`"
    return REINSTALL


def runs_no_programs(folder: Path) -> bool:
    """Whether a folder lies on a file system from which no program may be started."""
    return hasattr(os, "statvfs") and bool(os.statvfs(folder).f_flag & getattr(os, "ST_NOEXEC", 0))
