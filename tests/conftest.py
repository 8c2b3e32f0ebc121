"""Hypothesis: new inputs on a developer's machine, always the same ones in CI. And Ctrl-C, which a job in the background ignores."""

from __future__ import annotations

import os
import signal

from hypothesis import settings

settings.register_profile("ci", derandomize=True, deadline=None, print_blob=True)
settings.register_profile("dev", deadline=None)
settings.load_profile("ci" if os.environ.get("CI") else "dev")

signal.signal(signal.SIGINT, signal.default_int_handler)  # and so in the programs that tests start
