"""Hypothesis: new inputs on a developer's machine, always the same ones in CI. And surroundings that are alike wherever the tests run."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

# `cvbuild` is the one of these tests, and `make` does not know that it may have been started by another.
os.environ["PATH"] = os.pathsep.join([str(Path(sys.prefix) / "bin"), os.environ.get("PATH", os.defpath)])
for name in ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "MAKEOVERRIDES"):
    os.environ.pop(name, None)
# Ctrl-C, which a job in the background ignores.
signal.signal(signal.SIGINT, signal.default_int_handler)  # and so in the programs that tests start
