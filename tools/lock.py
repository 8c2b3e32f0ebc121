"""Write anew what the locks say of the files that come out: ``make lock``.

For the engine that is src/cvbuild/engine/bundle.lock, the SHA-256 of every file of
the bundle; for the extra of more scripts one SHA-256 in scripts.lock.toml. What is
installed is held against them. Both locks also tell which code made the files; a
test says when it has changed. Read what is printed as one reads a diff.
"""

from __future__ import annotations

import re
import tempfile
import tomllib
from pathlib import Path

from cvbuild.engine import install_scripts, scripts
from cvbuild.engine.bundle import bundle_hash, list_files, listing
from cvbuild.engine.editor import ENGINE_MAKERS, SCRIPTS_MAKERS, makers_hash
from cvbuild.engine.install import assemble, read_bundle_lock, read_lock
from cvbuild.engine.parts import BUNDLE_LOCK, LOCK, Parts

STORE = Path(__file__).parents[1] / "build" / "packages"


def main() -> None:
    """Make both, write the locks, and tell what is another than it was."""
    STORE.mkdir(parents=True, exist_ok=True)
    before = read_bundle_lock() if BUNDLE_LOCK.exists() else {}
    with tempfile.TemporaryDirectory() as scratch:
        parts = Parts(Path(scratch) / "engine")
        assemble(parts, read_lock(), STORE, print)
        after = list_files(parts.bundle)
        extra = Path(scratch) / "scripts"
        install_scripts.assemble(extra, tomllib.loads(scripts.LOCK.read_text(encoding="utf-8")), STORE, print)
        fonts = bundle_hash(list_files(extra / "fonts"))
    BUNDLE_LOCK.write_text(listing(after), encoding="ascii", newline="\n")
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            print("added" if name not in before else "removed" if name not in after else "changed", name)
    print(f"{BUNDLE_LOCK.name} lists {len(after)} files")
    _set(LOCK, makers=makers_hash(ENGINE_MAKERS))
    _set(scripts.LOCK, makers=makers_hash(SCRIPTS_MAKERS), sha256=fonts)


def _set(lock: Path, **values: str) -> None:
    """Set values of a lock, each where its key stands first."""
    text = lock.read_text(encoding="utf-8")
    for key, value in values.items():
        changed = re.sub(rf'^{key} = ".*"$', f'{key} = "{value}"', text, count=1, flags=re.MULTILINE)
        if changed != text:
            print(f"{lock.name}: another {key}")
        text = changed
    lock.write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
