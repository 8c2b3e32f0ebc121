"""Where the programs are that are measured, and how they get there.

cvbuild is measured as a user has it: installed from its platform wheel, engine and all, into an
environment of its own. RenderCV is installed into another one from rendercv.lock, on the same
Python. Both have their modules compiled, and a home and caches that nobody else uses.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from tools.bench.timing import Failed

ROOT = Path(__file__).parents[2]
LOCK = Path(__file__).with_name("rendercv.lock")
ICONS = Path("typst", "packages", "preview", "fontawesome", "0.6.0")
"""What RenderCV's first run fetches, and its later ones read: in the user's cache folder."""

Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Places:
    """The programs, ready to be run; `rendercv` is None if it cannot be had, and `why` says why."""

    folder: Path
    python: Path
    cvbuild: Path
    engine: Path
    rendercv: Path | None
    why: str

    @property
    def environment(self) -> dict[str, str]:
        """The environment of every Python program: none of the user's settings, and no PYTHON… variable."""
        home = self.folder / "home"
        xdg = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CACHE", "CONFIG", "DATA", "STATE")}
        return {"HOME": str(home), "LANG": "C.UTF-8", "PATH": os.defpath, **xdg}


def set_up(folder: Path, python: str | None, say: Say) -> Places:
    """Install what is not installed yet, or is of an older state of the sources. Raises `Failed`."""
    folder.mkdir(parents=True, exist_ok=True)
    base = find_python(python)
    modern = _version(base) >= (3, 12)
    cvbuild = _cvbuild(folder, base, say)
    found = _run([cvbuild / "python", "-c", "from cvbuild.engine.parts import locate; print(locate().folder)"])
    why = "" if modern else "RenderCV 2.8 needs Python 3.12 or later; name one with --python"
    rendercv = _rendercv(folder, base, say) if modern else None
    cache = folder / "home" / "cache"
    if rendercv is not None and not find_icons(cache):
        rendercv, why = None, (
            "RenderCV needs the typst package @preview/fontawesome:0.6.0, which it fetches at its first run; "
            f"put it (typst.toml and the .typ files) into {os.path.relpath(cache / ICONS, ROOT)}, "
            "or into the typst cache of your own home"
        )  # fmt: skip
    elif rendercv is not None:
        # Else it would ask the network for a newer version, once a day.
        known = cache / "rendercv" / "version_check.json"
        known.parent.mkdir(parents=True, exist_ok=True)
        known.write_text(json.dumps({"last_check": 2**33, "latest_version": "2.8"}), encoding="utf-8")
    return Places(folder, base, cvbuild / "cvbuild", Path(found.strip()), rendercv, why)


def find_python(given: str | None) -> Path:
    """The Python for both: the one given, else the newest of those that RenderCV takes, else our own."""
    for name in [given] if given else ["python3.14", "python3.13", "python3.12"]:
        program = shutil.which(name)
        if program is not None:
            try:
                return Path(_run([program, "-c", "import os, sys; print(os.path.realpath(sys.executable))"]).strip())
            except Failed:
                pass  # a wrapper for a version that is not there
    if given:
        raise Failed(f"there is no Python `{given}`")
    return Path(os.path.realpath(sys.executable))


def _version(python: Path) -> tuple[int, int]:
    major, minor = _run([python, "-c", "import sys; print(*sys.version_info[:2])"]).split()
    return int(major), int(minor)


def _cvbuild(folder: Path, python: Path, say: Say) -> Path:
    """Build the wheel and install it; the folder of its programs."""
    inside = [file for part in ("src", "templates") for file in (ROOT / part).rglob("*") if file.suffix != ".pyc"]
    sources = [ROOT / name for name in ("pyproject.toml", "hatch_build.py", "requirements.lock")]
    state = _state([*sources, *filter(Path.is_file, inside)], python)
    target = folder / "cvbuild"
    if _is(target, state):
        return target / "bin"
    say("building cvbuild's wheel, with the engine")
    dist = folder / "dist"
    shutil.rmtree(dist, ignore_errors=True)
    _run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", dist], CVBUILD_WHEEL_PLATFORM="this")
    (wheel,) = dist.glob("*.whl")
    pins = re.findall(r"^[\w.-]+==[\w.]+", (ROOT / "requirements.lock").read_text(encoding="utf-8"), re.MULTILINE)
    constraints = folder / "constraints.txt"
    constraints.write_text("\n".join(pins), encoding="utf-8")
    _install(target, python, ["-c", constraints, wheel], state)
    return target / "bin"


def _rendercv(folder: Path, python: Path, say: Say) -> Path:
    target, state = folder / "rendercv", _state([LOCK], python)
    if not _is(target, state):
        say("installing RenderCV")
        _install(target, python, ["--require-hashes", "-r", LOCK], state)
    return target / "bin" / "rendercv"


def _install(target: Path, python: Path, what: list[str | Path], state: str) -> None:
    _run([python, "-m", "venv", "--clear", target])
    _run([target / "bin" / "pip", "install", "--quiet", "--disable-pip-version-check", "--no-compile", *what])
    _run([target / "bin" / "python", "-m", "compileall", "-q", target / "lib"], accepted=(0, 1))
    (target / "state").write_text(state, encoding="utf-8")


def find_icons(cache: Path) -> bool:
    """Whether the typst package is in our cache; it is taken from the user's if it is there."""
    own = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / ICONS
    if not (cache / ICONS / "typst.toml").is_file() and (own / "typst.toml").is_file():
        shutil.copytree(own, cache / ICONS)
    return (cache / ICONS / "typst.toml").is_file()


def _state(files: Iterable[Path], python: Path) -> str:
    digest = hashlib.sha256(str(python).encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()


def _is(target: Path, state: str) -> bool:
    file = target / "state"
    return file.is_file() and file.read_text(encoding="utf-8") == state


def _run(words: Sequence[str | Path], accepted: tuple[int, ...] = (0,), **environment: str) -> str:
    """Run a program in the project's folder; what it printed. Raises `Failed`."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    ran = subprocess.run(list(map(str, words)), cwd=ROOT, env={**clean, **environment}, capture_output=True, text=True)
    if ran.returncode not in accepted:
        raise Failed(f"{' '.join(map(str, words))}\n{ran.stdout}{ran.stderr}")
    return ran.stdout
