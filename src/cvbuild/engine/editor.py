"""The font editor, fontTools: needed to install the engine, and not to typeset."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from cvbuild.engine.base import EngineError
from cvbuild.places import PACKAGE

# What has a hand in the files that come out, below the package's folder.
ENGINE_MAKERS = ("engine/fonts.py", "engine/eightbit.py", "engine/tfm.py", "engine/glyphnames.py", "engine/bundle.py")
SCRIPTS_MAKERS = ("engine/fonts.py", "engine/install_scripts.py", "scripts.py")


def makers_hash(makers: Sequence[str]) -> str:
    """The SHA-256 of these sources. A lock holds it, and a test compares: files made by others are not those of the lock."""
    sources = (Path(PACKAGE, name).read_bytes().replace(b"\r\n", b"\n") for name in makers)
    return hashlib.sha256(b"\0".join(sources)).hexdigest()


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
