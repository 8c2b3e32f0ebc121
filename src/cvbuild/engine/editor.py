"""The font editor, fontTools: needed to install the engine, and not to typeset."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from cvbuild.engine.base import EngineError


def edit(module: str, plan: object, editor: Path, failure: str) -> None:
    """Run a module of this package on a plan, with the wheel of fontTools, in a Python of its own. Raises `EngineError`."""
    sources = Path(__file__).parents[2]
    environment = {
        **os.environ,
        "PYTHONPATH": f"{editor}{os.pathsep}{sources}",
        "PYTHONHASHSEED": "0",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    command = [sys.executable, "-P", "-m", f"cvbuild.engine.{module}"]
    ran = subprocess.run(command, input=json.dumps(plan), env=environment, capture_output=True, text=True)
    if ran.returncode != 0:
        raise EngineError(f"{failure}: {(ran.stderr.splitlines() or ['no reason was given'])[-1]}")
