"""Write src/cvbuild/engine/bundle.lock: the SHA-256 of every file of the bundle that parts.lock.toml gives.

It is what `cvbuild engine install` holds the bundle against; write it anew after a
change of parts.lock.toml, of bundle.py or of fonts.py, and read the difference.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from cvbuild.engine.bundle import list_files, listing
from cvbuild.engine.install import assemble, read_bundle_lock, read_lock
from cvbuild.engine.parts import BUNDLE_LOCK, Parts

STORE = Path(__file__).parents[1] / "build" / "packages"


def main() -> None:
    """Make the bundle, write the list, and tell what is another than it was."""
    STORE.mkdir(parents=True, exist_ok=True)
    before = read_bundle_lock() if BUNDLE_LOCK.exists() else {}
    with tempfile.TemporaryDirectory() as scratch:
        parts = Parts(Path(scratch) / "engine")
        assemble(parts, read_lock(), STORE, print)
        after = list_files(parts.bundle)
    BUNDLE_LOCK.write_text(listing(after), encoding="ascii", newline="\n")
    for name in sorted(before.keys() | after.keys()):
        if before.get(name) != after.get(name):
            print("added" if name not in before else "removed" if name not in after else "changed", name)
    print(f"{BUNDLE_LOCK.name} lists {len(after)} files")


if __name__ == "__main__":
    main()
