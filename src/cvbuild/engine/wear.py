"""Whether the parts of the engine are still what was installed: a damaged font gives a PDF too, and a wrong one.

To read all parts would take as long as to typeset a CV. So only those are read that
were changed after the manifest was written, which is written last; and once they were
found to be right (they were copied, or healed), not again before the next change.
"""

from __future__ import annotations

import hashlib
import os

from cvbuild import cache
from cvbuild.engine.parts import Parts, program_name, sha256_of

_KIND = "engine"


def altered(parts: Parts, format: str | None = None) -> list[str]:
    """The files that a run on top of `format` may depend on, and that are not as they were installed.

    Without a format: those that a TeX system takes. What is missing is not told: without it, the run fails. Raises
    `EngineError` if the parts are not there, or their manifest is damaged.
    """
    changed = _changed(parts, format)
    if not changed:
        return []
    seen = "\n".join(f"{name} {state}" for name, state in sorted(changed.items())).encode()
    manifest = parts.manifest()["files"]
    key = hashlib.sha256(os.fsencode(f"{parts.folder} {format}")).hexdigest()
    if cache.load(_KIND, key) == seen:
        return []
    found = [name for name in changed if name in manifest and sha256_of(parts.folder / name) != manifest[name]]
    if not found:
        cache.store(_KIND, key, seen)
    return found


def _changed(parts: Parts, format: str | None) -> dict[str, str]:
    """The files that were changed after the manifest, with their sizes and times."""
    found: dict[str, str] = {}
    try:
        written = _time((parts.folder / "manifest.json").stat())
        for folder in ("", "bundle/", "bundle/pdftex/", "cache/formats/"):
            with os.scandir(parts.folder / folder) as entries:
                for entry in entries:
                    if _counts(folder, entry.name, format) and entry.is_file():
                        state = entry.stat()
                        if _time(state) > written:
                            found[folder + entry.name] = f"{state.st_size} {state.st_mtime_ns} {state.st_ctime_ns}"
    except OSError:  # a folder is missing, which ends the run anyway
        pass
    return found


def _counts(folder: str, name: str, format: str | None) -> bool:
    if folder == "":
        return name == "fonts.conf" or (format is not None and name == program_name(windows=os.name == "nt"))
    return folder != "cache/formats/" or (format is not None and f"-{format}-" in name)


def _time(state: os.stat_result) -> int:
    """When a file was changed, whatever it says itself."""
    return max(state.st_mtime_ns, state.st_ctime_ns)
